# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: who is found to send from a vMAC that is not its own, and who is not; needs no rights.
import pathlib
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from lablib import ownership  # noqa: E402: the path must be known first
from lablib.ownership import Said, Sent  # noqa: E402

_VMAC = 5


def hello(at, port, *numbers):
    return Said(at, port, 1, frozenset(numbers), hold=0.03)


def released(at, port, number=_VMAC):
    return Said(at, port, 1, None, frozenset({number}))


def sent(at, port, number=_VMAC):
    return Sent(at, port, 1, number)


class Violations(unittest.TestCase):
    def found(self, *entries):
        return [(violation.sent.port, violation.sent.at) for violation in ownership.violations(entries)]

    def test_an_owner_may_send(self):
        self.assertEqual(self.found(hello(1.00, "gw1", _VMAC), sent(1.005, "gw1"), hello(1.01, "gw1", _VMAC)), [])

    def test_who_never_claims_a_vmac_may_not_send_from_it(self):
        self.assertEqual(self.found(hello(1.0, "gw1", _VMAC), hello(1.001, "gw2", 6), sent(1.005, "gw2"),
                                    hello(1.011, "gw2", 6)), [("gw2", 1.005)])
        self.assertEqual(self.found(sent(1.0, "gw3")), [("gw3", 1.0)])

    def test_a_take_over_may_be_announced_before_the_hello_that_says_so(self):
        self.assertEqual(self.found(hello(1.0, "gw2"), sent(1.005, "gw2"), hello(1.01, "gw2", _VMAC)), [])

    def test_a_hello_that_comes_much_later_excuses_nothing(self):
        self.assertEqual(self.found(hello(1.0, "gw2"), sent(1.005, "gw2"), hello(3.0, "gw2", _VMAC)),
                         [("gw2", 1.005)])

    def test_what_a_capture_begins_with_is_not_judged_but_for_a_port_without_hellos(self):
        self.assertEqual(self.found(sent(1.0, "gw1"), hello(1.01, "gw1"), sent(1.0, "gw2")), [("gw2", 1.0)])

    def test_a_hand_over_with_the_last_frame_before_the_release_is_right(self):
        self.assertEqual(self.found(hello(1.0, "gw1", _VMAC), hello(1.0, "gw2"), sent(1.003, "gw1"),
                                    released(1.0031, "gw1"), sent(1.004, "gw2"), hello(1.01, "gw1"),
                                    hello(1.01, "gw2", _VMAC)), [])

    def test_a_late_frame_of_the_old_owner_is_found_even_between_two_hellos(self):
        self.assertEqual(self.found(hello(1.0, "gw1", _VMAC), released(1.004, "gw1"), sent(1.005, "gw1"),
                                    hello(1.01, "gw1"), hello(1.01, "gw2", _VMAC)), [("gw1", 1.005)])

    def test_a_vmac_that_was_released_and_came_back_may_be_sent_from(self):
        self.assertEqual(self.found(hello(1.0, "gw1", _VMAC), released(1.004, "gw1"), hello(1.01, "gw1"),
                                    hello(1.02, "gw1", _VMAC), sent(1.021, "gw1"), hello(1.03, "gw1")), [])

    def test_a_member_that_slept_through_its_lease_may_not_send_when_it_wakes(self):
        self.assertEqual(self.found(hello(1.0, "gw1", _VMAC), sent(1.029, "gw1"), sent(1.04, "gw1"),
                                    hello(1.041, "gw1")), [("gw1", 1.04)])

    def test_of_two_that_claim_a_vmac_one_gives_way_within_a_hold(self):
        rivals = [entry for i in range(5)
                  for entry in (hello(1 + i / 100, "gw1", _VMAC), hello(1.001 + i / 100, "gw2", _VMAC))]
        entries = rivals + [hello(1.05, "gw1"), hello(1.051, "gw2", _VMAC)]
        self.assertEqual(self.found(*entries, sent(1.015, "gw1")), [])
        self.assertEqual(self.found(*entries, sent(1.045, "gw1")), [("gw1", 1.045)])

    def test_who_gets_a_vmac_for_a_moment_may_send_from_it_at_once(self):
        entries = [hello(1 + i / 100, "gw2", _VMAC) for i in range(5)]
        entries += [hello(1.03, "gw1"), released(1.042, "gw2"), hello(1.043, "gw1", _VMAC), sent(1.0431, "gw1"),
                    hello(1.05, "gw2"), released(1.051, "gw1"), hello(1.053, "gw1")]
        self.assertEqual(self.found(*entries), [])

    def test_a_rival_that_fell_silent_is_none(self):
        entries = [hello(1.0, "gw2", _VMAC), hello(1.031, "gw1", _VMAC), sent(1.032, "gw1"), hello(1.033, "gw1")]
        self.assertEqual(self.found(*entries), [])

    def test_members_that_are_cut_off_cannot_know_what_others_claim(self):
        entries = [hello(1 + i / 100, port, _VMAC) for i in range(5) for port in ("gw1", "gw2")]
        entries += [sent(1.045, "gw1"), hello(1.05, "gw1")]
        self.assertEqual(self.found(*entries), [("gw1", 1.045)])
        self.assertEqual(ownership.violations(entries, all_hear=False), [])

    def test_vmacs_and_groups_are_told_apart(self):
        other_group = Said(1.0, "gw2", 2, frozenset({_VMAC}))
        self.assertEqual(self.found(other_group, sent(1.005, "gw2")), [("gw2", 1.005)])
        self.assertEqual(self.found(hello(1.0, "gw1", _VMAC), sent(1.005, "gw1", 6)), [("gw1", 1.005)])


