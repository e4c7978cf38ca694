# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the arithmetic of balancing in the lab; needs no rights.
import itertools
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from lablib import balance_figures as figures  # noqa: E402: the path must be known first
from lablib.balance_figures import Interval, Move  # noqa: E402

_CAPACITIES = (4000, 2000, 1000)


def interval(number, loads=(0, 0, 0), owners=None, vmacs=None, sent=()):
    return Interval(number, list(sent) or [sum(loads)], list(loads), [], vmacs or {}, owners or {})


def by_owner(*owners):
    """Intervals from 1 in which one vMAC, number 7, has these owners."""
    return [interval(i + 1, owners={7: owner}) for i, owner in enumerate(owners)]


class Rates(unittest.TestCase):
    def test_they_follow_the_law_and_add_up(self):
        rates = figures.zipf_rates(24, 4200)
        self.assertAlmostEqual(sum(rates), 4200)
        for rank, rate in enumerate(rates, 1):
            self.assertAlmostEqual(rate * rank, rates[0])
        flat = figures.zipf_rates(4, 100, exponent=0)
        self.assertEqual(flat, [25.0] * 4)
        steep = figures.zipf_rates(2, 90, exponent=3)
        self.assertAlmostEqual(steep[0], 8 * steep[1])

    def test_an_exchange_is_of_two_hosts_and_the_seed_says_which(self):
        rates = figures.zipf_rates(24, 4200)
        first, second = random.Random(5), random.Random(5)
        seen = set()
        for _ in range(200):
            changed, pair = figures.exchanged(rates, first)
            self.assertEqual((changed, pair), figures.exchanged(rates, second))
            self.assertNotEqual(*pair)
            self.assertEqual(sorted(changed), sorted(rates))
            self.assertEqual({i for i in range(24) if changed[i] != rates[i]}, set(pair))
            seen |= set(pair)
        self.assertEqual(seen, set(range(24)))


class Evenness(unittest.TestCase):
    def test_loads_in_proportion_to_capacity_are_even_whatever_their_sum(self):
        for load in (0.1, 0.6, 1.5):
            self.assertAlmostEqual(figures.unevenness([c * load for c in _CAPACITIES], _CAPACITIES), 1)

    def test_one_gateway_that_has_everything_has_it_all_times_what_the_others_could_do(self):
        self.assertAlmostEqual(figures.unevenness([0, 0, 10], _CAPACITIES), 7)
        self.assertAlmostEqual(figures.unevenness([10, 0, 0], _CAPACITIES), 7 / 4)

    def test_no_load_is_no_unevenness(self):
        self.assertEqual(figures.unevenness([0, 0, 0], _CAPACITIES), 0)
        self.assertEqual(figures.least_unevenness([0, 0], _CAPACITIES), 0)

    def test_no_assignment_is_below_the_least_and_single_large_hosts_raise_it(self):
        generator = random.Random(3)
        for _ in range(30):
            rates = [generator.paretovariate(0.8) for _ in range(6)]
            best = min(figures.unevenness([sum(rate for rate, at in zip(rates, chosen) if at == gateway)
                                           for gateway in range(3)], _CAPACITIES)
                       for chosen in itertools.product(range(3), repeat=6))
            self.assertLessEqual(figures.least_unevenness(rates, _CAPACITIES), best + 1e-9)
        self.assertAlmostEqual(figures.least_unevenness([90, 5, 5], _CAPACITIES), 0.9 * 7 / 4)
        self.assertAlmostEqual(figures.least_unevenness([50, 49, 1], _CAPACITIES), 0.99 * 7 / 6)
        self.assertEqual(figures.least_unevenness([1] * 700, _CAPACITIES), 1)

    def test_round_robin_takes_hosts_in_turn(self):
        self.assertEqual(figures.round_robin_loads([1, 10, 100, 2, 20, 200, 3], 3), [6, 30, 300])


class Moves(unittest.TestCase):
    def test_a_change_of_owner_is_a_move_and_a_new_vmac_is_not(self):
        intervals = [interval(1, owners={1: "a", 2: "b"}), interval(2, owners={1: "a", 2: "a", 3: "c"}),
                     interval(3, owners={1: "c", 2: "a", 3: "c"})]
        self.assertEqual(figures.moves(intervals), [Move(2, 2, "b", "a"), Move(3, 1, "a", "c")])

    def test_a_return_counts_within_its_time_only(self):
        soon = figures.moves(by_owner("a", "b", *["b"] * 29, "a"))
        self.assertEqual([move.interval for move in soon], [2, 32])
        self.assertEqual(figures.returns(soon), soon[1:])
        self.assertEqual(figures.returns(figures.moves(by_owner("a", "b", *["b"] * 30, "a"))), [])

    def test_a_return_by_way_of_a_third_is_one_and_a_journey_without_return_is_none(self):
        self.assertEqual(len(figures.returns(figures.moves(by_owner("a", "b", "c", "a")))), 1)
        self.assertEqual(figures.returns(figures.moves(by_owner("a", "b", "c"))), [])

    def test_another_vmac_that_goes_the_other_way_is_no_return(self):
        intervals = [interval(1, owners={1: "a", 2: "b"}), interval(2, owners={1: "b", 2: "a"})]
        self.assertEqual(figures.returns(figures.moves(intervals)), [])

    def test_a_host_that_was_told_another_vmac_is_seen_and_one_that_had_none_is_not(self):
        intervals = [interval(1, vmacs={"h1": "x", "h2": None}), interval(2, vmacs={"h1": "y", "h2": "x"}),
                     interval(3, vmacs={"h1": "y", "h2": "x"})]
        self.assertEqual(figures.host_changes(intervals), [(2, "h1")])


