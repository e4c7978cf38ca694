# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: "scripts/lab outage" as it is used by hand, against keepalived, whose figures are known; and
# that nothing is left of it, however it ends.
import json
import pathlib
import signal
import subprocess
import unittest

from fixture import main, test_lab_name
from lablib import commands, events, lab as labs, outage, programs
from lablib.lab import Lab
from lablib.plan import Plan

_LAB = programs.ROOT / "scripts" / "lab"
# Three advertisements of 50 ms at most, and what the machine adds.
_HELLO_MS = 50
_MIN_MS, _MAX_MS = 20, 800


class Outage(unittest.TestCase):
    def setUp(self):
        try:
            programs.keepalived()
        except programs.ProgramMissing as missing:
            self.skipTest(str(missing))
        self.name = test_lab_name()
        self.addCleanup(labs.down, self.name)
        self.argv = [_LAB, "--name", self.name, "outage", "--gateway", "keepalived", "--hosts", "3", "--hello",
                     f"{_HELLO_MS}ms"]

    def assert_nothing_left(self):
        self.assertEqual(self.probers(), [])
        self.assertEqual([netns for netns in commands.existing_namespaces()
                          if netns.startswith(self.name + "-")], [])
        self.assertFalse((labs.STATE_ROOT / self.name).exists())

    def probers(self):
        """The numbers of the processes that probe in this lab; they live in no namespace of it."""
        found = commands.run(["pgrep", "-f", f"evengate-prober probe .*/{self.name}-h1,"], check=False)
        return found.stdout.split()

    def test_without_a_lab_one_is_made_measured_and_removed(self):
        path = pathlib.Path(f"/run/evengate-{self.name}.json")
        self.addCleanup(path.unlink)
        commands.run([*self.argv, "--event", "link-down", "--runs", "2", "--json", path], timeout=110)
        found = json.loads(path.read_text())
        self.assertEqual((found["event"], found["counted_runs"], found["affected_runs"], found["hosts"]),
                         ("link-down", 2, 2, 3))
        for key in ("median_ms", "p99_ms", "max_ms"):
            self.assertGreater(found[key], _MIN_MS, key)
            self.assertLess(found[key], _MAX_MS, key)
        self.assertGreaterEqual(found["lost"], 2 * 3 * _MIN_MS)
        self.assertEqual(len(found["per_run"]), found["runs"])
        self.assert_nothing_left()

    def test_an_interruption_leaves_nothing(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                with subprocess.Popen([*self.argv, "--event", "kill", "--runs", "50"], text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
                    while "run   1" not in process.stdout.readline():
                        self.assertIsNone(process.poll())
                    process.send_signal(number)
                    process.communicate(timeout=30)
                self.assertNotEqual(process.returncode, 0)
                self.assert_nothing_left()

    def test_a_lab_that_was_up_stays_up_and_whole_after_an_interruption(self):
        lab = Lab(Plan(name=self.name, n_hosts=3, n_gateways=2, gateway="keepalived", hello_ms=_HELLO_MS))
        self.addCleanup(lab.down)
        lab.up()
        with subprocess.Popen([*self.argv, "--event", "link-down", "--runs", "50"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            while "run   1" not in process.stdout.readline():
                self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
        lab.wait_until_settled()
        self.assertEqual(self.probers(), [])

    def test_a_gateway_that_does_not_come_back_is_an_error_with_its_name(self):
        lab = Lab(Plan(name=self.name, n_hosts=2, n_gateways=2, gateway="keepalived", hello_ms=_HELLO_MS))
        self.addCleanup(lab.down)
        lab.up()
        lab.gateways[1].stop()
        with self.assertRaisesRegex(labs.LabError, "gw2 ended"):
            outage.measure(lab, events.EVENTS["link-down"], 1)


if __name__ == "__main__":
    main()
