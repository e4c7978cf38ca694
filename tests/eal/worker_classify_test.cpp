// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "worker_frames.hpp"
#include "worker_rig.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT
using fuzz::kOwnVmac;
using packet::DropReason;
using packet::PuntReason;
using packet::SlotAction;

namespace {

constexpr MacAddress kGroupMac = MacAddress::from_u64(0x0100'5E00'0066);
constexpr uint16_t kGroupPort = 3222;
const Bytes kArpType = {0x08, 0x06};
const Bytes kIpv6Type = {0x86, 0xDD};

Bytes untagged(const Bytes& datagram, const MacAddress& destination = kOwnVmac) {
    return link(destination, kHostMac, kIpv4Type + datagram);
}

// A request of 192.0.2.10 for 192.0.2.254, padded as Ethernet asks.
Bytes arp_request() {
    return Bytes{0,   1, 8, 0,  6, 4, 0, 1, 2, 0, 0,   0, 0, 2,
                 192, 0, 2, 10, 0, 0, 0, 0, 0, 0, 192, 0, 2, 254} +
           Bytes(18, 0);
}

Bytes udp_to_group(uint16_t port, uint16_t flags_and_offset = 0) {
    Bytes datagram = to("224.0.0.102", make_datagram(30, {}, flags_and_offset));
    put_be16(datagram, 22, port);
    return datagram;
}

}  // namespace

TEST_CASE("each action of a slot is carried out and counted for that slot") {
    WorkerRig rig;
    const Bytes datagram = to("10.1.0.5");
    const auto cell = [&](size_t mac) -> const counters::SlotCell& {
        return rig.worker().counters().slot(slot_of(0, mac));
    };
    const uint64_t frame_size = untagged(datagram).size();
    for (const size_t accepted : {0u, 1u, 2u}) {
        CAPTURE(accepted);
        CHECK(rig.forward(untagged(datagram, kMacs[accepted])).has_value());
        // A frame that takes the longer way is counted alike.
        CHECK(rig.punt(link(kMacs[accepted], kHostMac, kArpType + arp_request())).has_value());
        CHECK(cell(accepted).packets.get() == (kActions[accepted] == SlotAction::linger ? 0 : 2));
        CHECK(cell(accepted).bytes.get() == frame_size + 60);
        CHECK(cell(accepted).linger_packets.get() ==
              (kActions[accepted] == SlotAction::linger ? 2 : 0));
        CHECK(cell(accepted).foreign_packets.get() == 0);
    }
    CHECK(rig.drop(untagged(datagram, fuzz::kForeignVmac)) == DropReason::foreign_vmac);
    CHECK(rig.drop(link(fuzz::kForeignVmac, kHostMac, kArpType + arp_request())) ==
          DropReason::foreign_vmac);
    CHECK(cell(3).foreign_packets.get() == 2);
    CHECK(cell(3).packets.get() == 0);
    CHECK(rig.drop(untagged(datagram, MacAddress::from_u64(0x0245'4700'0104))) ==
          DropReason::not_for_us);
}

TEST_CASE("a member whose lease has ended forwards for its interface's MAC and no vMAC") {
    WorkerRig rig;
    rig.generations().publish(WorkerRig::usual_actions(), 1);
    const Bytes datagram = to("10.1.0.5");
    CHECK(rig.forward(untagged(datagram, fuzz::kRouterMac)).has_value());
    CHECK(rig.drop(untagged(datagram, kOwnVmac)) == DropReason::fenced);
    CHECK(rig.drop(untagged(datagram, kLingerVmac)) == DropReason::fenced);
    CHECK(rig.drop(link(kOwnVmac, kHostMac, kArpType + arp_request())) == DropReason::fenced);
    CHECK(rig.drop(untagged(datagram, fuzz::kForeignVmac)) == DropReason::foreign_vmac);
    rig.generations().publish(WorkerRig::usual_actions(), table::kUnlimitedLease);
    CHECK(rig.forward(untagged(datagram, kOwnVmac)).has_value());
    CHECK(rig.worker().counters().generation.get() == rig.generations().current().number());
}

