# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a lab under probes, second by second, and its summary; mostly pure. Used by:
# lablib.quickstart, the tests.
import dataclasses

from lablib.commands import CommandError

_MAX_LOSS = 0.01  # a host that loses more is not served


@dataclasses.dataclass(frozen=True)
class Gateway:
    """What one gateway says of itself."""
    name: str
    running: bool
    forwarded: int      # packets, both directions
    vmac_packets: dict  # vMAC that it owns -> packets from hosts


@dataclasses.dataclass(frozen=True)
class Picture:
    """One moment of a lab."""
    seconds: float
    probes: dict    # the prober's report so far
    vip_macs: dict  # host -> the MAC that it has for the VIP, or None
    gateways: list  # of Gateway

    @property
    def hosts_served(self):
        """Hosts that lost at most one probe in a hundred, whose entry for the VIP is a vMAC with an owner."""
        owned = {mac for gateway in self.gateways for mac in gateway.vmac_packets}
        return [flow["name"] for flow in self.probes["flows"]
                if flow["role"] == "probed" and flow["answered"] > 0 and flow["lost"] <= _MAX_LOSS * (flow["answered"] + flow["lost"]) and
                self.vip_macs.get(flow["name"]) in owned]

    @property
    def shares(self):
        """The part of all packets from hosts that each gateway took."""
        packets = {gateway.name: sum(gateway.vmac_packets.values()) for gateway in self.gateways}
        total = sum(packets.values())
        return {name: count / total if total else 0.0 for name, count in packets.items()}

    @property
    def vmacs_in_use(self):
        return len({mac for mac in self.vip_macs.values() if mac is not None})


def _look(member):
    """One that ends while it is asked is as good as ended."""
    name = member.gateway.name
    try:
        if member.is_running():
            return Gateway(name, True, member.forwarded(), member.vmac_packets())
    except CommandError:
        pass
    return Gateway(name, False, 0, {})


def take(lab, seconds, probes):
    gateways = [_look(member) for member in lab.gateways]
    return Picture(seconds, probes, {host.name: lab.vip_mac(host.name) for host in lab.plan.hosts}, gateways)


def one_line(picture):
    shares = ", ".join(f"{name} {share:.0%}" for name, share in picture.shares.items())
    return (f"{picture.seconds:5.0f} s  hosts served {len(picture.hosts_served)}/{len(picture.vip_macs)}  "
            f"vMACs in use {picture.vmacs_in_use}  probes {picture.probes['probes_sent']} sent "
            f"{picture.probes['probes_lost']} lost  share {shares}")


def table(picture):
    """The same in many lines: who owns which vMAC, who uses it, and what went through it."""
    lines = [one_line(picture), "", f"{'vMAC':<19}{'owner':<8}{'packets':>10}  used by"]
    for gateway in picture.gateways:
        for mac, packets in sorted(gateway.vmac_packets.items()):
            users = " ".join(host for host, given in picture.vip_macs.items() if given == mac)
            if packets or users:
                lines.append(f"{mac:<19}{gateway.name:<8}{packets:>10}  {users}")
    unserved = sorted(set(picture.vip_macs) - set(picture.hosts_served))
    return "\n".join(lines + ([f"not served: {' '.join(unserved)}"] if unserved else []))


def summary(picture):
    """Plain values for a JSON file."""
    probes = picture.probes
    return {
        "gateways": len(picture.gateways),
        "hosts": len(picture.vip_macs),
        "hosts_served": len(picture.hosts_served),
        "vmacs_in_use": picture.vmacs_in_use,
        "packets_forwarded": sum(gateway.forwarded for gateway in picture.gateways),
        "probes_sent": probes["probes_sent"],
        "probes_lost": probes["probes_lost"],
        "probes_duplicated": probes["duplicates"],
        "outage_ms": probes["outage_ns"] / 1e6,
        "machine_outage_ms": probes["control_outage_ns"] / 1e6,
        "disturbed": probes["disturbed"],
        "per_gateway_share": picture.shares,
        "per_vmac_packets": {mac: packets for gateway in picture.gateways
                             for mac, packets in gateway.vmac_packets.items()},
        "seconds": picture.seconds,
    }
