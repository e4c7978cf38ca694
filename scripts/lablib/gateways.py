# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: what stands in a gateway's namespace: an evengate process, or the kernel as a yardstick.
# Used by: lablib.lab.
import json

from lablib import commands, plan as plans, programs
from lablib.processes import Process

# Rides out a TCP window that arrives at once; 512, the default, drops thousands (docs/lab.md).
_AF_PACKET_RING = "framesz=2048,framecnt=4096"


def device(driver, number, interface):
    if driver == "af_xdp":
        return f"net_af_xdp{number},iface={interface},start_queue=0,queue_count=1"
    return f"net_af_packet{number},iface={interface},{_AF_PACKET_RING}"


def configuration(plan, gateway, socket_path):
    """The appliance's YAML. Hugepages are left alone: other programs of the machine may use them."""
    tagged = f"""\
  - {{name: lan-vlan, port: lan, vlan: {plans.VLAN}, addresses: [{gateway.vlan_address}/24]}}
  - {{name: lan-qinq, port: lan, vlan: {plans.QINQ[0]}, inner-vlan: {plans.QINQ[1]},
     addresses: [{gateway.qinq_address}/24]}}
""" if plan.vlans else ""
    return f"""\
appliance: {{name: {gateway.netns}, workers: 1, poll-mode: adaptive, hugepages: never}}
ports:
  - {{name: lan, device: "{device(plan.driver, 0, "lan0")}"}}
  - {{name: uplink, device: "{device(plan.driver, 1, "up0")}"}}
interfaces:
  - {{name: lan, port: lan, addresses: [{gateway.lan_address}/24]}}
  - {{name: uplink, port: uplink, mtu: {plan.uplink_mtu}, addresses: [{gateway.uplink_address}/24]}}
{tagged}routes:
  - {{prefix: 0.0.0.0/0, via: {plans.SERVER_UPLINK}}}
groups:
  - {{id: {plans.GROUP_ID}, interface: lan, virtual-addresses: [{plans.VIP}], vmacs: {plan.n_vmacs},
     policy: {plan.policy}}}
console: {{socket: {socket_path}}}
"""


class EvengateGateway:
    """One appliance process on lan0 and up0 of its namespace."""

    def __init__(self, plan, gateway, state):
        self._plan = plan
        self.gateway = gateway
        self.socket_path = state / f"{gateway.name}.sock"
        self.log_path = state / f"{gateway.name}.log"
        self.config_path = state / f"{gateway.name}.yaml"
        self.process = Process(state / f"{gateway.name}.process")

    def start(self):
        self.config_path.write_text(configuration(self._plan, self.gateway, self.socket_path))
        self.process.start(self.gateway.netns,
                           [programs.evengate(), "run", self.config_path], self.log_path)

    def stop(self):
        self.process.stop()

    def is_running(self):
        return self.process.pid() is not None

    def show(self, *words):
        """What "show WORDS json" of the console prints."""
        done = commands.run([programs.evengate(), "console", "--socket", self.socket_path,
                             "show", *words, "json"], timeout=10)
        return json.loads(done.stdout)

    def vip_macs(self):
        """The vMACs that a host may be given for the VIP."""
        return {vmac["mac"] for group in self.show("vmacs") for vmac in group["vmacs"]}

    def forwarded(self):
        return sum(worker["forwarded"] for worker in self.show("workers"))

    def vmac_packets(self):
        """Packets that hosts sent to each vMAC which this gateway owns."""
        return {vmac["mac"]: vmac["packets"] for group in self.show("vmacs")
                for vmac in group["vmacs"] if vmac["state"] in ("own", "linger")}


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


def make_gateway(plan, gateway, state):
    return (KernelGateway if plan.gateway == "kernel" else EvengateGateway)(plan, gateway, state)
