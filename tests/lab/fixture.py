# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a lab for one test class, skipped with a reason where a need is missing, with artefacts when
# a test fails. Used by: the lab tests.
import atexit
import importlib.util
import json
import os
import pathlib
import shutil
import signal
import string
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from lablib import commands, lab as labs, programs  # noqa: E402: the path must be known first
from lablib.capture import Capture  # noqa: E402
from lablib.lab import Lab  # noqa: E402
from lablib.plan import Plan  # noqa: E402

_SKIPPED = 77
_TOOLS = ("ip", "ethtool", "ping", "traceroute", "tracepath", "curl", "tcpdump", "tshark", "sysctl")
# By hand, "kernel" shows which findings are the lab's own.
_GATEWAY = os.environ.get("EVENGATE_LAB_GATEWAY", "evengate")


def test_lab_name():
    """A name that no other running test has."""
    digits, number, text = string.digits + string.ascii_lowercase, os.getpid(), ""
    while number:
        number, digit = divmod(number, len(digits))
        text = digits[digit] + text
    return "t" + text


class LabCase(unittest.TestCase):
    """Each class has a lab of its own; `plan` says what differs from the default."""

    plan = {}

    @classmethod
    def setUpClass(cls):
        labs.remove_orphans()
        wanted = {"gateway": _GATEWAY, **cls.plan}
        cls.lab = Lab(Plan(name=test_lab_name(), owner_pid=os.getpid(), **wanted))
        if cls.lab.plan.gateway == "evengate":
            try:
                programs.evengate()
            except programs.ProgramMissing as missing:
                raise unittest.SkipTest(str(missing)) from missing
        atexit.register(cls.lab.down)
        cls.lab.up()

    @classmethod
    def tearDownClass(cls):
        cls.lab.down()

    @property
    def gateway(self):
        return self.lab.gateways[0]

    def run(self, result=None):
        n_before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > n_before:
            self._keep_artefacts()

    def artefact(self, name):
        """A path for a file of this test that is worth keeping when it fails."""
        folder = pathlib.Path(os.environ.get("EVENGATE_TEST_ARTEFACTS", "lab-artefacts")) / self.id()
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def capture(self, place, interface="br0", bpf_filter="", direction="inout"):
        path = self.artefact(f"{place}-{interface}.pcap").resolve()
        return Capture(self.lab, place, interface, path, bpf_filter, direction)

    def eventually(self, condition, seconds, what):
        """Waits until the condition holds; fails with `what` when it does not in that time."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                self.fail(f"not within {seconds} s: {what}")
            time.sleep(0.05)

    def _keep_artefacts(self):
        for path in list(self.lab.state.glob("*.log")) + list(self.lab.state.glob("*.yaml")):
            shutil.copy(path, self.artefact(path.name))
        self.artefact("lab.json").write_text(json.dumps(self.lab.status(), indent=2))
        for member in self.lab.gateways:
            for words in (("vmacs",), ("neighbours",), ("routes",), ("drops",), ("workers",),
                          ("port", "stats", "all")):
                try:
                    shown = json.dumps(member.show(*words), indent=2)
                except Exception as error:  # the appliance may be what failed; keep what there is
                    shown = repr(error)
                self.artefact(f"{member.gateway.name}-{'-'.join(words)}.json").write_text(shown)
        print(f"artefacts: {self.artefact('')}", file=sys.stderr)


def _missing_need():
    if os.geteuid() != 0:
        return "root (network namespaces)"
    absent = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if absent:
        return f"{', '.join(absent)}: run scripts/install-dependencies --for lab"
    if importlib.util.find_spec("scapy") is None:
        return "python3-scapy: run scripts/install-dependencies --for lab"
    probe_name = test_lab_name() + "-lan"
    try:
        commands.run(["ip", "netns", "add", probe_name])
        commands.run(["ip", "-n", probe_name, "link", "add", "br0", "type", "bridge"])
        commands.run(["ip", "-n", probe_name, "link", "add", "v0", "type", "veth", "peer", "name", "v1"])
    except commands.CommandError as error:
        return f"network namespaces with bridges and veths: {error}"
    finally:
        commands.run(["ip", "netns", "del", probe_name], check=False)
    return None


def main():
    """Runs the tests of the calling file. Status 77: a need is missing, or a test was skipped."""
    missing = _missing_need()
    if missing:
        print(f"skipped: needs {missing}")
        sys.exit(_SKIPPED)
    # A test runner's timeout must not leave the lab behind. unittest stops for KeyboardInterrupt only.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    program = unittest.main(verbosity=2, exit=False)
    for case, reason in program.result.skipped:
        print(f"skipped: {case}: {reason}")
    if not program.result.wasSuccessful():
        sys.exit(1)
    sys.exit(_SKIPPED if program.result.skipped else 0)
