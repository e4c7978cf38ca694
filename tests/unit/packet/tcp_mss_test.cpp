// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/tcp_mss.hpp"

#include "catch.hpp"
#include "transports.hpp"

using namespace evengate::packet;  // NOLINT: a test
using namespace evengate::packet::testing;  // NOLINT: a test

namespace {

constexpr uint8_t kSyn = 0x02;

struct Clamped {
    bool lowered = false;
    Bytes datagram;
};

Clamped clamp(Bytes datagram, uint16_t mss) {
    datagram.shrink_to_fit();
    Transport transport;
    REQUIRE(parse_transport(datagram.data(), transport) == TransportVerdict::ok);
    const bool lowered = clamp_mss(transport, mss);
    return {lowered, datagram};
}

}  // namespace

TEST_CASE("a larger MSS in SYN and SYN-ACK is lowered, with the checksum") {
    for (const uint8_t flags : {uint8_t{0x02}, uint8_t{0x12}}) {
        const Clamped clamped = clamp(make_tcp(3, flags, {2, 4, 0x05, 0xB4}), 1440);
        CHECK(clamped.lowered);
        CHECK(clamped.datagram == make_tcp(3, flags, {2, 4, 0x05, 0xA0}));
    }
}

TEST_CASE("an MSS behind an odd number of NOPs is lowered right as well") {
    const Clamped clamped = clamp(make_tcp(0, kSyn, {1, 2, 4, 0x05, 0xB4, 1, 1, 0}), 0x0480);
    CHECK(clamped.lowered);
    CHECK(clamped.datagram == make_tcp(0, kSyn, {1, 2, 4, 0x04, 0x80, 1, 1, 0}));
}

TEST_CASE("behind other options, and when there are two, each MSS is lowered") {
    const Clamped clamped = clamp(make_tcp(0, kSyn, {3, 3, 7, 2, 4, 0xFF, 0xFF, 4, 2, 2, 4, 0x05, 0xB5, 1, 1, 0}), 1460);
    CHECK(clamped.lowered);
    CHECK(clamped.datagram == make_tcp(0, kSyn, {3, 3, 7, 2, 4, 0x05, 0xB4, 4, 2, 2, 4, 0x05, 0xB4, 1, 1, 0}));
}

TEST_CASE("what is not above, not in a SYN, not TCP or not there stays as it is") {
    for (const Bytes& datagram :
         {make_tcp(0, kSyn, {2, 4, 0x05, 0xA0}), make_tcp(0, kSyn, {2, 4, 0, 0}), make_tcp(0, 0x10, {2, 4, 0x05, 0xB4}),
          make_tcp(0, kSyn), make_tcp(0, kSyn, {0, 2, 4, 0x05, 0xB4, 0, 0, 0}), make_udp(40),
          make_tcp(4, kSyn, {1, 1, 1, 1})}) {
        const Clamped clamped = clamp(datagram, 1440);
        CHECK_FALSE(clamped.lowered);
        CHECK(clamped.datagram == datagram);
    }
}

TEST_CASE("options that claim more than there is end the walk without a look behind them") {
    for (const Bytes& options : {Bytes{2, 4, 0x05, 0xB4}, Bytes{3, 0, 2, 4}, Bytes{3, 1, 2, 4}, Bytes{1, 1, 1, 2},
                                 Bytes{1, 1, 2, 4}, Bytes{3, 200, 2, 4}, Bytes{2, 3, 0xFF, 0}}) {
        Bytes datagram = make_tcp(0, kSyn, options);
        const bool is_whole = options[0] == 2 && options[1] == 4;
        CHECK(clamp(datagram, 1440).lowered == is_whole);
        // A data offset beyond the datagram, and one that is shorter than a header.
        datagram[32] = 0xF0;
        CHECK(clamp(datagram, 1440).lowered == is_whole);
        datagram[32] = 0x40;
        CHECK_FALSE(clamp(datagram, 1440).lowered);
    }
}
