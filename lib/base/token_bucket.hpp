// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a rate limit over a caller's clock. Thread: its one owner. Used by: workers (TSC), control (ns).
#pragma once

#include <algorithm>
#include <cstdint>

namespace evengate {

// Lets through rate_per_s events a second, burst at once. Exact over time: the remainder of a
// division is kept, not dropped.
class TokenBucket {
 public:
    TokenBucket() = default;
    // Units: ticks_per_s is the caller's clock, at most 10^10; rate_per_s at most 10^8, 0 lets nothing
    // through but the first burst.
    TokenBucket(uint64_t rate_per_s, uint64_t burst, uint64_t ticks_per_s)
        : rate_per_s_(rate_per_s), burst_(burst), ticks_per_s_(ticks_per_s), tokens_(burst) {}

    // Takes one token if there is one. Cost: a few cycles, a division only when time has passed.
    bool try_take(uint64_t now_ticks) {
        refill(now_ticks);
        if (tokens_ == 0) {
            return false;
        }
        --tokens_;
        return true;
    }

 private:
    static constexpr uint64_t kMaxElapsedSeconds = 16;

    void refill(uint64_t now_ticks) {
        if (!started_) {
            started_ = true;
            last_ticks_ = now_ticks;
            return;
        }
        if (now_ticks <= last_ticks_) {
            return;
        }
        // The cap keeps the product within 64 bits; a longer pause adds no more than this one.
        const uint64_t elapsed = std::min(now_ticks - last_ticks_, kMaxElapsedSeconds * ticks_per_s_);
        const uint64_t due = elapsed * rate_per_s_ + remainder_;
        last_ticks_ = now_ticks;
        remainder_ = due % ticks_per_s_;
        tokens_ = std::min(burst_, tokens_ + due / ticks_per_s_);
    }

    uint64_t rate_per_s_ = 0;
    uint64_t burst_ = 0;
    uint64_t ticks_per_s_ = 1;
    uint64_t tokens_ = 0;
    uint64_t last_ticks_ = 0;
    uint64_t remainder_ = 0;
    bool started_ = false;
};

}  // namespace evengate
