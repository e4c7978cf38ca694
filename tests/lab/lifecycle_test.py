# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: links that go and come, and the ways in which the process ends.
import signal
import time

from fixture import LabCase, main
from lablib import commands, figures, outage, plan as plans

_RECOVERY_SECONDS = 20
_FIRST_FRAME_SECONDS = 1
_MAX_TRIES = 4


class Lifecycle(LabCase):
    plan = {"n_hosts": 3}

    def assert_serves(self, what):
        for host in self.lab.plan.hosts:
            self.eventually(lambda: self.lab.pings(host.name, plans.SERVER), _RECOVERY_SECONDS,
                            f"{host.name} is served {what}")

    def set_link(self, place, state):
        commands.ip_batch(self.lab.plan.netns(place), [f"link set {self.gateway.gateway.name} {state}"])

    def link_is_up(self, port):
        return [shown["link_up"] for shown in self.gateway.show("port", "info", "all")
                if shown["name"] == port] == [True]

    def test_a_link_that_goes_is_noticed_and_served_again_when_it_comes(self):
        for place, port in (("wan", "uplink"), ("lan", "lan")):
            with self.subTest(place=place):
                self.assert_serves("before")
                self.addCleanup(self.set_link, place, "up")
                self.set_link(place, "down")
                self.eventually(lambda: not self.link_is_up(port), 5, f"{port} is reported down")
                self.assertFalse(self.lab.pings("h1", plans.SERVER))
                self.set_link(place, "up")
                self.assert_serves(f"after the link at {place} came back")
                self.eventually(lambda: self.link_is_up(port), 5, f"{port} is reported up")

    def test_sigterm_ends_it_cleanly_and_it_starts_again(self):
        process = self.gateway.process
        self.assertTrue(self.gateway.socket_path.exists())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.exit_status(), 0)
        self.assertFalse(self.gateway.socket_path.exists())
        self.assertFalse(self.lab.pings("h1", plans.SERVER), "it was the gateway that served")
        self.gateway.start()
        self.assert_serves("after a restart")

    def test_after_kill_9_it_starts_over_what_was_left(self):
        process = self.gateway.process
        process.send_signal(signal.SIGKILL)
        self.assertEqual(process.exit_status(), -signal.SIGKILL)
        self.gateway.start()
        self.assert_serves("after a kill")

    def first_frame_seconds(self):
        """From a start to the first frame that a host gets through, of the process and of its control
        loop; None if the machine stood still meanwhile."""
        log_path = self.artefact("probes.csv")
        with outage.probing(self.lab, log_path):
            self.gateway.crash()
            self.eventually(lambda: not self.gateway.is_running(), 5, "it ended")
            started = time.monotonic()
            self.gateway.start()
            self.assert_serves("after a start")
            entered = time.monotonic() - self.gateway.show("summary")["uptime"]
            ended = time.monotonic()
        flows = figures.read_log(log_path)
        window = figures.Window(int(started * 1e9), int(ended * 1e9))
        if figures.phase(flows, 1_000_000, window).disturbed:
            return None
        first = min(probe.sent_ns for probes in flows.values() for probe in probes
                    if probes is not flows[figures.CONTROL] and probe.answered and probe.sent_ns > window.start_ns)
        return first / 1e9 - started, first / 1e9 - entered

    def test_it_forwards_within_a_second_of_entering_its_control_loop(self):
        for _ in range(_MAX_TRIES):
            seconds = self.first_frame_seconds()
            if seconds:
                print("first frame forwarded {:.3f} s after the process began, {:.3f} s after the control loop"
                      .format(*seconds))
                self.assertLess(seconds[1], _FIRST_FRAME_SECONDS)
                return
        self.skipTest(f"{_MAX_TRIES} starts were disturbed by the machine itself")


if __name__ == "__main__":
    main()
