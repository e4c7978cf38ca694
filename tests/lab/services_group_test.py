# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: three gateways that reroute for three published addresses: a thousand connections to each, through changes
# of weights, a drain, a hand-over of all that a gateway has, its death, and that of the AVG.
import math
import time

from fixture import main
from lablib.plan import PUBLISHED, UNBALANCED
from services_case import ServicesCase, service

_N_HOSTS = 4
_PER_CLIENT = 250
_N = _N_HOSTS * _PER_CLIENT
_STATELESS, *_STATEFUL = PUBLISHED
# Of s1 once its weight is halved, and of s2 from then on.
_MOVED_BY_WEIGHT = 1 / 3 - 50 / 250
_MOVED_BY_DRAIN = 100 / 250
# Of those that the drain moved: what it left alone was not s2's, and is not now.
_MOVED_BACK = _MOVED_BY_DRAIN * _MOVED_BY_DRAIN
# From 50 to 200 of s1, beside 100 each; and on to 100.
_MOVED_BEHIND_DEATH = 200 / 400 - 50 / 250
_MOVED_AFTER_DEATHS = 200 / 400 - 100 / 300
_BEYOND = 0.01


def _most_lost(moved):
    """Of flows that are drawn by chance: those of the slots that move, one in a hundred, and three standard deviations."""
    return (moved + _BEYOND) * _N + 3 * math.sqrt(_N * moved * (1 - moved))


class GroupOfServices(ServicesCase):
    plan = {"n_hosts": _N_HOSTS, "n_gateways": 3, "balance": UNBALANCED}
    services = (service("plain", PUBLISHED[0], "mode: mac\n    criterion: stateless") +
                service("known", PUBLISHED[1], "mode: mac\n    criterion: stateful") +
                service("translated", PUBLISHED[2], "mode: nat\n    criterion: stateful"))
    n_up = 9

    def all_do(self, command):
        """Each client at once: (host, address) -> what came of it."""
        for client in self.clients.values():
            client.begin(command)
        return {key: client.end() for key, client in self.clients.items()}

    def assert_kept(self, when, moved=0.0):
        """All to stateful services, and all but what moved to the stateless one, which are opened again."""
        asked = self.all_do("ask")
        lost = {address: sum(found["asked"] - found["alive"] for (_, of), found in asked.items() if of == address)
                for address in PUBLISHED}
        print(f"of {_N} each, lost {when}: {lost}")
        for (host, address), found in asked.items():
            if address in _STATEFUL and found["lost"]:
                print(host, address, found["lost"][0],
                      [member.ask(f"show connections {found['lost'][0][0]}")
                       for member in self.lab.gateways if member.is_running()])
        for address in _STATEFUL:
            self.assertEqual(lost[address], 0, when)
        self.assertLessEqual(lost[_STATELESS], _most_lost(moved) if moved else 0, when)
        if moved:
            self.assertGreater(lost[_STATELESS], 0, "they move: that is what stateless means")
        for key, client in self.clients.items():
            client.begin(f"open {asked[key]['asked'] - asked[key]['alive']}")
        self.assertEqual(sum(client.end()["failed"] for client in self.clients.values()), 0)

    def assert_kept_through(self, order, when, moved):
        self.do(order)
        time.sleep(1)
        self.assert_kept(when, moved)

    def test_a_thousand_connections_survive_weights_a_drain_a_hand_over_and_a_death(self):
        time.sleep(2)  # slots as they will stay
        self.clients = {(host.name, address): self.client(host.name, address)
                        for host in self.lab.plan.hosts for address in PUBLISHED}
        self.assertEqual(sum(found["failed"] for found in self.all_do(f"open {_PER_CLIENT}").values()), 0)
        time.sleep(1)
        self.assert_kept("so far")
        self.assert_kept_through("set target s1 weight 50", "through a change of a weight", _MOVED_BY_WEIGHT)
        self.assert_kept_through("drain target s2", "through a drain", _MOVED_BY_DRAIN)
        self.assert_kept_through("undrain target s2", "through its end", _MOVED_BACK)
        self.lab.gateways[2].ask("drain")
        time.sleep(3)
        self.assert_kept("through a hand-over")
        self.lab.gateways[2].ask("undrain")
        time.sleep(3)
        self.assert_kept("and back")
        self.lab.gateways[1].crash()
        time.sleep(1.5)
        self.assert_kept("at a death")
        # Who decides next goes on with the weight that was ordered: else slots would move.
        self.decider().crash()
        time.sleep(1.5)
        self.assertEqual(self.targets("plain", self.decider())["s1"]["weight"], 50)
        # What the dead one had is nobody's yet, and goes by the slots of its death.
        self.assert_kept_through("set target s1 weight 200", "at the death of the AVG and a weight right behind it",
                                 _MOVED_BEHIND_DEATH)
        # By now it is the last one's own.
        self.assert_kept_through("set target s1 weight 100", "through a weight after both", _MOVED_AFTER_DEATHS)


class Preempted(ServicesCase):
    """The member of the best rank takes its role back as soon as it has started."""

    plan = {"n_hosts": 2, "n_gateways": 3, "preempt": True, "balance": UNBALANCED}
    services = service("web", PUBLISHED[0], "mode: mac\n    criterion: stateless")

    def test_what_was_ordered_outlives_a_restart_of_the_best_member(self):
        best = self.lab.gateways[0]
        self.eventually(lambda: self.decider() is best, 10, "the best decides")
        self.do("set target web/s1 weight 7")
        self.do("drain target web/s2")
        time.sleep(1.5)
        best.crash()
        time.sleep(1.5)
        self.assertIsNot(self.decider(), best)
        best.start()
        self.lab.wait_until_settled()
        self.eventually(lambda: self.decider() is best, 20, "it decides again")
        time.sleep(1.5)
        for member in self.lab.gateways:
            targets = self.targets("web", member)
            self.assertEqual((targets["s1"]["weight"], targets["s2"]["state"]), (7, "draining"), member.gateway.name)


if __name__ == "__main__":
    main()
