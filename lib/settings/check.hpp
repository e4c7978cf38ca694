// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the rules that tie configuration values to each other. Thread: any. Used by: config (adds
// the place in the file), tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/settings.hpp"

namespace evengate::settings {

// A value that breaks a rule.
struct Finding {
    std::string path;  // "interfaces[1].port"
    std::string found;
    std::string expected;
    // Other keys that the rule looked at ("ports[].name" = of every port). Where one of them could
    // not be read, the finding says nothing.
    std::vector<std::string> reads;
};

// "ports[0].mtu: found "1k", expected a whole number from 68 to 9216"
std::string to_text(const Finding& finding);

// Every broken rule, in no particular order; none means that the settings are fit to run.
// Cost: O(n log n) in the number of addresses and routes.
std::vector<Finding> check(const Settings& settings);

// What is fit to run and hardly meant, as sentences.
std::vector<std::string> warnings(const Settings& settings);
// Of one group's balancing; empty: nothing.
std::string warning(const Group& group);

// "ports[2].mtu"
std::string path_of(std::string_view list, size_t index, std::string_view key);

}  // namespace evengate::settings
