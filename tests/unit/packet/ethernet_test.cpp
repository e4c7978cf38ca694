// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/ethernet.hpp"

#include "catch.hpp"
#include "datagrams.hpp"

using namespace evengate::packet;  // NOLINT: a test
using evengate::MacAddress;
using evengate::packet::testing::Bytes;

namespace {

struct Tag {
    uint16_t tpid;
    uint16_t tci;
};

Bytes make_frame(std::initializer_list<Tag> tags, uint16_t ethertype) {
    Bytes frame = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
    const auto append = [&frame](uint16_t word) {
        frame.push_back(static_cast<uint8_t>(word >> 8));
        frame.push_back(static_cast<uint8_t>(word));
    };
    for (const Tag& tag : tags) {
        append(tag.tpid);
        append(tag.tci);
    }
    append(ethertype);
    return frame;
}

EthernetPayload parse_ok(const Bytes& frame) {
    EthernetPayload payload;
    REQUIRE(parse_ethernet(frame.data(), frame.size(), payload) == EthernetVerdict::ok);
    return payload;
}

}  // namespace

TEST_CASE("a frame without tags has its payload behind 14 bytes") {
    const EthernetPayload payload = parse_ok(make_frame({}, kEtherTypeIpv4));
    CHECK(payload.offset == 14);
    CHECK(payload.ethertype == kEtherTypeIpv4);
    CHECK(payload.vlans == VlanIds{});
    CHECK(payload.n_tags == 0);
}

TEST_CASE("one tag names the outer VLAN, its priority and DEI bits aside") {
    const EthernetPayload payload = parse_ok(make_frame({{0x8100, 0xF064}}, kEtherTypeArp));
    CHECK(payload.offset == 18);
    CHECK(payload.ethertype == kEtherTypeArp);
    CHECK(payload.vlans == VlanIds{.outer = 0x064});
    CHECK(payload.n_tags == 1);
}

TEST_CASE("two tags are outer and inner, whichever of the two TPIDs they have") {
    for (const uint16_t outer : {kEtherTypeVlan, kEtherTypeQinq}) {
        for (const uint16_t inner : {kEtherTypeVlan, kEtherTypeQinq}) {
            const EthernetPayload payload = parse_ok(make_frame({{outer, 200}, {inner, 4094}}, kEtherTypeIpv6));
            CHECK(payload.offset == 22);
            CHECK(payload.ethertype == kEtherTypeIpv6);
            CHECK(payload.vlans == VlanIds{.outer = 200, .inner = 4094});
            CHECK(payload.n_tags == 2);
        }
    }
}

TEST_CASE("a priority tag counts as no tag, alone, in front of a tag and behind it") {
    const EthernetPayload alone = parse_ok(make_frame({{0x8100, 0xE000}}, kEtherTypeIpv4));
    CHECK(alone.vlans == VlanIds{});
    CHECK(alone.n_tags == 1);
    CHECK(alone.offset == 18);

    const EthernetPayload in_front = parse_ok(make_frame({{0x88A8, 0xE000}, {0x8100, 100}}, kEtherTypeIpv4));
    CHECK(in_front.vlans == VlanIds{.outer = 100});
    CHECK(in_front.n_tags == 2);

    const EthernetPayload behind = parse_ok(make_frame({{0x88A8, 100}, {0x8100, 0xE000}}, kEtherTypeIpv4));
    CHECK(behind.vlans == VlanIds{.outer = 100});
}

TEST_CASE("a third tag is too many") {
    EthernetPayload payload;
    const Bytes frame = make_frame({{0x88A8, 1}, {0x8100, 2}, {0x8100, 3}}, kEtherTypeIpv4);
    CHECK(parse_ethernet(frame.data(), frame.size(), payload) == EthernetVerdict::too_many_tags);
}

TEST_CASE("a header that is cut anywhere is too short, and nothing behind the cut is read") {
    const Bytes frame = make_frame({{0x88A8, 1}, {0x8100, 2}}, kEtherTypeIpv4);
    for (size_t length = 0; length < frame.size(); ++length) {
        INFO(length);
        // A vector of its own, so that a sanitizer sees a read behind the cut.
        const Bytes cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(length));
        EthernetPayload payload;
        CHECK(parse_ethernet(cut.data(), cut.size(), payload) == EthernetVerdict::too_short);
    }
}

TEST_CASE("an Ethernet header is destination, source, type") {
    Bytes buffer(14);
    evengate::ByteWriter out(buffer);
    write_ethernet(out, MacAddress::from_u64(0x0200'0000'000A), MacAddress::from_u64(0x0245'4700'0102),
                   kEtherTypeArp);
    CHECK(buffer == Bytes{2, 0, 0, 0, 0, 0x0A, 2, 0x45, 0x47, 0, 1, 2, 8, 6});
    CHECK_FALSE(out.overflowed());
}
