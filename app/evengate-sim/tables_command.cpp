// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-sim/tables_command.hpp"

#include <algorithm>
#include <cstdio>
#include <thread>
#include <vector>

#include "balance/paper_tables.hpp"
#include "evengate-sim/exact_timing.hpp"
#include "evengate-sim/printed_tables.hpp"

namespace evengate {
namespace {

using balance::Deviations;
using balance::PaperRow;
using balance::PaperSize;

struct Row {
    PaperSize size;
    PaperRow counted;
    ExactTiming exact;
};

PaperRow count_on_all_processors(PaperSize size, std::uint64_t seed) {
    std::vector<PaperRow> parts(std::max(1U, std::thread::hardware_concurrency()));
    std::vector<std::thread> threads;
    for (std::size_t part = 0; part < parts.size(); ++part) {
        threads.emplace_back([&, part] {
            parts[part] = balance::count_row(size, {part, parts.size()}, seed);
        });
    }
    PaperRow sum;
    for (std::size_t part = 0; part < parts.size(); ++part) {
        threads[part].join();
        sum.add(parts[part]);
    }
    return sum;
}

double average(const PaperRow& row) {
    return static_cast<double>(row.sum_complete) / static_cast<double>(row.n_instances);
}

void print_csv(const std::vector<Row>& rows) {
    for (const auto& [size, row, exact] : rows) {
        for (std::size_t i = 0; i < row.table1.size(); ++i) {
            std::printf("table1,%zu,%zu,%lu,%s,%lu,%ld\n", size.n_gateways, size.n_flows,
                        row.n_instances, PaperRow::kAlgorithms[i].data(), row.table1[i].n_instances,
                        row.table1[i].maximum);
        }
    }
    for (const auto& [size, row, exact] : rows) {
        std::printf("table2,%zu,%zu,%lu,%.2f,%lu\n", size.n_gateways, size.n_flows,
                    row.most_complete, average(row), row.sum_complete);
    }
    for (const auto& [size, row, exact] : rows) {
        const auto& [one, two, all] = row.table3;
        std::printf("table3,%zu,%zu,%lu,%lu,%lu,%ld,%ld,%ld,%ld,%ld,%ld\n", size.n_gateways,
                    size.n_flows, one.n_instances, two.n_instances, all.n_instances, one.minimum,
                    one.maximum, two.minimum, two.maximum, all.minimum, all.maximum);
    }
    for (const auto& [size, row, exact] : rows) {
        std::printf("exact,%zu,%zu,%.6f,%lu,%.1f,%.0f\n", size.n_gateways, size.n_flows,
                    exact.mean_nodes, exact.max_nodes, exact.mean_ns, exact.worst_ns);
    }
}

void print_cell(const Deviations& counted, const PrintedCell& printed) {
    char text[64];
    std::snprintf(text, sizeof text, "%lu (%ld)", counted.n_instances, counted.maximum);
    char paper[64];
    std::snprintf(paper, sizeof paper, "%lu (%ld)", printed.n_instances, printed.maximum);
    std::printf(" | %13s %14s", text, paper);
}

void print_table1(const std::vector<Row>& rows, std::uint64_t seed) {
    std::printf(
        "Table 1: results that are not optimal (largest deviation); ours, then the paper's.\n"
        "Random is one run here as there, with seed %lu.\n\n",
        seed);
    std::printf("%5s %9s", "m,n", "instances");
    for (const std::string_view algorithm : PaperRow::kAlgorithms) {
        std::printf(" | %13s %14s", algorithm.data(), "paper");
    }
    std::printf("\n");
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::printf("%2zu,%2zu %9lu", rows[r].size.n_gateways, rows[r].size.n_flows,
                    rows[r].counted.n_instances);
        for (std::size_t i = 0; i < PaperRow::kAlgorithms.size(); ++i) {
            print_cell(rows[r].counted.table1[i], kPrinted[r].table1[i]);
        }
        std::printf("\n");
    }
}

void print_table2(const std::vector<Row>& rows) {
    std::printf(
        "\nTable 2: complete assignments that the paper's branch and bound evaluates.\n\n"
        "%5s | %9s %9s | %8s %8s | %9s\n",
        "m,n", "maximum", "paper", "average", "paper", "sum");
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const PaperRow& row = rows[r].counted;
        std::printf("%2zu,%2zu | %9lu %9lu | %8.2f %8.2f | %9lu\n", rows[r].size.n_gateways,
                    rows[r].size.n_flows, row.most_complete, kPrinted[r].most_complete,
                    average(row), kPrinted[r].average_complete, row.sum_complete);
    }
}

