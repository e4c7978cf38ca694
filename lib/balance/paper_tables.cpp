// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/paper_tables.hpp"

#include <algorithm>

#include "balance/algorithms.hpp"
#include "balance/instances.hpp"
#include "balance/paper_search.hpp"

namespace evengate::balance {
namespace {

constexpr std::uint64_t kBlock = 1024;
constexpr std::size_t kDeterministic = 3;

void merge(Deviations& sum, const Deviations& more) {
    if (more.n_instances == 0) {
        return;
    }
    sum.minimum = sum.n_instances == 0 ? more.minimum : std::min(sum.minimum, more.minimum);
    sum.maximum = std::max(sum.maximum, more.maximum);
    sum.n_instances += more.n_instances;
}

class RowCount {
 public:
    RowCount(PaperSize size, std::uint64_t seed)
        : capacities_(size.n_gateways, Instances::kCapacity), seed_(seed) {}

    void add(std::span<const Load> loads, std::uint64_t index) {
        const Problem problem{capacities_, loads};
        workspace_.flows.sort(loads);
        const PaperSearchResult optimum = paper_search(capacities_, workspace_.flows);
        ++row_.n_instances;
        row_.most_complete = std::max(row_.most_complete, optimum.n_complete);
        row_.sum_complete += optimum.n_complete;

        std::array<Load, PaperRow::kAlgorithms.size()> deviations{};
        sequential(capacities_, workspace_.flows, assignment_);
        deviations[0] = optimum.value - processed(problem, assignment_);
        greedy(capacities_, workspace_.flows, workspace_, assignment_);
        deviations[1] = optimum.value - processed(problem, assignment_);
        best_fit(capacities_, workspace_.flows, workspace_, assignment_);
        deviations[2] = optimum.value - processed(problem, assignment_);
        // Each instance draws numbers of its own.
        random_assignment(capacities_.size(), loads.size(), seed_ + index * 0xD1342543DE82EF95,
                          assignment_);
        deviations[3] = optimum.value - processed(problem, assignment_);
        for (std::size_t i = 0; i < deviations.size(); ++i) {
            row_.table1[i].add(deviations[i]);
        }
        count_together({deviations.begin(), kDeterministic});
    }

    [[nodiscard]] const PaperRow& row() const { return row_; }

 private:
    void count_together(std::span<const Load> deviations) {
        Deviations together;
        for (const Load deviation : deviations) {
            together.add(deviation);
        }
        const auto n_suboptimal = static_cast<std::size_t>(together.n_instances);
        together.n_instances = 1;
        for (std::size_t i = 0; i < n_suboptimal; ++i) {
            merge(row_.table3[i], together);
        }
    }

    std::vector<Load> capacities_;
    std::uint64_t seed_;
    Workspace workspace_;
    Assignment assignment_;
    PaperRow row_;
};

}  // namespace

void Deviations::add(Load deviation) {
    if (deviation > 0) {
        merge(*this, {1, deviation, deviation});
    }
}

void PaperRow::add(const PaperRow& other) {
    n_instances += other.n_instances;
    most_complete = std::max(most_complete, other.most_complete);
    sum_complete += other.sum_complete;
    for (std::size_t i = 0; i < table1.size(); ++i) {
        merge(table1[i], other.table1[i]);
    }
    for (std::size_t i = 0; i < table3.size(); ++i) {
        merge(table3[i], other.table3[i]);
    }
}

PaperRow count_row(PaperSize size, Part part, std::uint64_t seed) {
    RowCount count(size, seed);
    std::uint64_t index = 0;
    for (Instances instances(size.n_flows); !instances.at_end(); instances.advance()) {
        if (index / kBlock % part.n_parts == part.part) {
            count.add(instances.loads(), index);
        }
        ++index;
    }
    return count.row();
}

}  // namespace evengate::balance
