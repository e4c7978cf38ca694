# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: Linux itself as a gateway: a yardstick. Used by: lablib.gateways.
from lablib import commands, plan as plans
from lablib.processes import Process


class KernelGateway:
    """Linux routes. What fails here fails because of the lab, not because of evengate."""

    def __init__(self, plan, gateway, state):
        self._plan = plan
        self.gateway = gateway
        self.log_path = state / f"{gateway.name}.log"
        self.process = Process(state / f"{gateway.name}.process")  # never started

    def start(self):
        gateway = self.gateway
        commands.ip_batch(gateway.netns, [
            "link set lan0 arp on", "link set up0 arp on",
            f"addr replace {gateway.lan_address}/24 dev lan0",
            f"addr replace {plans.VIP}/32 dev lan0",
            f"addr replace {gateway.uplink_address}/24 dev up0",
            # Of the route, not of the link: a veth drops what is received beyond its MTU.
            f"route replace default via {plans.SERVER_UPLINK} mtu lock {self._plan.uplink_mtu}",
        ])
        commands.set_sysctl(gateway.netns, {"net.ipv4.ip_forward": 1})

    def stop(self):
        commands.set_sysctl(self.gateway.netns, {"net.ipv4.ip_forward": 0})

    def is_running(self):
        done = commands.run(commands.in_netns(self.gateway.netns, "sysctl", "-n", "net.ipv4.ip_forward"))
        return done.stdout.strip() == "1"

    def vip_macs(self):
        return {self.gateway.lan_mac}

    def forwarded(self):
        done = commands.run(commands.in_netns(self.gateway.netns, "cat", "/proc/net/snmp"))
        keys, values = [line.split() for line in done.stdout.splitlines() if line.startswith("Ip:")]
        return int(values[keys.index("ForwDatagrams")])

    def vmac_packets(self):
        # The kernel counts both directions in one; its one MAC serves all hosts.
        return {self.gateway.lan_mac: self.forwarded()}
