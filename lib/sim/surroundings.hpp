// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what members and hosts of a simulated world share. Thread: any. Used by: sim.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "sim/event_queue.hpp"
#include "sim/frame.hpp"
#include "sim/ledger.hpp"
#include "sim/network.hpp"
#include "sim/properties.hpp"

namespace evengate::sim {

// Takes one line of what happens, without its end. Empty: nobody watches.
using Trace = std::function<void(std::string_view line)>;

struct Surroundings {
    EventQueue& queue;
    FramePool& frames;
    MacNumbers& macs;
    Ledger& ledger;
    Properties& properties;
    std::array<Network*, kSideCount> networks;
    const Trace& trace;
    // A member's control takes a group message that this station sent.
    std::function<void(Side, StationId speaker, size_t listener, TimePoint now)> hear;
    // A member sends a group message; not set: nobody records.
    std::function<void(Side, const Frame& frame)> record;
    // The island of stations on a switch (Properties::set_islands()).
    std::function<uint8_t(Side, uint8_t switch_index)> island;

    [[nodiscard]] Network& network(Side side) const { return *networks[index_of(side)]; }
    [[nodiscard]] bool is_watched() const { return static_cast<bool>(trace); }
    // "12.345678 who what"
    void say(TimePoint now, std::string_view who, std::string_view what) const;
};

}  // namespace evengate::sim
