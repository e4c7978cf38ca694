// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "settings/change.hpp"

#include "catch.hpp"
#include "settings/check.hpp"
#include "settings/schema.hpp"

using namespace evengate::settings;  // NOLINT: a test

namespace {

Settings two_groups() {
    Settings settings;
    settings.ports.resize(1);
    settings.ports[0].name = "port0";
    settings.interfaces.resize(1);
    settings.interfaces[0].name = "lan";
    settings.interfaces[0].port = "port0";
    settings.interfaces[0].addresses = {*evengate::IpPrefix::parse("10.0.0.2/24")};
    settings.groups.resize(2);
    for (uint16_t i = 0; i < 2; ++i) {
        settings.groups[i].id = evengate::GroupId{i};
        settings.groups[i].interface = "lan";
        settings.groups[i].virtual_addresses = {evengate::IpAddress::v4(0x0A00'0010U + i)};
    }
    return settings;
}

// Why the second group's balance could not be set; settings that are refused must not change.
std::string refusal(std::string_view key, std::string_view value,
                    Settings settings = two_groups()) {
    const Settings before = settings;
    const auto result = set_balance(settings, 1, key, value);
    CHECK(result.ok() == (settings != before));
    return result ? "" : result.error().message;
}

}  // namespace

TEST_CASE("a live key of one group is stored and nothing else is touched") {
    Settings settings = two_groups();
    REQUIRE(check(settings).empty());
    REQUIRE(set_balance(settings, 1, "alpha", "0.25").ok());
    REQUIRE(set_balance(settings, 1, "algorithm", "best-fit").ok());
    REQUIRE(set_balance(settings, 1, "plan-interval", "30s").ok());
    Settings expected = two_groups();
    expected.groups[1].balance.alpha = 250'000;
    expected.groups[1].balance.algorithm = BalanceAlgorithm::best_fit;
    expected.groups[1].balance.plan_interval = Milliseconds{30'000};
    CHECK(settings == expected);
    REQUIRE(set_balance(settings, 1, "alpha", "auto").ok());
    CHECK_FALSE(settings.groups[1].balance.alpha.has_value());
    REQUIRE(set_balance(settings, 1, "alpha", "0").ok());
    CHECK(settings.groups[1].balance.alpha == 0U);
}

TEST_CASE("every live key takes its default, every other one is refused") {
    size_t n_live = 0;
    for (const Row* const row : keys_of("groups[].balance")) {
        Settings settings = two_groups();
        const bool is_live = row->form == Form::value && row->change == Change::live;
        const std::string text = row->form == Form::value ? default_of(*row) : "gw1";
        INFO(row->path << " " << text);
        CHECK(set_balance(settings, 0, name_of(*row), text).ok() == is_live);
        CHECK(settings == two_groups());
        n_live += is_live ? 1 : 0;
    }
    CHECK(n_live >= 15);
}

TEST_CASE("what is refused is left alone, with what was expected") {
    CHECK(refusal("alpha", "2") ==
          "groups[1].balance.alpha: found \"2\", expected auto, or a number from 0 to 1 (at "
          "most 6 decimals, no 0 at their end)");
    CHECK(refusal("max-moves", "0") ==
          "groups[1].balance.max-moves: found \"0\", expected a whole number from 1 to 255");
    CHECK(refusal("dwell", "2s") ==
          "groups[1].balance.dwell: found \"2000ms\", expected at least 2550ms, as a move is over "
          "only after linger and 550ms of announcements");
    CHECK(refusal("target", "shares") ==
          "groups[1].balance.target: found \"shares\", expected capacity or equal, as no shares "
          "are given");
    CHECK(refusal("start", "random") ==
          "groups[1].balance.start cannot be changed while running: change it in the configuration "
          "file, and start again");
    CHECK(refusal("max_moves", "1").starts_with(
        "groups[1].balance: found the unknown key \"max_moves\", expected one of algorithm, "
        "decide, interval, "));
    CHECK(refusal("", "").find("unknown key") != std::string::npos);
    Settings cisco = two_groups();
    cisco.groups[1].mode = GroupMode::cisco;
    CHECK(refusal("alpha", "0.5", cisco) ==
          "groups[1].balance.alpha: found \"0.5\", expected auto, as mode is cisco, in which "
          "nothing is balanced");
}

TEST_CASE("what was wrong before does not stand in the way of a sound change") {
    Settings settings = two_groups();
    settings.groups[0].interface = "gone";
    REQUIRE_FALSE(check(settings).empty());
    CHECK(set_balance(settings, 1, "max-moves", "3").ok());
    CHECK_FALSE(set_balance(settings, 1, "dwell", "1s").ok());
    CHECK(settings.groups[1].balance.max_moves == 3);
}
