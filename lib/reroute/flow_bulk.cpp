// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/flow_bulk.hpp"

namespace evengate::reroute {

[[gnu::target_clones("avx512f", "avx2", "default")]]
void flow_hash_bulk(const HashKey& key, const uint64_t* addresses, const uint64_t* ends,
                    uint64_t* __restrict hashes, size_t size) {
    const HashKey of_all = key;
    for (size_t i = 0; i < size; ++i) {
        hashes[i] = flow_hash_raw(of_all, addresses[i], ends[i]);
    }
}

}  // namespace evengate::reroute