TEST_CASE("a MAC is ours only on the interface that it is bound to") {
    WorkerRig rig;
    std::vector<table::L2Binding> only_tagged = {{SlotIndex{5}, InterfaceId{1}, kOwnVmac}};
    rig.generations().publish(std::move(table::L2Table::make("tagged_only", only_tagged)).value(),
                              WorkerRig::usual_actions(), table::kUnlimitedLease);
    const Bytes payload = kIpv4Type + to("10.1.0.5");
    CHECK(rig.forward(link(kOwnVmac, kHostMac, kVlan100 + payload)).has_value());
    CHECK(rig.drop(link(kOwnVmac, kHostMac, payload)) == DropReason::not_for_us);
    CHECK(rig.drop(link(kOwnVmac, kHostMac, kQinq200 + payload)) == DropReason::not_for_us);
}

TEST_CASE("tags that no interface has, and too many, are dropped by name") {
    WorkerRig rig;
    const Bytes payload = kIpv4Type + to("10.1.0.5");
    const auto tagged = [&](const Bytes& tags) { return link(kOwnVmac, kHostMac, tags + payload); };
    CHECK(rig.drop(tagged({0x81, 0x00, 0x00, 101})) == DropReason::vlan_not_configured);
    CHECK(rig.drop(tagged(kQinq200 + kVlan100)) == DropReason::vlan_stack_too_deep);
    CHECK(rig.drop(tagged(kVlan100 + kVlan100)) == DropReason::vlan_not_configured);
    CHECK(rig.drop(link(kBroadcastMac, kHostMac,
                        Bytes{0x81, 0x00, 0x00, 101} + kArpType + arp_request())) ==
          DropReason::vlan_not_configured);
    CHECK(rig.forward(tagged(kVlan100)).has_value());
}

TEST_CASE("ARP goes to control from each interface, as broadcast and as unicast") {
    WorkerRig rig;
    for (uint16_t interface = 0; interface < fuzz::kInterfaces.size(); ++interface) {
        const std::array<Bytes, 3> tags = {Bytes{}, kVlan100, kQinq200};
        for (const MacAddress& destination : {kBroadcastMac, kOwnVmac}) {
            const Bytes received =
                link(destination, kHostMac, tags[interface] + kArpType + arp_request());
            const auto punted = rig.punt(received);
            REQUIRE(punted.has_value());
            CHECK(punted->frame == received);
            CHECK(punted->tag.reason == PuntReason::arp);
            CHECK(punted->tag.interface == InterfaceId(interface));
            CHECK(punted->tag.slot == (destination == kOwnVmac ? slot_of(interface, 1) : kNoSlot));
            CHECK(punted->tag.payload_offset == 14 + tags[interface].size());
            CHECK(punted->tag.ethertype == packet::kEtherTypeArp);
        }
    }
    Bytes cut = link(kBroadcastMac, kHostMac, kArpType + arp_request());
    cut.resize(14 + 27);
    CHECK(rig.drop(cut) == DropReason::arp_malformed);
}

TEST_CASE("of all multicast only whole messages to the group's address and port are wanted") {
    WorkerRig rig;
    const auto message = rig.punt(untagged(udp_to_group(kGroupPort), kGroupMac));
    REQUIRE(message.has_value());
    CHECK(message->tag.reason == PuntReason::group_message);
    CHECK(message->tag.slot == kNoSlot);
    CHECK(rig.punt(link(kGroupMac, kHostMac, kVlan100 + kIpv4Type + udp_to_group(kGroupPort)))
              ->tag.interface == InterfaceId{1});

    constexpr uint16_t kMoreFragments = 0x2000;
    const MacAddress other_mac = MacAddress::from_u64(0x0100'5E00'0001);
    const DropReason unwanted = DropReason::multicast_unwanted;
    CHECK(rig.drop(untagged(udp_to_group(kGroupPort + 1), kGroupMac)) == unwanted);
    CHECK(rig.drop(untagged(udp_to_group(kGroupPort, kMoreFragments), kGroupMac)) == unwanted);
    CHECK(rig.drop(untagged(udp_to_group(kGroupPort, 1), kGroupMac)) == unwanted);
    CHECK(rig.drop(untagged(udp_to_group(kGroupPort), other_mac)) == unwanted);
    CHECK(rig.drop(untagged(udp_to_group(kGroupPort), kBroadcastMac)) == unwanted);
    Bytes tcp = udp_to_group(kGroupPort);
    tcp[9] = 6;
    seal(tcp);
    CHECK(rig.drop(untagged(tcp, kGroupMac)) == unwanted);
    CHECK(rig.drop(link(kBroadcastMac, kHostMac, kIpv6Type + Bytes(46, 0))) == unwanted);
    // A host without an address asks for one (DHCP): legal, not for us.
    CHECK(rig.drop(untagged(from("0.0.0.0", to("255.255.255.255")), kBroadcastMac)) == unwanted);
}

