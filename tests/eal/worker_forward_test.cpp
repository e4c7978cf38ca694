// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "worker_frames.hpp"
#include "worker_rig.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT
using dataplane::Tagging;
using fuzz::kOwnVmac;
using packet::DropReason;
using packet::PuntReason;

namespace {

Bytes untagged(const Bytes& datagram, const MacAddress& destination = kOwnVmac) {
    return link(destination, kHostMac, kIpv4Type + datagram);
}

Bytes sent_to_next_hop(const Bytes& tags, const Bytes& datagram) {
    return link(fuzz::kNextHopMac, fuzz::kRouterMac, tags + kIpv4Type + datagram);
}

}  // namespace

TEST_CASE("a frame leaves with the next hop's header, one hop older, and not a byte else changed") {
    const Tagging tagging = GENERATE(Tagging::none, Tagging::vlan);
    WorkerRig rig({.tagging = tagging});
    // An empty UDP datagram, written out; the checksums come from elsewhere.
    const Bytes received = {0x02, 0x45, 0x47, 0x00, 0x01, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00,
                            0x02, 0x08, 0x00, 0x45, 0x00, 0x00, 0x1C, 0x12, 0x34, 0x00, 0x00,
                            0x40, 0x11, 0x9C, 0x8D, 0xC0, 0x00, 0x02, 0x0A, 0x0A, 0x01, 0x00,
                            0x05, 0x04, 0x00, 0x08, 0x00, 0x00, 0x08, 0x00, 0x00};
    const Bytes expected = {0x02, 0x00, 0x00, 0x00, 0x00, 0x99, 0x02, 0x00, 0x00, 0x00, 0x00,
                            0x01, 0x08, 0x00, 0x45, 0x00, 0x00, 0x1C, 0x12, 0x34, 0x00, 0x00,
                            0x3F, 0x11, 0x9D, 0x8D, 0xC0, 0x00, 0x02, 0x0A, 0x0A, 0x01, 0x00,
                            0x05, 0x04, 0x00, 0x08, 0x00, 0x00, 0x08, 0x00, 0x00};
    CHECK(rig.forward(received) == expected);
    CHECK(rig.worker().counters().forwarded.get() == 1);
}

TEST_CASE("padding behind a short datagram goes with it, and options are forwarded as they are") {
    const Tagging tagging = GENERATE(Tagging::none, Tagging::vlan);
    WorkerRig rig({.tagging = tagging});
    const Bytes padding(18, 0xEE);
    const Bytes plain = to("10.1.0.5", make_datagram(8));
    CHECK(rig.forward(untagged(plain) + padding) ==
          sent_to_next_hop({}, with_ttl(63, plain) + padding));
    const Bytes options = to("10.1.0.5", make_datagram(8, {1, 148, 4, 0, 0, 0, 0, 0}));
    CHECK(rig.forward(untagged(options)) == sent_to_next_hop({}, with_ttl(63, options)));
}

TEST_CASE("tags are taken off and put on as the two interfaces have them") {
    WorkerRig rig;
    struct Way {
        const char* destination;
        Bytes tags;
    };
    const Bytes in_tags = GENERATE(Bytes{}, kVlan100, kQinq200, kPriorityTag);
    for (const Way& way : {Way{"10.1.0.5", {}}, {"10.2.0.5", kVlan100}, {"10.3.0.5", kQinq200}}) {
        CAPTURE(in_tags, way.destination);
        const Bytes datagram = to(way.destination);
        const Bytes received = link(kOwnVmac, kHostMac, in_tags + kIpv4Type + datagram);
        CHECK(rig.forward(received) == sent_to_next_hop(way.tags, with_ttl(63, datagram)));
    }
}

TEST_CASE("a frame that was untagged, tagged and untagged again is the frame it was, but older") {
    WorkerRig rig;
    const Bytes datagram = to("10.2.0.5", make_datagram(300));
    const auto tagged = rig.forward(untagged(datagram));
    REQUIRE(tagged.has_value());
    CHECK(tagged->size() == untagged(datagram).size() + 4);
    Bytes again = *tagged;
    std::copy(kOwnVmac.bytes.begin(), kOwnVmac.bytes.end(), again.begin());
    Bytes moved = with_ttl(63, to("10.1.0.5", datagram));
    std::copy(moved.begin(), moved.end(), again.begin() + 18);
    CHECK(rig.forward(again) == sent_to_next_hop({}, with_ttl(62, moved)));
}

