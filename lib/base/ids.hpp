// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: strong types for the numbers that identify things. Thread: any. Used by: everything.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace evengate {

// An integer that is not interchangeable with an integer of another meaning.
template <class Tag, class Value>
struct Id {
    using value_type = Value;

    Value value{};

    constexpr Id() = default;
    constexpr explicit Id(Value v) : value(v) {}
    friend constexpr auto operator<=>(Id, Id) = default;
};

// A port of this appliance: position in the configured list, not DPDK's port id.
using PortIndex = Id<struct PortIndexTag, uint16_t>;
// (port, outer VLAN, inner VLAN), numbered densely from 0 in configured order.
using InterfaceId = Id<struct InterfaceIdTag, uint16_t>;
// A place in the generation's action array and in the per-worker counters; belongs to one
// (interface, MAC) until it is given back after a grace period.
using SlotIndex = Id<struct SlotIndexTag, uint16_t>;
// A next hop that the routes name; the data plane's place for its rewrite.
using AdjacencyIndex = Id<struct AdjacencyIndexTag, uint16_t>;
// 0..1023.
using GroupId = Id<struct GroupIdTag, uint16_t>;
// 1..255 within its group.
using VmacNumber = Id<struct VmacNumberTag, uint8_t>;
// An appliance, for life; carried in every message of the group protocol.
using MemberId = Id<struct MemberIdTag, uint64_t>;
// A worker of this appliance, from 0.
using WorkerIndex = Id<struct WorkerIndexTag, uint16_t>;

// A frame whose destination has no slot, and a slot that nothing was bound to.
inline constexpr SlotIndex kNoSlot{0xFFFF};
inline constexpr InterfaceId kNoInterface{0xFFFF};
inline constexpr AdjacencyIndex kNoAdjacency{0xFFFF};

}  // namespace evengate

template <class Tag, class Value>
struct std::hash<evengate::Id<Tag, Value>> {
    size_t operator()(evengate::Id<Tag, Value> id) const noexcept {
        return std::hash<Value>{}(id.value);
    }
};
