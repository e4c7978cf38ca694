# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: builds and removes a lab's namespaces, bridges, links and addresses, and asserts what the
# measurements rest on. Used by: lablib.lab.
import json
import pathlib

from lablib import commands, plan as plans
from lablib.processes import end_processes

# veth leaves checksums and segmentation to a NIC that never comes; only the far end's kernel would
# know. A gateway that reads raw frames sees wrong checksums and 64 KiB "frames": ping works, TCP not.
_OFFLOADS_OFF = {
    "tx": "tx-checksumming",
    "tso": "tcp-segmentation-offload",
    "gso": "generic-segmentation-offload",
    "gro": "generic-receive-offload",
}

# Where br_netfilter is loaded, a bridge drops IPv4 with bad headers before anyone sees it: neither
# would hostile frames arrive, nor malformed ones of a gateway be found.
_FILTER_HOOKS = pathlib.Path("/proc/sys/net/bridge")
_FILTER_KEYS = ("bridge-nf-call-iptables", "bridge-nf-call-ip6tables", "bridge-nf-call-arptables")


class LabNotHonest(AssertionError):
    """A setting on which every result rests is not in force."""


def build(plan):
    commands.ip_batch(None, [f"netns add {netns}" for netns in plan.namespaces])
    for netns in plan.namespaces:
        # Before any link is up: no router solicitations of Linux among the frames to be judged.
        commands.set_sysctl(netns, {"net.ipv6.conf.all.disable_ipv6": 1,
                                    "net.ipv6.conf.default.disable_ipv6": 1})
        commands.ip_batch(netns, ["link set lo up"])
    for place in ("lan", "wan"):
        _build_bridge(plan.netns(place))
    for host in plan.hosts:
        _connect(plan.netns("lan"), host.name, host.netns, "eth0", host.mac)
        commands.ip_batch(host.netns, [f"addr add {host.address}/24 dev eth0",
                                       f"route add default via {plans.VIP}"])
        _switch_offloads_off(host.netns)
    for gateway in plan.gateways:
        _connect(plan.netns("lan"), gateway.name, gateway.netns, "lan0", gateway.lan_mac)
        _connect(plan.netns("wan"), gateway.name, gateway.netns, "up0", gateway.uplink_mac)
        commands.ip_batch(gateway.netns, ["link set lan0 arp off", "link set up0 arp off"])
    _build_server(plan)
    for target in plan.targets:
        _build_target(plan, target)


def _build_bridge(netns):
    # Snooping would prune group messages, as no querier lives here.
    commands.ip_batch(netns, ["link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
                              "link set br0 up"])
    if _FILTER_HOOKS.is_dir():
        commands.set_sysctl(netns, {f"net.bridge.{key}": 0 for key in _FILTER_KEYS})


def _connect(bridge_netns, port, netns, interface, mac):
    commands.ip_batch(bridge_netns, [
        f"link add {port} type veth peer name {interface} address {mac} netns {netns}",
        f"link set {port} master br0 up"])
    commands.ip_batch(netns, [f"link set {interface} up"])


def _switch_offloads_off(netns):
    words = [word for name in _OFFLOADS_OFF for word in (name, "off")]
    commands.run(commands.in_netns(netns, "ethtool", "-K", "eth0", *words))


def _build_server(plan):
    server = plan.netns("server")
    _connect(plan.netns("wan"), "server", server, "eth0", "02:00:00:00:04:01")
    commands.ip_batch(server, [f"addr add {plans.SERVER_UPLINK}/24 dev eth0",
                               f"addr add {plans.SERVER}/32 dev lo"] +
                      [f"route add {prefix} src {plans.SERVER} via {plan.way_back}" for prefix in
                       (plans.LAN_PREFIX, plans.VLAN_PREFIX, plans.QINQ_PREFIX)])
    _switch_offloads_off(server)


