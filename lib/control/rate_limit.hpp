// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a rate limit over control's clock. Thread: control. Used by: arp_requester, icmp_responder.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.hpp"
#include "base/token_bucket.hpp"

namespace evengate::control {

class RateLimit {
 public:
    // Allows a tenth of a second's worth at once.
    explicit RateLimit(uint32_t rate_per_s)
        : bucket_(rate_per_s, std::max(rate_per_s / 10, std::min(rate_per_s, kLeastBurst)),
                  std::nano::den) {}

    bool try_take(TimePoint now) {
        return bucket_.try_take(static_cast<uint64_t>(now.time_since_epoch().count()));
    }

 private:
    static constexpr uint32_t kLeastBurst = 10;

    TokenBucket bucket_;
};

}  // namespace evengate::control
