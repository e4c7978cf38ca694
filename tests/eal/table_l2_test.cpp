// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "catch.hpp"
#include "table/l2_table.hpp"
#include "table/vlan_map.hpp"

using namespace evengate;         // NOLINT: a test
using namespace evengate::table;  // NOLINT

namespace {

uint64_t key_of(MacAddress mac, InterfaceId interface) {
    // What follows the address in a frame must not count.
    std::array<uint8_t, 8> in_frame{0, 0, 0, 0, 0, 0, 0xA5, 0x5A};
    std::copy(mac.bytes.begin(), mac.bytes.end(), in_frame.begin());
    return l2_key(in_frame.data(), interface);
}

bool finds_all(const L2Table& table, const std::vector<L2Binding>& bindings) {
    return std::all_of(bindings.begin(), bindings.end(), [&](const L2Binding& binding) {
        return table.find(key_of(binding.mac, binding.interface)) == binding.slot;
    });
}

// The vMACs of a group on each of several interfaces, as they are numbered by the protocol.
std::vector<L2Binding> group_bindings(uint16_t n_vmacs, uint16_t n_interfaces) {
    std::vector<L2Binding> bindings;
    for (uint16_t interface = 0; interface < n_interfaces; ++interface) {
        for (uint16_t vmac = 1; vmac <= n_vmacs; ++vmac) {
            bindings.push_back({SlotIndex(static_cast<uint16_t>(bindings.size())),
                                InterfaceId(interface),
                                MacAddress::from_u64(0x0245'4700'0100 + vmac)});
        }
    }
    return bindings;
}

}  // namespace

TEST_CASE("every one of 16,384 random MACs is found, collisions by way of the hash, others not") {
    std::mt19937_64 random(1);
    std::set<uint64_t> chosen;
    while (chosen.size() < 2 * 16'384) {
        chosen.insert(random() & 0xFEFF'FFFF'FFFF);
    }
    std::vector<uint64_t> macs(chosen.begin(), chosen.end());
    std::shuffle(macs.begin(), macs.end(), random);
    std::vector<L2Binding> bindings;
    for (uint16_t i = 0; i < 16'384; ++i) {
        bindings.push_back({SlotIndex(i), InterfaceId(i % 7), MacAddress::from_u64(macs[i])});
    }
    const auto table = L2Table::make("many", bindings);
    REQUIRE(table.ok());
    // So many random keys cannot all have a place of their own in the index.
    CHECK((*table)->n_only_in_hash() > 0);
    CHECK(finds_all(**table, bindings));
    CHECK(std::none_of(bindings.begin(), bindings.end(), [&](const L2Binding& binding) {
        const InterfaceId other(static_cast<uint16_t>(binding.interface.value + 7));
        return (*table)->find(key_of(binding.mac, other)) != kNoSlot;
    }));
    CHECK(std::none_of(macs.begin() + 16'384, macs.end(), [&](uint64_t mac) {
        return (*table)->find(key_of(MacAddress::from_u64(mac), InterfaceId{0})) != kNoSlot;
    }));
}

TEST_CASE("the index holds the vMACs of groups without a single collision") {
    const uint16_t n_vmacs = GENERATE(as<uint16_t>{}, 1, 64, 128, 255);
    const uint16_t n_interfaces = GENERATE(as<uint16_t>{}, 1, 2, 4, 8);
    CAPTURE(n_vmacs, n_interfaces);
    const auto bindings = group_bindings(n_vmacs, n_interfaces);
    const auto table = L2Table::make("group", bindings);
    REQUIRE(table.ok());
    CHECK((*table)->n_only_in_hash() == 0);
    CHECK(finds_all(**table, bindings));
    CHECK((*table)->find(key_of(MacAddress::from_u64(0x0245'4700'0100), InterfaceId{0})) ==
          kNoSlot);
}

TEST_CASE("an empty table finds nothing, not even the key of its unused places") {
    const auto table = L2Table::make("empty", {});
    REQUIRE(table.ok());
    CHECK((*table)->find(key_of(kBroadcastMac, kNoInterface)) == kNoSlot);
    CHECK((*table)->find(0) == kNoSlot);
}

TEST_CASE("one MAC twice on an interface is refused, on two interfaces it is not") {
    std::vector<L2Binding> bindings = group_bindings(3, 2);
    REQUIRE(L2Table::make("twice", bindings).ok());
    bindings.push_back({SlotIndex{99}, InterfaceId{1}, bindings[0].mac});
    const auto refused = L2Table::make("twice", bindings);
    REQUIRE_FALSE(refused.ok());
    CHECK_THAT(refused.error().message,
               Catch::Contains("02:45:47:00:01:01") && Catch::Contains("interface 1"));
}

TEST_CASE("frames of a port belong to the interface with exactly their tags") {
    VlanMap map;
    CHECK_FALSE(map.has_tagged());
    CHECK(map.untagged() == kNoInterface);
    CHECK(map.find({4095, 0}) == kNoInterface);
    map.set({0, 0}, InterfaceId{1});
    map.set({100, 0}, InterfaceId{2});
    map.set({100, 7}, InterfaceId{3});
    map.set({200, 7}, InterfaceId{4});
    CHECK(map.has_tagged());
    CHECK(map.untagged() == InterfaceId{1});
    CHECK(map.find({0, 0}) == InterfaceId{1});
    CHECK(map.find({100, 0}) == InterfaceId{2});
    CHECK(map.find({100, 7}) == InterfaceId{3});
    CHECK(map.find({200, 7}) == InterfaceId{4});
    CHECK(map.find({200, 0}) == kNoInterface);
    CHECK(map.find({100, 8}) == kNoInterface);
    CHECK(map.find({7, 100}) == kNoInterface);
    CHECK(map.find({4095, 0}) == kNoInterface);
}
