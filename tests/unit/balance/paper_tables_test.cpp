// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/paper_tables.hpp"

#include "balance/exact.hpp"
#include "balance/instances.hpp"
#include "catch.hpp"

using namespace evengate::balance;

namespace {

// Every deterministic cell as printed in the paper, and the exact sums behind the averages of
// table 2.
struct Printed {
    PaperSize size;
    std::uint64_t n_instances;
    std::array<std::pair<std::uint64_t, Load>, 3> table1;  // suboptimal, maximum deviation
    std::uint64_t most_complete;
    std::uint64_t sum_complete;
    std::array<Deviations, 3> table3;
};

using Count = std::uint64_t;
constexpr Deviations kNone{};

const std::array kSmallRows{
    Printed{{2, 2}, 30, {{{20, 8}, {0, 0}, {0, 0}}}, 2, 50, {{{20, 1, 8}, kNone, kNone}}},
    Printed{{2, 4}, 688, {{{308, 8}, {0, 0}, {0, 0}}}, 8, 1198, {{{308, 1, 8}, kNone, kNone}}},
    Printed{
        {2, 8}, 24306, {{{238, 4}, {1, 1}, {1, 1}}}, 9, 24580, {{{239, 1, 4}, {1, 1, 2}, kNone}}},
    Printed{{4, 4}, 688, {{{559, 16}, {0, 0}, {0, 0}}}, 10, 2336, {{{559, 1, 16}, kNone, kNone}}},
    Printed{{4, 8},
            24306,
            {{{16201, 16}, {242, 2}, {18, 1}}},
            8525,
            853548,
            {{{16211, 1, 16}, {250, 1, 11}, kNone}}},
    Printed{{8, 8},
            24306,
            {{{23465, 32}, {0, 0}, {0, 0}}},
            78,
            275951,
            {{{23465, 1, 32}, kNone, kNone}}},
};
const std::array kLargeRows{
    Printed{{2, 16}, 2042975, {{{0, 0}, {0, 0}, {0, 0}}}, 1, 2042975, {{kNone, kNone, kNone}}},
    Printed{{4, 16},
            2042975,
            {{{14010, 10}, {46, 2}, {18, 1}}},
            7783779,
            13264408,
            {{{14028, 1, 10}, {41, 1, 5}, {5, 1, 4}}}},
};

void check_row(const Printed& printed) {
    CAPTURE(printed.size.n_gateways, printed.size.n_flows);
    const PaperRow row = count_row(printed.size, {}, 1);
    CHECK(row.n_instances == printed.n_instances);
    for (size_t i = 0; i < printed.table1.size(); ++i) {
        CHECK(row.table1[i].n_instances == printed.table1[i].first);
        CHECK(row.table1[i].maximum == printed.table1[i].second);
    }
    CHECK(row.most_complete == printed.most_complete);
    CHECK(row.sum_complete == printed.sum_complete);
    for (size_t i = 0; i < printed.table3.size(); ++i) {
        CHECK(row.table3[i] == printed.table3[i]);
    }
    CHECK(row.table1[3].n_instances > 0);
}

}  // namespace

TEST_CASE("every deterministic cell of the paper's small rows comes out") {
    for (const Printed& printed : kSmallRows) {
        check_row(printed);
    }
}

TEST_CASE("every deterministic cell of the paper's rows of 16 flows comes out", "[slow]") {
    for (const Printed& printed : kLargeRows) {
        check_row(printed);
    }
}

TEST_CASE("the parts of a row add up to the row") {
    const PaperRow whole = count_row({4, 8}, {}, 1);
    PaperRow sum;
    for (size_t part = 0; part < 3; ++part) {
        const PaperRow counted = count_row({4, 8}, {part, 3}, 1);
        CHECK(counted.n_instances < whole.n_instances / 2);
        sum.add(counted);
    }
    CHECK(sum.n_instances == whole.n_instances);
    CHECK(sum.sum_complete == whole.sum_complete);
    CHECK(sum.most_complete == whole.most_complete);
    CHECK(sum.table1 == whole.table1);
    CHECK(sum.table3 == whole.table3);
}

TEST_CASE("no instance of the paper needs more than 201 nodes, and each is proved", "[slow]") {
    ExactSolver solver(201);
    Assignment assignment;
    for (const PaperSize size : kPaperSizes) {
        const std::vector<Load> capacities(size.n_gateways, Instances::kCapacity);
        std::uint64_t n_open = 0;
        for (Instances instances(size.n_flows); !instances.at_end(); instances.advance()) {
            n_open += !solver.solve({capacities, instances.loads()}, assignment).proved();
        }
        CHECK(n_open == 0);
    }
}
