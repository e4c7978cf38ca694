// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the arguments of "replay" mean, for the series at hand. Thread: any.
// Used by: replay_command, tests.
#pragma once

#include "base/result.hpp"
#include "evengate-sim/replay_command.hpp"
#include "replay/replay.hpp"

namespace evengate {

// Capacities: equal by default, in all the mean volume of a row divided by 0.9.
// Fails: says which argument is wrong, and what it may be.
[[nodiscard]] Result<replay::ReplayOptions> to_options(const ReplayArguments& arguments,
                                                       const replay::Series& series);

}  // namespace evengate
