// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how long the exact solver takes for all instances of a row of the paper.
// Thread: any. Used by: tables_command.
#pragma once

#include <cstdint>

#include "balance/paper_tables.hpp"

namespace evengate {

struct ExactTiming {
    double mean_nodes = 0;
    std::uint64_t max_nodes = 0;
    std::uint64_t n_open = 0;  // not proved
    // Enumeration included; of each 8,192 instances the least of 5 passes, in turn with the next.
    double mean_ns = 0;
    // The same instances in a random order, copied into it beforehand.
    double mean_shuffled_ns = 0;
    // The slowest of the 1,000 instances with most nodes, each the least of 5 passes over them.
    double worst_ns = 0;
};

// Units: nanoseconds, of wall-clock time. Cost: 10 passes over the row, and n bytes an instance.
ExactTiming time_exact(balance::PaperSize size);

}  // namespace evengate
