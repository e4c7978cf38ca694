// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: flow -> a few facts, for connections, half-open connections, sticky clients and fragments
// (rerouting rules 6, 7 and 9). Bounded, one cache line a look-up, one writer, any number of readers
// without a lock. Thread: find() any; the rest the worker that owns it. Used by: dataplane.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <rte_prefetch.h>

#include "base/result.hpp"

namespace evengate::table {

// What tells one flow from another: the client's address, its port and the port it asked, and what
// these are of: a published address and protocol, or another kind of thing altogether.
struct FlowKey {
    uint64_t ends = 0;  // never 0
    uint16_t kind = 0;

    friend bool operator==(const FlowKey&, const FlowKey&) = default;
};

// What is known of a flow.
struct FlowFacts {
    uint16_t target = 0;
    uint8_t state = 0;
    uint32_t seen_s = 0;  // seconds, modulo 2^24

    friend bool operator==(const FlowFacts&, const FlowFacts&) = default;
};

// How many seconds ago that was; both modulo 2^24.
constexpr uint32_t kSecondsMask = 0xFF'FFFF;
constexpr uint32_t seconds_since(uint32_t seen_s, uint32_t now_s) { return (now_s - seen_s) & kSecondsMask; }

// A place in the table, for the writer, until it inserts the next flow.
class FlowPlace {
 public:
    constexpr FlowPlace() = default;
    constexpr explicit FlowPlace(uint32_t index) : index_(index) {}
    [[nodiscard]] constexpr bool is_found() const { return index_ != kNone; }
    [[nodiscard]] constexpr uint32_t index() const { return index_; }

 private:
    static constexpr uint32_t kNone = UINT32_MAX;
    uint32_t index_ = kNone;
};

// Two-choice buckets of four flows, half full at most; a flow that finds both of its buckets full
// makes room by moving others to their second choice (cuckoo hashing).
class FlowTable {
 public:
    static constexpr uint32_t kBucketSize = 4;

    // Room for this many flows, in DPDK's memory, where huge pages are if there are any.
    // Fails: no memory. Cost: 32 to 64 bytes a flow.
    static Result<std::unique_ptr<FlowTable>> make(const std::string& name, uint32_t capacity);
    ~FlowTable();
    FlowTable(const FlowTable&) = delete;
    FlowTable& operator=(const FlowTable&) = delete;

    [[nodiscard]] uint32_t capacity() const { return capacity_; }
    [[nodiscard]] uint32_t size() const { return size_; }
    [[nodiscard]] uint32_t n_buckets() const { return mask_ + 1; }

    // DPDK's, as GCC 12 drops calls of functions that do nothing but __builtin_prefetch().
    void prefetch(uint64_t hash) const { rte_prefetch0(&buckets_[first_bucket(hash)]); }

    // Thread: the writer. Cost: a cache line; two where the first bucket ever overflowed or the flow
    // is not there.
    [[nodiscard]] FlowPlace find(uint64_t hash, const FlowKey& key) const {
        const uint32_t first = first_bucket(hash);
        if (const FlowPlace place = find_in(first, key); place.is_found()) [[likely]] {
            return place;
        }
        return find_in(second_bucket(first, hash), key);
    }
    [[nodiscard]] FlowKey key(FlowPlace place) const {
        const Entry& entry = at(place);
        return {entry.ends.load(std::memory_order_relaxed), kind_of(entry.facts.load(std::memory_order_relaxed))};
    }
    [[nodiscard]] FlowFacts facts(FlowPlace place) const {
        return unpack(at(place).facts.load(std::memory_order_relaxed));
    }
    void set_facts(FlowPlace place, const FlowFacts& facts) {
        std::atomic<uint64_t>& word = at(place).facts;
        word.store(pack(kind_of(word.load(std::memory_order_relaxed)), facts), std::memory_order_relaxed);
    }

