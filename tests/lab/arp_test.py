# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: ARP towards the gateway, frame by frame.
from fixture import LabCase, main
from frames import Wire
from lablib import plan as plans
from scapy.layers.l2 import ARP, Ether

_BROADCAST = "ff:ff:ff:ff:ff:ff"


class Arp(LabCase):
    plan = {"n_hosts": 2}

    def setUp(self):
        self.host = self.lab.plan.hosts[0]
        self.wire = Wire(self.host.netns, "eth0")
        self.addCleanup(self.wire.__exit__)

    def ask(self, target, to=_BROADCAST, sender=None, seconds=2):
        """The answer to "who has target", or None."""
        sender = self.host.address if sender is None else sender
        request = Ether(src=self.host.mac, dst=to) / ARP(hwsrc=self.host.mac, psrc=sender, pdst=target)
        return self.wire.exchange(
            request, lambda frame: ARP in frame and frame[ARP].op == 2 and frame[ARP].psrc == target, seconds)

    def test_a_unicast_probe_of_each_vmac_is_answered_with_that_vmac(self):
        vmacs = self.gateway.vip_macs()
        self.assertEqual(len(vmacs), self.lab.plan.n_vmacs)
        for vmac in sorted(vmacs):
            answer = self.ask(plans.VIP, to=vmac)
            self.assertIsNotNone(answer, vmac)
            self.assertEqual((answer[ARP].hwsrc, answer[ARP].hwdst, answer[ARP].pdst, answer.dst),
                             (vmac, self.host.mac, self.host.address, self.host.mac))

    def test_the_gateways_own_address_is_answered_with_its_own_mac(self):
        answer = self.ask(self.gateway.gateway.lan_address)
        self.assertEqual((answer[ARP].hwsrc, answer.src), (self.gateway.gateway.lan_mac,) * 2)

    def test_an_address_probe_for_the_vip_is_answered_to_the_asker_alone(self):
        answer = self.ask(plans.VIP, sender="0.0.0.0")
        self.assertEqual(answer.dst, self.host.mac)
        self.assertIn(answer[ARP].hwsrc, self.gateway.vip_macs())

    def test_addresses_of_others_are_not_answered(self):
        for target in ("10.77.0.240", self.gateway.gateway.uplink_address, "10.78.0.1"):
            self.assertIsNone(self.ask(target, seconds=0.5), target)

    def test_the_gateway_asks_for_a_host_with_its_own_address_never_the_vip(self):
        def is_request(frame):
            return ARP in frame and frame[ARP].op == 1 and frame[ARP].pdst == "10.77.0.199"

        self.lab.run("server", "ping", "-n", "-c", "1", "-W", "1", "10.77.0.199", check=False)
        request = self.wire.receive(is_request)
        self.assertEqual((request[ARP].psrc, request[ARP].hwsrc, request.src),
                         (self.gateway.gateway.lan_address,) + (self.gateway.gateway.lan_mac,) * 2)


if __name__ == "__main__":
    main()
