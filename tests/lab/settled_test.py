# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: when several gateways are one group; needs no rights.
import copy
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from lablib import events, gateways, settled  # noqa: E402: the path must be known first
from lablib.plan import Plan  # noqa: E402

_NAMES = ("eg-gw1", "eg-gw2", "eg-gw3")
_N_VMACS = 4


def view(group_id, name):
    place = _NAMES.index(name)
    return {"id": group_id, "state": ("active", "standby", "listen")[place], "avg": _NAMES[0],
            "standby": _NAMES[1], "draining": False, "fenced": False,
            "members": [{"name": other, "live": True, "hears_us": True} for other in _NAMES],
            "vmacs": [{"number": number, "mac": f"02:45:47:00:0{group_id}:0{number}",
                       "state": "own" if number % len(_NAMES) == place else "other"}
                      for number in range(1, _N_VMACS + 1)]}


class Groups(unittest.TestCase):
    def setUp(self):
        self.reports = {name: [view(1, name), view(2, name)] for name in _NAMES}

    def faults(self):
        return settled.group_faults(self.reports, len(_NAMES))

    def change(self, name, group_index=0, **values):
        self.reports = copy.deepcopy(self.reports)
        self.reports[name][group_index].update(values)

    def test_one_leader_one_standby_and_one_owner_of_each_vmac_is_a_group(self):
        self.assertEqual(self.faults(), [])

    def test_each_fault_is_named(self):
        good = self.reports
        for expected, change in (
                ("group 1: active: eg-gw1, eg-gw2", lambda: self.change("eg-gw2", state="active")),
                ("group 2: active: none", lambda: self.change("eg-gw1", 1, state="speak")),
                ("group 1: standby: none", lambda: self.change("eg-gw2", state="listen")),
                ("eg-gw3 takes nobody for avg", lambda: self.change("eg-gw3", avg="")),
                ("eg-gw3 takes eg-gw3 for standby", lambda: self.change("eg-gw3", standby="eg-gw3")),
                ("eg-gw2 is draining", lambda: self.change("eg-gw2", draining=True)),
                ("eg-gw2 is fenced", lambda: self.change("eg-gw2", fenced=True)),
                ("eg-gw3 sees 2 of 3 members", lambda: self.change("eg-gw3", members=good["eg-gw3"][0]["members"][:2])),
                ("eg-gw1 does not hear eg-gw2", lambda: self.change("eg-gw2", members=[
                    {"name": name, "live": True, "hears_us": False} for name in _NAMES])),
                ("vMAC 1 is owned by nobody", lambda: self.change("eg-gw2", vmacs=good["eg-gw1"][0]["vmacs"])),
                ("vMAC 3 is owned by eg-gw1, eg-gw2", lambda: self.change("eg-gw2", vmacs=good["eg-gw1"][0]["vmacs"])),
                ("eg-gw3 owns nothing", lambda: self.change("eg-gw3", vmacs=[
                    {**vmac, "state": "linger"} for vmac in good["eg-gw3"][0]["vmacs"]])),
                ("group 2: eg-gw1 does not take part", lambda: self.reports.update({"eg-gw1": good["eg-gw1"][:1]}))):
            with self.subTest(expected):
                self.reports = copy.deepcopy(good)
                change()
                self.assertTrue(any(expected in fault for fault in self.faults()), self.faults())

    def test_a_move_changes_the_ownership(self):
        before = settled.ownership(self.reports)
        self.assertEqual(len(before), 2 * _N_VMACS)
        self.assertEqual(before[1, "02:45:47:00:01:01"], "eg-gw2")
        vmacs = [{**vmac, "state": "other"} for vmac in self.reports["eg-gw2"][0]["vmacs"]]
        self.change("eg-gw2", vmacs=vmacs)
        self.assertNotEqual(settled.ownership(self.reports), before)

    def test_a_host_needs_a_mac_that_somebody_owns(self):
        self.assertEqual(settled.entry_faults({"h1": "a", "h2": "b"}, {"a", "b"}), [])
        faults = settled.entry_faults({"h1": "c", "h2": None}, {"a"})
        self.assertEqual([fault.split()[0] for fault in faults], ["h1", "h2"])

    def test_of_a_pair_the_preferred_one_has_both_vips(self):
        self.assertEqual(settled.pair_faults({"gw1": {"10.77.0.1", "192.0.2.1"}, "gw2": set()}, "gw1"), [])
        self.assertEqual(len(settled.pair_faults({"gw1": {"10.77.0.1"}, "gw2": {"192.0.2.1"}}, "gw1")), 1)
        self.assertEqual(len(settled.pair_faults({"gw1": set(), "gw2": set()}, "gw1")), 2)


class Member:
    def __init__(self, gateway, state):
        self.gateway, self._state = gateway, state

    def show(self, *unused):
        return [{"id": 1, "state": self._state}]


class Lab:
    def __init__(self, plan, leader):
        self.plan = plan
        self.gateways = [Member(gateway, "active" if gateway.name == leader else "listen")
                         for gateway in plan.gateways]


class Targets(unittest.TestCase):
    def test_odd_runs_befall_the_leader_and_even_ones_the_others_in_turn(self):
        lab = Lab(Plan(n_gateways=3), "gw2")
        self.assertEqual([events.choose(lab, number).gateway.name for number in range(1, 7)],
                         ["gw2", "gw1", "gw2", "gw3", "gw2", "gw1"])

    def test_a_group_without_a_leader_is_an_error(self):
        with self.assertRaises(events.EventError):
            events.choose(Lab(Plan(n_gateways=3), "gw9"), 1)


class Configurations(unittest.TestCase):
    def text(self, **wanted):
        plan = Plan(**wanted)
        return [gateways.configuration(plan, gateway, "/s", "/k") for gateway in plan.gateways]

    def test_several_gateways_have_a_group_on_both_sides_with_their_timers(self):
        first, second, third = self.text(n_gateways=3, hello_ms=10)
        for line in ("interface: lan", "interface: uplink", "virtual-addresses: [10.77.0.1]",
                     "virtual-addresses: [192.0.2.1]", "hello: 10ms", "hold: 30ms", "priority: 200"):
            self.assertIn(line, first)
        self.assertIn("priority: 150", second)
        self.assertIn("priority: 100", third)

    def test_one_gateway_has_one_group(self):
        text, = self.text()
        self.assertEqual(text.count("- {id:"), 1)
        self.assertNotIn("192.0.2.1]", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
