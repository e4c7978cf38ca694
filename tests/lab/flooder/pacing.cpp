// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "pacing.hpp"

#include <algorithm>

namespace evengate::flooder {

uint64_t frames_due(uint64_t per_second, Duration elapsed) {
    using Microseconds = std::chrono::microseconds;
    const auto microseconds = std::chrono::duration_cast<Microseconds>(elapsed).count();
    return microseconds <= 0 ? 0 : per_second * static_cast<uint64_t>(microseconds) / 1'000'000;
}

uint64_t frames_to_send(uint64_t due, uint64_t sent_or_skipped, uint64_t most) {
    return due <= sent_or_skipped ? 0 : std::min(due - sent_or_skipped, most);
}

}  // namespace evengate::flooder
