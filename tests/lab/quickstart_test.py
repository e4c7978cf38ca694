# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: scripts/quickstart as a newcomer sees it, with programs that are built already.
import json
import pathlib
import signal
import subprocess
import unittest

from fixture import main, test_lab_name
from lablib import commands, lab as labs, programs

_QUICKSTART = programs.ROOT / "scripts" / "quickstart"


class Quickstart(unittest.TestCase):
    def setUp(self):
        self.name = test_lab_name()
        self.addCleanup(labs.down, self.name)
        self.argv = [_QUICKSTART, "--no-build", "--gateway", "kernel", "--hosts", "3", "--name", self.name]

    def assert_nothing_left(self):
        self.assertEqual([netns for netns in commands.existing_namespaces()
                          if netns.startswith(self.name + "-")], [])
        self.assertFalse((labs.STATE_ROOT / self.name).exists())

    def test_it_ends_by_itself_with_a_summary_and_says_that_all_were_served(self):
        summary_path = pathlib.Path(f"/run/evengate-{self.name}.json")
        self.addCleanup(summary_path.unlink)
        commands.run([*self.argv, "--seconds", "2", "--json", summary_path])
        summary = json.loads(summary_path.read_text())
        self.assertEqual((summary["gateways"], summary["hosts"], summary["hosts_served"]), (1, 3, 3))
        self.assertEqual(summary["probes_sent"], 3 * 200)
        self.assertGreaterEqual(summary["packets_forwarded"], 2 * 3 * 190)
        self.assert_nothing_left()

    def test_ctrl_c_removes_the_lab(self):
        with subprocess.Popen(self.argv, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                if "hosts served 3/3" in line:
                    break
            process.send_signal(signal.SIGINT)
            rest = process.stdout.read()
        self.assertEqual(process.returncode, 0, rest)
        self.assertIn("3 of 3 hosts were served", rest)
        self.assert_nothing_left()

    def test_hosts_that_are_cut_off_make_it_fail(self):
        with subprocess.Popen([*self.argv, "--seconds", "5"], stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                if "hosts served 3/3" in line:
                    break
            commands.run(["ip", "-n", f"{self.name}-lan", "link", "set", "h2", "down"])
            rest = process.stdout.read()
        self.assertEqual(process.returncode, 1, rest)
        self.assertIn("2 of 3 hosts were served", rest)


if __name__ == "__main__":
    main()
