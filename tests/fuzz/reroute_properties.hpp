// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what must hold for every frame that went through the stage of rerouting. Thread: any. Used by: the
// fuzz target of rerouting.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "reroute_stage.hpp"

namespace evengate::fuzz {

// Empty, or the sentence that did not hold. received: the frame as it came.
std::string_view check_rerouted(std::span<const uint8_t> received, const StageOutcome& outcome);

}  // namespace evengate::fuzz
