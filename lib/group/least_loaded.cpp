// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/least_loaded.hpp"

namespace evengate::group {
namespace {

// Whether a is loaded less than b, for what it can do. Two without capacity are compared by load.
bool is_less(const GatewayLoad& a, const GatewayLoad& b) {
    if (a.capacity == 0 || b.capacity == 0) {
        return a.capacity == b.capacity ? a.load < b.load : b.capacity == 0;
    }
    // As doubles: the products of two 64-bit numbers do not fit, and no tie is worth exactness.
    return static_cast<double>(a.load) * static_cast<double>(b.capacity) <
           static_cast<double>(b.load) * static_cast<double>(a.capacity);
}

bool is_less(const VmacLoad& a, const VmacLoad& b) {
    return a.load != b.load ? a.load < b.load : a.n_hosts < b.n_hosts;
}

}  // namespace

VmacNumber choose_least_loaded(std::span<const GatewayLoad> gateways,
                               std::span<const VmacLoad> vmacs) {
    const VmacLoad* best = &vmacs.front();
    for (const VmacLoad& candidate : vmacs.subspan(1)) {
        const GatewayLoad& current = gateways[best->gateway];
        const GatewayLoad& other = gateways[candidate.gateway];
        const bool same_gateway = candidate.gateway == best->gateway;
        if (same_gateway ? is_less(candidate, *best) : is_less(other, current)) {
            best = &candidate;
        }
    }
    return best->number;
}

}  // namespace evengate::group
