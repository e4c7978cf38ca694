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

FlowPlace FlowTable::find_one_by_one(uint32_t bucket, const FlowKey& key) const {
    const auto& entries = buckets_[bucket].entries;
    for (uint32_t i = 0; i < kBucketSize; ++i) {
        if (entries[i].ends.load(std::memory_order_relaxed) == key.ends &&
            kind_of(entries[i].facts.load(std::memory_order_relaxed)) == key.kind) {
            return FlowPlace(bucket * kBucketSize + i);
        }
    }
    return FlowPlace{};
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

FlowPlace FlowTable::oldest_in(uint32_t bucket, uint32_t now_s) const {
    FlowPlace oldest;
    for (uint32_t i = 0; i < kBucketSize; ++i) {
        const FlowPlace place(bucket * kBucketSize + i);
        if (at(place).ends.load(std::memory_order_relaxed) == 0) {
            continue;
        }
        if (!oldest.is_found() ||
            seconds_since(facts(place).seen_s, now_s) > seconds_since(facts(oldest).seen_s, now_s)) {
            oldest = place;
        }
    }
    return oldest;
}

std::optional<FlowFacts> FlowTable::peek(uint64_t hash, const FlowKey& key) const {
    const uint32_t first = first_bucket(hash);
    // The first once more: a flow may have come back to it from the second meanwhile.
    for (const uint32_t bucket : {first, second_bucket(first, hash), first}) {
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
    // A table that is full may have room in this very bucket, and none of it in use.
    uint32_t bucket = first;
    FlowPlace oldest = oldest_in(bucket, now_s);
    while (!oldest.is_found()) {
        bucket = (bucket + 1) & mask_;
        oldest = oldest_in(bucket, now_s);
    }
    const FlowFacts gone = this->facts(oldest);
    at(oldest).ends.store(0, std::memory_order_release);
    put(bucket == first ? oldest : free_in(first), key, facts);
    return gone;
}

}  // namespace evengate::table
