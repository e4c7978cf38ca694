// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: changes of settings that a running appliance can take. Pure. Thread: any.
// Used by: control (what the console sets).
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "settings/settings.hpp"

namespace evengate::settings {

// Stores a live key of groups[group_index].balance ("alpha", "min-gain"), written as in a
// configuration file. Not checked: that there is such a group.
// Fails, and changes nothing: no such key; one that needs a restart; a value that its type or a
// rule (check()) refuses. The error says what was expected, as for a file.
// Cost: that of check().
Result<void> set_balance(Settings& settings, size_t group_index, std::string_view key,
                         std::string_view value);

// The same of services[service_index].targets[target_index] ("weight"). Not checked: that there is
// such a target.
Result<void> set_target(Settings& settings, size_t service_index, size_t target_index,
                        std::string_view key, std::string_view value);

}  // namespace evengate::settings
