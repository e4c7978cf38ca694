// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which target each slot of a service's table leads to: weighted rendezvous (rule D5), in
// integers, so that all members and all builds choose alike. Pure. Thread: any. Used by: control,
// table.
#pragma once

#include <cstdint>
#include <span>

#include "reroute/flow.hpp"

namespace evengate::reroute {

inline constexpr uint32_t kSlots = 16'384;
inline constexpr uint16_t kNoTarget = 0xFFFF;

struct Candidate {
    uint16_t target = kNoTarget;  // what is written into the slots
    uint64_t identity = 0;        // what is hashed: the same on all members, unique in the service
    uint32_t weight = 0;          // 0: gets no slot
};

// The identity of a target: nothing but its address and port, so that names and order in the
// configuration may differ and change. Host order.
[[nodiscard]] constexpr uint64_t target_identity(uint32_t address, uint16_t port) {
    return uint64_t{address} << 16 | port;
}

// Fills each slot with the target of the lowest -log2(u) / weight, where u in (0, 1) is the slot's
// number drawn for that target (docs/rerouting.md). Each target has slots in proportion to its
// weight, by chance +-1/sqrt(slots); a change of one weight moves slots to or from that target
// only. With no candidate of weight above 0, all slots are kNoTarget.
// Cost: O(slots x candidates), 10 ns each: 10 ms for kSlots and 64 candidates; allocates.
void fill_slots(std::span<uint16_t> slots, std::span<const Candidate> candidates,
                const HashKey& key);

// The same choice for a single key, without a table: the home member of a connection (rule D8)
// by its flow hash. kNoTarget when no candidate has weight.
[[nodiscard]] uint16_t choose_by_rendezvous(uint64_t hash, std::span<const Candidate> candidates,
                                            const HashKey& key);

}  // namespace evengate::reroute
