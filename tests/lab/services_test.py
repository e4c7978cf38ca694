# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: one gateway, real servers and clients: each rewrite, what it promises on the wire, drains and weights.
import time

from fixture import main
from lablib.plan import PUBLISHED
from lablib.servers import OTHER_TCP_PORT, TCP_PORT, UDP_PORT, curl
from services_case import ALL, PINGED, ServicesCase, service, targets_text


class Mac(ServicesCase):
    plan = {"n_hosts": 3}
    services = (service("web", PUBLISHED[0], "mode: mac\n    criterion: stateless") +
                service("files", PUBLISHED[1], "mode: mac\n    criterion: stateful"))
    n_up = 6

    def test_each_server_answers_and_not_a_byte_of_ip_is_touched(self):
        with self.capture("h1", "eth0", f"tcp and dst host {PUBLISHED[0]}") as sent, \
                self.capture_at(self.server["s1"], "tcp and src net 10.77.0.0/24") as received:
            self.assertEqual(self.answered_by(PUBLISHED[0]), ALL)
        by_host = {datagram for _, datagram in self.datagrams(sent)}
        at_server = self.datagrams(received)
        self.assertGreater(len(at_server), 4, "a connection is more than that")
        for mac, datagram in at_server:
            self.assertEqual(mac, self.server["s1"].mac)
            self.assertIn(datagram, by_host, "byte by byte, TTL and checksums included")
        self.assertEqual(received.malformed(), [])

    def test_a_ping_of_the_published_address_is_answered_by_the_gateway(self):
        self.assertTrue(self.lab.pings("h1", PUBLISHED[0]))

    def test_connections_survive_changes_of_weights_and_a_drain_where_they_are_remembered(self):
        client = self.client("h1", PUBLISHED[1])
        self.assert_opens(client, 300)
        self.do("set target files/s1 weight 10", "set target files/s1 weight 100")
        self.assertEqual(client.ask()["alive"], 300)
        self.do("drain target files/s2", "undrain target files/s2")
        self.assertEqual(client.ask()["alive"], 300)
        opened = client.open(100)
        self.assertNotIn("s2", opened["servers"], "a draining target gets nothing new")
        self.do("drain target files/s2 now")
        time.sleep(0.5)
        self.assertNotIn("s2", client.ask()["servers"])

    def test_a_drain_breaks_only_the_drained_share_of_a_stateless_service(self):
        client = self.client("h1", PUBLISHED[0])
        opened = client.open(300)
        share = opened["servers"]["s3"]
        self.do("drain target web/s3", "undrain target web/s3")
        alive = client.ask()["alive"]
        self.assertGreaterEqual(alive, 300 - share - 3)
        self.assertLess(alive, 300, "its connections break: that is what stateless means")

    def test_a_connection_is_explained(self):
        text = self.gateway.ask(f"explain connection 10.77.0.101:40000 {PUBLISHED[0]}:{TCP_PORT} tcp")
        self.assertRegex(text, r"service web, mode mac\n.*leads to s[123]\n")


class Nat(ServicesCase):
    plan = {"n_hosts": 3}
    services = (service("web", PUBLISHED[0], "mode: nat\n    criterion: stateful") +
                # Of the same targets: an answer tells by its port which service was asked.
                service("other", PUBLISHED[1], "mode: nat\n    criterion: stateful",
                        targets_text(**{f"s{i}": f", port: {OTHER_TCP_PORT}" for i in (1, 2, 3)})) +
                service("names", PUBLISHED[2], "mode: nat\n    criterion: stateful", protocol="udp", port=UDP_PORT,
                        health=PINGED))
    n_up = 9

    def test_servers_see_their_own_address_with_right_checksums(self):
        server = self.server["s1"]
        with self.capture("h1", "eth0", "tcp") as at_host, \
                self.capture_at(server, "tcp and net 10.77.0.0/24") as at_server:
            self.assertEqual(self.answered_by(PUBLISHED[0]), ALL)
        to_server = at_server.frames("eth.dst == " + server.mac, ("ip.dst", "tcp.dstport", "ip.ttl"))
        self.assertEqual(set(to_server), {f"{server.address}\t{TCP_PORT}\t63"})
        self.assertEqual(set(at_host.frames("ip.dst == 10.77.0.101", ("ip.src", "tcp.srcport"))),
                         {f"{PUBLISHED[0]}\t{TCP_PORT}"})
        for capture in (at_host, at_server):
            self.assertEqual(capture.malformed(), [])

    def test_two_services_of_the_same_targets_are_told_apart_by_their_ports(self):
        web, other = self.client("h1", PUBLISHED[0]), self.client("h1", PUBLISHED[1])
        for client in (web, other):
            self.assert_opens(client, 100)
        for client in (web, other):
            self.assertEqual(client.ask()["alive"], 100)
        for address, port in ((PUBLISHED[0], TCP_PORT), (PUBLISHED[1], OTHER_TCP_PORT)):
            found = {curl(self.lab, "h2", address, path="port") for _ in range(20)}
            self.assertEqual(found, {f"{name} {port}" for name in ALL})

    def test_udp_is_answered_from_the_published_address(self):
        found = self.ask_datagrams(PUBLISHED[2], "h2", count=20)
        self.assertEqual((found["results"], set(found["servers"])), ({"answered": 20}, ALL))

    def test_a_thousand_connections_are_served_at_once_through_weights_and_a_drain(self):
        client = self.client("h1", PUBLISHED[0])
        self.assert_opens(client, 1000)
        self.do("set target web/s1 weight 10", "set target web/s1 weight 100")
        self.assertEqual(client.ask()["alive"], 1000)
        self.do("drain target web/s2", "undrain target web/s2")
        self.assertEqual(client.ask()["alive"], 1000)


class Ipip(ServicesCase):
    plan = {"n_hosts": 2}
    protocol = 4
    services = service("web", PUBLISHED[0], "mode: ipip\n    criterion: stateful\n    mss: 1400")
    server_options = ("--tunnel",)

    def test_servers_get_one_outer_header(self):
        server = self.server["s1"]
        with self.capture_at(server, "src host 192.0.2.2 and not arp and not icmp") as capture:
            self.assertEqual(self.answered_by(PUBLISHED[0]), ALL)
        from_host = "ip.src == 10.77.0.101"
        self.assertEqual(set(capture.frames(from_host, ("ip.src", "ip.dst", "ip.proto"))),
                         {f"192.0.2.2,10.77.0.101\t{server.address},{PUBLISHED[0]}\t{self.protocol},6"})
        for flags in capture.frames(from_host, ("ip.flags.df",)):
            self.assertEqual(len(set(flags.split(","))), 1, "DF outside as inside")
        self.assertEqual({ttls.split(",")[1] for ttls in capture.frames(from_host, ("ip.ttl",))}, {"63"})
        self.assertEqual(capture.malformed(), [])

    def test_many_connections_are_served(self):
        client = self.client("h1", PUBLISHED[0])
        self.assert_opens(client, 50)
        self.assertEqual(client.ask()["alive"], 50)


class Gre(Ipip):
    protocol = 47
    services = Ipip.services.replace("mode: ipip", "mode: gre")
    server_options = ("--tunnel", "gre")


if __name__ == "__main__":
    main()
