// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: one deadline for each of a fixed number of things, the earliest first: thousands of timers
// without a loop over them. Thread: its one owner. Used by: neighbours, keep_alive.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"

namespace evengate::control {

class DeadlineHeap {
 public:
    explicit DeadlineHeap(size_t n_things) : positions_(n_things, kNotThere) {}

    // Gives the thing this deadline instead of any other. Cost: O(log n), no allocation once the
    // heap has been as large.
    void set(uint32_t thing, TimePoint deadline);
    void clear(uint32_t thing);

    // kNever when nothing has a deadline.
    [[nodiscard]] TimePoint next() const { return heap_.empty() ? kNever : heap_.front().deadline; }

    // Takes the thing with the earliest deadline out, if that has come.
    std::optional<uint32_t> take_due(TimePoint now);

 private:
    struct Node {
        TimePoint deadline;
        uint32_t thing;
    };
    static constexpr uint32_t kNotThere = UINT32_MAX;

    void place(uint32_t position, Node node);
    void sift_up(uint32_t position);
    void sift_down(uint32_t position);
    void remove_at(uint32_t position);

    std::vector<Node> heap_;
    std::vector<uint32_t> positions_;  // of each thing in heap_
};

}  // namespace evengate::control
