// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how far this member is with the vMACs that move to it (protocol rule 16).
// Thread: control. Used by: native_group.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "glbp/message.hpp"

namespace evengate::group {

// The neighbours of one old owner, for all vMACs that it gives us under one name.
struct NeighbourTransfer {
    MemberId from{0};  // 0: none
    glbp::AssignmentName name;
    uint8_t n_parts = 0;  // 0: none came yet
    std::bitset<256> parts;
    TimePoint begun_at{};
    TimePoint ask_again_at{};

    [[nodiscard]] bool is_complete() const { return n_parts != 0 && parts.count() == n_parts; }
};

struct IncomingMove {
    enum class State : uint8_t { none, waiting, preparing, ready } state = State::none;
    TimePoint repeat_at{};  // what was said last, unless it is answered
};

struct IncomingMoves {
    std::array<IncomingMove, glbp::kMaxVmacs + 1> of_vmac{};               // by number
    std::array<NeighbourTransfer, glbp::kMaxMembers> transfers{};  // by index of the old owner
    TimePoint asked_until{};  // the latest time at which a transfer is asked for again
};

}  // namespace evengate::group
