# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the arithmetic of outages; needs no rights.
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from lablib import figures  # noqa: E402: the path must be known first
from lablib.figures import Probe, Window  # noqa: E402

_MS = 1_000_000


def flow(n_probes, unanswered=(), doubled=()):
    """Probes at 0, 1, 2 ... ms."""
    return [Probe(i * _MS, i not in unanswered, int(i in doubled)) for i in range(n_probes)]


def phase(flows, start_ms, end_ms):
    return figures.phase({"control": flow(1000), **flows}, _MS, Window(start_ms * _MS, end_ms * _MS))


def run(outage_ms, n_hosts=1, control_ms=0.0, control_lost=0, back_lost=0, planned=False, lost=1):
    event = figures.Phase({f"h{i}": outage_ms - i for i in range(n_hosts)}, outage_ms, lost, 0, control_ms,
                          control_lost)
    back = None if planned else figures.Phase({}, 0.0, back_lost, 0, 0.0, 0)
    return figures.Run(1, "gw1", event, back, 0.1)


class Phases(unittest.TestCase):
    def test_an_outage_is_the_gap_between_answered_probes_minus_one_interval(self):
        found = phase({"h1": flow(1000, range(500, 530)), "h2": flow(1000)}, 500, 900)
        self.assertEqual((found.hosts_ms, found.outage_ms, found.lost), ({"h1": 30.0}, 30.0, 30))

    def test_loss_long_before_an_event_is_not_its_own_but_what_was_under_way_is(self):
        early = phase({"h1": flow(1000, range(100, 140))}, 500, 900)
        self.assertEqual((early.hosts_ms, early.lost), ({}, 0))
        on_the_way = phase({"h1": flow(1000, range(497, 520))}, 500, 900)
        self.assertEqual((on_the_way.outage_ms, on_the_way.lost), (23.0, 23))

    def test_an_outage_that_outlasts_its_window_is_as_long_as_it_was(self):
        found = phase({"h1": flow(1000, range(500, 800))}, 500, 600)
        self.assertEqual((found.outage_ms, found.lost), (300.0, 100))

    def test_a_host_that_is_never_answered_again_is_cut_off_until_the_end_of_the_log(self):
        self.assertEqual(phase({"h1": flow(1000, range(500, 1000))}, 500, 900).outage_ms, 500.0)
        self.assertEqual(phase({"h1": flow(1000, range(1000))}, 500, 900).outage_ms, 1000.0)

    def test_a_host_that_lost_nothing_is_not_affected_however_late_its_probes_left(self):
        late = [Probe(p.sent_ns + (20 * _MS if p.sent_ns >= 500 * _MS else 0), True, 0) for p in flow(1000)]
        found = phase({"h1": late}, 490, 900)
        self.assertEqual((found.hosts_ms, found.outage_ms, found.longest_gap_ms), ({}, 0.0, 20.0))

    def test_a_cpu_that_stood_still_for_half_a_hold_disturbs_planned_events_too(self):
        def stalled(began_ms, ended_ms, hold_ms):
            stall = figures.Stall(1, began_ms * _MS, ended_ms * _MS)
            return figures.phase({"control": flow(1000), "h1": flow(1000, range(600, 630))}, _MS,
                                 Window(500 * _MS, 900 * _MS), [stall], hold_ms)

        for began, ended, hold, disturbs in ((600, 616, 30, True), (600, 614, 30, False), (600, 616, 300, False),
                                             (480, 510, 30, True), (450, 489, 30, False), (900, 940, 30, False)):
            found = stalled(began, ended, hold)
            self.assertEqual((found.disturbed, found.stood_still), (disturbs, disturbs), (began, ended, hold))
            self.assertEqual(figures.Run(1, "gw1", found, None, 0.1).discarded, disturbs)

    def test_duplicates_count_in_the_window_of_their_probe(self):
        found = phase({"h1": flow(1000, doubled=(100, 500, 501, 950))}, 500, 900)
        self.assertEqual(found.duplicated, 2)

    def test_a_control_flow_that_gaps_disturbs_and_its_loss_is_no_hosts(self):
        found = phase({"control": flow(1000, range(500, 506)), "h1": flow(1000)}, 500, 900)
        self.assertTrue(found.disturbed)
        self.assertEqual((found.lost, found.control_lost, found.hosts_ms), (0, 6, {}))
        self.assertFalse(phase({"control": flow(1000, range(500, 504))}, 500, 900).disturbed)


class Summaries(unittest.TestCase):
    def test_discarded_runs_count_nowhere_else(self):
        found = figures.summary("kill", [run(10), run(500, control_ms=6), run(30)])
        self.assertEqual((found["runs"], found["counted_runs"], found["discarded_runs"]), (3, 2, 1))
        self.assertEqual((found["median_ms"], found["max_ms"], found["lost"]), (20.0, 30.0, 2))
        self.assertEqual([one["discarded"] for one in found["per_run"]], [False, True, False])

    def test_runs_that_affected_no_host_do_not_make_the_median_look_better(self):
        found = figures.summary("kill", [run(40), run(0, n_hosts=0, lost=0), run(0, n_hosts=0, lost=0)])
        self.assertEqual((found["median_ms"], found["affected_runs"], found["counted_runs"]), (40.0, 1, 3))

    def test_the_median_of_hosts_is_of_all_hosts_of_all_runs(self):
        found = figures.summary("kill", [run(30, n_hosts=3), run(100)])
        self.assertEqual((found["hosts_median_ms"], found["affected_hosts"]), (29.5, 4))

    def test_a_planned_run_is_discarded_only_when_the_machine_itself_lost_something(self):
        found = figures.summary("drain", [run(0, 0, control_ms=20, planned=True, lost=0),
                                          run(9, control_ms=20, control_lost=3, planned=True, lost=9)])
        self.assertEqual((found["counted_runs"], found["lost"]), (1, 0))

    def test_loss_at_the_return_is_reported_beside(self):
        found = figures.summary("stop", [run(30, back_lost=7)])
        self.assertEqual((found["lost"], found["return_lost"]), (1, 7))

    def test_no_run_at_all_has_figures_as_well(self):
        self.assertEqual(figures.summary("kill", [])["median_ms"], 0.0)

    def test_percentiles_are_of_the_nearest_rank(self):
        values = list(range(1, 101))
        self.assertEqual([figures.percentile(values, part) for part in (0.01, 0.5, 0.99, 1)], [1, 50, 99, 100])
        self.assertEqual(figures.percentile([5], 0.99), 5)
        self.assertEqual((figures.median([3, 1, 2]), figures.median([4, 1, 2, 3])), (2, 2.5))


class Logs(unittest.TestCase):
    def test_a_log_is_read_as_the_prober_writes_it(self):
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write("flow,sequence,sent_ns,answered_ns,duplicates\nh1,0,5,9,0\nh2,0,6,0,0\nh1,1,7,12,2\n")
            file.flush()
            self.assertEqual(figures.read_log(file.name),
                             {"h1": [Probe(5, True, 0), Probe(7, True, 2)], "h2": [Probe(6, False, 0)]})


if __name__ == "__main__":
    unittest.main(verbosity=2)
