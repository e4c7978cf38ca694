// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the network of one side: two learning switches with a trunk between, stations on both, and
// everything that goes wrong on the way. Thread: any. Used by: sim.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "sim/event_queue.hpp"
#include "sim/frame.hpp"
#include "sim/lan_switch.hpp"
#include "sim/ledger.hpp"
#include "sim/random.hpp"

namespace evengate::sim {

enum class StationKind : uint8_t { member, host, attacker };
enum class LinkPhase : uint8_t { down, up };

// What happens to frames on their way from the switch to a station.
struct Impairment {
    enum class Reach : uint8_t { group_messages, all } reach = Reach::group_messages;
    uint16_t loss_per_mille = 0;
    uint16_t copies_per_mille = 0;
    Duration delay{};   // of all
    Duration jitter{};  // up to so much more, each frame its own: they overtake each other
};

class Network {
 public:
    static constexpr Duration kDelay = std::chrono::microseconds(40);  // port to port, and a worker's turn
    static constexpr size_t kMaxStations = 2 * (LanSwitch::kMaxPorts - 1);

    Network(Side side, Duration ageing, EventQueue& queue, FramePool& frames, Ledger& ledger,
            uint64_t seed);

    // The who of its frame_at_... events. Not checked: there is room on the switch.
    StationId attach(StationKind kind, uint16_t who, uint8_t switch_index);

    // Takes over one reference. The frame leaves the station now.
    void send(StationId from, FrameIndex frame, TimePoint now);

    void set_link(StationId station, LinkPhase phase);
    // The trunk between both switches; they forget what they learnt over it.
    void set_trunk(LinkPhase phase);
    // Frames of one do not reach the other, or do again.
    enum class Cut : uint8_t { none, cut };
    void set_cut(StationId from, StationId to, Cut cut);
    void set_impairment(const Impairment& impairment) { impairment_ = impairment; }
    void flush();

    // Whether frames of one reach the other, were there no chance.
    [[nodiscard]] bool reaches(StationId from, StationId to) const;
    [[nodiscard]] LinkPhase link(StationId station) const { return stations_[station.value].link; }
    [[nodiscard]] uint8_t switch_of(StationId station) const {
        return stations_[station.value].switch_index;
    }
    [[nodiscard]] LinkPhase trunk() const { return trunk_; }
    [[nodiscard]] uint64_t n_flooded() const { return n_flooded_; }

 private:
    struct Station {
        StationKind kind{};
        uint16_t who = 0;
        uint8_t switch_index = 0;
        uint8_t port = 0;
        LinkPhase link = LinkPhase::up;
        uint64_t deaf_to = 0;  // a bit for each station whose frames do not arrive
    };
    static constexpr uint8_t kTrunkPort = 0;

    void cross(uint8_t switch_index, uint8_t port, FrameIndex frame, Duration delay, TimePoint now);
    void deliver(const Station& station, FrameIndex frame, Duration delay, TimePoint now);
    void schedule(const Station& station, FrameIndex frame, TimePoint at);

    Side side_;
    EventQueue& queue_;
    FramePool& frames_;
    Ledger& ledger_;
    Random random_;
    std::array<LanSwitch, 2> switches_;
    std::array<std::array<uint16_t, LanSwitch::kMaxPorts>, 2> station_at_{};
    std::array<uint8_t, 2> n_ports_{1, 1};
    std::vector<Station> stations_;
    LinkPhase trunk_ = LinkPhase::up;
    Impairment impairment_;
    uint64_t n_flooded_ = 0;
};

}  // namespace evengate::sim
