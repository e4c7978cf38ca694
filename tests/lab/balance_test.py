# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: three gateways with capacities 4:2:1 are evenly used by 24 hosts with heavy-tailed rates that
# change, as a server sees it; nothing is lost, nothing comes twice. "scripts/lab balance" prints the same.
import json

from fixture import LabCase, main
from lablib import balance, balance_command, balance_figures

_CAPACITIES = balance_command.CAPACITIES

# "scripts/lab balance" says whether a run was as good as it should be (docs/lab.md). Where the heavy hosts
# begin is chance, and machines are busy; here is what each run must reach.
_MAX_MEDIAN = 1.15
_MAX_P90 = 1.4
_MAX_RETURNS = 1  # to a former owner, where a gateway was over its capacity
_MAX_SETTLING_INTERVALS = 8


class Balance(LabCase):
    plan = {"n_hosts": balance_command.N_HOSTS, "n_vmacs": balance_command.N_VMACS, "n_gateways": len(_CAPACITIES),
            "capacities_pps": _CAPACITIES, "policy": balance_command.POLICY}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.result = balance.measure(cls.lab, balance.Wanted(), balance_command.Table(cls.lab.plan).add)
        balance_command.print_result(cls.result)

    def setUp(self):
        self.artefact("balance.json").write_text(json.dumps(self.result, indent=2))

    def test_hosts_sent_what_they_were_to_send(self):
        """Else nothing else here says anything."""
        wanted = balance.Wanted.load * sum(_CAPACITIES)
        judged = self.result["per_interval"][1:balance.Wanted.intervals]
        median = sorted(sum(interval["sent_pps"]) for interval in judged)[len(judged) // 2]
        self.assertAlmostEqual(median, wanted, delta=wanted / 100)
        self.assertGreater(self.result["exchange"]["round_robin_max_over_mean"]["median"],
                           balance_figures.MAX_P90, "rates that round robin shares as well are no trial")

    def test_gateways_are_evenly_used(self):
        even = self.result["exchange"]["max_over_mean"]
        self.assertGreaterEqual(self.result["exchange"]["intervals"], balance_figures.MIN_JUDGED_INTERVALS)
        self.assertLess(even["median"], _MAX_MEDIAN)
        self.assertLess(even["p90"], _MAX_P90)
        self.assertLess(even["median"], self.result["exchange"]["round_robin_max_over_mean"]["median"] / 1.5)

    def test_nothing_is_lost_or_comes_twice_through_all_moves(self):
        self.assertEqual((self.result["lost"], self.result["duplicated"]), (0, 0))
        self.assertGreater(len(self.result["moves"]), 0, "nothing was moved, so that nothing is proved")

    def test_vmacs_do_not_go_back_to_a_former_owner_soon(self):
        self.assertLessEqual(len(self.result["returns"]), _MAX_RETURNS)

    def test_a_flash_crowd_is_made_even_again(self):
        flash = self.result["flash"]
        self.assertLess(flash["load"], 1, "the gateways could not carry it")
        self.assertGreater(flash["max_over_mean"][0], flash["limit"], "the crowd made nothing uneven")
        self.assertIsNotNone(flash["settled_after"])
        self.assertLessEqual(flash["settled_after"], _MAX_SETTLING_INTERVALS)


if __name__ == "__main__":
    main()