def udp_frame(payload, source="020000000201"):
    """A group message on the wire."""
    udp = struct.pack("!HHHH", 3222, 3222, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 255, 17, 0, bytes(4), bytes([224, 0, 0, 102]))
    return bytes.fromhex("01005e000066" + source + "0800") + ip + udp


def bitmap(numbers):
    return sum(1 << number for number in numbers).to_bytes(32, "little")


def native_hello(group, *numbers, given_up=()):
    value = bitmap(numbers) + (bitmap(given_up) if given_up else b"")
    header = struct.pack("!BBHH6s", 1, 0, group, 0, bytes(6))
    timers = bytes(6) + (10).to_bytes(4, "big") + (30).to_bytes(4, "big")
    return (header + bytes([0x01, 16]) + timers + bytes([0xE0, 4, 1, 2]) + bytes([0xE3, 2 + len(value)]) + value)


def hand_over(step, number):
    value = bytes([step, number]) + bytes(32)
    return struct.pack("!BBHH6s", 1, 0, 1, 0, bytes(6)) + bytes([0xE7, 2 + len(value)]) + value


class Captures(unittest.TestCase):
    def read(self, *frames):
        with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
            file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
            for i, frame in enumerate(frames):
                file.write(struct.pack("<IIII", 100, 1000 * i, len(frame), len(frame)) + frame)
            file.write(b"cut off")
            file.flush()
            return list(ownership.read_port(file.name, "gw1"))

    def test_hellos_and_frames_from_vmacs_are_read(self):
        announcement = bytes.fromhex("ffffffffffff" "024547000109" "8035") + bytes(46)
        claims, frame = self.read(udp_frame(native_hello(1, 3, 255)), announcement)
        self.assertEqual((claims.group, claims.numbers, claims.at, claims.hold), (1, {3, 255}, 100.0, 0.03))
        self.assertEqual((frame.group, frame.number), (1, 9))
        self.assertAlmostEqual(frame.at, 100.001)

    def test_what_a_hello_gave_up_is_no_claim(self):
        claims, = self.read(udp_frame(native_hello(1, 3, given_up=[4, 200])))
        self.assertEqual(claims.numbers, {3})

    def test_a_release_is_read_and_other_steps_are_not(self):
        said, = self.read(udp_frame(hand_over(1, 4)), udp_frame(hand_over(2, 5)), udp_frame(hand_over(3, 6)))
        self.assertEqual((said.group, said.numbers, said.released), (1, None, {6}))

    def test_a_group_message_from_a_vmac_is_a_frame_from_it(self):
        found = self.read(udp_frame(native_hello(1, 3), source="024547000103"))
        self.assertEqual([type(entry) for entry in found], [Sent])

    def test_other_messages_and_bytes_that_make_no_sense_claim_nothing(self):
        cut = native_hello(1, 3)[:20]
        self.assertEqual(self.read(udp_frame(cut), udp_frame(bytes([1] * 12 + [0xE3, 0])), udp_frame(b""),
                                   bytes(14), bytes(60)), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
