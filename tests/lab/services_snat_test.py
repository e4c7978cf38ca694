# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: return: snat. Servers see addresses of a pool, so that they may be asked by services that an answer would not
# tell apart, and by their own neighbours.
from fixture import main
from lablib import commands
from lablib.plan import PUBLISHED
from lablib.servers import TCP_PORT, UDP_PORT
from services_case import ALL, N_SERVERS, PINGED, ServicesCase, service

# On the servers' link, where the gateway answers for them; and one that the servers' own gateway leads to.
_POOL, _POOL_ADDRESSES = "192.0.2.200/30", {f"192.0.2.{last}" for last in range(200, 204)}
_OTHER_POOL, _ROUTED_POOL = "192.0.2.204/31", "198.51.100.8/31"
_N = 300


def _snat(pool, criterion="stateful"):
    return f"mode: nat\n    return: snat\n    snat: [{pool}]\n    criterion: {criterion}"


class SourceNat(ServicesCase):
    # A socket of af_packet is handed datagrams that the kernel has put together.
    plan = {"n_hosts": 3, "driver": "af_xdp"}
    services = (service("web", PUBLISHED[0], _snat(_POOL)) +
                service("again", PUBLISHED[1], _snat(_OTHER_POOL, "stateless")) +
                service("names", PUBLISHED[2], _snat(_ROUTED_POOL), protocol="udp", port=UDP_PORT, health=PINGED))
    n_up = 3 * N_SERVERS

    def test_servers_see_the_pool_and_clients_the_published_address(self):
        server = self.server["s1"]
        with self.capture("h1", "eth0", "tcp") as at_host, self.capture_at(server, "tcp") as at_server:
            self.assert_opens(self.client("h1", PUBLISHED[0]), _N, ALL)
        clients = at_server.frames(f"eth.dst == {server.mac} && ip.ttl == 63", ("ip.src",))
        self.assertLessEqual(set(clients), _POOL_ADDRESSES)
        self.assertEqual(len(set(clients)), 1, "all of a client's connections come from one address")
        self.assertEqual(set(at_host.frames("ip.dst == 10.77.0.101", ("ip.src", "tcp.srcport"))),
                         {f"{PUBLISHED[0]}\t{TCP_PORT}"})
        for capture in (at_host, at_server):
            self.assertEqual(capture.malformed(), [])

    def test_two_services_of_the_same_targets_and_port_are_told_apart(self):
        clients = [self.client("h1", address) for address in PUBLISHED[:2]]
        for client in clients:
            self.assert_opens(client, _N, ALL)
        for client in clients:
            self.assertEqual(client.ask()["alive"], _N)

    def test_a_client_on_the_link_of_the_servers_is_served(self):
        commands.ip_batch(self.lab.plan.netns("server"),
                          [f"route replace {PUBLISHED[0]} via {self.lab.plan.gateways[0].uplink_address}"])
        client = self.client("server", PUBLISHED[0])
        self.assert_opens(client, _N, ALL)
        self.assertEqual(client.ask()["alive"], _N)

    def test_a_thousand_connections_live_through_weights_and_a_drain(self):
        client = self.client("h2", PUBLISHED[0])
        self.assert_opens(client, 1000, ALL)
        self.do("set target web/s1 weight 10", "set target web/s1 weight 100")
        self.assertEqual(client.ask()["alive"], 1000)
        self.do("drain target web/s2", "undrain target web/s2")
        self.assertEqual(client.ask()["alive"], 1000)

    def test_datagrams_are_answered_whole_or_in_pieces(self):
        for size in (32, 4000):
            found = self.ask_datagrams(PUBLISHED[2], "h2", count=20, size=size)
            self.assertEqual((found["results"], set(found["servers"])), ({"answered": 20}, ALL), f"{size} bytes")

    def test_ports_are_counted_and_a_port_is_explained(self):
        before = self.gateway.show("services")["n_sources"]
        with self.capture_at(self.server["s1"], "tcp and tcp[tcpflags] == tcp-syn") as capture:
            client = self.client("h3", PUBLISHED[0])
            self.assert_opens(client, 60, ALL)
        self.eventually(lambda: self.gateway.show("services")["n_sources"] >= before + 60, 5, "all ports are counted")
        found = capture.frames("ip.ttl == 63", ("ip.src", "tcp.srcport"))
        address, port = found[0].split("\t")
        text = self.gateway.ask(f"explain connection {self.server['s1'].address}:{TCP_PORT} {address}:{port} tcp")
        self.assertRegex(text, rf"{address}:{port} is the source that s1 of service web sees of 10\.77\.0\.103:\d+ "
                               rf"to {PUBLISHED[0]}:{TCP_PORT}")


if __name__ == "__main__":
    main()
