# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: two heavy hosts have one vMAC, so that no move of a vMAC helps: Linux believes the ARP reply, unasked
# for, that gives one of them another, and nothing is lost.
from fixture import LabCase, main
from lablib import balance

_HEAVY_PPS, _LIGHT_PPS = 600, 5
_MAX_INTERVALS = 30
_UNEVEN, _EVEN = 1.5, 1.2  # highest utilisation over the mean


class Steering(LabCase):
    # Two hosts a vMAC, in the order of their first questions.
    plan = {"n_hosts": 8, "n_gateways": 2, "n_vmacs": 4, "policy": "round-robin", "capacities_pps": (4000, 4000),
            "balance": {"steer-hosts": 10}}

    def given(self):
        return {host.name: self.lab.vip_mac(host.name) for host in self.lab.plan.hosts}

    def test_a_host_of_a_vmac_that_is_too_heavy_is_given_another(self):
        hosts = self.lab.plan.hosts
        with balance.traffic(self.lab) as traffic:
            traffic.set_rates([_LIGHT_PPS] * len(hosts))
            traffic.next_report()
            before = self.given()
            sharing = [mac for mac in before.values() if list(before.values()).count(mac) > 1]
            self.assertTrue(sharing, "no two hosts have one vMAC")
            heavy = {host.name for host in hosts if before[host.name] == sharing[0]}
            traffic.set_rates([_HEAVY_PPS if host.name in heavy else _LIGHT_PPS for host in hosts])
            imbalances = []
            for _ in range(_MAX_INTERVALS):
                traffic.next_report()
                imbalances.append(balance.explanation(self.lab).get("imbalance", 0))
                if max(imbalances) > _UNEVEN and imbalances[-1] < _EVEN:
                    break
            counts = traffic.finish()
        print(f"imbalance {imbalances}, given {before}, then {self.given()}")
        self.assertGreater(max(imbalances), _UNEVEN, "nothing was uneven")
        self.assertLess(imbalances[-1], _EVEN)
        after = self.given()
        self.assertGreater(len({after[name] for name in heavy}), 1, "they still share one vMAC")
        self.assertEqual([(host["lost"], host["duplicates"]) for host in counts["hosts"]], [(0, 0)] * len(hosts))
        self.assertGreaterEqual(balance.explanation(self.lab)["hosts_steered"], 1)


if __name__ == "__main__":
    main()
