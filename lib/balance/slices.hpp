// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which slices of what a gateway is to route on it hands to other members, because its own uplink is full
// (rule D15). Pure. Thread: any, one at a time. Used by: control, app.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace evengate::balance {

// Between the two it changes nothing. Units: percent of what a gateway can carry.
struct SliceOptions {
    uint32_t above = 95;  // more than that is handed on
    uint32_t below = 80;  // less than that is taken back; a receiver is given no more than that
};

class SlicePlanner {
 public:
    static constexpr size_t kSlices = 256;
    // In an interval: one in twenty.
    static constexpr size_t kMostMoves = kSlices / 20;
    // Of a member that may receive.
    using Place = uint8_t;
    static constexpr size_t kPlaces = 32;
    static constexpr Place kOwn = 0xFF;

    // Units: packets a second, for all here.
    struct Receiver {
        uint64_t capacity = 0;  // 0: it is not there
        uint64_t load = 0;      // as it says, what it was handed included
    };
    struct Interval {
        uint64_t capacity = 0;  // of this gateway; 0: not known, and nothing is handed on
        uint64_t load = 0;      // of this gateway, what it handed on included
        std::span<const uint64_t> slices;  // by slice; empty: they were not counted
        std::span<const Receiver> receivers;  // by place
    };

    explicit SlicePlanner(const SliceOptions& options) : options_(options) { holders_.fill(kOwn); }

    // Returns whether a slice moved, or slices are to be counted from now on or no more.
    bool end_interval(const Interval& interval);

    // While nothing is handed on and nothing need be, nobody has to find out the slice of each packet.
    [[nodiscard]] bool is_active() const { return is_active_; }
    // By slice: its receiver, or kOwn.
    [[nodiscard]] const std::array<Place, kSlices>& holders() const { return holders_; }
    // Slices that were handed on or taken back, since start.
    [[nodiscard]] uint64_t n_moved() const { return n_moved_; }
    // Of the last interval, in words.
    [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
    [[nodiscard]] size_t n_handed() const;
    // All of these return how many slices moved. comes_back(slice): asked of those that are handed on.
    template <class Predicate>
    size_t take_back(size_t most, Predicate&& comes_back);
    size_t leave_the_gone(std::span<const Receiver> receivers);
    size_t leave_the_full(std::span<const Receiver> receivers);
    size_t fill_up(const Interval& interval, uint64_t carried);
    size_t hand_on(const Interval& interval, uint64_t carried);
    [[nodiscard]] uint64_t above(uint64_t capacity) const { return capacity / 100 * options_.above; }
    [[nodiscard]] uint64_t below(uint64_t capacity) const { return capacity / 100 * options_.below; }
    // To which what moves brings this gateway.
    [[nodiscard]] uint64_t middle(uint64_t capacity) const { return (above(capacity) + below(capacity)) / 2; }

    SliceOptions options_;
    std::array<Place, kSlices> holders_{};
    bool is_active_ = false;
    uint64_t handed_before_ = 0;  // in the interval before
    int n_settling_ = 0;  // intervals until what moved is in what receivers say
    uint64_t n_moved_ = 0;
    std::string reason_ = "nothing to hand on";
};

}  // namespace evengate::balance
