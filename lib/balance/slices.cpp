// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/slices.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace evengate::balance {
namespace {

// A member measures once an interval, and says so with its next hello.
constexpr int kSettles = 2;

std::string slices(size_t n) { return std::to_string(n) + (n == 1 ? " slice" : " slices"); }

}  // namespace

size_t SlicePlanner::n_handed() const {
    return kSlices - static_cast<size_t>(std::ranges::count(holders_, kOwn));
}

template <class Predicate>
size_t SlicePlanner::take_back(size_t most, Predicate&& comes_back) {
    size_t n = 0;
    for (size_t slice = 0; slice < kSlices && n < most; ++slice) {
        if (holders_[slice] != kOwn && comes_back(slice)) {
            holders_[slice] = kOwn;
            ++n;
        }
    }
    return n;
}

// Of those all at once: who is not there forwards nothing.
size_t SlicePlanner::leave_the_gone(std::span<const Receiver> receivers) {
    return take_back(kSlices, [&](size_t slice) {
        return holders_[slice] >= receivers.size() || receivers[holders_[slice]].capacity == 0;
    });
}

// That is how a receiver refuses: it says that it has too much itself.
size_t SlicePlanner::leave_the_full(std::span<const Receiver> receivers) {
    return take_back(kMostMoves, [&](size_t slice) {
        const Receiver& receiver = receivers[holders_[slice]];
        return receiver.load > above(receiver.capacity);
    });
}

size_t SlicePlanner::fill_up(const Interval& interval, uint64_t carried) {
    const uint64_t wanted = middle(interval.capacity);
    return take_back(kMostMoves, [&](size_t slice) {
        const bool fits = carried + interval.slices[slice] <= wanted;
        carried += fits ? interval.slices[slice] : 0;
        return fits;
    });
}

// The largest that fit: as few as possible, each to who has most room, so that they come out in proportion to it.
size_t SlicePlanner::hand_on(const Interval& interval, uint64_t carried) {
    std::vector<uint64_t> rooms;
    for (const Receiver& receiver : interval.receivers) {
        const uint64_t most = below(receiver.capacity);
        rooms.push_back(most - std::min(most, receiver.load));
    }
    if (rooms.empty()) {
        return 0;
    }
    std::vector<size_t> own;
    for (size_t slice = 0; slice < kSlices; ++slice) {
        if (holders_[slice] == kOwn && interval.slices[slice] != 0) {
            own.push_back(slice);
        }
    }
    std::ranges::sort(own, [&](size_t a, size_t b) {
        return interval.slices[a] != interval.slices[b] ? interval.slices[a] > interval.slices[b] : a < b;
    });
    const uint64_t least = below(interval.capacity);
    const uint64_t wanted = middle(interval.capacity);
    size_t n = 0;
    const auto try_give = [&](size_t slice) {
        const auto roomiest = std::ranges::max_element(rooms);
        const uint64_t load = interval.slices[slice];
        if (load > *roomiest) {
            return false;
        }
        holders_[slice] = static_cast<Place>(roomiest - rooms.begin());
        *roomiest -= load;
        carried -= load;
        ++n;
        return true;
    };
    for (const size_t slice : own) {
        if (n == kMostMoves || carried <= wanted) {
            break;
        }
        if (interval.slices[slice] <= carried - least) {
            static_cast<void>(try_give(slice));
        }
    }
    // What is left is more than would have to go.
    if (n == 0) {
        static_cast<void>(std::ranges::find_if(own, try_give));
    }
    return n;
}

bool SlicePlanner::end_interval(const Interval& interval) {
    const bool was_active = is_active_;
    size_t n = leave_the_gone(interval.receivers);
    if (n != 0) {
        reason_ = slices(n) + " taken back: who had them is gone";
    }
    const bool is_counted = !interval.slices.empty();
    uint64_t handed = 0;
    for (size_t slice = 0; is_counted && slice < kSlices; ++slice) {
        handed += holders_[slice] == kOwn ? 0 : interval.slices[slice];
    }
    // The load is of a time a little before: while traffic grows, what is handed on now is more than it was then.
    const uint64_t handed_then = std::min(handed, std::exchange(handed_before_, handed));
    const uint64_t carried = interval.load - std::min(interval.load, handed_then);
    const bool is_full = interval.capacity != 0 && carried > above(interval.capacity);
    if (n_settling_ > 0) {
        --n_settling_;
    } else if (n == 0 && is_counted) {
        const bool hands_on = n_handed() != 0;
        n = leave_the_full(interval.receivers);
        if (n != 0) {
            reason_ = slices(n) + " taken back: who had them is full";
        } else if (is_full) {
            n = hand_on(interval, carried);
            reason_ = n != 0 ? slices(n) + " handed on" : "nobody has room for what is too much";
        } else if (hands_on && carried < below(interval.capacity)) {
            n = fill_up(interval, carried);
            reason_ = n != 0 ? slices(n) + " taken back: there is room here" : "what is handed on has no room here";
        } else {
            reason_ = "as it should be";
        }
        n_settling_ = n != 0 ? kSettles : 0;
    }
    n_moved_ += n;
    is_active_ = is_full || n_handed() != 0;
    if (!is_active_ && n == 0) {
        reason_ = "nothing to hand on";
    }
    return n != 0 || is_active_ != was_active;
}

}  // namespace evengate::balance
