// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: adjacency index -> packet::Adjacency, replaced in place under readers.
// Thread: get() any online worker; set() control. Used by: dataplane, the app.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "packet/rewrite.hpp"
#include "table/rcu.hpp"

namespace evengate::table {

class AdjacencyTable {
 public:
    // All entries start as drop(no_such_adjacency). Owns: nothing of rcu, which must outlive it.
    AdjacencyTable(Rcu& rcu, uint32_t n_entries) : rcu_(rcu), entries_(n_entries) {}

    // Valid until the worker is quiescent; never half old, half new. Cost: one cache line.
    // Not checked: index < n_entries.
    [[nodiscard]] const packet::Adjacency& get(uint32_t index) const {
        const Entry& entry = entries_[index];
        // Pairs with the release store in set().
        return entry.copies[entry.current.load(std::memory_order_acquire)];
    }
    void prefetch(uint32_t index) const { __builtin_prefetch(&entries_[index]); }

    // Cost: usually nothing; when the same entry was set within a worker's loop, waits for that loop.
    void set(uint32_t index, const packet::Adjacency& adjacency) {
        Entry& entry = entries_[index];
        if (entry.was_set) {
            rcu_.wait_until_over(entry.spare_free_after);
        }
        const uint8_t spare = entry.current.load(std::memory_order_relaxed) ^ 1;
        entry.copies[spare] = adjacency;
        // Pairs with the acquire load in get().
        entry.current.store(spare, std::memory_order_release);
        entry.spare_free_after = rcu_.start_grace_period();
        entry.was_set = true;
    }

    [[nodiscard]] uint32_t n_entries() const { return static_cast<uint32_t>(entries_.size()); }

 private:
    struct alignas(64) Entry {
        packet::Adjacency copies[2];      // control: write the one not current; worker: read the current
        std::atomic<uint8_t> current{0};  // control: write release; worker: read acquire
        bool was_set = false;             // control only
        Rcu::Token spare_free_after = 0;  // control only
    };
    static_assert(sizeof(Entry) == 64, "one cache line a look-up");

    Rcu& rcu_;
    std::vector<Entry> entries_;
};

}  // namespace evengate::table
