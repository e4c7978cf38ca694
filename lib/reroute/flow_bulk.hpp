// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the hashes of many flows at once, in vector registers where the CPU has them. Thread: any.
// Used by: dataplane.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "reroute/flow.hpp"

namespace evengate::reroute {

// What waits for its hash, as a client's packets have it in memory; see flow_hash_raw().
template <size_t kMost>
struct FlowWords {
    std::array<uint64_t, kMost> addresses;
    std::array<uint64_t, kMost> ends;  // see flow_ends_raw()
    size_t size = 0;

    // Not checked: there is room.
    void add(uint64_t raw_addresses, uint64_t raw_ends) {
        addresses[size] = raw_addresses;
        ends[size] = raw_ends;
        ++size;
    }
};

// hashes[i] = flow_hash_raw() of what addresses[i] and ends[i] hold. Cost: 3 cycles each with AVX-512 and 14
// without, of flows enough (Xeon of 2023).
void flow_hash_bulk(const HashKey& key, const uint64_t* addresses, const uint64_t* ends, uint64_t* hashes,
                    size_t size);

template <size_t kMost>
void flow_hash_bulk(const HashKey& key, const FlowWords<kMost>& words, std::array<uint64_t, kMost>& hashes) {
    flow_hash_bulk(key, words.addresses.data(), words.ends.data(), hashes.data(), words.size);
}

}  // namespace evengate::reroute
