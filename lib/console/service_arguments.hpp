// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the arguments of commands about services, targets and connections. Thread: any.
// Used by: the list of commands.
#pragma once

#include <string>
#include <vector>

#include "admin/mailbox.hpp"
#include "base/result.hpp"

namespace evengate::console {

// Each takes all words of the command and leaves the verb to its caller.
// Fails: a word is not what it must be; the error says what was expected.

// "drain target NAME [now]", "undrain target NAME"
[[nodiscard]] Result<admin::Request> request_target(const std::vector<std::string>& words);

// "set target NAME weight N"
[[nodiscard]] Result<admin::Request> request_weight(const std::vector<std::string>& words);

// "show connections [FILTER]"; the appliance knows what a filter is.
[[nodiscard]] Result<admin::Request> request_connections(const std::vector<std::string>& words);

// "explain connection CLIENT[:PORT] PUBLISHED:PORT [tcp|udp]"
[[nodiscard]] Result<admin::Request> request_explanation(const std::vector<std::string>& words);

}  // namespace evengate::console
