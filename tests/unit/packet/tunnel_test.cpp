// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/tunnel.hpp"

#include "catch.hpp"
#include "transports.hpp"

using namespace evengate::packet;  // NOLINT: a test
using namespace evengate::packet::testing;  // NOLINT: a test

namespace {

constexpr TunnelHeader kTunnel = {.source = 0xCB00'7101, .destination = 0x0A09'0909, .identification = 0x4321};

template <TunnelKind kind>
Bytes encapsulated(const Bytes& inner, const TunnelHeader& header = kTunnel) {
    Bytes memory(tunnel_overhead(kind), 0xEE);
    memory.insert(memory.end(), inner.begin(), inner.end());
    CHECK(encapsulate<kind>(memory.data() + tunnel_overhead(kind), header) == memory.data());
    return memory;
}

// scapy: IP(tos=0xB9, flags="DF", ttl=63, id=0x1234)/UDP(sport=4000, dport=53)/"abc"
const Bytes kInner = {0x45, 0xB9, 0x00, 0x1F, 0x12, 0x34, 0x40, 0x00, 0x3F, 0x11, 0x3C, 0x9C, 0xC0, 0x00, 0x02, 0x0A,
                      0xC6, 0x33, 0x64, 0x07, 0x0F, 0xA0, 0x00, 0x35, 0x00, 0x0B, 0x3F, 0x5B, 0x61, 0x62, 0x63};

struct Decapsulated {
    DecapsulateVerdict verdict{};
    Bytes inner;  // to the end of the outer one
};

Decapsulated decapsulated(Bytes outer) {
    outer.shrink_to_fit();
    uint8_t* inner = nullptr;
    const DecapsulateVerdict verdict = decapsulate(outer.data(), inner);
    CHECK((inner != nullptr) == (verdict == DecapsulateVerdict::ok));
    return {verdict, inner == nullptr ? Bytes{} : Bytes(inner, outer.data() + outer.size())};
}

Bytes with_tos(Bytes datagram, uint8_t tos) {
    datagram[1] = tos;
    seal(datagram);
    return datagram;
}

}  // namespace

TEST_CASE("IPIP and GRE are written as another implementation writes them") {
    Bytes ipip = {0x45, 0xB9, 0x00, 0x33, 0x43, 0x21, 0x40, 0x00, 0x40, 0x04,
                  0xA7, 0xD9, 0xCB, 0x00, 0x71, 0x01, 0x0A, 0x09, 0x09, 0x09};
    ipip.insert(ipip.end(), kInner.begin(), kInner.end());
    CHECK(encapsulated<TunnelKind::ipip>(kInner) == ipip);
    Bytes gre = {0x45, 0xB9, 0x00, 0x37, 0x43, 0x21, 0x40, 0x00, 0x40, 0x2F, 0xA7, 0xAA,
                 0xCB, 0x00, 0x71, 0x01, 0x0A, 0x09, 0x09, 0x09, 0x00, 0x00, 0x08, 0x00};
    gre.insert(gre.end(), kInner.begin(), kInner.end());
    CHECK(encapsulated<TunnelKind::gre>(kInner) == gre);
}

TEST_CASE("every outer header is right, and what was within comes out as it went in") {
    for (uint32_t identification = 0; identification <= 0xFFFF; identification += 7) {
        Bytes inner = make_udp(identification % 50, identification % 2 == 0 ? std::initializer_list<uint8_t>{}
                                                                            : std::initializer_list<uint8_t>{1, 1, 1, 0});
        put_be16(inner, 6, static_cast<uint16_t>(identification & 0xE000));
        inner = with_tos(inner, static_cast<uint8_t>(identification >> 8));
        const TunnelHeader header = {0x0A00'0000u + identification, 0xFFFF'FF00u - identification * 257,
                                     static_cast<uint16_t>(identification)};
        const Bytes outer = encapsulated<TunnelKind::ipip>(inner, header);
        Bytes sealed = outer;
        seal(sealed);
        REQUIRE(sealed == outer);
        REQUIRE(get_be16(outer, 2) == inner.size() + 20);
        REQUIRE(outer[1] == inner[1]);
        REQUIRE(get_be16(outer, 6) == (get_be16(inner, 6) & kIpv4DontFragment));
        REQUIRE(outer[8] == 64);
        const Decapsulated back = decapsulated(outer);
        REQUIRE(back.verdict == DecapsulateVerdict::ok);
        REQUIRE(back.inner == inner);
        REQUIRE(decapsulated(encapsulated<TunnelKind::gre>(inner, header)).inner == inner);
    }
}

