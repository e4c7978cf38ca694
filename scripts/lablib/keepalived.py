# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a gateway of the pair that outages are compared with: Linux forwards, keepalived's VRRP
# decides who has the VIPs. Used by: lablib.gateways.
import json
import os
import signal

from lablib import commands, plan as plans, programs
from lablib.processes import Process

# Both VIPs must move together, or what hosts send comes back elsewhere: each side tracks the other's
# link. A vrrp_sync_group does the same as fast (docs/lab.md).
_CONFIGURATION = """\
global_defs {{
    vrrp_version 3
    vrrp_garp_master_delay 1
}}
vrrp_instance lan {{
    interface lan0
    state BACKUP
    virtual_router_id 51
    priority {priority}
    advert_int {interval}
    use_vmac vlan0
    virtual_ipaddress {{
        {vip}/24
    }}
    track_interface {{
        up0
    }}
}}
vrrp_instance uplink {{
    interface up0
    state BACKUP
    virtual_router_id 52
    priority {priority}
    advert_int {interval}
    use_vmac vup0
    virtual_ipaddress {{
        {uplink_vip}
    }}
    track_interface {{
        lan0
    }}
}}
"""
# When a port goes down a bridge floods what it does not know, and Linux would forward it at the backup
# as well, whose interface with the vMAC is up; RFC 9568 6.4.2 forbids that. So what hosts send passes
# only where the way back is that interface: where the VIP with its prefix is.
_NO_FLOODED = """\
table inet evengate_lab
delete table inet evengate_lab
table inet evengate_lab {
    chain forward {
        type filter hook forward priority 0;
        iifname "vlan0" fib saddr . iif oif missing drop
    }
}
"""
_VIP_PLACES = {plans.VIP: "vlan0", plans.UPLINK_VIP: "vup0"}
# The first gateway is the better one; the backup has VRRP's default.
_PRIORITIES = (200, 100)


class KeepalivedGateway:
    """One of two; the first forwards as long as it can."""

    def __init__(self, plan, gateway, state):
        self._plan = plan
        self.gateway = gateway
        self.log_path = state / f"{gateway.name}.log"
        self.config_path = state / f"{gateway.name}.conf"
        self._priority = _PRIORITIES[[member.name for member in plan.gateways].index(gateway.name)]
        self.process = Process(state / f"{gateway.name}.process")

    def start(self):
        gateway = self.gateway
        # The addresses stay when keepalived ends, as on any router.
        commands.ip_batch(gateway.netns, [
            "link set lan0 arp on", "link set up0 arp on",
            f"addr replace {gateway.lan_address}/24 dev lan0 noprefixroute",
            f"route replace {plans.LAN_PREFIX} dev lan0 src {gateway.lan_address} metric 1000",
            f"addr replace {gateway.uplink_address}/24 dev up0",
            f"route replace default via {plans.SERVER_UPLINK}"])
        # Only the interface that bears a VIP answers for it: keepalived's own advice for use_vmac.
        commands.set_sysctl(gateway.netns, {
            "net.ipv4.ip_forward": 1, "net.ipv4.conf.all.arp_ignore": 1, "net.ipv4.conf.all.arp_filter": 0,
            "net.ipv4.conf.all.rp_filter": 0, "net.ipv4.conf.default.rp_filter": 0,
            "net.ipv4.conf.lan0.rp_filter": 0, "net.ipv4.conf.up0.rp_filter": 0,
            "net.ipv4.conf.all.send_redirects": 0, "net.ipv4.conf.default.send_redirects": 0})
        commands.run(commands.in_netns(gateway.netns, "nft", "-f", "-"), text_input=_NO_FLOODED)
        self.config_path.write_text(_CONFIGURATION.format(
            priority=self._priority, interval=self._plan.hello_ms / 1000, vip=plans.VIP,
            uplink_vip=plans.UPLINK_VIP))
        for name in ("pid", "vrrp.pid"):  # a killed one leaves them, and the next takes them for itself
            self._pid_path(name).unlink(missing_ok=True)
        self.process.start(gateway.netns, [
            programs.keepalived(), "--dont-fork", "--log-console", "--vrrp", "--use-file", self.config_path,
            "--pid", self._pid_path("pid"), "--vrrp_pid", self._pid_path("vrrp.pid")], self.log_path)

    def _pid_path(self, name):
        return self.config_path.with_suffix(f".{name}")

    def stop(self):
        self.process.stop()

    def crash(self):
        self._signal_all(signal.SIGKILL)

    def pause(self):
        self._signal_all(signal.SIGSTOP)

    def resume(self):
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number):
        """Parent and child: the child would else see its parent go, and resign."""
        pids = commands.run(["ip", "netns", "pids", self.gateway.netns]).stdout.split()
        for pid in sorted(map(int, pids), reverse=True):
            os.kill(pid, number)

    def is_running(self):
        return self.process.pid() is not None

    def has_priority(self):
        return self._priority == max(_PRIORITIES)

    def vips(self):
        """The VIPs that it has now. What a killed process left behind counts: it forwards still."""
        shown = json.loads(commands.run(["ip", "-n", self.gateway.netns, "-j", "addr"]).stdout)
        held = {link["ifname"]: {address["local"] for address in link["addr_info"]} for link in shown if link}
        return {vip for vip, interface in _VIP_PLACES.items() if vip in held.get(interface, ())}

    def vip_macs(self):
        return {"00:00:5e:00:01:33"}  # router 51

    def forwarded(self):
        done = commands.run(commands.in_netns(self.gateway.netns, "cat", "/proc/net/snmp"))
        keys, values = [line.split() for line in done.stdout.splitlines() if line.startswith("Ip:")]
        return int(values[keys.index("ForwDatagrams")])

    def vmac_packets(self):
        return {mac: self.forwarded() for mac in self.vip_macs() if plans.VIP in self.vips()}
