// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the data plane does with a frame for one of the MAC addresses it knows.
// Thread: any. Used by: table, dataplane, control.
#pragma once

#include <cstdint>

namespace evengate::packet {

enum class SlotAction : uint8_t {
    unbound,  // the slot belongs to nothing: as if the MAC were unknown
    local,    // an interface's own MAC: forwarded, whatever the lease says
    own,      // a vMAC that this member owns: forwarded while the lease lasts
    linger,   // a vMAC just handed over: late frames are forwarded while the lease lasts
    other,    // a vMAC of another member: never forwarded, counted
    fenced,   // an own or lingering vMAC after the lease has run out: never forwarded
};

constexpr bool is_forwarded(SlotAction action) {
    return action >= SlotAction::local && action <= SlotAction::linger;
}

// The same action once the lease of its generation has run out (protocol rule 12).
constexpr SlotAction when_fenced(SlotAction action) {
    return action == SlotAction::own || action == SlotAction::linger ? SlotAction::fenced : action;
}

}  // namespace evengate::packet
