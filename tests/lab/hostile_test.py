# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: frames that no host should send: all are counted under their names, none is lost from the
# books, and the hosts are served meanwhile.
import random

from fixture import LabCase, main
from frames import Wire
from lablib import plan as plans
from scapy.layers.inet import ICMP, IP, UDP, IPOption_LSRR
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1Q, Ether

_N_EACH = 25
_N_RANDOM = 3000
_SEED = 20261121


def _bad_frames(host, mac):
    """(drop reason, frame) pairs; mac is the gateway's."""
    ether = Ether(src=host.mac, dst=mac)

    def ip(**fields):
        return IP(**{"src": host.address, "dst": plans.SERVER, **fields}) / UDP(sport=4000, dport=4000) / b"hostile"

    return [
        ("ipv4_length_invalid", Ether(bytes(ether / ip())[:24])),
        ("vlan_stack_too_deep", ether / Dot1Q(vlan=1) / Dot1Q(vlan=2) / Dot1Q(vlan=3) / ip()),
        ("vlan_not_configured", ether / Dot1Q(vlan=99) / ip()),
        ("source_mac_invalid", Ether(src="01:00:5e:00:00:09", dst=mac) / ip()),
        ("not_for_us", Ether(src=host.mac, dst="02:aa:aa:aa:aa:aa") / ip()),
        ("multicast_unwanted", Ether(src=host.mac, dst="01:00:5e:01:02:03") / ip(dst="224.1.2.3")),
        ("ethertype_unsupported", Ether(src=host.mac, dst=mac, type=0x88B5) / (b"x" * 46)),
        ("ipv6_unsupported", ether / IPv6(src="fe80::1", dst="fe80::2") / UDP()),
        ("ipv4_header_invalid", ether / ip(version=5)),
        ("ipv4_header_invalid", ether / ip(ihl=4)),
        ("ipv4_length_invalid", ether / ip(len=1400)),
        ("ipv4_length_invalid", ether / ip(len=19)),
        ("ipv4_checksum_wrong", ether / ip(chksum=0xBEEF)),
        ("ipv4_source_invalid", ether / ip(src="224.0.0.1")),
        ("ipv4_source_invalid", ether / ip(src="127.0.0.1")),
        ("ipv4_destination_invalid", ether / ip(dst="127.0.0.1")),
        ("ipv4_source_route", ether / ip(options=[IPOption_LSRR(routers=["192.0.2.254"])])),
        ("ipv4_in_link_broadcast", Ether(src=host.mac, dst="ff:ff:ff:ff:ff:ff") / ip()),
    ]


class Hostile(LabCase):
    plan = {"n_hosts": 2}

    def setUp(self):
        # On the bridge's port itself: what the bridge would never pass must arrive as well.
        self.wire = Wire(self.lab.plan.netns("lan"), self.gateway.gateway.name)
        self.addCleanup(self.wire.__exit__)
        self.host = self.lab.plan.hosts[0]

    def drops(self):
        counts = {}
        for worker in self.gateway.show("workers"):
            for drop in worker["drops"]:
                counts[drop["name"]] = counts.get(drop["name"], 0) + drop["count"]
        return counts

    def received(self):
        return [worker["received"] for worker in self.gateway.show("workers")]

    def received_by_ports(self):
        return sum(port["rx_packets"] for port in self.gateway.show("port stats all"))

    def assert_books_balance(self):
        """received = forwarded + punted + dropped for each worker, once the wire is quiet."""
        def is_balanced():
            return all(worker["received"] == worker["forwarded"] + worker["punted"] +
                       sum(drop["count"] for drop in worker["drops"]) for worker in self.gateway.show("workers"))

        self.eventually(is_balanced, 10, "received == forwarded + punted + dropped")

    def test_each_bad_frame_is_dropped_under_its_name(self):
        for reason, frame in _bad_frames(self.host, self.gateway.gateway.lan_mac):
            with self.subTest(reason=reason, frame=frame.summary()):
                before = self.drops().get(reason, 0)
                for _ in range(_N_EACH):
                    self.wire.send(frame)
                self.eventually(lambda: self.drops().get(reason, 0) >= before + _N_EACH, 5,
                                f"{_N_EACH} more {reason}; now {self.drops()}")
        self.assertTrue(self.lab.pings("h1", plans.SERVER))
        self.assert_books_balance()

    def test_random_frames_do_not_disturb_the_hosts_and_all_are_counted(self):
        print(f"seed {_SEED}")
        source = random.Random(_SEED)
        before = sum(self.received())
        macs = [self.gateway.gateway.lan_mac, *sorted(self.gateway.vip_macs())]
        for i in range(_N_RANDOM):
            self.wire.send(self._random_frame(source, macs))
            if i % 500 == 0:
                self.assertTrue(self.lab.pings("h2", plans.SERVER))
        # The kernel itself throws a few away before any port sees them (tags that are cut off).
        least = before + 0.95 * _N_RANDOM
        self.eventually(lambda: sum(self.received()) >= least, 5, "nearly all received")
        self.eventually(lambda: sum(self.received()) == self.received_by_ports(), 5, "workers got what ports got")
        self.assertTrue(self.gateway.is_running())
        self.assertTrue(self.lab.pings("h2", plans.SERVER))
        self.assert_books_balance()

    def _random_frame(self, source, macs):
        """A good frame with some of its bytes changed, or cut, or noise behind a good MAC."""
        mac = source.choice(macs)
        good = bytearray(bytes(Ether(src=self.host.mac, dst=mac) / IP(src=self.host.address, dst=plans.SERVER) /
                               ICMP() / bytes(source.randrange(200))))
        kind = source.randrange(3)
        if kind == 0:
            return bytes(good[:source.randrange(14, len(good))])
        if kind == 1:
            for _ in range(source.randrange(1, 6)):
                good[source.randrange(12, len(good))] = source.randrange(256)
            return bytes(good)
        return bytes(good[:12]) + source.randbytes(source.randrange(2, 1400))


if __name__ == "__main__":
    main()
