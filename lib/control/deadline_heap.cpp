// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/deadline_heap.hpp"

namespace evengate::control {

void DeadlineHeap::place(uint32_t position, Node node) {
    heap_[position] = node;
    positions_[node.thing] = position;
}

void DeadlineHeap::sift_up(uint32_t position) {
    const Node node = heap_[position];
    while (position > 0) {
        const uint32_t parent = (position - 1) / 2;
        if (heap_[parent].deadline <= node.deadline) {
            break;
        }
        place(position, heap_[parent]);
        position = parent;
    }
    place(position, node);
}

void DeadlineHeap::sift_down(uint32_t position) {
    const Node node = heap_[position];
    const auto size = static_cast<uint32_t>(heap_.size());
    for (uint32_t child = 2 * position + 1; child < size; child = 2 * position + 1) {
        if (child + 1 < size && heap_[child + 1].deadline < heap_[child].deadline) {
            ++child;
        }
        if (node.deadline <= heap_[child].deadline) {
            break;
        }
        place(position, heap_[child]);
        position = child;
    }
    place(position, node);
}

void DeadlineHeap::set(uint32_t thing, TimePoint deadline) {
    uint32_t position = positions_[thing];
    if (position == kNotThere) {
        position = static_cast<uint32_t>(heap_.size());
        heap_.push_back({deadline, thing});
    } else {
        heap_[position].deadline = deadline;
    }
    sift_up(position);
    sift_down(positions_[thing]);
}

void DeadlineHeap::remove_at(uint32_t position) {
    positions_[heap_[position].thing] = kNotThere;
    const Node last = heap_.back();
    heap_.pop_back();
    if (position < heap_.size()) {
        place(position, last);
        sift_up(position);
        sift_down(positions_[last.thing]);
    }
}

void DeadlineHeap::clear(uint32_t thing) {
    if (positions_[thing] != kNotThere) {
        remove_at(positions_[thing]);
    }
}

std::optional<uint32_t> DeadlineHeap::take_due(TimePoint now) {
    if (heap_.empty() || heap_.front().deadline > now) {
        return std::nullopt;
    }
    const uint32_t thing = heap_.front().thing;
    remove_at(0);
    return thing;
}

}  // namespace evengate::control
