// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "table/flow_table.hpp"

#include <bit>
#include <new>

#include <rte_malloc.h>

namespace evengate::table {

Result<std::unique_ptr<FlowTable>> FlowTable::make(const std::string& name, uint32_t capacity) {
    const uint32_t n_buckets = std::bit_ceil(std::max<uint32_t>(2 * capacity / kBucketSize, 2));
    void* const memory = rte_zmalloc(name.c_str(), n_buckets * sizeof(Bucket), alignof(Bucket));
    if (memory == nullptr) {
        return Error{"no memory for a table of " + std::to_string(capacity) + " flows (" +
                     std::to_string(n_buckets * sizeof(Bucket) / 1024) + " KiB)"};
    }
    auto* const buckets = new (memory) Bucket[n_buckets];
    return std::unique_ptr<FlowTable>(new FlowTable(buckets, n_buckets, capacity));
}

FlowTable::~FlowTable() {
    rte_free(buckets_);
}

FlowPlace FlowTable::free_in(uint32_t bucket) const {
    const auto& entries = buckets_[bucket].entries;
    for (uint32_t i = 0; i < kBucketSize; ++i) {
        if (entries[i].ends.load(std::memory_order_relaxed) == 0) {
            return FlowPlace(bucket * kBucketSize + i);
        }
    }
    return FlowPlace{};
}

std::optional<FlowFacts> FlowTable::peek(uint64_t hash, const FlowKey& key) const {
    const uint32_t first = first_bucket(hash);
    for (const uint32_t bucket : {first, second_bucket(first, hash)}) {
        for (const Entry& entry : buckets_[bucket].entries) {
            if (entry.ends.load(std::memory_order_acquire) != key.ends) {
                continue;
            }
            const uint64_t word = entry.facts.load(std::memory_order_acquire);
            if (kind_of(word) == key.kind && entry.ends.load(std::memory_order_relaxed) == key.ends) {
                return unpack(word);
            }
        }
    }
    return std::nullopt;
}

std::optional<FlowFacts> FlowTable::insert_over(uint64_t hash, const FlowKey& key, const FlowFacts& facts,
                                                uint32_t now_s) {
    const uint32_t first = first_bucket(hash);
    for (const uint32_t bucket : {first, second_bucket(first, hash)}) {
        if (const FlowPlace free = free_in(bucket); free.is_found() && size_ < capacity_) {
            put(free, key, facts);
            ++size_;
            return std::nullopt;
        }
    }
    FlowPlace oldest(first * kBucketSize);
    for (uint32_t i = 1; i < kBucketSize; ++i) {
        const FlowPlace place(first * kBucketSize + i);
        if (seconds_since(this->facts(place).seen_s, now_s) > seconds_since(this->facts(oldest).seen_s, now_s)) {
            oldest = place;
        }
    }
    const FlowFacts gone = this->facts(oldest);
    const bool was_free = at(oldest).ends.load(std::memory_order_relaxed) == 0;
    at(oldest).ends.store(0, std::memory_order_release);
    put(oldest, key, facts);
    size_ += was_free ? 1 : 0;
    return was_free ? std::nullopt : std::optional(gone);
}

}  // namespace evengate::table
