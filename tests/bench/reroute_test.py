# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the rerouting bench runs each case, and finds what is wrong in what it verifies. How fast that
# is is measured by hand, on a machine that does nothing else.
import collections
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from benchlib import reroute, reroute_traffic as traffics, surroundings  # noqa: E402: the path first

SKIP_STATUS = 77
N_FLOWS = 2000


class Captures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.network = traffics.Network()
        cls.targets = traffics.Targets(cls.network, traffics.TARGET_PORT)
        cls.flows = traffics.Flows(7, N_FLOWS, cls.targets)
        cls.maker = traffics.FrameMaker(cls.network)
        cls.captures = [traffics.data(cls.flows, cls.network, cls.maker, True),
                        traffics.opening(cls.flows, cls.maker),
                        traffics.short_connections(cls.flows, cls.maker)]

    def test_frames_are_of_the_least_size_with_checksums_that_scapy_computes(self):
        for capture in self.captures:
            for frame in capture.frames[::97]:
                self.assertEqual(len(frame), 60)
                datagram = Ether(frame)[IP]
                anew = datagram.copy()
                del anew[IP].chksum
                del anew[TCP].chksum
                self.assertEqual(bytes(anew)[:datagram.len], frame[14:14 + datagram.len])

    def test_flows_are_hashed_as_the_oracle_does(self):
        key = bytes(range(16))
        expected = [traffics.oracle.flow_hash(key, (client, int(traffics.PUBLISHED), port, 80, 6))
                    for client, port in self.flows.ends]
        self.assertEqual(list(traffics._flow_hashes(key, self.flows.ends)), expected)

    def test_no_flow_comes_twice_and_each_target_has_its_share(self):
        self.assertEqual(len(set(self.flows.ends)), N_FLOWS)
        counts = collections.Counter(self.flows.targets)
        self.assertEqual(sorted(counts), list(range(traffics.N_TARGETS)))
        for count in counts.values():
            self.assertLess(abs(count - N_FLOWS / traffics.N_TARGETS), 60)  # 4.5 standard deviations

    def test_half_of_the_frames_are_answers_where_they_pass(self):
        data = self.captures[0]
        self.assertEqual(data.of_target.count(traffics.ANSWER), N_FLOWS)
        self.assertEqual(len(data.of_target), 2 * N_FLOWS)

    def test_what_is_expected_of_an_endless_capture_is_a_count_of_its_frames(self):
        for capture in self.captures:
            for n_frames in (0, 1, 17, 2 * len(capture.frames) + 1234):
                endless = [capture.of_target[i % len(capture.frames)] for i in range(n_frames)]
                self.assertEqual(capture.expected(n_frames), [endless.count(i) for i in range(11)])


class Checks(unittest.TestCase):
    """Of frames as a gateway would send them, each with one bit wrong, none passes."""

    @classmethod
    def setUpClass(cls):
        cls.network = traffics.Network()
        cls.maker = traffics.FrameMaker(cls.network)

    def _given(self, mode, target_port, answers=False):
        case = reroute.Case("of-a-test", mode, "stateless", 1, answers=answers)
        targets = traffics.Targets(self.network, target_port)
        flows = traffics.Flows(7, 1, targets)
        capture = traffics.data(flows, self.network, self.maker, answers)
        return case, targets, flows, capture

    def _check(self, frame, case, capture, targets):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "sample"
            record = struct.pack("<IIII", 0, 0, len(frame), len(frame))
            path.write_bytes(bytes(24) + (record + frame) * check.N_SAMPLED)
            check.check_sample(path, case, capture, self.network, targets)

    def _expect_every_byte_counts(self, frame, case, capture, targets, but=range(0)):
        self._check(frame, case, capture, targets)
        for at in set(range(len(frame))) - set(range(6, 12)) - set(but):
            wrong = frame[:at] + bytes([frame[at] ^ 0x01]) + frame[at + 1:]
            with self.assertRaises(surroundings.BenchError, msg=f"byte {at}"):
                self._check(wrong, case, capture, targets)

    def _to(self, target, datagram):
        return self.network.target_macs[target].to_bytes(6, "big") + bytes(6) + b"\x08\x00" + datagram

    def test_a_frame_of_mode_mac(self):
        case, targets, flows, capture = self._given("mac", 0)
        frame = self._to(flows.targets[0], capture.frames[0][14:])
        self._expect_every_byte_counts(frame, case, capture, targets)

    def test_a_frame_of_mode_nat(self):
        case, targets, flows, capture = self._given("nat", traffics.TARGET_PORT)
        datagram = Ether(capture.frames[0])[IP]
        datagram.dst, datagram.ttl = str(self.network.targets[flows.targets[0]]), 63
        datagram[TCP].dport = traffics.TARGET_PORT
        del datagram.chksum, datagram[TCP].chksum
        frame = self._to(flows.targets[0], bytes(datagram))
        self._expect_every_byte_counts(frame, case, capture, targets)

    def test_a_frame_of_mode_ipip(self):
        case, targets, flows, capture = self._given("ipip", 0)
        inner = Ether(capture.frames[0])[IP]
        inner.ttl = 63
        del inner.chksum
        outer = IP(src=str(self.network.segment.own_address), ttl=64, proto=4,
                   dst=str(self.network.targets[flows.targets[0]])) / inner
        frame = self._to(flows.targets[0], bytes(outer))
        self._expect_every_byte_counts(frame, case, capture, targets, but=(18, 19))


class Reroute(unittest.TestCase):
    def test_one_short_round_of_each_case_is_verified_and_reported(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "result.json"
            done = subprocess.run([ROOT / "scripts" / "bench", "reroute", "--rounds", "1", "--seconds", "0.4",
                                   "--flows", str(N_FLOWS), "--json", path],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            result = json.loads(path.read_text())
        self.assertIn(f"seed {result['seed']}", done.stdout)
        for name in ("stateless_mac", "stateful_100k", "nat", "ipip", "stateful_1m"):
            case = result["cases"][name]
            self.assertEqual(result[name], case["pps"] / case["testpmd_io_pps"])
            self.assertGreater(result[name], 0.02, name)
            self.assertEqual(case["frames_verified"], 1000)
            self.assertEqual(len(case["target_packets"]), 10)
            self.assertIn(name, result["cycles_added"])
        self.assertEqual(result["cases"]["stateless_mac"]["connections"], 0)
        self.assertEqual(result["cases"]["stateful_100k"]["connections"], N_FLOWS)
        self.assertEqual(result["cases"]["stateful_1m"]["connections"], 10 * N_FLOWS)
        self.assertGreater(result["new_connections_per_s"], 1e4)
        # Steady: as many go as come, but for one round of flows.
        short = result["cases"]["new_connections"]
        self.assertLess(abs(short["opened_per_s"] - short["closed_per_s"]), 0.1 * short["opened_per_s"])


if __name__ == "__main__":
    if shutil.which("dpdk-testpmd") is None:
        print("skip: dpdk-testpmd is missing: apt-get install dpdk")
        sys.exit(SKIP_STATUS)
    try:
        from scapy.all import IP, TCP, Ether

        from benchlib import reroute_check as check
        surroundings.choose_cpus()
    except ImportError:
        print("skip: scapy is missing: apt-get install python3-scapy")
        sys.exit(SKIP_STATUS)
    except surroundings.BenchError as error:
        print(f"skip: {error}")
        sys.exit(SKIP_STATUS)
    unittest.main()