TEST_CASE("a tag that carries only a priority is taken off where no interface has a VLAN") {
    WorkerRig rig({.tagging = Tagging::none});
    const Bytes datagram = to("10.1.0.5");
    const bool twice = GENERATE(false, true);
    const Bytes tags = twice ? kPriorityTag + kPriorityTag : kPriorityTag;
    CHECK(rig.forward(link(kOwnVmac, kHostMac, tags + kIpv4Type + datagram)) ==
          sent_to_next_hop({}, with_ttl(63, datagram)));
    // What goes to control says where its payload is.
    const auto punted =
        rig.punt(link(kOwnVmac, kHostMac, tags + kIpv4Type + with_ttl(1, datagram)));
    REQUIRE(punted.has_value());
    CHECK(punted->tag.reason == PuntReason::ttl_expired);
    CHECK(punted->tag.interface == InterfaceId{0});
    CHECK(punted->tag.slot == slot_of(0, 1));
    CHECK(Bytes(punted->frame.begin() + punted->tag.payload_offset, punted->frame.end()) ==
          with_ttl(1, datagram));
}

TEST_CASE("a frame may leave by the port it came in by") {
    WorkerRig rig;
    const Bytes datagram = to("10.9.0.5");
    CHECK_FALSE(rig.forward(untagged(datagram)).has_value());
    CHECK(rig.take_sent(kInPort) == sent_to_next_hop({}, with_ttl(63, datagram)));
}

TEST_CASE("what is forwarded to a host counts for the slot of its vMAC, where that is wanted") {
    const Tagging tagging = GENERATE(Tagging::none, Tagging::vlan);
    WorkerRig rig({.tagging = tagging});
    const SlotIndex vmac = slot_of(0, 1);
    const auto& returned = rig.worker().counters().returns(vmac);
    const Bytes datagram = to("10.1.0.5");
    REQUIRE(rig.forward(untagged(datagram)).has_value());
    CHECK(returned.packets.get() == 0);
    packet::Adjacency counted = rig.adjacencies().get(entry::untagged);
    counted.returns = packet::Returns::counted;
    counted.return_slot = vmac.value;
    rig.adjacencies().set(entry::untagged, counted);
    const auto sent = rig.forward(untagged(datagram));
    CHECK(sent == sent_to_next_hop({}, with_ttl(63, datagram)));
    CHECK(returned.packets.get() == 1);
    CHECK(returned.bytes.get() == sent->size());
    // What is not forwarded, or goes elsewhere, is not returned.
    static_cast<void>(rig.punt(untagged(with_ttl(1, datagram))));
    static_cast<void>(rig.forward(untagged(to("10.9.0.5"))));
    CHECK(returned.packets.get() == 1);
}

TEST_CASE("TTL 2 is the last that is forwarded; from 1 on control hears of it") {
    WorkerRig rig;
    const Bytes datagram = to("10.1.0.5");
    CHECK(rig.forward(untagged(with_ttl(2, datagram))) ==
          sent_to_next_hop({}, with_ttl(1, datagram)));
    for (const uint8_t ttl : {uint8_t{1}, uint8_t{0}}) {
        const Bytes received = untagged(with_ttl(ttl, datagram));
        const auto punted = rig.punt(received);
        REQUIRE(punted.has_value());
        CHECK(punted->tag.reason == PuntReason::ttl_expired);
        CHECK(punted->frame == received);
    }
    // For a next hop that is not resolved yet, it is the TTL that counts: RFC 1812 5.3.1.
    CHECK(rig.punt(untagged(with_ttl(1, to("10.5.0.5"))))->tag.reason == PuntReason::ttl_expired);
    // Not for us ourselves.
    CHECK(rig.punt(untagged(with_ttl(1, to("192.0.2.1"))))->tag.reason ==
          PuntReason::local_address);
}

TEST_CASE("a datagram of exactly the MTU is forwarded, one byte more goes to control unchanged") {
    WorkerRig rig;
    const Bytes fits = to("10.4.0.5", make_datagram(kSmallMtu - 20));
    CHECK(rig.forward(untagged(fits)) == sent_to_next_hop({}, with_ttl(63, fits)));
    constexpr uint16_t kDontFragment = 0x4000;
    for (const uint16_t flags : {uint16_t{0}, kDontFragment}) {
        const Bytes received = untagged(to("10.4.0.5", make_datagram(kSmallMtu - 19, {}, flags)));
        const auto punted = rig.punt(received);
        REQUIRE(punted.has_value());
        CHECK(punted->tag.reason == PuntReason::too_big);
        CHECK(punted->tag.adjacency == table::adjacency_of(entry::small_mtu));
        CHECK(punted->frame == received);
    }
}

