// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/classes.hpp"

#include <random>

#include "catch.hpp"

namespace evengate::reroute {
namespace {

constexpr uint32_t kNet = 0x0A00'0000;  // 10.0.0.0
constexpr TargetMask kAllUp = ~TargetMask{0};

uint64_t dscp(std::initializer_list<int> values) {
    uint64_t mask = 0;
    for (const int value : values) {
        mask |= uint64_t{1} << value;
    }
    return mask;
}

Classes compiled(const std::vector<Constraints>& targets, const Needs& needs = {}) {
    const auto classes = Classes::compile(targets, needs);
    REQUIRE(classes.has_value());
    return *classes;
}

TargetMask found(const Classes& classes, uint8_t dscp_value, uint32_t client, TargetMask up) {
    const auto candidates = classes.candidates(classes.class_of(dscp_value, client), up);
    CHECK(candidates.found == Classes::Found::as_asked);
    return candidates.targets;
}

TEST_CASE("targets that ask for nothing are one class") {
    const Classes classes = compiled({{}, {}, {}});
    CHECK(classes.n_classes() == 1);
    CHECK(found(classes, 0, 0, 0b111) == 0b111);
    CHECK(found(classes, 63, ~0U, 0b101) == 0b101);
    CHECK(Classes().n_classes() == 1);
    CHECK(found(Classes(), 46, kNet, 0b11) == 0b11);
}

TEST_CASE("a target with a list of DSCP gets these only") {
    const Classes classes = compiled({{.dscp = dscp({46, 63})}, {.dscp = dscp({0})}, {}});
    CHECK(classes.n_classes() == 3);
    CHECK(found(classes, 46, 0, 0b111) == 0b101);
    CHECK(found(classes, 63, 0, 0b111) == 0b101);
    CHECK(found(classes, 0, 0, 0b111) == 0b110);
    CHECK(found(classes, 10, 0, 0b111) == 0b100);
}

TEST_CASE("clients get the nearest target that is up: the longest prefix, then the others") {
    const Classes classes =
        compiled({{.near_clients = {{kNet, 8}}}, {.near_clients = {{kNet + 0x0001'0000, 16}}}, {}});
    const uint32_t near = kNet + 0x0001'0203;
    CHECK(found(classes, 0, near, 0b111) == 0b010);
    CHECK(found(classes, 0, near, 0b101) == 0b001);
    CHECK(found(classes, 0, near, 0b100) == 0b100);
    CHECK(found(classes, 0, kNet + 0x0002'0000, 0b111) == 0b001);
    CHECK(found(classes, 0, kNet - 1, 0b111) == 0b111);
    CHECK(found(classes, 0, kNet + 0x00FF'FFFF, 0b111) == 0b001);
    CHECK(found(classes, 0, kNet + 0x0100'0000, 0b111) == 0b111);
}

TEST_CASE("preference goes before the prefix's length") {
    const Classes classes = compiled({{.near_clients = {{kNet, 24, 1}}},
                                      {.near_clients = {{kNet, 8, 0}}},
                                      {.near_clients = {{kNet, 24, 1}}}});
    CHECK(found(classes, 0, kNet + 1, 0b111) == 0b010);
    CHECK(found(classes, 0, kNet + 1, 0b101) == 0b101);
}

TEST_CASE("targets that lack a data set or the port get nothing") {
    const std::vector<Constraints> targets = {
        {.data_sets = 0b01, .ports = {{80, 80}, {8000, 8010}}},
        {.data_sets = 0b11},
        {.data_sets = 0b10, .ports = {{443, 443}}}};
    CHECK(found(compiled(targets, {0b01, 80}), 0, 0, kAllUp) == 0b011);
    CHECK(found(compiled(targets, {0b11, 80}), 0, 0, kAllUp) == 0b010);
    CHECK(found(compiled(targets, {0b10, 443}), 0, 0, kAllUp) == 0b110);
    CHECK(found(compiled(targets, {0, 8010}), 0, 0, kAllUp) == 0b011);
    CHECK(found(compiled(targets, {0, 8011}), 0, 0, kAllUp) == 0b010);
}

TEST_CASE("a class without a target that is up falls back to all that are, and says so") {
    const Classes classes = compiled({{.dscp = dscp({46})}, {.dscp = dscp({0})}});
    const auto candidates = classes.candidates(classes.class_of(46, 0), 0b10);
    CHECK(candidates.targets == 0b10);
    CHECK(candidates.found == Classes::Found::fallback);
    CHECK(classes.candidates(classes.class_of(46, 0), 0).targets == 0);
}

TEST_CASE("each client has the targets that a search through all prefixes finds") {
    std::mt19937_64 random(11);
    std::vector<Constraints> targets(64);
    for (int i = 0; i < 40; ++i) {
        targets[random() % targets.size()].near_clients.push_back(
            {static_cast<uint32_t>(random()), static_cast<uint8_t>(random() % 33),
             static_cast<uint8_t>(random() % 2)});
    }
    const Classes classes = compiled(targets);
    std::vector<uint32_t> clients;
    for (const Constraints& target : targets) {
        for (const ClientPrefix& prefix : target.near_clients) {
            clients.insert(clients.end(),
                           {prefix.first(), prefix.last(), prefix.first() - 1, prefix.last() + 1});
        }
    }
    for (int i = 0; i < 2000; ++i) {
        clients.push_back(static_cast<uint32_t>(random()));
    }
    for (const uint32_t client : clients) {
        int best = -1;
        TargetMask expected = kAllUp;
        for (size_t i = 0; i < targets.size(); ++i) {
            for (const ClientPrefix& prefix : targets[i].near_clients) {
                const int worth = (1 - prefix.preference) * 100 + prefix.length;
                const bool covers =
                    prefix.length == 0 || (client ^ prefix.address) >> (32 - prefix.length) == 0;
                if (covers && worth >= best) {
                    expected = (worth > best ? 0 : expected) | TargetMask{1} << i;
                    best = worth;
                }
            }
        }
        REQUIRE(found(classes, 0, client, kAllUp) == expected);
    }
}

TEST_CASE("what does not fit is refused") {
    CHECK_FALSE(Classes::compile(std::vector<Constraints>(65), {}).has_value());
    std::vector<Constraints> targets(2);
    for (uint32_t i = 0; i < 257; ++i) {
        targets[0].near_clients.push_back({kNet + (i << 8), 24});
    }
    CHECK_FALSE(Classes::compile(targets, {}).has_value());
    targets[0].near_clients.pop_back();
    CHECK(Classes::compile(targets, {}).has_value());
}

}  // namespace
}  // namespace evengate::reroute
