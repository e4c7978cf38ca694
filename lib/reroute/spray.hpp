// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which of the designated members a sprayed packet goes to (rule D17); one, always. Thread:
// any; an instance belongs to one worker. Used by: dataplane.
#pragma once

#include <cstdint>

#include "reroute/flow.hpp"
#include "reroute/split_mix.hpp"

namespace evengate::reroute {

enum class SprayPer : uint8_t {
    packet,  // packets of a connection overtake each other
    flow,
};

class Spray {
 public:
    // Each worker has a seed of its own; the same seed gives the same choices.
    constexpr explicit Spray(uint64_t seed) : state_(seed) {}

    // A place among the designated members, all equally likely, whatever the packets are.
    // Not checked: there is a member. Cost: wait-free.
    [[nodiscard]] constexpr uint32_t next(uint32_t n_members) {
        state_ += kSplitMixStep;
        return place_of(split_mix(state_), n_members);
    }

 private:
    uint64_t state_;
};

// The same member for all packets of a flow, for both directions with symmetric_hash().
[[nodiscard]] constexpr uint32_t spray_place(uint64_t hash, uint32_t n_members) {
    return place_of(hash, n_members);
}

}  // namespace evengate::reroute
