// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/ledger.hpp"

namespace evengate::sim {

std::string_view name_of(Loss loss) {
    static constexpr std::array kNames = {
#define X(name, text) std::string_view(#name),
        EVENGATE_SIM_LOSSES(X)
#undef X
    };
    return kNames[static_cast<size_t>(loss)];
}

Ledger::Totals Ledger::totals(TimePoint from, TimePoint to) const {
    Totals totals;
    for (const Entry& entry : entries_) {
        if (entry.sent < from || entry.sent >= to) {
            continue;
        }
        ++totals.n_sent;
        if (entry.n_arrived == 0) {
            ++totals.n_lost;
            ++totals.lost_by[static_cast<size_t>(entry.loss)];
            continue;
        }
        ++totals.n_arrived;
        if (entry.n_arrived > 1) {
            ++(entry.flooded ? totals.n_doubled_by_flooding : totals.n_doubled);
        }
    }
    return totals;
}

}  // namespace evengate::sim
