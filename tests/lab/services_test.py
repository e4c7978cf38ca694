# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: one gateway, real servers and clients: each rewrite, what it promises on the wire, each criterion,
# health, drains and weights.
import subprocess
import time

from fixture import LabCase, main
from lablib import servers as lab_servers
from lablib.servers import PUBLISHED, TCP_PORT, UDP_PORT, Client, curl, wait_until_up

_N_SERVERS = 3
_HEALTH = "health: {interval: 200ms, timeout: 150ms, rise: 2, fall: 3}"


def _targets(**extra):
    """Three targets; extra: words for the one of that name."""
    return "".join(f"      - {{name: s{i}, address: 192.0.2.{100 + i}{extra.get(f's{i}', '')}}}\n"
                   for i in range(1, _N_SERVERS + 1))


def service(name, address, words, targets=None, protocol="tcp", port=TCP_PORT, health=_HEALTH):
    return f"""\
  - name: {name}
    addresses: [{address}]
    protocol: {protocol}
    ports: [{port}]
    slow-start: 0s
    {health}
    {words}
    targets:
{targets or _targets()}"""


class ServicesCase(LabCase):
    """Servers for all tests of a class."""

    server_options = ()
    n_up = _N_SERVERS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.context = lab_servers.servers(cls.lab, _N_SERVERS, *cls.server_options)
        cls.servers = cls.context.__enter__()
        cls.addClassCleanup(cls.context.__exit__, None, None, None)

    def setUp(self):
        wait_until_up(self, self.gateway, self.n_up)

    def answered_by(self, address, n=20, host="h1", *options):
        return {curl(self.lab, host, address, *options) for _ in range(n)}

    def capture_at(self, server, act, bpf_filter):
        """What tcpdump of a server shows while act() runs."""
        capture = self.lab.state / f"{server.name}.txt"
        with open(capture, "w", encoding="ascii") as file:
            process = subprocess.Popen(["ip", "netns", "exec", server.netns, "tcpdump", "-nvvei", "eth0", "-l",
                                        bpf_filter], stdout=file, stderr=subprocess.DEVNULL)
            time.sleep(0.5)
            act()
            time.sleep(0.5)
            process.terminate()
            process.wait()
        return capture.read_text()

    def targets(self, service_name):
        found = [entry for entry in self.gateway.show("targets") if entry["service"] == service_name]
        return {target["name"]: target for target in found[0]["targets"]}


class Mac(ServicesCase):
    plan = {"n_hosts": 3, "services": "services:\n" +
            service("web", PUBLISHED[0], "mode: mac\n    criterion: stateless") +
            service("files", PUBLISHED[1], "mode: mac\n    criterion: stateful")}
    n_up = 2 * _N_SERVERS

    def test_each_server_answers_and_nothing_of_ip_is_touched(self):
        self.assertEqual(self.answered_by(PUBLISHED[0]), {"s1", "s2", "s3"})
        text = self.capture_at(self.servers[0], lambda: self.answered_by(PUBLISHED[0]),
                               f"dst host {PUBLISHED[0]} and src net 10.77.0.0/24")
        self.assertIn("ttl 64", text, "the client's own TTL")
        self.assertIn(f"> {self.servers[0].mac}", text)
        self.assertNotIn("incorrect", text)

    def test_a_ping_of_the_published_address_is_answered_by_the_gateway(self):
        self.assertTrue(self.lab.pings("h1", PUBLISHED[0]))

    def test_connections_survive_changes_of_weights_and_a_drain_where_they_are_remembered(self):
        with Client(self.lab, "h1", PUBLISHED[1]) as client:
            self.assertEqual(client.open(300)["opened"], 300)
            self.gateway.ask("set target files/s1 weight 10")
            self.assertEqual(client.ask()["alive"], 300)
            self.gateway.ask("drain target files/s2")
            self.assertEqual(client.ask()["alive"], 300)
            opened = client.open(100)
            self.assertNotIn("s2", opened["servers"], "a draining target gets nothing new")
            self.gateway.ask("drain target files/s2 now")
            time.sleep(0.5)
            asked = client.ask()
            self.assertNotIn("s2", asked["servers"])
        self.gateway.ask("undrain target files/s2")
        self.gateway.ask("set target files/s1 weight 100")

    def test_a_drain_breaks_only_the_drained_share_of_a_stateless_service(self):
        with Client(self.lab, "h1", PUBLISHED[0]) as client:
            opened = client.open(300)
            share = opened["servers"]["s3"]
            self.gateway.ask("drain target web/s3")
            alive = client.ask()["alive"]
            self.gateway.ask("undrain target web/s3")
        self.assertGreaterEqual(alive, 300 - share - 3)
        self.assertLess(alive, 300, "its connections break: that is what stateless means")

    def test_a_killed_server_gets_nothing_new_and_comes_back(self):
        self.addCleanup(self.servers[1].start, *self.server_options)
        self.servers[1].stop()
        self.eventually(lambda: self.targets("web")["s2"]["state"] == "down", 5, "s2 is found down")
        self.assertEqual(self.answered_by(PUBLISHED[0]), {"s1", "s3"})
        self.servers[1].start(*self.server_options)
        self.eventually(lambda: self.targets("web")["s2"]["state"] == "up", 5, "s2 is found up")
        self.assertIn("s2", self.answered_by(PUBLISHED[0], 40))

    def test_a_connection_is_explained(self):
        text = self.gateway.ask(f"explain connection 10.77.0.101:40000 {PUBLISHED[0]}:{TCP_PORT} tcp")
        self.assertRegex(text, r"service web, mode mac\n.*leads to s[123]\n")


