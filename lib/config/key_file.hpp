// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the file with the keys of a group. One key on a line, "ID SECRET"; lines that begin with
// '#' and empty ones say nothing. No problem that is found shows a part of a secret. Thread: any;
// no shared state. Used by: load.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace evengate::config {

inline constexpr size_t kMaxKeys = 64;
inline constexpr size_t kMaxKeyFileSize = size_t{64} << 10;

using KeyResult = Result<std::vector<settings::AuthKey>, std::vector<Problem>>;

// At least one key, in file order, fit for the method (which is not none).
// Fails: with every problem of the file. A problem with the file as a whole has line 0: it cannot
// be read, it belongs to somebody else than root or this user, or others than its owner may use it.
// Throws nothing.
KeyResult read_key_file(const std::string& path, settings::AuthMethod method);

// The same for a text; file_name is what problems call it.
KeyResult read_keys(std::string_view text, settings::AuthMethod method, std::string_view file_name);

}  // namespace evengate::config
