// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the arguments of commands that change the group, and what other arguments share.
// Thread: any. Used by: the list of commands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/mailbox.hpp"
#include "base/result.hpp"

namespace evengate::console {

// Decimal digits only; nothing where that is not what the text is, or it is out of range.
[[nodiscard]] std::optional<unsigned> parse_number(std::string_view text, unsigned min,
                                                   unsigned max);

// "expected 1 to 255 as VMAC, found '0'"
[[nodiscard]] Error wrong_argument(std::string_view argument, std::string_view expected,
                                   std::string_view found);

// Each takes all words of the command and leaves the verb to its caller.
// Fails: a word is no such number; the error says what was expected.

// "move vmac GROUP VMAC MEMBER"
[[nodiscard]] Result<admin::Request> request_move(const std::vector<std::string>& words);

// "set priority GROUP PRIORITY"
[[nodiscard]] Result<admin::Request> request_priority(const std::vector<std::string>& words);

// "set balance GROUP KEY VALUE"; the appliance knows the keys and what they take.
[[nodiscard]] Result<admin::Request> request_balance(const std::vector<std::string>& words);

}  // namespace evengate::console
