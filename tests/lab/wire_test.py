# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: nothing wrong is on the wire while hosts do what hosts do. Captures are made at the ports of
# the bridges, so that nothing on the way can hide a frame.
import contextlib

from fixture import LabCase, main
from lablib import origin, plan as plans

_VMAC_SOURCE = "ether[6:2] = 0x0245 and ether[8] = 0x47"
# Enough for full windows; tshark dissects some 10,000 frames a second.
_BLOB_BYTES = 1_000_000
_MIN_FRAMES = 8 * _BLOB_BYTES // 1500


class WhileHostsAreBusy(LabCase):
    def test_no_frame_is_malformed_and_only_the_gateway_sends_from_a_vmac(self):
        gateway = self.gateway.gateway
        with contextlib.ExitStack() as captures:
            at_gateway = {place: captures.enter_context(self.capture(place, gateway.name))
                          for place in ("lan", "wan")}
            from_others = [
                captures.enter_context(self.capture("lan", host.name, _VMAC_SOURCE, "in"))
                for host in self.lab.plan.hosts]
            self._be_busy()

        for place, capture in at_gateway.items():
            with self.subTest(place=place):
                self.assertGreater(len(capture.frames()), _MIN_FRAMES, "the capture saw the traffic")
                self.assertEqual(capture.malformed(), [])
        for capture in from_others:
            self.assertEqual(capture.frames("", ("eth.src", "frame.protocols")), [])
        self._check_sources(at_gateway)

    def _be_busy(self):
        self.lab.forget_neighbours()
        wanted = origin.blob_digest(_BLOB_BYTES)
        for host in self.lab.plan.hosts:
            self.lab.run(host.name, "ping", "-n", "-q", "-c", "20", "-i", "0.01", plans.SERVER)
            fetched = self.lab.run(host.name, "sh", "-c", f"curl -sSf http://{plans.SERVER}/blob/{_BLOB_BYTES}"
                                   " | sha256sum").stdout.split()[0]
            self.assertEqual(fetched, wanted)
        self.lab.run("h1", "traceroute", "-n", "-q", "1", plans.SERVER)
        self.lab.run("server", "ping", "-n", "-c", "2", "-W", "1", "10.77.0.250", check=False)

    def _check_sources(self, captures):
        gateway = self.gateway.gateway
        vmacs = self.gateway.vip_macs()
        # Forwarded frames leave with the interface's own MAC (protocol rule 20).
        for place, mac in (("lan", gateway.lan_mac), ("wan", gateway.uplink_mac)):
            forwarded = captures[place].frames(f"ip && eth.src == {mac}")
            self.assertGreater(len(forwarded), 8 * 20)
        self.assertEqual(captures["lan"].frames("ip && !(udp.dstport == 3222) && eth.src[0:3] == 02:45:47"), [])
        self.assertEqual(captures["wan"].frames("eth.src[0:3] == 02:45:47 || eth.dst[0:3] == 02:45:47"), [])
        answers = set(captures["lan"].frames(
            f"arp.opcode == 2 && arp.src.proto_ipv4 == {plans.VIP}", ("arp.src.hw_mac", "eth.dst")))
        self.assertGreaterEqual(len(answers), len(self.lab.plan.hosts))
        for answer in answers:
            given, asker = answer.split("\t")
            self.assertIn(given, vmacs)
            self.assertNotEqual(asker, "ff:ff:ff:ff:ff:ff", "an answer to all would draw all to one vMAC")
        # No redirects, ever (protocol rule 20).
        self.assertEqual(captures["lan"].frames("icmp.type == 5"), [])


if __name__ == "__main__":
    main()
