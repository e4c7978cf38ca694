// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the command "tables": the paper's tables, reproduced. Thread: main. Used by: main.
#pragma once

#include <cstdint>

namespace evengate {

struct TablesOptions {
    bool csv = false;
    std::uint64_t seed = 1;  // of random
};

// Prints tables 1 to 3 beside the paper's figures, and what the exact solver takes for the same
// instances. Returns the exit status: 0 when every deterministic cell is as printed in the paper.
int run_tables(const TablesOptions& options);

}  // namespace evengate
