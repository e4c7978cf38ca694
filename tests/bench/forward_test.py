# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the forwarding bench runs, forwards everything and loses nothing. How fast that is is
# measured by hand, on a machine that does nothing else: the bounds here are far from it.
import collections
import ipaddress
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

from benchlib import surroundings, traffic  # noqa: E402: the path must be known first

SKIP_STATUS = 77


def read_capture(path):
    content = path.read_bytes()
    offset = 24
    while offset < len(content):
        size = struct.unpack_from("<I", content, offset + 8)[0]
        yield content[offset + 16:offset + 16 + size]
        offset += 16 + size


class Capture(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.traffic = traffic.Traffic(seed=7)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "frames.pcap"
            cls.traffic.write_capture(path)
            cls.content = path.read_bytes()
            cls.frames = list(read_capture(path))

    def test_frames_are_of_the_least_size_with_a_correct_checksum(self):
        self.assertEqual(len(self.frames), 16_384)
        for frame in self.frames:
            self.assertEqual(len(frame), 60)
            total = sum(struct.unpack("!10H", frame[14:34]))
            self.assertEqual((total & 0xFFFF) + (total >> 16), 0xFFFF)

    def test_every_vmac_host_and_route_is_used_as_often_as_any_other(self):
        by_vmac = collections.Counter(frame[:6] for frame in self.frames)
        by_host = collections.Counter(frame[6:12] for frame in self.frames)
        by_route = collections.Counter(frame[30:33] for frame in self.frames)
        for counts, n_expected in ((by_vmac, 64), (by_host, 1000), (by_route, 1000)):
            self.assertEqual(len(counts), n_expected)
            self.assertLessEqual(max(counts.values()) - min(counts.values()), 1)
        # Mixed: about 256 frames of a vMAC go to as many different routes as chance allows.
        of_one = {frame[30:33] for frame in self.frames if frame[:6] == self.frames[0][:6]}
        self.assertGreater(len(of_one), 180)

    def test_routes_lead_to_16_next_hops_that_are_no_hosts(self):
        next_hops = {via for _, via in self.traffic.routes}
        hosts = {address for segment in self.traffic.segments for address in segment.hosts}
        self.assertEqual(len(next_hops), 16)
        self.assertEqual(len(hosts), 1000)
        self.assertFalse(next_hops & hosts)
        self.assertTrue(all(prefix.subnet_of(ipaddress.ip_network("10.128.0.0/9"))
                            for prefix, _ in self.traffic.routes))

    def test_a_seed_gives_the_same_capture_again_and_another_another(self):
        with tempfile.TemporaryDirectory() as folder:
            again, other = pathlib.Path(folder) / "again", pathlib.Path(folder) / "other"
            traffic.Traffic(seed=7).write_capture(again)
            traffic.Traffic(seed=8).write_capture(other)
            self.assertEqual(again.read_bytes(), self.content)
            self.assertNotEqual(other.read_bytes(), self.content)


class Forward(unittest.TestCase):
    def test_one_short_round_reports_everything_and_loses_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "result.json"
            done = subprocess.run([ROOT / "scripts" / "bench", "forward", "--rounds", "1", "--publish-rounds",
                                   "2", "--seconds", "1", "--json", path],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            result = json.loads(path.read_text())
        self.assertIn(f"seed {result['seed']}", done.stdout)
        self.assertEqual(result["packets_lost"], 0)
        sums = result["sums"]
        self.assertEqual(sums["forwarded"], sums["received"], sums)
        self.assertEqual(sums["not_received"], 0)
        self.assertGreater(result["publications_per_s"], 900)
        self.assertGreater(result["ratio_io"], 0.3)
        self.assertGreater(result["ratio_mac"], 0.3)
        self.assertGreater(result["ratio_publish"], 0.3)
        for name in ("evengate_pps", "testpmd_io_pps", "testpmd_mac_pps", "publish_pps", "no_publish_pps"):
            self.assertGreater(result[name], 1e5, name)
        self.assertEqual(result["ratio_io"], result["evengate_pps"] / result["testpmd_io_pps"])


if __name__ == "__main__":
    if shutil.which("dpdk-testpmd") is None:
        print("skip: dpdk-testpmd is missing: apt-get install dpdk")
        sys.exit(SKIP_STATUS)
    try:
        surroundings.choose_cpus()
    except surroundings.BenchError as error:
        print(f"skip: {error}")
        sys.exit(SKIP_STATUS)
    unittest.main()
