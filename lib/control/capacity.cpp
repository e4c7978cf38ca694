// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/capacity.hpp"

#include <algorithm>
#include <chrono>

namespace evengate::control {
namespace {

using namespace std::chrono_literals;

constexpr Duration kSample = 1s;
// Fewer packets say nothing of the mean size.
constexpr uint64_t kLeastPackets = 100;
// Preamble, frame check sequence and gap (IEEE 802.3).
constexpr uint64_t kWireBytes = 8 + 4 + 12;
// A mean size that differs by less than this part is still the same: the plan shall not follow it.
constexpr uint64_t kStepPart = 20;

uint64_t distance(uint64_t a, uint64_t b) {
    return std::max(a, b) - std::min(a, b);
}

}  // namespace

void Capacity::note(const SlotCounts& forwarded, const WorkerTotals& workers, TimePoint now) {
    const bool is_first = sampled_at_ == TimePoint{};
    const Duration elapsed = now - sampled_at_;
    if (!is_first && elapsed < kSample) {
        return;
    }
    if (!is_first) {
        const double cycles = static_cast<double>(workers.hz) *
                              std::chrono::duration<double>(elapsed).count() *
                              static_cast<double>(workers.n_workers);
        measured_.add({.packets = workers.packets - workers_.packets,
                       .busy_cycles = workers.busy_cycles - workers_.busy_cycles,
                       .all_cycles = static_cast<uint64_t>(cycles),
                       .hz = workers.hz,
                       .n_workers = workers.n_workers},
                      now);
        const uint64_t packets = forwarded.packets - forwarded_.packets;
        if (packets >= kLeastPackets) {
            const uint64_t bits =
                8 * ((forwarded.bytes - forwarded_.bytes) / packets + kWireBytes);
            wire_bits_ = distance(bits, wire_bits_) * kStepPart > wire_bits_ ? bits : wire_bits_;
        }
    }
    forwarded_ = forwarded;
    workers_ = workers;
    sampled_at_ = now;
}

uint64_t Capacity::of(const settings::Group& group) const {
    const uint64_t measured = measured_.value() == 0 ? kUnknownPps
                                                     : static_cast<uint64_t>(measured_.value());
    const uint64_t packets = group.capacity_pps == 0 ? measured : group.capacity_pps;
    const bool is_limited = group.capacity_bps != 0 && wire_bits_ != 0;
    return is_limited ? std::clamp<uint64_t>(group.capacity_bps / wire_bits_, 1, packets) : packets;
}

}  // namespace evengate::control
