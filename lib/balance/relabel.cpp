// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/relabel.hpp"

#include <algorithm>
#include <limits>

namespace evengate::balance {

void Relabeller::relabel(std::span<const Load> loads, std::span<const Gateway> owners,
                         std::span<const Gateway> alike, Assignment& plan) {
    const std::size_t m = alike.size();
    kept_.assign(m * m, 0);
    for (std::size_t j = 0; j < plan.size(); ++j) {
        if (plan[j] != unassigned && owners[j] != unassigned) {
            // One more, so that idle vMACs stay as well.
            kept_[plan[j] * m + owners[j]] += loads[j] + 1;
        }
    }
    renamed_.resize(m);
    is_done_.assign(m, 0);
    for (std::size_t first = 0; first < m; ++first) {
        renamed_[first] = is_done_[first] == 0 ? static_cast<Gateway>(first) : renamed_[first];
        group_.clear();
        for (std::size_t i = first; i < m && group_.size() < kMaxAlike; ++i) {
            if (is_done_[i] == 0 && alike[i] == alike[first]) {
                group_.push_back(static_cast<Gateway>(i));
                is_done_[i] = 1;
            }
        }
        if (group_.size() > 1) {
            exchange(m);
        }
    }
    for (Gateway& gateway : plan) {
        gateway = gateway == unassigned ? unassigned : renamed_[gateway];
    }
}

// Rows are parts, columns owners; both are counted from 1, and column 0 is where a search begins.
void Relabeller::exchange(std::size_t n_gateways) {
    const std::size_t k = group_.size();
    constexpr Load kFar = std::numeric_limits<Load>::max() / 2;
    const auto price = [&](std::size_t row, std::size_t column) {
        return -kept_[group_[row - 1] * n_gateways + group_[column - 1]];
    };
    row_potentials_.assign(k + 1, 0);
    column_potentials_.assign(k + 1, 0);
    row_of_.assign(k + 1, 0);
    came_from_.assign(k + 1, 0);
    for (std::size_t row = 1; row <= k; ++row) {
        row_of_[0] = static_cast<std::uint16_t>(row);
        slack_.assign(k + 1, kFar);
        is_used_.assign(k + 1, 0);
        std::size_t column = 0;
        do {
            is_used_[column] = 1;
            const std::size_t at = row_of_[column];
            Load least = kFar;
            std::size_t next = 0;
            for (std::size_t c = 1; c <= k; ++c) {
                if (is_used_[c] != 0) {
                    continue;
                }
                const Load reduced = price(at, c) - row_potentials_[at] - column_potentials_[c];
                if (reduced < slack_[c]) {
                    slack_[c] = reduced;
                    came_from_[c] = static_cast<std::uint16_t>(column);
                }
                if (slack_[c] < least) {
                    least = slack_[c];
                    next = c;
                }
            }
            for (std::size_t c = 0; c <= k; ++c) {
                if (is_used_[c] != 0) {
                    row_potentials_[row_of_[c]] += least;
                    column_potentials_[c] -= least;
                } else {
                    slack_[c] -= least;
                }
            }
            column = next;
        } while (row_of_[column] != 0);
        while (column != 0) {
            const std::size_t before = came_from_[column];
            row_of_[column] = row_of_[before];
            column = before;
        }
    }
    for (std::size_t column = 1; column <= k; ++column) {
        renamed_[group_[row_of_[column] - 1]] = group_[column - 1];
    }
}

}  // namespace evengate::balance
