# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: what stands in a gateway's namespace: an evengate process, or a yardstick.
# Used by: lablib.lab.
import json
import secrets
import signal

from lablib import console, plan as plans, programs
from lablib.keepalived import KeepalivedGateway
from lablib.kernel_gateway import KernelGateway
from lablib.processes import Process

# Rides out a TCP window that arrives at once; 512, the default, drops thousands (docs/lab.md).
_AF_PACKET_RING = "framesz=2048,framecnt=4096"


def device(driver, number, interface):
    if driver == "af_xdp":
        return f"net_af_xdp{number},iface={interface},start_queue=0,queue_count=1"
    return f"net_af_packet{number},iface={interface},{_AF_PACKET_RING}"


def _lan_device(plan, gateway):
    # Neither af_packet nor af_xdp says what it had no room for.
    if gateway.name == plan.counts_missed:
        return "net_pcap0,rx_iface_in=lan0,tx_iface=lan0"
    return device(plan.driver, 0, "lan0")


def _groups(plan, gateway, key_path):
    """The group on the hosts' side; of several gateways, also one that is the server's way back."""
    if not plan.is_group:
        return f"""\
  - {{id: {plans.GROUP_ID}, interface: lan, virtual-addresses: [{plans.VIP}], vmacs: {plan.n_vmacs},
     policy: {plan.policy}}}
"""
    # Events follow each other closely here, so no vMAC has to stay where it is.
    balancing = ", ".join(f"{key}: {value}" for key, value in plan.balance.items())
    extra = f"    balance: {{{balancing}}}\n" if balancing else ""
    if gateway.capacity_pps is not None:
        extra += f"    capacity: {gateway.capacity_pps}pps\n"
    return "".join(f"""\
  - id: {number}
    interface: {interface}
    virtual-addresses: [{", ".join(addresses)}]
    vmacs: {plan.n_vmacs}
    policy: {plan.policy}
    priority: {gateway.priority}
    preempt: {str(plan.preempt).lower()}
    hello: {plan.hello_ms}ms
    hold: {plan.hold}ms
    minimum-stay: 0s
    linger: 2s
    authentication: {{method: hmac-sha256, keys: {key_path}}}
    tracking: [{{link: {tracked}, decrement: 100}}]
    weight: {{maximum: 100, lower: 50, upper: 80}}
{extra}""" for number, interface, addresses, tracked in (
        (plans.GROUP_ID, "lan", (plans.VIP,), "uplink"),
        (plans.UPLINK_GROUP_ID, "uplink", (plans.UPLINK_VIP, *plan.uplink_published), "lan")))


def configuration(plan, gateway, socket_path, key_path):
    """The appliance's YAML. Hugepages are left alone: other programs of the machine may use them."""
    tagged = f"""\
  - {{name: lan-vlan, port: lan, vlan: {plans.VLAN}, addresses: [{gateway.vlan_address}/24]}}
  - {{name: lan-qinq, port: lan, vlan: {plans.QINQ[0]}, inner-vlan: {plans.QINQ[1]},
     addresses: [{gateway.qinq_address}/24]}}
""" if plan.vlans else ""
    return f"""\
appliance: {{name: {gateway.netns}, workers: 1, poll-mode: adaptive, hugepages: never}}
ports:
  - {{name: lan, device: "{_lan_device(plan, gateway)}"}}
  - {{name: uplink, device: "{device(plan.driver, 1, "up0")}"}}
interfaces:
  - {{name: lan, port: lan, addresses: [{gateway.lan_address}/24]}}
  - {{name: uplink, port: uplink, mtu: {plan.uplink_mtu}, addresses: [{gateway.uplink_address}/24]}}
{tagged}routes:
  - {{prefix: 0.0.0.0/0, via: {plans.SERVER_UPLINK}}}
groups:
{_groups(plan, gateway, key_path)}{plan.services}console: {{socket: {socket_path}}}
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
        self.config_path.write_text(configuration(self._plan, self.gateway, self.socket_path, self._key_path()))
        self.process.start(self.gateway.netns,
                           [programs.evengate(), "run", self.config_path], self.log_path)

    def _key_path(self):
        """The file with the lab's key, made by the first gateway that needs it."""
        path = self.config_path.with_name("group.keys")
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(f"1 {secrets.token_hex(16)}\n")
        return path

    def stop(self):
        self.process.stop()

    def crash(self):
        self.process.send_signal(signal.SIGKILL)

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def is_running(self):
        return self.process.pid() is not None

    def ask(self, command):
        """What the console prints. Fails: ConsoleError."""
        return console.ask(self.socket_path, command)

    def show(self, *words):
        """What "show WORDS json" of the console says."""
        return json.loads(self.ask(" ".join(("show", *words, "json"))))

    def _hosts_vmacs(self):
        return [vmac for group in self.show("vmacs") if group["id"] == plans.GROUP_ID
                for vmac in group["vmacs"]]

    def vip_macs(self):
        """The vMACs that a host may be given for the VIP."""
        return {vmac["mac"] for vmac in self._hosts_vmacs()}

    def forwarded(self):
        return sum(worker["forwarded"] for worker in self.show("workers"))

    def vmac_packets(self):
        """Packets that hosts sent to each vMAC which this gateway owns."""
        return {vmac["mac"]: vmac["packets"] for vmac in self._hosts_vmacs() if vmac["state"] in ("own", "linger")}


_KINDS = {"evengate": EvengateGateway, "kernel": KernelGateway, "keepalived": KeepalivedGateway}


def make_gateway(plan, gateway, state):
    return _KINDS[plan.gateway](plan, gateway, state)
