# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a gateway whose uplink is full hands routed traffic to those that have room, as a server sees it by the MACs
# that frames come from, and takes it back; who was handed something and dies loses it no longer than a hold.
from fixture import LabCase, main
from lablib import balance
from lablib.plan import UNBALANCED

_CAPACITY, _ABOVE, _BELOW = 4000, 95, 80
_TOO_MUCH = 8000
_LITTLE = 1600
_SETTLES = 10  # intervals
_MEASURED = 4
_ON_THEIR_WAY = 100  # packets
_SHARE = 4  # vMACs of 16, at most


class HandOn(LabCase):
    # No vMAC moves: only what is handed on can help.
    plan = {"n_hosts": 16, "n_gateways": 3, "capacities_pps": (_CAPACITY, 8000, 8000), "policy": "round-robin",
            "balance": UNBALANCED,
            "services": f"rerouting: {{hand-on: true, hand-on-above: {_ABOVE}, hand-on-below: {_BELOW}}}\n"}

    def setUp(self):
        self.full, *self.others = self.lab.gateways
        self.eventually(lambda: len(self.full.vmac_packets()) <= _SHARE, 20, "vMACs are shared by capacity")
        owned = set(self.full.vmac_packets())
        self.hosts = [i for i, host in enumerate(self.lab.plan.hosts) if self.lab.vip_mac(host.name) in owned]
        self.assertGreater(len(self.hosts), 2, "hosts are not where they should be")

    def handed(self, member=None):
        """Member -> slices that this one handed to it; by default, the full one."""
        dispatcher, = (member or self.full).show("dispatcher")["dispatchers"]
        return {gateway["name"]: gateway["n_buckets"] for gateway in dispatcher["gateways"]}

    def offer(self, traffic, pps):
        """Of all hosts at the full gateway, for some intervals; gateway -> packets a second that came by it at last,
        and what was sent."""
        traffic.set_rates([pps / len(self.hosts) if i in self.hosts else 0 for i in range(self.lab.plan.n_hosts)])
        for _ in range(_SETTLES):
            first = traffic.next_report()
        for _ in range(_MEASURED):
            last = traffic.next_report()
        seconds = (last["at_ns"] - first["at_ns"]) / 1e9
        sent = sum(now["sent"] - then["sent"] for now, then in zip(last["hosts"], first["hosts"])) / seconds
        came = {member.gateway.name: (sum(last["forwarded"].get(member.gateway.uplink_mac, [0])) -
                                      sum(first["forwarded"].get(member.gateway.uplink_mac, [0]))) / seconds
                for member in self.lab.gateways}
        print(f"offered {sent:.0f} pps: {', '.join(f'{name} {pps:.0f}' for name, pps in came.items())}; {self.handed()}")
        self.assertAlmostEqual(sum(came.values()), sent, delta=sent / 50)
        return came

    def test_what_is_too_much_for_an_uplink_leaves_by_others_and_comes_back(self):
        with balance.traffic(self.lab) as traffic:
            came = self.offer(traffic, _LITTLE)
            self.assertAlmostEqual(came["gw1"], _LITTLE, delta=_LITTLE / 50)
            came = self.offer(traffic, _TOO_MUCH)
            self.assertLessEqual(came["gw1"], _CAPACITY * _ABOVE / 100 * 1.02)
            self.assertGreater(sum(self.handed().values()), 0)
            for member in self.others:
                self.assertEqual(sum(self.handed(member).values()), 0, "it has room")
            came = self.offer(traffic, _LITTLE)
            self.assertAlmostEqual(came["gw1"], _LITTLE, delta=_LITTLE / 50)
            self.assertEqual(set(self.handed().values()), {0})
            self.offer(traffic, _TOO_MUCH)
            so_far = traffic.next_report()
            missing = sum(host["sent"] for host in so_far["hosts"]) - sum(map(sum, so_far["forwarded"].values()))
            self.assertLess(missing, _ON_THEIR_WAY, "nothing is lost when slices move")
            # Who has some of it dies: of what is measured behind that nothing is missing.
            receiver = next(member for member in self.others if self.handed()[member.gateway.netns] > 0)
            receiver.crash()
            came = self.offer(traffic, _TOO_MUCH)
            self.assertEqual(came[receiver.gateway.name], 0)
            self.assertEqual(self.handed()[receiver.gateway.netns], 0)
            self.assertLessEqual(came["gw1"], _CAPACITY * _ABOVE / 100 * 1.02)
            last = traffic.finish()
        self.assertEqual(sum(host["refused"] for host in last["hosts"]), 0)


if __name__ == "__main__":
    main()
