// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/vmac_choice.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "catch.hpp"

using namespace evengate;
using namespace evengate::group;

namespace {

std::vector<VmacNumber> numbers(unsigned count) {
    std::vector<VmacNumber> result;
    for (unsigned n = 1; n <= count; ++n) {
        result.emplace_back(static_cast<uint8_t>(n));
    }
    return result;
}

}  // namespace

TEST_CASE("the mapping of hosts to vMACs is the one that all members and builds share") {
    struct Vector {
        uint64_t host;
        std::array<uint64_t, 3> weights;  // of vMACs 1, 2 and 255
        uint8_t choice_of_16;
        uint8_t choice_of_255;
    };
    // Computed by a separate implementation in Python.
    constexpr Vector kVectors[] = {
        {0x0000'0000'0000, {0x31bf662fbf5bf096, 0xce85b3519807fefb, 0x43fdbad874dae485}, 6, 111},
        {0x5254'0000'0011, {0x3160f0c71b1af4db, 0x672b2afa73e68478, 0xdfb7dd33dbfd01ac}, 9, 114},
        {0xFFFF'FFFF'FFFE, {0x0b04ea9b9d9878e4, 0x359b09afb8277912, 0x21fe51d0f875a16c}, 7, 201},
        {0x0200'0000'00AA, {0xf8904e8bd907df66, 0xaf5b2d85d2c66f09, 0xf94eb27bf878f953}, 12, 128},
    };
    for (const Vector& vector : kVectors) {
        const auto host = MacAddress::from_u64(vector.host);
        CHECK(vmac_weight(host, VmacNumber(1)) == vector.weights[0]);
        CHECK(vmac_weight(host, VmacNumber(2)) == vector.weights[1]);
        CHECK(vmac_weight(host, VmacNumber(255)) == vector.weights[2]);
        CHECK(choose_by_host_hash(host, numbers(16)).value == vector.choice_of_16);
        CHECK(choose_by_host_hash(host, numbers(255)).value == vector.choice_of_255);
    }
}

TEST_CASE("hosts are spread evenly over the vMACs") {
    constexpr unsigned kVmacs = 16;
    constexpr unsigned kHosts = 16'000;
    const auto live = numbers(kVmacs);
    std::array<unsigned, kVmacs + 1> hosts{};
    for (unsigned i = 0; i < kHosts; ++i) {
        ++hosts[choose_by_host_hash(MacAddress::from_u64(0x5254'0000'0000 + i), live).value];
    }
    // Mean 1000, standard deviation 31: five of them.
    CHECK(std::all_of(hosts.begin() + 1, hosts.end(),
                      [](unsigned n) { return n > 845 && n < 1155; }));
}

TEST_CASE("when a vMAC goes, only its hosts are given another") {
    const auto before = numbers(8);
    auto after = before;
    const VmacNumber gone(3);
    after.erase(std::find(after.begin(), after.end(), gone));
    unsigned n_moved = 0;
    for (unsigned i = 0; i < 4000; ++i) {
        const auto host = MacAddress::from_u64(0x0011'2200'0000 + 257 * i);
        const VmacNumber old_choice = choose_by_host_hash(host, before);
        const VmacNumber new_choice = choose_by_host_hash(host, after);
        CHECK((old_choice == gone) == (old_choice != new_choice));
        n_moved += old_choice != new_choice ? 1 : 0;
    }
    CHECK(n_moved > 350);
    CHECK(n_moved < 650);
}

TEST_CASE("the order of the live vMACs does not change the choice") {
    auto live = numbers(32);
    const auto host = MacAddress::from_u64(0x5254'00AB'CDEF);
    const VmacNumber choice = choose_by_host_hash(host, live);
    std::reverse(live.begin(), live.end());
    CHECK(choose_by_host_hash(host, live) == choice);
}

TEST_CASE("round robin goes up by number, skips those that are not live, and starts again") {
    const std::vector<VmacNumber> live = {VmacNumber(2), VmacNumber(5), VmacNumber(255)};
    CHECK(choose_round_robin(VmacNumber(0), live) == VmacNumber(2));
    CHECK(choose_round_robin(VmacNumber(2), live) == VmacNumber(5));
    CHECK(choose_round_robin(VmacNumber(3), live) == VmacNumber(5));
    CHECK(choose_round_robin(VmacNumber(5), live) == VmacNumber(255));
    CHECK(choose_round_robin(VmacNumber(255), live) == VmacNumber(2));
}
