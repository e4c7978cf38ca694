# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: names and addresses of a lab; needs no rights.
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from lablib import origin  # noqa: E402: the path must be known first
from lablib.plan import (MAX_GATEWAYS, MAX_HOSTS, MAX_TARGETS, Plan, PlanError,  # noqa: E402
                         is_namespace_of)


class Plans(unittest.TestCase):
    def test_addresses_and_macs_are_distinct_in_the_largest_lab(self):
        plan = Plan(n_hosts=MAX_HOSTS, n_gateways=MAX_GATEWAYS, n_targets=MAX_TARGETS)
        addresses = [host.address for host in plan.hosts] + \
                    [address for member in plan.gateways for address in (member.lan_address, member.uplink_address)] + \
                    [target.address for target in plan.targets]
        macs = [member.mac for member in plan.hosts + plan.targets] + \
               [mac for member in plan.gateways for mac in (member.lan_mac, member.uplink_mac)]
        self.assertEqual(len(set(addresses)), MAX_HOSTS + 2 * MAX_GATEWAYS + MAX_TARGETS)
        self.assertEqual(len(set(macs)), MAX_HOSTS + 2 * MAX_GATEWAYS + MAX_TARGETS)
        self.assertTrue(all(len(mac) == 17 for mac in macs))
        self.assertTrue(all(int(address.split(".")[3]) < 255 for address in addresses))

    def test_a_plan_survives_its_file(self):
        plan = Plan(name="x1", n_hosts=3, n_gateways=2, uplink_mtu=1400, vlans=True, capacities_pps=(5, 6),
                    n_targets=2, uplink_published=("192.0.2.50",))
        self.assertEqual(Plan.from_json(plan.to_json()), plan)

    def test_namespaces_of_another_lab_are_never_ones_own(self):
        plan = Plan(name="eg", n_targets=3)
        self.assertTrue(all(is_namespace_of("eg", netns) for netns in plan.namespaces))
        for stranger in ("eg", "eg-", "eg2-lan", "xeg-lan", "eg-lan2", "eg-h", "eg-h1x", "lan", "eg-lan\n"):
            self.assertFalse(is_namespace_of("eg", stranger), stranger)

    def test_what_cannot_be_built_is_refused(self):
        for wrong in ({"name": "../x"}, {"name": "a-b"}, {"name": ""}, {"name": "toolongname"}, {"n_hosts": 1},
                      {"n_hosts": 101}, {"n_gateways": 0}, {"n_gateways": 17}, {"gateway": "cisco"},
                      {"gateway": "kernel", "n_gateways": 2}, {"driver": "tap"}, {"n_targets": -1},
                      {"n_targets": MAX_TARGETS + 1}, {"uplink_published": ("192.0.2.50",)}):
            with self.assertRaises(PlanError, msg=wrong):
                Plan(**wrong)

    def test_an_unknown_place_is_refused_by_name(self):
        with self.assertRaisesRegex(PlanError, "no 'h9'"):
            Plan(n_hosts=8).place_netns("h9")

    def test_a_blob_has_its_length_and_no_two_pieces_alike(self):
        pieces = list(origin.blob(3_000_000))
        self.assertEqual(sum(map(len, pieces)), 3_000_000)
        self.assertEqual(len(set(pieces)), 3)
        self.assertNotEqual(origin.blob_digest(3_000_000), origin.blob_digest(3_000_001))


if __name__ == "__main__":
    unittest.main(verbosity=2)