TEST_CASE("IPv4 for one in a frame for all is dropped, and so is a source that nobody can have") {
    WorkerRig rig;
    const MacAddress multicast_source = MacAddress::from_u64(0x0300'0000'0002);
    CHECK(rig.drop(untagged(to("10.1.0.5"), kBroadcastMac)) == DropReason::ipv4_in_link_broadcast);
    CHECK(rig.drop(untagged(to("10.1.0.5"), kGroupMac)) == DropReason::ipv4_in_link_broadcast);
    CHECK(rig.drop(link(kOwnVmac, multicast_source, kIpv4Type + to("10.1.0.5"))) ==
          DropReason::source_mac_invalid);
    CHECK(rig.drop(link(kBroadcastMac, multicast_source, kArpType + arp_request())) ==
          DropReason::source_mac_invalid);
    for (const char* martian : {"0.1.2.3", "127.0.0.1", "224.0.0.1", "255.255.255.255"}) {
        CAPTURE(martian);
        CHECK(rig.drop(untagged(from(martian, to("10.1.0.5")))) == DropReason::ipv4_source_invalid);
    }
}

TEST_CASE("headers that are cut, wrong or unknown are dropped, each by its own name") {
    WorkerRig rig;
    const Bytes good = to("10.1.0.5");
    Bytes cut = untagged(good);
    cut.resize(13);
    CHECK(rig.drop(cut) == DropReason::frame_too_short);
    cut = link(kOwnVmac, kHostMac, kVlan100);
    cut.resize(15);
    CHECK(rig.drop(cut) == DropReason::frame_too_short);
    Bytes truncated = untagged(good);
    truncated.pop_back();
    CHECK(rig.drop(truncated) == DropReason::ipv4_length_invalid);
    Bytes wrong = good;
    wrong[0] = 0x65;
    seal(wrong);
    CHECK(rig.drop(untagged(wrong)) == DropReason::ipv4_header_invalid);
    wrong = good;
    wrong[0] = 0x44;
    CHECK(rig.drop(untagged(wrong)) == DropReason::ipv4_header_invalid);
    wrong = good;
    wrong[11] ^= 1;
    CHECK(rig.drop(untagged(wrong)) == DropReason::ipv4_checksum_wrong);
    CHECK(rig.drop(untagged(to("10.1.0.5", make_datagram(8, {131, 3, 4, 0})))) ==
          DropReason::ipv4_source_route);
    CHECK(rig.drop(link(kOwnVmac, kHostMac, kIpv6Type + Bytes(46, 0))) ==
          DropReason::ipv6_unsupported);
    CHECK(rig.drop(link(kOwnVmac, kHostMac, Bytes{0x88, 0xCC} + Bytes(46, 0))) ==
          DropReason::ethertype_unsupported);
}

TEST_CASE("a frame in several buffers is dropped whole") {
    WorkerRig rig;
    const Bytes bytes = untagged(to("10.1.0.5", make_datagram(400)));
    rte_mbuf* const head = rig.pool().make_frame(std::span(bytes).first(100));
    rte_mbuf* const tail = rig.pool().make_frame(std::span(bytes).subspan(100));
    REQUIRE(rte_pktmbuf_chain(head, tail) == 0);
    rig.receive_buffer(head);
    rig.poll();
    CHECK(rig.n_dropped(DropReason::frame_segmented) == 1);
    CHECK_FALSE(rig.take_sent().has_value());
}
