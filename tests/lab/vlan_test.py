# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: tagged interfaces of the gateway. Hosts in VLANs are played in user space, as many test
# machines have no VLAN devices.
from fixture import LabCase, main
from frames import Wire
from lablib import plan as plans
from scapy.layers.inet import ICMP, IP
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether

_BROADCAST = "ff:ff:ff:ff:ff:ff"
_QINQ_TPID = 0x88A8


class TaggedHost:
    """A host with one address behind one or two tags; answers ARP while it waits."""

    def __init__(self, wire, mac, address, vids):
        self._wire, self.mac, self.address, self._vids = wire, mac, address, vids

    def frame(self, payload, to):
        header = Ether(src=self.mac, dst=to)
        if len(self._vids) == 2:
            header.type = _QINQ_TPID
        for vid in self._vids:
            header = header / Dot1Q(vlan=vid)
        return header / payload

    def ask(self, target):
        return self._wire.exchange(
            self.frame(ARP(hwsrc=self.mac, psrc=self.address, pdst=target), _BROADCAST),
            lambda frame: self.is_for_me(frame) and ARP in frame and frame[ARP].psrc == target)

    def is_for_me(self, frame):
        return frame.dst in (self.mac, _BROADCAST) and vids_of(frame) == self._vids

    def ping(self, destination, gateway_mac):
        """The echo reply, or None."""
        def is_reply(frame):
            if self.is_for_me(frame) and ARP in frame and frame[ARP].op == 1 and frame[ARP].pdst == self.address:
                self._wire.send(self.frame(ARP(op=2, hwsrc=self.mac, psrc=self.address, hwdst=frame[ARP].hwsrc,
                                               pdst=frame[ARP].psrc), frame[ARP].hwsrc))
            return self.is_for_me(frame) and ICMP in frame and frame[ICMP].type == 0

        echo = IP(src=self.address, dst=destination) / ICMP(id=77, seq=1) / (b"evengate" * 8)
        return self._wire.exchange(self.frame(echo, gateway_mac), is_reply)


def vids_of(frame):
    vids, layer = [], frame.payload
    while isinstance(layer, (Dot1AD, Dot1Q)):
        vids.append(layer.vlan)
        layer = layer.payload
    return vids


class Vlans(LabCase):
    plan = {"vlans": True, "n_hosts": 2}

    def setUp(self):
        wire = Wire(self.lab.plan.hosts[0].netns, "eth0")
        self.addCleanup(wire.__exit__)
        self.wire = wire
        self.tagged = TaggedHost(wire, "02:00:00:00:05:01", "10.77.10.50", [plans.VLAN])
        self.double_tagged = TaggedHost(wire, "02:00:00:00:05:02", "10.77.30.50", list(plans.QINQ))
        member = self.gateway.gateway
        self.addresses = {self.tagged: member.vlan_address, self.double_tagged: member.qinq_address}

    def dropped(self, reason):
        return sum(drop["count"] for worker in self.gateway.show("workers") for drop in worker["drops"]
                   if drop["name"] == reason)

    def test_arp_is_answered_with_the_tags_of_the_interface(self):
        for host, gateway_address in self.addresses.items():
            answer = host.ask(gateway_address)
            self.assertIsNotNone(answer, gateway_address)
            self.assertEqual(answer[ARP].hwsrc, self.gateway.gateway.lan_mac)

    def test_tagged_in_and_untagged_out_and_back(self):
        for host in self.addresses:
            with self.capture("wan") as capture:
                reply = host.ping(plans.SERVER, self.gateway.gateway.lan_mac)
            self.assertIsNotNone(reply, host.address)
            self.assertEqual((reply[IP].src, reply[IP].ttl), (plans.SERVER, 63))
            self.assertGreaterEqual(len(capture.frames(f"icmp && ip.src == {host.address}")), 1)
            self.assertEqual(capture.frames("vlan"), [])
            self.assertEqual(capture.malformed(), [])

    def test_one_vlan_reaches_another(self):
        # The far host learns of the echo through its own tags, and its answer comes back through ours.
        self.assertIsNotNone(self.double_tagged.ping(plans.SERVER, self.gateway.gateway.lan_mac))
        echo = IP(src=self.tagged.address, dst=self.double_tagged.address) / ICMP(id=78) / b"across"
        arrived = self.wire.exchange(
            self.tagged.frame(echo, self.gateway.gateway.lan_mac),
            lambda frame: self.double_tagged.is_for_me(frame) and ICMP in frame and frame[ICMP].id == 78)
        self.assertIsNotNone(arrived)
        self.assertEqual((vids_of(arrived), arrived[IP].ttl), (list(plans.QINQ), 63))

    def test_tags_that_no_interface_has_are_dropped_by_name(self):
        for vids, reason in (([99], "vlan_not_configured"), ([plans.VLAN, 99], "vlan_not_configured"),
                             ([1, 2, 3], "vlan_stack_too_deep")):
            before = self.dropped(reason)
            stranger = TaggedHost(self.wire, "02:00:00:00:05:03", "10.77.10.51", vids)
            for _ in range(10):
                self.wire.send(stranger.frame(IP(src=stranger.address, dst=plans.SERVER) / ICMP(),
                                              self.gateway.gateway.lan_mac))
            self.eventually(lambda: self.dropped(reason) >= before + 10, 5, f"{vids}: 10 more {reason}")


if __name__ == "__main__":
    main()
