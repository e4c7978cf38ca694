# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: datagrams too large for the link to the servers, and fragments, through each rewrite.
from fixture import main
from lablib.plan import PUBLISHED
from lablib.servers import UDP_PORT
from services_case import ALL, PINGED, ServicesCase, service

_MTU, _TUNNEL_MTU = 1400, 1380
_HEADERS = 28  # of IPv4 and UDP
_NAME = 3  # bytes by which an answer is longer


def _service(name, address, words):
    return service(name, address, words + "\n    criterion: stateful", protocol="udp", port=UDP_PORT, health=PINGED)


class SmallerLink(ServicesCase):
    # net_af_packet gets datagrams that the kernel has put together again (docs/ports.md).
    plan = {"n_hosts": 4, "uplink_mtu": _MTU, "driver": "af_xdp"}
    services = _service("nat", PUBLISHED[0], "mode: nat") + _service("ipip", PUBLISHED[1], "mode: ipip")
    server_options = ("--tunnel",)
    n_up = 6

    def assert_client_is_told(self, address, mtu):
        # A host of its own: the kernel remembers what it was told.
        found = self.ask_datagrams(address, "h1", size=mtu + 1 - _HEADERS, may_be_cut=False)
        self.assertEqual((found["results"]["answered"], found["mtu"]), (0, mtu), found)
        found = self.ask_datagrams(address, "h1", count=10, size=mtu - _HEADERS, may_be_cut=False)
        self.assertEqual(found["results"], {"answered": 10}, "what fits is served")

    def test_nat_tells_the_client_the_mtu_when_a_datagram_must_not_be_cut(self):
        self.assert_client_is_told(PUBLISHED[0], _MTU)

    def test_ipip_tells_the_client_the_mtu_that_leaves_room_for_the_outer_header(self):
        self.assert_client_is_told(PUBLISHED[1], _TUNNEL_MTU)

    def assert_cut_and_delivered(self, address, of_fragments):
        server = self.server["s1"]
        with self.capture_at(server, "udp or ip proto 4 or ip[6:2] & 0x1fff != 0") as capture:
            found = self.ask_datagrams(address, "h2", count=30, size=1500 - _HEADERS - _NAME)
        self.assertEqual((found["results"], set(found["servers"])), ({"answered": 30}, ALL))
        self.assertGreater(len(capture.frames(f"eth.dst == {server.mac} && {of_fragments}")), 0, "it was cut")
        self.assertEqual(capture.frames(f"eth.dst == {server.mac} && ip.len > {_MTU}"), [])

    def test_nat_cuts_what_may_be_cut(self):
        self.assert_cut_and_delivered(PUBLISHED[0], "ip.flags.mf == 1")

    def test_ipip_cuts_what_may_be_cut_before_the_outer_header(self):
        self.assert_cut_and_delivered(PUBLISHED[1], "ip.proto == 4 && ip.flags.mf == 1")


class Fragments(ServicesCase):
    """Datagrams that come in fragments, and answers that do: each fragment goes where the first did."""

    plan = {"n_hosts": 3, "driver": "af_xdp"}
    services = (_service("nat", PUBLISHED[0], "mode: nat") + _service("ipip", PUBLISHED[1], "mode: ipip") +
                _service("mac", PUBLISHED[2], "mode: mac"))
    server_options = ("--tunnel",)
    n_up = 9
    _N, _SIZE = 20, 4000  # three fragments each

    def assert_delivered(self, address):
        before = self.events()
        found = self.ask_datagrams(address, "h3", count=self._N, size=self._SIZE)
        self.assertEqual((found["results"], set(found["servers"])), ({"answered": self._N}, ALL))
        after = self.events()
        self.assertGreaterEqual(after["fragments_tracked"] - before["fragments_tracked"], 2 * self._N)
        self.assertEqual(after["fragments_by_address"], before["fragments_by_address"])

    def test_nat(self):
        self.assert_delivered(PUBLISHED[0])

    def test_mac(self):
        self.assert_delivered(PUBLISHED[2])

    def test_ipip_whose_outer_header_makes_each_fragment_too_large(self):
        self.assert_delivered(PUBLISHED[1])


if __name__ == "__main__":
    main()
