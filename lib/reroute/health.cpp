// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/health.hpp"

namespace evengate::reroute {

Health::Change Health::add(CheckResult result) {
    const Verdict spoken_for = result == CheckResult::passed ? Verdict::up : Verdict::down;
    if (verdict_ == spoken_for) {
        n_in_row_ = 0;
        return Change::none;
    }
    // While nothing is known, results of either kind may begin a row.
    n_in_row_ =
        n_in_row_ == 0 || result != last_ ? uint8_t{1} : static_cast<uint8_t>(n_in_row_ + 1);
    last_ = result;
    if (n_in_row_ < (result == CheckResult::passed ? options_.rise : options_.fall)) {
        return Change::none;
    }
    n_in_row_ = 0;
    verdict_ = spoken_for;
    return result == CheckResult::passed ? Change::came_up : Change::went_down;
}

}  // namespace evengate::reroute
