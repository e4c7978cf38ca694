# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: forged hellos are what they claim to be, or the attacks would prove nothing; needs no rights.
import pathlib
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

import flood  # noqa: E402: the path must be known first
from flood import Forger, is_hello  # noqa: E402
from lablib.plan import Plan  # noqa: E402

_DIGEST = bytes(range(32))


def tlv(kind, value):
    return bytes([kind, len(value) + 2]) + value


def hello():
    """A native hello of 10.77.0.2 on the wire, with the TLVs that a forger looks for."""
    payload = bytes([1, 0]) + struct.pack("!HH", 1, 0) + bytes.fromhex("020000000201")
    payload += tlv(1, bytes([0, 0x20, 0, 100]) + bytes(22)) + tlv(0xE0, bytes([1, 0, 0, 0]) + bytes(24))
    payload += tlv(0xEB, struct.pack("!I", 1) + _DIGEST)
    udp = struct.pack("!HHHH", 3222, 3222, 8 + len(payload), 0x1234) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0xC0, 20 + len(udp), 0, 0, 255, 17, 0, bytes([10, 77, 0, 2]),
                     bytes([224, 0, 0, 102]))
    return flood.GROUP_MAC + bytes.fromhex("020000000201" "0800") + ip + udp


def ip_sum_is_right(frame):
    total = sum(struct.unpack("!10H", frame[14:34]))
    return (total & 0xFFFF) + (total >> 16) == 0xFFFF


class Forgeries(unittest.TestCase):
    def setUp(self):
        self.host = Plan().hosts[0]
        self.forger = Forger(hello(), self.host, 1)

    def changed(self, frame):
        """Offsets that differ from the hello, but for the Ethernet source and the two checksums."""
        self.assertEqual(len(frame), len(hello()))
        known = {*range(6, 12), 24, 25, 40, 41}
        return [i for i, (new, old) in enumerate(zip(frame, hello())) if new != old and i not in known]

    def test_only_a_native_hello_is_one(self):
        self.assertTrue(is_hello(hello()))
        self.assertTrue(is_hello(hello() + bytes(3)))
        for wrong in (hello()[:40], hello()[:60], b"\xff" * 6 + hello()[6:], bytes(60), b""):
            self.assertFalse(is_hello(wrong))

    def test_a_replay_is_the_message_as_it_was(self):
        frame = self.forger.as_heard()
        self.assertEqual(frame[12:], hello()[12:])
        self.assertEqual(frame[6:12].hex(":"), self.host.mac)

    def test_ttl_priority_and_digest_are_changed_alone(self):
        self.assertEqual([(i, 254) for i in self.changed(self.forger.with_ttl(254))], [(22, 254)])
        at = 42 + 12 + 5
        frame = self.forger.with_priority(255)
        self.assertEqual((self.changed(frame), frame[at], hello()[at]), ([at], 255, 100))
        wrong = self.changed(self.forger.with_wrong_key())
        self.assertTrue(set(wrong) <= set(range(len(hello()) - 32, len(hello()))) and wrong)

    def test_each_forged_member_is_another(self):
        frames = [self.forger.member(number) for number in range(1000)]
        ids = {frame[88:96] for frame in frames}
        self.assertEqual(hello()[82:84], b"\xe0\x1e")
        self.assertEqual((len(ids), len({frame[6:12] for frame in frames})), (1000, 1000))

    def test_ip_checksums_are_right(self):
        for frame in (self.forger.with_ttl(254), self.forger.with_priority(255), self.forger.member(7)):
            self.assertTrue(ip_sum_is_right(frame))


if __name__ == "__main__":
    unittest.main(verbosity=2)