TEST_CASE("congestion crosses the end of the tunnel as RFC 6040 figure 4 has it") {
    constexpr unsigned kDropped = 4;
    // Rows: the inner field 00, 01, 10, 11; columns: the outer one.
    constexpr unsigned kExpected[4][4] = {{0, 0, 0, kDropped}, {1, 1, 1, 3}, {2, 1, 2, 3}, {3, 3, 3, 3}};
    for (unsigned inner_ecn = 0; inner_ecn < 4; ++inner_ecn) {
        for (unsigned outer_ecn = 0; outer_ecn < 4; ++outer_ecn) {
            INFO(inner_ecn << " " << outer_ecn);
            const Bytes inner = with_tos(kInner, static_cast<uint8_t>(0xB8 | inner_ecn));
            const Bytes outer = with_tos(encapsulated<TunnelKind::ipip>(inner), static_cast<uint8_t>(0x10 | outer_ecn));
            const Decapsulated result = decapsulated(outer);
            const unsigned expected = kExpected[inner_ecn][outer_ecn];
            if (expected == kDropped) {
                CHECK(result.verdict == DecapsulateVerdict::congestion_unsupported);
            } else {
                CHECK(result.verdict == DecapsulateVerdict::ok);
                CHECK(result.inner == with_tos(kInner, static_cast<uint8_t>(0xB8 | expected)));
            }
        }
    }
}

TEST_CASE("an inner header that is cut short or wrong is refused") {
    const Bytes whole = encapsulated<TunnelKind::ipip>(kInner);
    for (size_t size = 20; size < whole.size(); ++size) {
        INFO(size);
        Bytes outer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        put_be16(outer, 2, static_cast<uint16_t>(size));
        seal(outer);
        CHECK(decapsulated(outer).verdict == DecapsulateVerdict::inner_invalid);
    }
    for (const size_t at : {0u, 2u, 8u, 10u, 12u}) {
        INFO(at);
        Bytes outer = whole;
        outer[20 + at] ^= 0x40;
        CHECK(decapsulated(outer).verdict == DecapsulateVerdict::inner_invalid);
    }
    Bytes from_loopback = kInner;
    from_loopback[12] = 127;
    seal(from_loopback);
    CHECK(decapsulated(encapsulated<TunnelKind::ipip>(from_loopback)).verdict == DecapsulateVerdict::inner_invalid);
}

TEST_CASE("what is no tunnel, a fragment of one, or GRE with more than IPv4 is refused by name") {
    CHECK(decapsulated(kInner).verdict == DecapsulateVerdict::not_a_tunnel);
    for (const uint16_t fragment : {uint16_t{0x2000}, uint16_t{0x0001}, uint16_t{0x2001}}) {
        Bytes outer = encapsulated<TunnelKind::ipip>(kInner);
        put_be16(outer, 6, fragment);
        CHECK(decapsulated(outer).verdict == DecapsulateVerdict::fragment);
    }
    for (const uint32_t word : {0x8000'0800u, 0x2000'0800u, 0x1000'0800u, 0x0001'0800u, 0x0000'86DDu, 0x4000'0800u}) {
        Bytes outer = encapsulated<TunnelKind::gre>(kInner);
        put_be32(outer, 20, word);
        CHECK(decapsulated(outer).verdict == DecapsulateVerdict::gre_unsupported);
    }
    Bytes outer = encapsulated<TunnelKind::gre>(kInner);
    outer.resize(23);
    put_be16(outer, 2, 23);
    CHECK(decapsulated(outer).verdict == DecapsulateVerdict::gre_unsupported);
}

TEST_CASE("padding within the outer datagram stays behind the inner one") {
    Bytes inner = kInner;
    Bytes outer = encapsulated<TunnelKind::ipip>(inner);
    outer.resize(60, 0xEE);
    put_be16(outer, 2, 60);
    seal(outer);
    const Decapsulated result = decapsulated(outer);
    REQUIRE(result.verdict == DecapsulateVerdict::ok);
    CHECK(get_be16(result.inner, 2) == inner.size());
    CHECK(std::equal(inner.begin(), inner.end(), result.inner.begin()));
}
