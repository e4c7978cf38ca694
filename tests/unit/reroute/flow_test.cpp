// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/flow.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <random>

#include "base/bytes.hpp"
#include "catch.hpp"
#include "reroute/flow_bulk.hpp"
#include "vectors.hpp"

namespace evengate::reroute {
namespace {

Flow turned(const Flow& flow) {
    return {flow.published, flow.client, flow.published_port, flow.client_port, flow.protocol};
}

TEST_CASE("flow hashes are those of another implementation") {
    for (const FlowVector& vector : kFlowVectors) {
        CHECK(flow_hash(kVectorKey, vector.flow) == vector.flow_hash);
        CHECK(symmetric_hash(kVectorKey, vector.flow) == vector.symmetric_hash);
        CHECK(address_hash(kVectorKey, vector.flow.client, vector.flow.published) ==
              vector.address_hash);
        CHECK(choose_by_rendezvous(vector.flow_hash, kUnequal, kVectorKey) == vector.home);
    }
    for (const SourceVector& vector : kSourceVectors) {
        CHECK(source_hash(kVectorKey, MacAddress::from_u64(vector.source)) == vector.hash);
    }
}

TEST_CASE("a worker gets the hash from the packet's words as they lie in memory") {
    // An IPv4 header's addresses, then the ports.
    constexpr std::array<uint8_t, 12> kPacket = {192, 0, 2, 1, 198, 51, 100, 7, 0xC0, 0x00, 0, 80};
    const Flow flow{.client = 0xC000'0201,
                    .published = 0xC633'6407,
                    .client_port = 0xC000,
                    .published_port = 80,
                    .protocol = 6};
    const auto addresses = load_raw<uint64_t>(kPacket.data());
    const auto ports = load_raw<uint32_t>(kPacket.data() + 8);
    CHECK(flow_hash_raw(kVectorKey, addresses, flow_ends_raw(ports, 6)) == flow_hash(kVectorKey, flow));
    CHECK(address_hash_raw(kVectorKey, addresses) ==
          address_hash(kVectorKey, flow.client, flow.published));
}

TEST_CASE("hashes of many flows at once are those of each") {
    std::mt19937_64 random(2);
    for (size_t size : {0, 1, 7, 8, 9, 63, 64}) {
        FlowWords<64> words;
        for (size_t i = 0; i < size; ++i) {
            words.add(random(), flow_ends_raw(static_cast<uint32_t>(random()), static_cast<uint8_t>(random())));
        }
        std::array<uint64_t, 64> hashes{};
        flow_hash_bulk(kVectorKey, words, hashes);
        for (size_t i = 0; i < 64; ++i) {
            CHECK(hashes[i] == (i < size ? flow_hash_raw(kVectorKey, words.addresses[i], words.ends[i]) : 0));
        }
    }
}

TEST_CASE("both directions of a connection have one symmetric hash, and two flow hashes") {
    std::mt19937_64 random(1);
    for (int i = 0; i < 1000; ++i) {
        const uint64_t addresses = random();
        const uint64_t ports = random();
        const Flow flow{static_cast<uint32_t>(addresses), static_cast<uint32_t>(addresses >> 32),
                        static_cast<uint16_t>(ports), static_cast<uint16_t>(ports >> 16), 6};
        CHECK(symmetric_hash(kVectorKey, flow) == symmetric_hash(kVectorKey, turned(flow)));
        CHECK(flow_hash(kVectorKey, flow) != flow_hash(kVectorKey, turned(flow)));
    }
    const Flow one_address{0x0A00'0001, 0x0A00'0001, 5, 6, 17};
    CHECK(symmetric_hash(kVectorKey, one_address) ==
          symmetric_hash(kVectorKey, turned(one_address)));
}

TEST_CASE("each bit of a flow and of the key changes half of the hash") {
    const Flow flow{0x0A00'0001, 0x0A00'0002, 40'000, 443, 6};
    const uint64_t before = flow_hash(kVectorKey, flow);
    const auto check = [&](uint64_t after) {
        const int n_changed = std::popcount(before ^ after);
        CHECK(n_changed >= 12);
        CHECK(n_changed <= 52);
    };
    for (int bit = 0; bit < 104; ++bit) {
        Flow other = flow;
        if (bit < 32) {
            other.client ^= uint32_t{1} << bit;
        } else if (bit < 64) {
            other.published ^= uint32_t{1} << (bit - 32);
        } else if (bit < 80) {
            other.client_port = static_cast<uint16_t>(other.client_port ^ 1 << (bit - 64));
        } else if (bit < 96) {
            other.published_port = static_cast<uint16_t>(other.published_port ^ 1 << (bit - 80));
        } else {
            other.protocol = static_cast<uint8_t>(other.protocol ^ 1 << (bit - 96));
        }
        check(flow_hash(kVectorKey, other));
    }
    for (int bit = 0; bit < 64; ++bit) {
        check(flow_hash({kVectorKey.k0 ^ uint64_t{1} << bit, kVectorKey.k1}, flow));
        check(flow_hash({kVectorKey.k0, kVectorKey.k1 ^ uint64_t{1} << bit}, flow));
    }
}

TEST_CASE("clients that count up their ports reach all places alike") {
    constexpr uint32_t kPlaces = 64;
    constexpr uint32_t kFlows = 64'000;
    std::array<uint32_t, kPlaces> n_flows{};
    for (uint32_t i = 0; i < kFlows; ++i) {
        const Flow flow{0x0A00'0000 + (i >> 8), 0xC000'0201,
                        static_cast<uint16_t>(1024 + (i & 255)), 80, 6};
        const uint32_t place = place_of(flow_hash(kVectorKey, flow), kPlaces);
        REQUIRE(place < kPlaces);
        ++n_flows[place];
    }
    double chi_square = 0;
    constexpr double kExpected = double{kFlows} / kPlaces;
    for (const uint32_t n : n_flows) {
        chi_square += (n - kExpected) * (n - kExpected) / kExpected;
    }
    CHECK(chi_square < 92.0);  // 63 degrees of freedom, p > 0.01
}

TEST_CASE("places are the parts of the hash's range") {
    CHECK(place_of(0, 16'384) == 0);
    CHECK(place_of(~uint64_t{0}, 16'384) == 16'383);
    CHECK(place_of(uint64_t{1} << 63, 10) == 5);
    CHECK(place_of(~uint64_t{0}, 1) == 0);
}

}  // namespace
}  // namespace evengate::reroute
