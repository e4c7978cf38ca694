// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "pace.hpp"

#include <algorithm>
#include <cassert>

namespace evengate::traffic {
namespace {

using Seconds = std::chrono::duration<double>;

}  // namespace

void Pace::set_rate(double per_second, TimePoint now) {
    assert(per_second >= 0);
    // What was due at the former rate is kept; a host that was silent does not begin with a debt.
    if (per_second_ > 0) {
        credit_ += Seconds(std::min<Duration>(now - last_, kMaxBehind)).count() * per_second_;
    }
    per_second_ = per_second;
    last_ = now;
}

uint64_t Pace::take_due(TimePoint now) {
    credit_ += Seconds(std::min<Duration>(now - last_, kMaxBehind)).count() * per_second_;
    last_ = now;
    const auto due = static_cast<uint64_t>(credit_);
    credit_ -= static_cast<double>(due);
    return due;
}

}  // namespace evengate::traffic
