# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: eight Linux hosts use the appliance as their default gateway.
import collections

from fixture import LabCase, main
from frames import udp_socket
from lablib import plan as plans
from serving import ServingChecks


class Hosts(ServingChecks, LabCase):
    def test_the_hosts_are_spread_over_several_vmacs_of_the_group(self):
        for host in self.lab.plan.hosts:
            self.assertTrue(self.lab.pings(host.name, plans.SERVER))
        given = collections.Counter(self.lab.vip_mac(host.name) for host in self.lab.plan.hosts)
        self.assertLessEqual(set(given), self.gateway.vip_macs())
        self.assertGreaterEqual(len(given), 3, given)

    def test_a_host_that_asks_again_is_given_the_same_vmac(self):
        def given():
            for host in self.lab.plan.hosts:
                self.assertTrue(self.lab.pings(host.name, plans.SERVER))
            return {host.name: self.lab.vip_mac(host.name) for host in self.lab.plan.hosts}

        first = given()
        self.lab.forget_neighbours()
        self.assertEqual(given(), first)

    def test_packets_of_a_host_are_counted_for_the_vmac_that_it_was_given(self):
        self.assertTrue(self.lab.pings("h1", plans.SERVER))
        vmac = self.lab.vip_mac("h1")
        before = self.gateway.vmac_packets()[vmac]
        self.lab.run("h1", "ping", "-n", "-q", "-c", "50", "-i", "0.002", plans.SERVER)
        # Reports are made at intervals, so the count may come a little later.
        self.eventually(lambda: self.gateway.vmac_packets()[vmac] >= before + 50, 5,
                        f"50 more packets for {vmac}")

    def test_a_gateway_with_default_tables_stays_below_256_mb(self):
        self.assertLess(self.gateway.show("summary")["memory_bytes"], 256_000_000)

    def test_a_dead_host_is_reported_unreachable_to_who_asked(self):
        shown = self.lab.run("server", "ping", "-n", "-c", "4", "-W", "2", "10.77.0.250", check=False)
        self.assertNotEqual(shown.returncode, 0)
        self.assertIn(f"From {self.gateway.gateway.uplink_address} ", shown.stdout)
        self.assertIn("Destination Host Unreachable", shown.stdout)

    def test_udp_to_the_gateway_itself_is_refused_at_once(self):
        host = self.lab.plan.hosts[0]
        for address in (plans.VIP, self.gateway.gateway.lan_address):
            with udp_socket(host.netns) as udp, self.subTest(address=address):
                udp.settimeout(3)
                udp.connect((address, 9999))
                udp.send(b"anybody there?")
                with self.assertRaises(ConnectionRefusedError):
                    udp.recv(100)


if __name__ == "__main__":
    main()
