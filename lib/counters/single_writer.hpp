// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a counter that one thread writes and any thread reads, without an atomic read-modify-write.
// Thread: get() any; all else its one writer. Used by: dataplane, app.
#pragma once

#include <atomic>
#include <cstdint>

namespace evengate::counters {

class SingleWriter {
 public:
    // Cost: a load, an add and a store, no lock prefix.
    void add(uint64_t amount) {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    void subtract(uint64_t amount) { add(0 - amount); }
    void set(uint64_t value) { value_.store(value, std::memory_order_relaxed); }
    // A reader may be behind the writer, never sees a torn value, and must not write.
    [[nodiscard]] uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
    std::atomic<uint64_t> value_{0};
};

static_assert(std::atomic<uint64_t>::is_always_lock_free);

}  // namespace evengate::counters