TEST_CASE("what needs control arrives there with all that control must know") {
    WorkerRig rig;
    const Bytes received = link(kOwnVmac, kHostMac, kQinq200 + kIpv4Type + to("10.5.0.5"));
    const auto unresolved = rig.punt(received);
    REQUIRE(unresolved.has_value());
    CHECK(unresolved->frame == received);
    CHECK(unresolved->tag.reason == PuntReason::unresolved);
    CHECK(unresolved->tag.interface == InterfaceId{2});
    CHECK(unresolved->tag.slot == slot_of(2, 1));
    CHECK(unresolved->tag.adjacency == table::adjacency_of(entry::unresolved));
    CHECK(unresolved->tag.payload_offset == 22);
    CHECK(unresolved->tag.ethertype == packet::kEtherTypeIpv4);
    CHECK(unresolved->tag.received_tsc != 0);

    const auto no_route = rig.punt(untagged(to("203.0.113.5")));
    REQUIRE(no_route.has_value());
    CHECK(no_route->tag.reason == PuntReason::no_route);
    CHECK(no_route->tag.adjacency == kNoAdjacency);
    CHECK(no_route->tag.slot == slot_of(0, 1));
    CHECK(rig.punt(untagged(to("192.0.2.254")))->tag.reason == PuntReason::local_address);
}

TEST_CASE("adjacencies that drop say why, also one that was never set") {
    WorkerRig rig;
    CHECK(rig.drop(untagged(to("10.6.0.5"))) == DropReason::egress_link_down);
    CHECK(rig.drop(untagged(to("10.7.0.5"))) == DropReason::no_such_adjacency);
    CHECK(rig.drop(untagged(to("127.0.0.1"))) == DropReason::ipv4_destination_invalid);
    CHECK(rig.drop(untagged(with_ttl(1, to("10.6.0.5")))) == DropReason::egress_link_down);
}

TEST_CASE("a frame without room in front gets no tag; without a tag it needs none") {
    WorkerRig rig;
    const auto receive_without_headroom = [&](const Bytes& bytes) {
        rte_mbuf* const frame = rig.pool().make_frame({});
        frame->data_off = 0;
        std::copy(bytes.begin(), bytes.end(),
                  reinterpret_cast<uint8_t*>(
                      rte_pktmbuf_append(frame, static_cast<uint16_t>(bytes.size()))));
        rig.receive_buffer(frame);
        rig.poll();
    };
    receive_without_headroom(untagged(to("10.2.0.5")));
    receive_without_headroom(untagged(to("10.3.0.5")));
    CHECK(rig.n_dropped(DropReason::tx_headroom) == 2);
    CHECK_FALSE(rig.take_sent().has_value());
    receive_without_headroom(untagged(to("10.1.0.5")));
    CHECK(rig.take_sent() == sent_to_next_hop({}, with_ttl(63, to("10.1.0.5"))));
    // The tag that goes makes room for the tag that comes.
    receive_without_headroom(link(kOwnVmac, kHostMac, kVlan100 + kIpv4Type + to("10.2.0.5")));
    CHECK(rig.take_sent() == sent_to_next_hop(kVlan100, with_ttl(63, to("10.2.0.5"))));
}

TEST_CASE("a burst of all kinds leaves in order, each frame as if it were alone") {
    WorkerRig rig;
    constexpr size_t kFrames = 200;
    std::vector<Bytes> expected;
    for (size_t i = 0; i < kFrames; ++i) {
        const Bytes datagram = to(i % 3 == 0 ? "10.2.0.5" : "10.1.0.5", make_datagram(i));
        switch (i % 5) {
            case 0:
                rig.receive(untagged(datagram, fuzz::kForeignVmac));
                continue;
            case 1:
                rig.receive(untagged(with_ttl(1, datagram)));
                continue;
            default:
                rig.receive(untagged(datagram));
                break;
        }
        expected.push_back(
            sent_to_next_hop(i % 3 == 0 ? kVlan100 : Bytes{}, with_ttl(63, datagram)));
    }
    while (rig.worker().poll_once() != 0) {
    }
    for (const Bytes& frame : expected) {
        REQUIRE(rig.take_sent() == frame);
    }
    CHECK_FALSE(rig.take_sent().has_value());
    CHECK(rig.n_dropped(DropReason::foreign_vmac) == kFrames / 5);
    CHECK(rig.worker().counters().punted.get() == kFrames / 5);
}
