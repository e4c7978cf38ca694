// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the figures that the paper prints in its tables 1, 2 and 3. Thread: any. Used by:
// tables_command.
#pragma once

#include "balance/paper_tables.hpp"

namespace evengate {

struct PrintedCell {
    std::uint64_t n_instances = 0;
    balance::Load maximum = 0;
};

struct PrintedRow {
    std::uint64_t n_instances;
    std::array<PrintedCell, 4> table1;  // as PaperRow::kAlgorithms; random: the paper's one run
    std::uint64_t most_complete;
    double average_complete;
    std::array<balance::Deviations, 3> table3;
};

// In the order of balance::kPaperSizes.
inline constexpr std::array<PrintedRow, 8> kPrinted{{
    {30, {{{20, 8}, {0, 0}, {0, 0}, {16, 10}}}, 2, 1.67, {{{20, 1, 8}, {}, {}}}},
    {688, {{{308, 8}, {0, 0}, {0, 0}, {446, 10}}}, 8, 1.74, {{{308, 1, 8}, {}, {}}}},
    {24306, {{{238, 4}, {1, 1}, {1, 1}, {4802, 10}}}, 9, 1.01, {{{239, 1, 4}, {1, 1, 2}, {}}}},
    {2042975, {{{0, 0}, {0, 0}, {0, 0}, {12761, 10}}}, 1, 1.00, {{{}, {}, {}}}},
    {688, {{{559, 16}, {0, 0}, {0, 0}, {411, 20}}}, 10, 3.40, {{{559, 1, 16}, {}, {}}}},
    {24306,
     {{{16201, 16}, {242, 2}, {18, 1}, {22833, 29}}},
     8525,
     35.12,
     {{{16211, 1, 16}, {250, 1, 11}, {}}}},
    {2042975,
     {{{14010, 10}, {46, 2}, {18, 1}, {958796, 27}}},
     7783779,
     6.49,
     {{{14028, 1, 10}, {41, 1, 5}, {5, 1, 4}}}},
    {24306, {{{23465, 32}, {0, 0}, {0, 0}, {20664, 43}}}, 78, 11.35, {{{23465, 1, 32}, {}, {}}}},
}};

}  // namespace evengate