void print_table3(const std::vector<Row>& rows) {
    std::printf(
        "\nTable 3: instances for which at least one, at least two, all of sequential, greedy and\n"
        "best-fit are not optimal (least/largest deviation); ours, then the paper's.\n\n"
        "%5s | %14s %14s | %12s %12s | %8s %8s\n",
        "m,n", "one", "paper", "two", "paper", "all", "paper");
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::printf("%2zu,%2zu", rows[r].size.n_gateways, rows[r].size.n_flows);
        constexpr std::array kWidths{14, 12, 8};
        for (std::size_t i = 0; i < kWidths.size(); ++i) {
            std::printf(" |");
            for (const Deviations& cell : {rows[r].counted.table3[i], kPrinted[r].table3[i]}) {
                char text[64];
                std::snprintf(text, sizeof text, "%lu (%ld/%ld)", cell.n_instances, cell.minimum,
                              cell.maximum);
                std::printf(" %*s", kWidths[i], cell.n_instances == 0 ? "0" : text);
            }
        }
        std::printf("\n");
    }
}

void print_exact(const std::vector<Row>& rows) {
    std::printf(
        "\nThe exact solver on the same instances, each proved optimal. The paper's took 31.37 us\n"
        "an instance of (4,16), on a Pentium 4 at 2.4 GHz.\n\n"
        "%5s | %10s %9s | %11s %11s %11s\n",
        "m,n", "mean nodes", "max nodes", "ns/instance", "ns shuffled", "worst ns");
    for (const Row& row : rows) {
        std::printf("%2zu,%2zu | %10.6f %9lu | %11.1f %11.1f %11.0f\n", row.size.n_gateways,
                    row.size.n_flows, row.exact.mean_nodes, row.exact.max_nodes, row.exact.mean_ns,
                    row.exact.mean_shuffled_ns, row.exact.worst_ns);
    }
}

// Random's cells are left out: the paper's run cannot be repeated.
bool is_as_printed(const PaperRow& row, const PrintedRow& printed) {
    for (std::size_t i = 0; i + 1 < row.table1.size(); ++i) {
        if (row.table1[i].n_instances != printed.table1[i].n_instances ||
            row.table1[i].maximum != printed.table1[i].maximum) {
            return false;
        }
    }
    // Two decimals are printed.
    return row.n_instances == printed.n_instances && row.most_complete == printed.most_complete &&
           std::abs(average(row) - printed.average_complete) < 0.00501 &&
           row.table3 == printed.table3;
}

}  // namespace

int run_tables(const TablesOptions& options) {
    std::vector<Row> rows;
    for (const PaperSize size : balance::kPaperSizes) {
        rows.push_back({size, count_on_all_processors(size, options.seed), time_exact(size)});
    }
    if (options.csv) {
        print_csv(rows);
        // Not on standard output, which is read by programs.
        std::fprintf(stderr, "seed of random: %lu\n", options.seed);
    } else {
        print_table1(rows, options.seed);
        print_table2(rows);
        print_table3(rows);
        print_exact(rows);
    }
    bool as_printed = true;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        if (!is_as_printed(rows[r].counted, kPrinted[r]) || rows[r].exact.n_open != 0) {
            std::fprintf(stderr, "evengate-sim: row %zu,%zu is not as the paper has it\n",
                         rows[r].size.n_gateways, rows[r].size.n_flows);
            as_printed = false;
        }
    }
    return as_printed ? 0 : 1;
}

}  // namespace evengate