    // The same for another worker's table: what is returned was in it at one moment. A flow that moves
    // twice meanwhile may be missed.
    [[nodiscard]] std::optional<FlowFacts> peek(uint64_t hash, const FlowKey& key) const;

    // Puts a flow that is not there in; nothing where the table is full. hash_of(FlowKey) is asked
    // for flows that have to move.
    template <class HashOf>
    FlowPlace insert(uint64_t hash, const FlowKey& key, const FlowFacts& facts, HashOf&& hash_of) {
        const FlowPlace free = size_ < capacity_ ? find_room(hash, hash_of) : FlowPlace{};
        if (free.is_found()) {
            put(free, key, facts);
            ++size_;
        }
        return free;
    }
    // The same, but where there is no room the flow of its bucket that was seen longest ago gives way;
    // never fails, and never has more flows than the capacity.
    // Returns who gave way, if anybody did.
    std::optional<FlowFacts> insert_over(uint64_t hash, const FlowKey& key, const FlowFacts& facts,
                                         uint32_t now_s);
    void erase(FlowPlace place) {
        // Readers take the facts of an entry only if its ends did not change meanwhile.
        at(place).ends.store(0, std::memory_order_release);
        --size_;
    }

    // Calls visit(place, key, facts) for each flow of a bucket; it may erase the one it is shown.
    // Not checked: bucket is below n_buckets().
    template <class Visit>
    void visit_bucket(uint32_t bucket, Visit&& visit) {
        for (uint32_t i = 0; i < kBucketSize; ++i) {
            const FlowPlace place(bucket * kBucketSize + i);
            if (at(place).ends.load(std::memory_order_relaxed) != 0) {
                visit(place, key(place), facts(place));
            }
        }
    }

    // Calls visit(place, key, facts) for the flows of the next n buckets behind the cursor, which goes round.
    template <class Visit>
    void visit_next(uint32_t& cursor, uint32_t n, Visit&& visit) {
        for (uint32_t i = 0; i < n; ++i) {
            cursor = (cursor + 1) % n_buckets();
            visit_bucket(cursor, visit);
        }
    }

    // The same for readers: visit(key, facts) for each flow of another's bucket. Thread: any.
    template <class Visit>
    void peek_bucket(uint32_t bucket, Visit&& visit) const {
        for (const Entry& entry : buckets_[bucket].entries) {
            const uint64_t ends = entry.ends.load(std::memory_order_acquire);
            const uint64_t word = entry.facts.load(std::memory_order_acquire);
            if (ends != 0 && entry.ends.load(std::memory_order_relaxed) == ends) {
                visit(FlowKey{ends, kind_of(word)}, unpack(word));
            }
        }
    }

 private:
    struct Entry {
        std::atomic<uint64_t> ends{0};   // owner: write release; others: read acquire; 0: free
        std::atomic<uint64_t> facts{0};  // kind 16, target 16, state 8, seconds 24
    };
    struct alignas(64) Bucket {
        std::array<Entry, kBucketSize> entries;
    };
    static_assert(sizeof(Bucket) == 64, "one cache line a look-up");

    static constexpr unsigned kMostMoves = 32;

    FlowTable(Bucket* buckets, uint32_t n_buckets, uint32_t capacity)
        : buckets_(buckets), mask_(n_buckets - 1), capacity_(capacity) {}

    static uint64_t pack(uint16_t kind, const FlowFacts& facts) {
        return kind | uint64_t{facts.target} << 16 | uint64_t{facts.state} << 32 |
               uint64_t{facts.seen_s & kSecondsMask} << 40;
    }
    static uint16_t kind_of(uint64_t word) { return static_cast<uint16_t>(word); }
    static FlowFacts unpack(uint64_t word) {
        return {static_cast<uint16_t>(word >> 16), static_cast<uint8_t>(word >> 32),
                static_cast<uint32_t>(word >> 40)};
    }