class Settling(unittest.TestCase):
    def test_the_first_value_that_begins_a_steady_time_counts(self):
        self.assertEqual(figures.settled_after([1.1, 1.1, 1.1], 1.25), 1)
        self.assertEqual(figures.settled_after([2, 2, 1.1, 1.2, 1.25, 3], 1.25), 3)
        self.assertEqual(figures.settled_after([2, 1.1, 1.1, 2, 1.1, 1.1, 1.1], 1.25), 5)
        self.assertIsNone(figures.settled_after([2, 1.1, 1.1], 1.25))

    def test_moves_count_until_it_is_settled(self):
        before = interval(70, owners={7: "a", 8: "a", 9: "a"})
        uneven, even = (100, 0, 0), (400, 200, 100)
        during = [interval(71, uneven, {7: "a", 8: "a", 9: "a"}, sent=[1] * 70),
                  interval(72, uneven, {7: "b", 8: "b", 9: "a"}, sent=[1] * 70)]
        during += [interval(number, even, {7: "b", 8: "b", 9: "a"}, sent=[1] * 70) for number in (73, 74)]
        during.append(interval(75, even, {7: "b", 8: "b", 9: "c"}, sent=[1] * 70))
        found = figures.flash_summary(before, during, _CAPACITIES)
        self.assertEqual((found["settled_after"], found["moves_until_settled"], found["moves"]), (3, 2, 3))
        self.assertEqual(found["limit"], figures.SETTLED)

    def test_the_crowd_comes_to_a_host_of_the_middle_where_it_hurts(self):
        rates = [600, 500, 90, 80, 70, 60, 20, 10, 10]
        self.assertEqual(figures.flash_host(rates, [0, 1, 0, 2, 0, 1, 2, 2, 2], _CAPACITIES), 3)
        self.assertEqual(figures.flash_host(rates, [0, 1, 0, 0, 2, 1, 2, 2, 2], _CAPACITIES), 4)
        self.assertEqual(figures.flash_host([0, *rates], [None, 0, 1, 0, 2, 0, 1, 2, 2, 2], _CAPACITIES), 4)
        self.assertEqual(figures.crowded([1, 2, 3], 1), [1, 20, 3])

    def test_a_host_too_large_for_that_sets_the_limit(self):
        crowd = [interval(number, (900, 50, 50), sent=[900, 50, 50]) for number in range(1, 5)]
        found = figures.flash_summary(interval(0), crowd, _CAPACITIES)
        self.assertAlmostEqual(found["least_possible"], 0.9 * 7 / 4, 4)
        self.assertEqual(found["settled_after"], 1)


def result(loads_by_interval, **changes):
    intervals = [interval(i + 1, loads, sent=loads) for i, loads in enumerate(loads_by_interval)]
    return {"exchange": figures.exchange_summary(intervals, _CAPACITIES), "flash": None, "lost": 0,
            "duplicated": 0, "returns": [], **changes}


class Bars(unittest.TestCase):
    even, uneven = (2400, 1200, 600), (2000, 1000, 1200)

    def test_the_first_intervals_are_not_judged(self):
        self.assertEqual(figures.missed_bars(result([self.uneven] * 5 + [self.even] * 60)), [])

    def test_too_few_intervals_prove_nothing(self):
        self.assertEqual(len(figures.missed_bars(result([self.even] * 64))), 1)

    def test_one_interval_in_ten_may_be_uneven(self):
        self.assertEqual(figures.missed_bars(result([self.even] * 59 + [self.uneven] * 6)), [])
        missed = figures.missed_bars(result([self.even] * 58 + [self.uneven] * 7))
        self.assertEqual([sentence.split(",")[0] for sentence in missed],
                         ["max/mean has 90th percentile 2.0"])

    def test_gateways_that_are_always_uneven_miss_both(self):
        self.assertEqual(len(figures.missed_bars(result([self.uneven] * 65))), 2)

    def test_each_loss_duplicate_and_return_counts(self):
        for change in ({"lost": 1}, {"duplicated": 1}, {"returns": ["interval 9: 7 a>b"]}):
            with self.subTest(change):
                self.assertEqual(len(figures.missed_bars(result([self.even] * 65, **change))), 1)

    def test_a_flash_crowd_must_settle_soon_and_with_few_moves(self):
        for settled, n_moves, n_missed in ((5, 6, 0), (6, 6, 1), (5, 7, 1), (None, 0, 1), (None, 9, 2)):
            with self.subTest(settled=settled, n_moves=n_moves):
                flash = {"settled_after": settled, "moves_until_settled": n_moves}
                self.assertEqual(len(figures.missed_bars(result([self.even] * 65, flash=flash))), n_missed)

    def test_round_robin_is_judged_from_what_was_sent(self):
        found = result([self.uneven] * 65)["exchange"]["round_robin_max_over_mean"]["median"]
        self.assertEqual(found, round(figures.unevenness(self.uneven, _CAPACITIES), 4))


if __name__ == "__main__":
    unittest.main()
