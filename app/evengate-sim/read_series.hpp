// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a series of traffic from a file. Thread: main. Used by: replay_command, dispatch_command.
#pragma once

#include <string>

#include "base/result.hpp"
#include "replay/series.hpp"

namespace evengate {

// Fails: names the file, and what is wrong with it.
[[nodiscard]] Result<replay::Series> read_series(const std::string& path);

}  // namespace evengate
