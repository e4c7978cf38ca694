// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the seeds of a folder, to mutate frames from. Thread: any. Used by: the storms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "forward_path.hpp"

namespace evengate::fuzz {

// In the same order everywhere, each cut to FrameBuffer::kMaxFrame.
std::vector<Bytes> read_seeds(const std::string& folder);

// What a storm was asked for: N FOLDER-WITH-SEEDS [SEED].
struct StormArguments {
    uint64_t n_inputs = 0;
    std::vector<Bytes> seeds;     // at least one
    uint64_t random_seed = 0;     // another one each time, where none was given
};
// Prints the random seed, which brings the storm back; or what is expected, and returns nothing.
std::optional<StormArguments> read_storm_arguments(int argc, char** argv);

}  // namespace evengate::fuzz