    // The lower half of the hash: the upper one chooses the slot, so that flows of one target spread.
    [[nodiscard]] uint32_t first_bucket(uint64_t hash) const { return static_cast<uint32_t>(hash) & mask_; }
    // Its own inverse, and never the first.
    [[nodiscard]] uint32_t second_bucket(uint32_t bucket, uint64_t hash) const {
        constexpr unsigned kBitsOfOwn = 16;
        return bucket ^ ((static_cast<uint32_t>(hash >> kBitsOfOwn) | 1) & mask_);
    }
    [[nodiscard]] Entry& at(FlowPlace place) const {
        return buckets_[place.index() / kBucketSize].entries[place.index() % kBucketSize];
    }
    // Whose ends are the same is chosen without a branch, which would be guessed wrong every other time: a flow lies
    // anywhere in its bucket.
    [[nodiscard]] FlowPlace find_in(uint32_t bucket, const FlowKey& key) const {
        const auto& entries = buckets_[bucket].entries;
        uint32_t at = 0;
        for (uint32_t i = 1; i < kBucketSize; ++i) {
            at = entries[i].ends.load(std::memory_order_relaxed) == key.ends ? i : at;
        }
        if (entries[at].ends.load(std::memory_order_relaxed) != key.ends) {
            return FlowPlace{};
        }
        if (kind_of(entries[at].facts.load(std::memory_order_relaxed)) == key.kind) [[likely]] {
            return FlowPlace(bucket * kBucketSize + at);
        }
        return find_one_by_one(bucket, key);
    }
    // Where another kind has the same ends.
    [[nodiscard]] FlowPlace find_one_by_one(uint32_t bucket, const FlowKey& key) const;
    [[nodiscard]] FlowPlace free_in(uint32_t bucket) const;
    [[nodiscard]] FlowPlace oldest_in(uint32_t bucket, uint32_t now_s) const;
    void put(FlowPlace place, const FlowKey& key, const FlowFacts& facts) {
        Entry& entry = at(place);
        // Pairs with the acquire load of readers: who sees these facts sees that the flow before is gone.
        entry.facts.store(pack(key.kind, facts), std::memory_order_release);
        entry.ends.store(key.ends, std::memory_order_release);
    }

    template <class HashOf>
    FlowPlace find_room(uint64_t hash, HashOf&& hash_of) {
        const uint32_t first = first_bucket(hash);
        if (const FlowPlace place = free_in(first); place.is_found()) [[likely]] {
            return place;
        }
        const uint32_t second = second_bucket(first, hash);
        if (const FlowPlace place = free_in(second); place.is_found()) {
            return place;
        }
        return make_room(second, hash_of);
    }

    // Walks from a full bucket to the other choice of one of its flows until there is room, then moves
    // each flow of the walk one step on, the last first, so that readers find each at any time.
    template <class HashOf>
    FlowPlace make_room(uint32_t bucket, HashOf&& hash_of) {
        std::array<FlowPlace, kMostMoves> walk;
        for (unsigned n = 0; n < kMostMoves; ++n) {
            next_victim_ = (next_victim_ + 1) % kBucketSize;
            walk[n] = FlowPlace(bucket * kBucketSize + next_victim_);
            bucket = second_bucket(bucket, hash_of(key(walk[n])));
            FlowPlace free = free_in(bucket);
            if (!free.is_found()) {
                continue;
            }
            for (unsigned i = n + 1; i-- > 0;) {
                // A walk that met itself: what was to move is elsewhere by now.
                const uint64_t hash = hash_of(key(walk[i]));
                const uint32_t from = walk[i].index() / kBucketSize;
                if (second_bucket(from, hash) != free.index() / kBucketSize) {
                    return FlowPlace{};
                }
                put(free, key(walk[i]), facts(walk[i]));
                at(walk[i]).ends.store(0, std::memory_order_release);
                free = walk[i];
            }
            return free;
        }
        return FlowPlace{};
    }

    Bucket* buckets_;
    uint32_t mask_;
    uint32_t capacity_;
    uint32_t size_ = 0;
    uint32_t next_victim_ = 0;
};

}  // namespace evengate::table
