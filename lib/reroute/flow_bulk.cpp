// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/flow_bulk.hpp"

// The same for each kind of CPU, chosen when the program is loaded: before a sanitizer is ready for it, and in a way that
// clang knows since 18 only.
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define EVENGATE_FOR_EACH_CPU [[gnu::target_clones("avx512f", "avx2", "default")]]
#else
#define EVENGATE_FOR_EACH_CPU
#endif

namespace evengate::reroute {

EVENGATE_FOR_EACH_CPU
void flow_hash_bulk(const HashKey& key, const uint64_t* addresses, const uint64_t* ends,
                    uint64_t* __restrict hashes, size_t size) {
    for (size_t i = 0; i < size; ++i) {
        hashes[i] = flow_hash_raw(key, addresses[i], ends[i]);
    }
}

}  // namespace evengate::reroute
