# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: three gateways are one for twelve hosts, whatever befalls one of them. The bars are wide enough
# for a busy machine; "scripts/lab outage" measures.
import time

from fixture import LabCase, main
from lablib import events, figures, outage, ownership, plan as plans
from lablib.events import EVENTS

_MAX_OUTAGE_MS = 1000
_MAX_TRIES = 4


class Group(LabCase):
    # A gateway that carries all answers would be given no hosts: who is killed there is noticed by nobody.
    plan = {"n_hosts": 12, "n_gateways": 3, "hello_ms": 50, "hold_ms": 150, "balance": plans.UNBALANCED}

    def setUp(self):
        self.lab.wait_until_settled()
        self.watch = ownership.SourceWatch(self.lab, self.artefact("").resolve())
        self.watch.__enter__()
        self.addCleanup(self.check_sources)
        self.addCleanup(events.mend_all, self.lab)

    def check_sources(self):
        """Whatever happened, nobody sent from a vMAC that it did not own."""
        self.watch.__exit__()
        self.assertGreater(self.watch.n_hellos, 0, "the captures saw nothing")
        self.assertEqual(self.watch.found, [])

    def befall(self, event, number):
        """One run of an event that the machine did not disturb; number as in events.choose()."""
        for _ in range(_MAX_TRIES):
            run = outage.measure_once(self.lab, EVENTS[event], number)
            print(f"{event} {run.target}: {run.to_json()}")
            if not run.discarded:
                return run
        self.skipTest(f"{_MAX_TRIES} runs were disturbed by the machine itself")
        return None

    def assert_short(self, event, number):
        run = self.befall(event, number)
        self.assertLess(run.event.outage_ms, _MAX_OUTAGE_MS)
        self.assertLess(run.back.outage_ms, _MAX_OUTAGE_MS)

    def assert_unnoticed(self, event, number):
        run = self.befall(event, number)
        self.assertEqual((run.event.lost, run.event.duplicated), (0, 0))

    def test_every_host_is_served_and_every_gateway_forwards(self):
        before = {member.gateway.name: member.forwarded() for member in self.lab.gateways}
        report = self.lab.probe(5, 5, disturbed_too=True)  # a machine that stands still loses nothing
        self.assertEqual((report["probes_lost"], report["duplicates"]), (0, 0))
        self.assertGreater(report["probes_sent"], 900 * len(self.lab.plan.hosts))
        for member in self.lab.gateways:
            self.assertGreater(member.forwarded() - before[member.gateway.name], 500, member.gateway.name)
        given = {self.lab.vip_mac(host.name) for host in self.lab.plan.hosts}
        self.assertGreaterEqual(len(given), 3)

    def test_kill_9_of_the_avg(self):
        self.assert_short("kill", 1)

    def test_kill_9_of_another_member(self):
        self.assert_short("kill", 2)

    def test_kill_9_of_two_one_after_the_other_leaves_all_hosts_served(self):
        avg, other = events.choose(self.lab, 1), events.choose(self.lab, 2)
        left, = [member for member in self.lab.gateways if member not in (avg, other)]
        avg.crash()
        time.sleep(2 * self.lab.plan.hold / 1000)  # the others took over meanwhile
        other.crash()
        n_vmacs = self.lab.plan.n_vmacs
        self.eventually(lambda: [sum(vmac["state"] == "own" for vmac in group["vmacs"])
                                 for group in left.show("group")] == [n_vmacs, n_vmacs], 5,
                        f"{left.gateway.name} owns everything")
        for host in self.lab.plan.hosts:
            self.assertTrue(self.lab.pings(host.name, plans.SERVER), host.name)
        for member in (avg, other):
            self.eventually(lambda: not member.is_running(), 5, f"{member.gateway.name} ended")
            member.start()
        self.lab.wait_until_settled()

    def test_the_link_of_a_gateway_to_its_hosts_goes_down(self):
        for number in (1, 2):
            with self.subTest(number=number):
                self.assert_short("link-down", number)

    def test_a_gateway_that_sleeps_for_a_second(self):
        for number in (1, 2):
            with self.subTest(number=number):
                self.assert_short("stop", number)

    def test_halves_that_do_not_hear_each_other_serve_their_hosts_and_become_one_again(self):
        self.watch.all_hear = EVENTS["partition"].all_hear
        self.assert_short("partition", 1)

    def test_drain_and_undrain_lose_and_double_nothing(self):
        for number in (1, 2):
            with self.subTest(number=number):
                self.assert_unnoticed("drain", number)

    def test_a_restart_loses_and_doubles_nothing(self):
        for number in (1, 2):
            with self.subTest(number=number):
                self.assert_unnoticed("restart", number)

    def test_moving_vmacs_in_use_loses_and_doubles_nothing(self):
        self.assert_unnoticed("move", 1)

    def test_figures_of_a_series_have_what_others_read(self):
        runs = outage.measure(self.lab, EVENTS["drain"], 2)
        summary = figures.summary("drain", runs)
        self.assertEqual((summary["counted_runs"], summary["lost"], summary["duplicated"]), (2, 0, 0))


if __name__ == "__main__":
    main()
