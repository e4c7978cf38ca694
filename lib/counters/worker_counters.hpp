// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: everything that one worker counts. Thread: written by its worker alone; readers take
// differences and never reset. Used by: dataplane (writes), app (reads).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "base/ids.hpp"
#include "counters/single_writer.hpp"
#include "packet/drop_reason.hpp"
#include "packet/punt.hpp"

namespace evengate::counters {

// Traffic of one (interface, destination MAC).
struct SlotCell {
    SingleWriter packets;          // accepted for an own vMAC or an interface's MAC
    SingleWriter linger_packets;   // accepted while lingering
    SingleWriter bytes;            // of both, link header included, frame check sequence not
    SingleWriter foreign_packets;  // seen while another member owned the vMAC
};
static_assert(sizeof(SlotCell) == 32, "two cells a cache line");

// What was forwarded to hosts that were last given the vMAC of a slot (balancing rule B3).
struct ReturnCell {
    SingleWriter packets;
    SingleWriter bytes;  // link header included, frame check sequence not
};

struct PuntCell {
    SingleWriter accepted;
    SingleWriter limited;    // also counted as dropped: punt_limited
    SingleWriter ring_full;  // also counted as dropped: punt_ring_full
};

// received + taken_over == forwarded + punted + sum of dropped + handed_over, whenever the worker is
// between two bursts; punted == sum of punts.accepted. Over all workers, handed_over - taken_over
// frames are on their way from one to another.
class alignas(64) WorkerCounters {
 public:
    // n_slots is fixed for life; slot indexes are below it.
    explicit WorkerCounters(size_t n_slots)
        : n_slots_(n_slots),
          slots_(std::make_unique<SlotCell[]>(n_slots)),
          returns_(std::make_unique<ReturnCell[]>(n_slots)) {}

    // worker: once a burst
    SingleWriter received;
    SingleWriter forwarded;
    SingleWriter punted;
    SingleWriter handed_over;  // to the worker that owns the port's transmit queue
    SingleWriter taken_over;   // from workers without one
    SingleWriter polls;
    SingleWriter came_round_tsc;  // when it last had polled all its queues
    SingleWriter busy_polls;   // that returned frames, or sent those of rings
    SingleWriter busy_cycles;  // TSC cycles spent in those
    SingleWriter longest_loop_cycles;  // since control last moved longest_loop_epoch
    SingleWriter generation;   // the one used last
    SingleWriter sleeps;
    SingleWriter control_frames;  // of the control lcore, sent through this worker's queues
    SingleWriter control_frames_lost;  // of those, refused by the port
    SingleWriter control_frames_stale;  // never sent: from a vMAC that is no longer served

    // control: write relaxed, to start longest_loop_cycles anew; worker: read relaxed
    std::atomic<uint32_t> longest_loop_epoch{0};

    // worker: per frame, off the common path
    std::array<SingleWriter, packet::kDropReasonCount> dropped;
    std::array<PuntCell, packet::kPuntClassCount> punts;

    // Not checked: slot is below n_slots.
    [[nodiscard]] SlotCell& slot(SlotIndex slot) { return slots_[slot.value]; }
    [[nodiscard]] const SlotCell& slot(SlotIndex slot) const { return slots_[slot.value]; }
    [[nodiscard]] ReturnCell& returns(SlotIndex slot) { return returns_[slot.value]; }
    [[nodiscard]] const ReturnCell& returns(SlotIndex slot) const { return returns_[slot.value]; }
    [[nodiscard]] size_t n_slots() const { return n_slots_; }

    void count_drop(packet::DropReason reason, uint64_t n_frames = 1) {
        dropped[static_cast<size_t>(reason)].add(n_frames);
    }

 private:
    size_t n_slots_;
    std::unique_ptr<SlotCell[]> slots_;
    std::unique_ptr<ReturnCell[]> returns_;
};

}  // namespace evengate::counters
