# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a lab with services and running servers for one test class, and what such tests ask.
# Used by: the lab tests of services.
import sys

from fixture import LabCase
from lablib import plan as plans
from lablib.servers import TCP_PORT, Client, ask_datagrams, curl, wait_until_up

N_SERVERS = 3
ALL = {"s1", "s2", "s3"}
INTERVAL_S, RISE, FALL = 0.2, 2, 3
HEALTH = f"health: {{interval: 200ms, timeout: 150ms, rise: {RISE}, fall: {FALL}}}"
PINGED = "health: {probe: icmp, interval: 200ms, timeout: 150ms}"

# Of tcpdump's files.
_FILE_HEADER_SIZE, _RECORD_HEADER_SIZE = 24, 16
_ETHERNET_SIZE = 14


def targets_text(count=N_SERVERS, **extra):
    """So many targets; extra: words for the one of that name."""
    return "".join(f"      - {{name: s{i}, address: 192.0.2.{100 + i}{extra.get(f's{i}', '')}}}\n"
                   for i in range(1, count + 1))


def service(name, address, words, targets=None, protocol="tcp", port=TCP_PORT, health=HEALTH):
    return f"""\
  - name: {name}
    addresses: [{address}]
    protocol: {protocol}
    ports: [{port}]
    slow-start: 0s
    {health}
    {words}
    targets:
{targets or targets_text()}"""


class ServicesCase(LabCase):
    """Servers for all tests of a class. A class says in services which ones, and in n_up how many
    targets all of them have together."""

    services = ""
    server_options = ()
    n_up = N_SERVERS

    @classmethod
    def setUpClass(cls):
        cls.plan = {"n_targets": N_SERVERS, "services": "services:\n" + cls.services, **cls.plan}
        super().setUpClass()
        cls.start_servers()

    @classmethod
    def start_servers(cls):
        for server in cls.lab.servers:
            server.start(*cls.server_options)

    def setUp(self):
        for member in self.lab.gateways:
            wait_until_up(self, member, self.n_up)

    @property
    def server(self):
        return {server.name: server for server in self.lab.servers}

    def client(self, host, address, port=TCP_PORT):
        """One that lasts as long as the test."""
        made = Client(self.lab, host, address, port)
        self.addCleanup(made.__exit__)
        return made

    def assert_opens(self, client, count, servers=None):
        """New connections, none of which fails; to exactly these servers, if given."""
        opened = client.open(count)
        self.assertEqual(opened["why"], {})
        if servers is not None:
            self.assertEqual(set(opened["servers"]), servers)
        return opened

    def answered_by(self, address, n=20, host="h1", *options, port=TCP_PORT):
        return {curl(self.lab, host, address, *options, port=port) for _ in range(n)}

    def ask_datagrams(self, address, host="h1", **options):
        return ask_datagrams(self.lab, host, address, **options)

    def capture_at(self, server, bpf_filter):
        return self.capture(server.name, "eth0", bpf_filter)

    def datagrams(self, capture):
        """(destination MAC, bytes of the datagram) of each frame, without Ethernet's padding."""
        found, data, at = [], capture.path.read_bytes(), _FILE_HEADER_SIZE
        while at < len(data):
            frame = data[at + _RECORD_HEADER_SIZE:][:int.from_bytes(data[at + 8:at + 12], sys.byteorder)]
            ip = frame[_ETHERNET_SIZE:]
            found.append((frame[:6].hex(":"), ip[:int.from_bytes(ip[2:4], "big")]))
            at += _RECORD_HEADER_SIZE + len(frame)
        return found

    def targets(self, service_name, member=None):
        found = [entry for entry in (member or self.gateway).show("targets") if entry["service"] == service_name]
        return {target["name"]: target for target in found[0]["targets"]}

    def events(self, member=None):
        """What the workers of a member counted of services, by name."""
        return {event["name"]: event["count"] for event in (member or self.gateway).show("services")["events"]}

    def do(self, command, undo=None):
        """At the member that decides; undone when the test is over."""
        self.decider().ask(command)
        if undo:
            self.addCleanup(self.do, undo)

    def decider(self):
        """The AVG, which not always is the one of the highest priority: who is there first stays it."""
        return next(member for member in self.lab.gateways if member.is_running() and any(
            group["id"] == plans.GROUP_ID and group["state"] == "active" for group in member.show("group")))
