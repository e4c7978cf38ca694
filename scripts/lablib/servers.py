# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: real servers behind services, on the uplink's side of a lab, and clients on the hosts' side.
# Used by: tests/lab/services_*_test.py.
import contextlib
import json
import pathlib
import subprocess
import sys

from lablib import commands, plan as plans
from lablib.processes import Process

# Published addresses are nowhere on a link: hosts find them by their gateway, which the lab routes them to.
PUBLISHED = ("203.0.113.10", "203.0.113.11", "203.0.113.12")
TCP_PORT, UDP_PORT = 80, 53


def _program(name):
    return str(pathlib.Path(__file__).with_name(name))


class Server:
    """s1, s2, ...: a namespace on the uplink's bridge with the server program in it."""

    def __init__(self, lab, number):
        plan = lab.plan
        self.name = f"s{number}"
        self.address = f"192.0.2.{100 + number}"
        self.mac = f"02:00:00:00:05:{number:02x}"
        self.netns = plan.netns(f"s{number}")
        self._plan = plan
        self._process = Process(lab.state / f"{self.name}.process")
        self._log = lab.state / f"{self.name}.log"

    def build(self):
        commands.ip_batch(None, [f"netns add {self.netns}"])
        # The published addresses are on lo, and nobody hears of them by ARP (docs/rerouting.md).
        commands.set_sysctl(self.netns, {"net.ipv6.conf.all.disable_ipv6": 1,
                                         "net.ipv4.conf.all.arp_ignore": 1,
                                         "net.ipv4.conf.all.arp_announce": 2,
                                         "net.ipv4.conf.all.rp_filter": 0,
                                         "net.ipv4.conf.default.rp_filter": 0})
        wan = self._plan.netns("wan")
        commands.ip_batch(wan, [f"link add {self.name} type veth peer name eth0 address {self.mac} "
                                f"netns {self.netns}", f"link set {self.name} master br0 up"])
        commands.ip_batch(self.netns, ["link set lo up", "link set eth0 up",
                                       f"addr add {self.address}/24 dev eth0"] +
                          [f"addr add {address}/32 dev lo" for address in PUBLISHED] +
                          [f"route add default via {self._plan.way_back}"])
        for word in ("tx", "tso", "gso", "gro"):
            commands.run(commands.in_netns(self.netns, "ethtool", "-K", "eth0", word, "off"))

    def start(self, *options):
        """Nothing, if it runs."""
        if self._process.pid() is not None:
            return
        words = [word for address in (self.address, *PUBLISHED) for word in ("--address", address)]
        self._process.start(self.netns, [sys.executable, "-I", _program("service_server.py"), "--name", self.name,
                                         "--tcp", TCP_PORT, "--udp", UDP_PORT, *words, *options], self._log)

    def stop(self):
        self._process.stop()

    def remove(self):
        self.stop()
        commands.run(["ip", "netns", "del", self.netns], check=False)


@contextlib.contextmanager
def servers(lab, count, *options):
    """So many servers, running, as long as the context lasts."""
    made = [Server(lab, number) for number in range(1, count + 1)]
    try:
        for server in made:
            server.build()
            server.start(*options)
        yield made
    finally:
        for server in made:
            server.remove()


class Client:
    """Connections of a host to one address; see service_client.py."""

    def __init__(self, lab, host, address, port=TCP_PORT):
        self._process = subprocess.Popen(
            lab.exec_argv(host, [sys.executable, "-I", _program("service_client.py"), address, str(port)]),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _do(self, command):
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def open(self, count):
        return self._do(f"open {count}")

    def ask(self):
        return self._do("ask")


def curl(lab, host, address, *options):
    """The name of the server that answers, or None."""
    done = lab.run(host, "curl", "-s", "-m", "3", *options, f"http://{address}:{TCP_PORT}/", check=False)
    return done.stdout.strip() or None


def wait_until_up(case, gateway, count, seconds=15):
    """Until the gateway finds so many targets up."""
    def n_up():
        return sum(target["state"] in ("up", "spare") for service in gateway.show("targets")
                   for target in service["targets"])
    case.eventually(lambda: n_up() >= count, seconds, f"{count} targets are up")
