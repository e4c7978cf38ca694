# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: links that go and come, and the ways in which the process ends.
import signal

from fixture import LabCase, main
from lablib import commands, plan as plans

_RECOVERY_SECONDS = 20


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


if __name__ == "__main__":
    main()
