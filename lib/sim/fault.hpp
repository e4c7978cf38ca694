// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what goes wrong in a simulated world, or is asked of it, and when. Thread: any. Used by: sim.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "sim/frame.hpp"

namespace evengate::sim {

// name, what it does while it lasts
#define EVENGATE_SIM_FAULTS(X)                                                        \
    X(kill, "a member dies, or two; at the end they start anew")                      \
    X(restart, "the same, within a hold")                                             \
    X(link_down, "a member's port has no link")                                       \
    X(one_way, "frames of a member do not reach another, or all, or none reach it")   \
    X(partition, "the trunk between both switches is cut")                            \
    X(pause, "a member's control sleeps, its workers go on")                          \
    X(drift, "a member's clock runs fast or slow")                                    \
    X(loss, "group messages are lost by chance")                                      \
    X(delay, "group messages come late")                                              \
    X(reorder, "group messages overtake each other")                                  \
    X(duplicate, "group messages come twice by chance")                               \
    X(wrong_key, "a member starts with another key; at the end with the right one")   \
    X(replay, "an attacker sends recorded group messages again")                      \
    X(drain, "a member is drained; at the end undrained")                             \
    X(move, "the operator moves vMACs")                                               \
    X(flush, "the switches forget what they learnt")                                  \
    X(rolling_parameters, "a member starts with other timers; at the end as before")  \
    X(priority, "the operator gives a member another priority")

enum class FaultKind : uint8_t {
#define X(name, text) name,
    EVENGATE_SIM_FAULTS(X)
#undef X
};
std::string_view name_of(FaultKind kind);
inline constexpr size_t kFaultKindCount = 0
#define X(name, text) +1
    EVENGATE_SIM_FAULTS(X)
#undef X
    ;

enum class Sides : uint8_t { lan, wan, both };
constexpr bool has(Sides sides, Side side) {
    return sides == Sides::both || static_cast<uint8_t>(sides) == static_cast<uint8_t>(side);
}

struct Fault {
    static constexpr uint16_t kAll = 0xFFFF;

    FaultKind kind{};
    TimePoint at;
    Duration lasts{};     // zero: over at once
    Sides sides = Sides::both;
    uint16_t member = 0;
    // Of one_way: who does not hear; of move: who gets them; of kill: who dies with it, kAll: nobody.
    uint16_t other = kAll;
    // loss, duplicate: per mille. delay, reorder: us. drift: ppm, as int32_t. replay: frames a second.
    // move: how many. one_way: 0 the member is not heard, 1 it does not hear. priority: which.
    uint32_t amount = 0;
    uint8_t first_vmac = 1;  // of move

    // For the trace: "kill g2 for 300 ms".
    [[nodiscard]] std::string to_string() const;
};

}  // namespace evengate::sim
