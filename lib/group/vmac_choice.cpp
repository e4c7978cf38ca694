// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/vmac_choice.hpp"

#include <algorithm>

#include "group/mix.hpp"

namespace evengate::group {
namespace {

constexpr uint64_t weight(uint64_t mixed_host, VmacNumber vmac) {
    return mix(mixed_host + kMixSalt * (uint64_t{vmac.value} + 1));
}

}  // namespace

uint64_t vmac_weight(const MacAddress& host, VmacNumber vmac) {
    return weight(mix(host.to_u64() ^ kMixSalt), vmac);
}

VmacNumber choose_by_host_hash(const MacAddress& host, std::span<const VmacNumber> live) {
    const uint64_t mixed_host = mix(host.to_u64() ^ kMixSalt);
    VmacNumber best = live.front();
    uint64_t best_weight = weight(mixed_host, best);
    for (const VmacNumber candidate : live.subspan(1)) {
        const uint64_t candidate_weight = weight(mixed_host, candidate);
        const bool tie_won = candidate_weight == best_weight && candidate < best;
        if (candidate_weight > best_weight || tie_won) {
            best = candidate;
            best_weight = candidate_weight;
        }
    }
    return best;
}

VmacNumber choose_round_robin(VmacNumber previous, std::span<const VmacNumber> live) {
    const auto next = std::upper_bound(live.begin(), live.end(), previous);
    return next == live.end() ? live.front() : *next;
}

MemberId choose_answerer(const MacAddress& host, std::span<const MemberId> live) {
    const uint64_t mixed_host = mix(host.to_u64() ^ kMixSalt);
    MemberId best = live.front();
    uint64_t best_weight = 0;
    for (const MemberId candidate : live) {
        const uint64_t candidate_weight = mix(mixed_host + mix(candidate.value ^ kMixSalt));
        if (candidate_weight > best_weight ||
            (candidate_weight == best_weight && candidate < best)) {
            best = candidate;
            best_weight = candidate_weight;
        }
    }
    return best;
}

}  // namespace evengate::group
