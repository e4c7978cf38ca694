// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the paper's tables 1, 2 and 3 count, over all instances of a row.
// Thread: any. Used by: evengate-sim tables, tests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "balance/problem.hpp"

namespace evengate::balance {

// So many gateways of capacity 10, and flows.
struct PaperSize {
    std::size_t n_gateways = 0;
    std::size_t n_flows = 0;
};

// The rows of the paper's tables.
inline constexpr std::array<PaperSize, 8> kPaperSizes{
    {{2, 2}, {2, 4}, {2, 8}, {2, 16}, {4, 4}, {4, 8}, {4, 16}, {8, 8}}};

// How far from the optimum; minimum and maximum are of deviations that are not 0.
struct Deviations {
    std::uint64_t n_instances = 0;  // with any
    Load minimum = 0;
    Load maximum = 0;

    // A deviation of 0 changes nothing.
    void add(Load deviation);
    bool operator==(const Deviations&) const = default;
};

struct PaperRow {
    static constexpr std::array<std::string_view, 4> kAlgorithms{"sequential", "greedy", "best-fit",
                                                                 "random"};

    std::uint64_t n_instances = 0;
    std::array<Deviations, 4> table1;  // by algorithm
    // Table 2: complete assignments that the paper's branch and bound evaluates.
    std::uint64_t most_complete = 0;
    std::uint64_t sum_complete = 0;
    // Table 3: at least one, at least two, all three of sequential, greedy and best-fit are not
    // optimal.
    std::array<Deviations, 3> table3;

    // Adds the row of other instances of the same size.
    void add(const PaperRow& other);
};

// Which instances: each n_parts-th block of them, from the part's on. All of them: 0 of 1.
struct Part {
    std::size_t part = 0;
    std::size_t n_parts = 1;
};

// Counts a row. The seed is random's. Cost: (4, 16) takes about 1 s, all other rows together as
// much.
[[nodiscard]] PaperRow count_row(PaperSize size, Part part, std::uint64_t seed);

}  // namespace evengate::balance
