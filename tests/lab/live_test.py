# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the arithmetic of the live output; needs no rights.
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from lablib import live  # noqa: E402: the path must be known first

_VMAC = "02:45:47:00:01:0{}"


def _picture(flows, vip_macs, gateways):
    probes = {"probes_sent": sum(flow[1] + flow[2] for flow in flows), "probes_lost": sum(flow[2] for flow in flows),
              "duplicates": 0, "outage_ns": 1_500_000, "control_outage_ns": 0, "disturbed": False,
              "flows": [{"name": name, "role": role, "answered": answered, "lost": lost}
                        for name, answered, lost, role in flows]}
    return live.Picture(9, probes, vip_macs, gateways)


class Live(unittest.TestCase):
    def setUp(self):
        self.gateways = [live.Gateway("gw1", True, 500, {_VMAC.format(1): 30, _VMAC.format(2): 60}),
                         live.Gateway("gw2", True, 100, {_VMAC.format(3): 10})]

    def picture(self, *flows, **vip_macs):
        return _picture(flows, vip_macs, self.gateways)

    def test_a_host_is_served_only_with_answers_and_an_owned_vmac(self):
        picture = self.picture(("h1", 100, 0, "probed"), ("h2", 0, 100, "probed"), ("h3", 100, 0, "probed"),
                               ("h4", 100, 0, "probed"), ("h1", 100, 0, "control"),
                               h1=_VMAC.format(1), h2=_VMAC.format(2), h3="02:00:00:00:02:01", h4=None)
        self.assertEqual(picture.hosts_served, ["h1"])
        self.assertIn("not served: h2 h3 h4", live.table(picture))

    def test_a_host_that_lost_more_than_one_probe_in_a_hundred_was_not_served(self):
        self.assertEqual(self.picture(("h1", 98, 2, "probed"), h1=_VMAC.format(1)).hosts_served, [])

    def test_shares_are_of_the_packets_that_hosts_sent(self):
        self.assertEqual(self.picture().shares, {"gw1": 0.9, "gw2": 0.1})

    def test_without_traffic_no_gateway_has_a_share(self):
        self.gateways = [live.Gateway("gw1", False, 0, {})]
        self.assertEqual(self.picture().shares, {"gw1": 0.0})

    def test_the_summary_has_what_others_read(self):
        summary = live.summary(self.picture(("h1", 200, 2, "probed"), ("h2", 100, 0, "probed"),
                                            h1=_VMAC.format(1), h2=_VMAC.format(1)))
        expected = {"gateways": 2, "hosts": 2, "hosts_served": 2, "vmacs_in_use": 1, "packets_forwarded": 600,
                    "probes_sent": 302, "probes_lost": 2, "outage_ms": 1.5,
                    "per_gateway_share": {"gw1": 0.9, "gw2": 0.1}}
        self.assertEqual({key: summary[key] for key in expected}, expected)


if __name__ == "__main__":
    unittest.main(verbosity=2)
