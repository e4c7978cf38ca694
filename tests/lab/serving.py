# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: what any gateway owes its hosts, evengate or the kernel. Used by: hosts_test,
# kernel_gateway_test.
import os

from lablib import origin, plan as plans
from lablib.lab import LabError

_BLOB_BYTES = 100_000_000
# More says that a ring or a queue drops under a TCP window.
_MAX_RETRANSMITS = _BLOB_BYTES // 1448 // 50
_PROBE_SECONDS = float(os.environ.get("EVENGATE_LAB_PROBE_SECONDS", "20"))
_MAX_OUTAGE_NS = 5_000_000


class ServingChecks:
    """Mixed into a LabCase."""

    def test_every_host_pings_the_server_and_the_vip_without_loss(self):
        for host in self.lab.plan.hosts:
            for address in (plans.SERVER, plans.VIP):
                with self.subTest(host=host.name, address=address):
                    self.lab.run(host.name, "ping", "-n", "-q", "-c", "20", "-i", "0.01", "-W", "1", address)

    def test_traceroute_shows_the_gateways_own_address_and_then_the_server(self):
        for probe in ("-I", "-U"):
            shown = self.lab.run("h1", "traceroute", "-n", "-q", "1", "-w", "2", probe, plans.SERVER).stdout
            hops = [line.split()[1] for line in shown.splitlines()[1:]]
            self.assertEqual(hops, [self.gateway.gateway.lan_address, plans.SERVER], shown)

    def test_every_host_fetches_100_mb_over_tcp_intact(self):
        wanted = origin.blob_digest(_BLOB_BYTES)
        for host in self.lab.plan.hosts:
            before = self.lab.tcp_retransmits("server")
            fetched = self.lab.run(
                host.name, "sh", "-c",
                f"curl -sSf --max-time 100 http://{plans.SERVER}/blob/{_BLOB_BYTES} | sha256sum",
                timeout=110).stdout.split()[0]
            retransmits = self.lab.tcp_retransmits("server") - before
            print(f"{host.name}: {_BLOB_BYTES} bytes, {retransmits} segments sent again")
            with self.subTest(host=host.name):
                self.assertEqual(fetched, wanted)
                self.assertLess(retransmits, _MAX_RETRANSMITS)

    def test_an_idle_gateway_loses_no_probe_and_has_no_gap(self):
        try:
            report = self.lab.probe(2, _PROBE_SECONDS)
        except LabError as error:
            self.skipTest(str(error))  # the machine was too busy for any measurement
        print(f"{report['probes_sent']} probes, {report['probes_lost']} lost, outage "
              f"{report['outage_ns'] / 1e6:.2f} ms, of the machine alone "
              f"{report['control_outage_ns'] / 1e6:.2f} ms, {report['discarded_runs']} runs discarded")
        self.assertGreater(report["probes_sent"], _PROBE_SECONDS * 450 * self.lab.plan.n_hosts)
        self.assertEqual(report["probes_lost"], 0)
        self.assertEqual(report["duplicates"], 0)
        # What the machine alone was late by is not the gateway's.
        self.assertLess(report["outage_ns"] - report["control_outage_ns"], _MAX_OUTAGE_NS)