class Nat(ServicesCase):
    plan = {"n_hosts": 3, "services": "services:\n" +
            service("web", PUBLISHED[0], "mode: nat\n    criterion: stateful") +
            service("names", PUBLISHED[2], "mode: nat\n    criterion: stateful", protocol="udp", port=UDP_PORT,
                    health="health: {probe: icmp, interval: 200ms, timeout: 150ms}")}
    n_up = 2 * _N_SERVERS

    def test_servers_see_their_own_address_with_right_checksums(self):
        self.assertEqual(self.answered_by(PUBLISHED[0]), {"s1", "s2", "s3"})
        text = self.capture_at(self.servers[0], lambda: self.answered_by(PUBLISHED[0]), "tcp and net 10.77.0.0/24")
        self.assertIn(f"> {self.servers[0].address}.{TCP_PORT}", text)
        self.assertNotIn("incorrect", text)
        self.assertNotIn("bad cksum", text)

    def test_udp_is_answered_from_the_published_address(self):
        script = ("import socket,sys\n"
                  "names=set()\n"
                  "for i in range(20):\n"
                  "    s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(2)\n"
                  f"    s.connect(('{PUBLISHED[2]}',{UDP_PORT})); s.send(b'x'); names.add(s.recv(99).split()[0].decode())\n"
                  "print(' '.join(sorted(names)))\n")
        self.assertEqual(self.lab.run("h2", "/usr/bin/python3", "-c", script).stdout.split(), ["s1", "s2", "s3"])

    def test_a_thousand_connections_are_served_at_once(self):
        with Client(self.lab, "h1", PUBLISHED[0]) as client:
            self.assertEqual(client.open(1000)["opened"], 1000)
            self.assertEqual(client.ask()["alive"], 1000)


class Ipip(ServicesCase):
    plan = {"n_hosts": 2, "services": "services:\n" +
            service("web", PUBLISHED[0], "mode: ipip\n    criterion: stateful\n    mss: 1400")}
    server_options = ("--tunnel",)

    def test_servers_get_one_outer_header(self):
        self.assertEqual(self.answered_by(PUBLISHED[0]), {"s1", "s2", "s3"})
        text = self.capture_at(self.servers[0], lambda: self.answered_by(PUBLISHED[0]), "ip proto 4")
        self.assertRegex(text, rf"192\.0\.2\.2 > {self.servers[0].address.replace('.', chr(92) + '.')}")
        self.assertIn(f"> {PUBLISHED[0]}.{TCP_PORT}", text)
        self.assertNotIn("bad cksum", text)

    def test_a_large_answer_and_a_large_question_pass(self):
        with Client(self.lab, "h1", PUBLISHED[0]) as client:
            self.assertEqual(client.open(50)["opened"], 50)


class Criteria(ServicesCase):
    """QoS, distance, availability, stickiness, load: one service each."""

    plan = {"n_hosts": 3, "services": "services:\n" +
            service("qos", PUBLISHED[0], "mode: mac\n    criterion: stateful",
                    _targets(s1=", dscp: [46]", s2=", dscp: [0]", s3=", dscp: [0]")) +
            service("near", PUBLISHED[1], "mode: mac\n    criterion: stateful",
                    _targets(s1=", clients: [10.77.0.101/32]", s2=", clients: [10.77.0.102/32]")) +
            service("films", PUBLISHED[2], "mode: mac\n    criterion: stateful\n    data: films",
                    _targets(s1=", data: [films]", s2=", data: [songs]", s3=", data: [films]")) +
            service("sticky", PUBLISHED[0], "mode: mac\n    criterion: stateful\n    sticky: 10min", port=8080)}
    n_up = 3 * _N_SERVERS

    def test_qos_sends_marked_packets_to_their_server(self):
        self.assertEqual(self.answered_by(PUBLISHED[0]), {"s2", "s3"})
        script = ("import socket\n"
                  "s=socket.socket(); s.setsockopt(socket.IPPROTO_IP,socket.IP_TOS,46<<2)\n"
                  f"s.settimeout(3); s.connect(('{PUBLISHED[0]}',{TCP_PORT})); s.send(b'x\\n'); print(s.recv(99).split()[0].decode())\n")
        names = {self.lab.run("h1", "/usr/bin/python3", "-c", script).stdout.strip() for _ in range(8)}
        self.assertEqual(names, {"s1"})

    def test_distance_prefers_the_server_that_is_near_to_the_client(self):
        self.assertEqual(self.answered_by(PUBLISHED[1], host="h1"), {"s1"})
        self.assertEqual(self.answered_by(PUBLISHED[1], host="h2"), {"s2"})
        # Near to nobody; the others are steered away from what their clients bring.
        self.assertIn("s3", self.answered_by(PUBLISHED[1], 20, "h3"))

    def test_availability_asks_only_servers_that_hold_the_data(self):
        self.assertEqual(self.answered_by(PUBLISHED[2]), {"s1", "s3"})


if __name__ == "__main__":
    main()