def _build_target(plan, target):
    # The published addresses are on lo, and nobody hears of them by ARP (docs/rerouting.md).
    commands.set_sysctl(target.netns, {"net.ipv4.conf.all.arp_ignore": 1, "net.ipv4.conf.all.arp_announce": 2,
                                       "net.ipv4.conf.all.rp_filter": 0, "net.ipv4.conf.default.rp_filter": 0})
    _connect(plan.netns("wan"), target.name, target.netns, "eth0", target.mac)
    commands.ip_batch(target.netns, [f"addr add {target.address}/24 dev eth0",
                                     f"route add default via {plan.way_back}"] +
                      [f"addr add {address}/32 dev lo" for address in plan.published])
    _switch_offloads_off(target.netns)
    if plan.targets_are != "servers":
        _make_router(plan, target)


def _make_router(plan, target):
    commands.set_sysctl(target.netns, {
        "net.ipv4.ip_forward": 1, "net.ipv4.conf.all.send_redirects": 0, "net.ipv4.conf.eth0.send_redirects": 0})
    commands.ip_batch(target.netns, router_routes(plan))
    if plan.targets_are == "translators":
        commands.run(commands.in_netns(
            target.netns, "nft", "add table ip nat; add chain ip nat out { type nat hook postrouting priority 100 ; }; "
            f"add rule ip nat out ip saddr {plans.LAN_PREFIX} masquerade"))


def router_routes(plan):
    """What a target that is a router loses with its link."""
    return [f"route replace default via {plans.SERVER_UPLINK}",
            f"route replace {plans.LAN_PREFIX} via {plan.gateways[0].uplink_address}"]


def assert_honest(plan):
    """Raises LabNotHonest, naming the place and the command that mends it."""
    for netns in [member.netns for member in plan.hosts + plan.targets] + [plan.netns("server")]:
        features = commands.run(commands.in_netns(netns, "ethtool", "-k", "eth0")).stdout
        for short, long in _OFFLOADS_OFF.items():
            if f"\n{long}: off" not in features:
                raise LabNotHonest(f"{netns}: {long} is on: ip netns exec {netns} ethtool -K eth0 "
                                   f"{short} off")
    for netns in (plan.netns("lan"), plan.netns("wan")):
        _assert_bridge_is_plain(netns)
    if plan.gateway == "evengate":
        for gateway in plan.gateways:
            _assert_kernel_is_silent(gateway.netns)


def _assert_bridge_is_plain(netns):
    for key in _FILTER_KEYS if _FILTER_HOOKS.is_dir() else ():
        if _sysctl(netns, f"net.bridge.{key}") != "0":
            raise LabNotHonest(f"{netns}: the bridge filters: "
                               f"ip netns exec {netns} sysctl -w net.bridge.{key}=0")


def _sysctl(netns, key):
    return commands.run(commands.in_netns(netns, "sysctl", "-n", key)).stdout.strip()


def _assert_kernel_is_silent(netns):
    """The ports of a gateway process belong to it alone: Linux must not answer there as well."""
    for interface in ("lan0", "up0"):
        shown = json.loads(commands.run(["ip", "-n", netns, "-j", "addr", "show", interface]).stdout)
        link = shown[0]
        if "NOARP" not in link["flags"]:
            raise LabNotHonest(f"{netns}: ARP is on: ip -n {netns} link set {interface} arp off")
        if link["addr_info"]:
            raise LabNotHonest(f"{netns}: {interface} has addresses: "
                               f"ip -n {netns} addr flush dev {interface}")
        key = f"net.ipv6.conf.{interface}.disable_ipv6"
        if _sysctl(netns, key) != "1":
            raise LabNotHonest(f"{netns}: IPv6 is on: ip netns exec {netns} sysctl -w {key}=1")


def remove(lab_name):
    """Removes all namespaces of that lab and ends what runs in them; fine if there are none."""
    ours = [netns for netns in commands.existing_namespaces()
            if plans.is_namespace_of(lab_name, netns)]
    pids = [int(pid) for netns in ours
            for pid in commands.run(["ip", "netns", "pids", netns]).stdout.split()]
    if pids:
        end_processes(pids)
    if ours:
        commands.ip_batch(None, [f"netns del {netns}" for netns in ours])
