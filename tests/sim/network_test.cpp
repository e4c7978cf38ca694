// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the simulated network: it must do what real ones do, or the simulator proves nothing.
#include <array>
#include <chrono>

#include "catch.hpp"
#include "sim/drifting_clock.hpp"
#include "sim/lan_switch.hpp"
#include "sim/network.hpp"

using namespace evengate;
using namespace evengate::sim;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint kNow{1s};

// Four stations, two on each switch.
struct Wire {
    explicit Wire(Duration ageing = 300s)
        : network(Side::lan, ageing, queue, frames, ledger, 1) {
        for (uint16_t who = 0; who < 4; ++who) {
            stations[who] = network.attach(StationKind::host, who, static_cast<uint8_t>(who / 2));
            macs_of[who] = macs.number(MacAddress::from_u64(0x5254'0000'0000 + who));
        }
    }
    void send(size_t from, MacId destination, TimePoint now) {
        const FrameIndex index = frames.take();
        Frame& frame = frames.at(index);
        frame.kind = FrameKind::datagram;
        frame.parcel = ledger.send(0, Direction::to_server, now);
        frame.source = macs_of[from];
        frame.destination = destination;
        network.send(stations[from], index, now);
    }
    // How many copies arrive at each, and whether they were flooded.
    std::array<int, 4> receive_all() {
        std::array<int, 4> n_copies{};
        while (!queue.empty()) {
            const Event event = queue.take();
            ++n_copies[event.who];
            last_arrival = event.at;
            flooded = frames.at(FrameIndex(event.what)).flooded;
            frames.release(FrameIndex(event.what));
        }
        return n_copies;
    }

    EventQueue queue;
    FramePool frames;
    MacNumbers macs;
    Ledger ledger;
    Network network;
    std::array<StationId, 4> stations;
    std::array<MacId, 4> macs_of;
    TimePoint last_arrival{};
    bool flooded = false;
};

using Copies = std::array<int, 4>;

}  // namespace

TEST_CASE("a switch floods what it does not know, and then has learnt it") {
    Wire wire;
    wire.send(0, wire.macs_of[3], kNow);
    CHECK(wire.receive_all() == Copies{0, 1, 1, 1});
    CHECK(wire.flooded);
    wire.send(3, wire.macs_of[0], kNow);
    CHECK(wire.receive_all() == Copies{1, 0, 0, 0});
    CHECK_FALSE(wire.flooded);
    wire.send(0, wire.macs_of[3], kNow);
    CHECK(wire.receive_all() == Copies{0, 0, 0, 1});
}

TEST_CASE("a switch forgets what it has not heard for its ageing time") {
    Wire wire(10s);
    wire.send(0, kBroadcastId, kNow);
    static_cast<void>(wire.receive_all());
    wire.send(3, wire.macs_of[0], kNow + 10s);
    CHECK_FALSE((wire.receive_all(), wire.flooded));
    wire.send(3, wire.macs_of[0], kNow + 10s + 1ns);
    CHECK((wire.receive_all(), wire.flooded));
}

TEST_CASE("a MAC that moves is found at the port that spoke last") {
    Wire wire;
    wire.send(0, kBroadcastId, kNow);
    wire.macs_of[1] = wire.macs_of[0];
    wire.send(1, kBroadcastId, kNow);
    static_cast<void>(wire.receive_all());
    wire.send(2, wire.macs_of[0], kNow);
    CHECK(wire.receive_all() == Copies{0, 1, 0, 0});
}

TEST_CASE("a frame for a MAC at the port it came from goes nowhere") {
    Wire wire;
    wire.send(0, wire.macs_of[0], kNow);
    CHECK(wire.receive_all() == Copies{0, 0, 0, 0});
    CHECK(wire.ledger.totals(TimePoint{}, kNever).n_lost == 1);
}

TEST_CASE("flushed switches flood again") {
    Wire wire;
    wire.send(0, kBroadcastId, kNow);
    static_cast<void>(wire.receive_all());
    wire.network.flush();
    wire.send(1, wire.macs_of[0], kNow);
    CHECK(wire.receive_all() == Copies{1, 0, 1, 1});
}

TEST_CASE("nothing crosses a trunk that is cut, and what was learnt over it is forgotten") {
    Wire wire;
    wire.send(0, kBroadcastId, kNow);
    wire.send(1, kBroadcastId, kNow);
    static_cast<void>(wire.receive_all());
    wire.network.set_trunk(LinkPhase::down);
    wire.send(2, wire.macs_of[0], kNow);
    CHECK(wire.receive_all() == Copies{0, 0, 0, 1});
    wire.send(1, wire.macs_of[0], kNow);
    CHECK(wire.receive_all() == Copies{1, 0, 0, 0});
    CHECK_FALSE(wire.network.reaches(wire.stations[0], wire.stations[2]));
    CHECK(wire.network.reaches(wire.stations[0], wire.stations[1]));
}

TEST_CASE("a cut has one direction") {
    Wire wire;
    wire.network.set_cut(wire.stations[0], wire.stations[3], Network::Cut::cut);
    wire.send(0, kBroadcastId, kNow);
    CHECK(wire.receive_all() == Copies{0, 1, 1, 0});
    wire.send(3, kBroadcastId, kNow);
    CHECK(wire.receive_all() == Copies{1, 1, 1, 0});
    wire.network.set_cut(wire.stations[0], wire.stations[3], Network::Cut::none);
    wire.send(0, kBroadcastId, kNow);
    CHECK(wire.receive_all() == Copies{0, 1, 1, 1});
}

TEST_CASE("a link that is down carries nothing either way") {
    Wire wire;
    wire.network.set_link(wire.stations[1], LinkPhase::down);
    wire.send(0, kBroadcastId, kNow);
    CHECK(wire.receive_all() == Copies{0, 0, 1, 1});
    wire.send(1, kBroadcastId, kNow);
    CHECK(wire.receive_all() == Copies{0, 0, 0, 0});
}

TEST_CASE("loss, copies and delay meet as many frames as they should") {
    Wire wire;
    wire.send(3, kBroadcastId, kNow);
    static_cast<void>(wire.receive_all());
    const auto share_of = [&](const Impairment& impairment) {
        wire.network.set_impairment(impairment);
        int n_arrived = 0;
        for (int i = 0; i < 10'000; ++i) {
            wire.send(0, wire.macs_of[3], kNow);
            n_arrived += wire.receive_all()[3];
        }
        return n_arrived;
    };
    using Reach = Impairment::Reach;
    CHECK(std::abs(share_of({.reach = Reach::all, .loss_per_mille = 300}) - 7000) < 300);
    CHECK(std::abs(share_of({.reach = Reach::all, .copies_per_mille = 500}) - 15'000) < 300);
    CHECK(share_of({.reach = Reach::group_messages, .loss_per_mille = 1000}) == 10'000);
    CHECK(share_of({.reach = Reach::all, .delay = 5ms}) == 10'000);
    CHECK(wire.last_arrival >= kNow + 5ms);
}

TEST_CASE("frames in a network that jitters overtake each other") {
    Wire wire;
    wire.send(3, kBroadcastId, kNow);
    static_cast<void>(wire.receive_all());
    wire.network.set_impairment({.reach = Impairment::Reach::all, .jitter = 5ms});
    for (int i = 0; i < 20; ++i) {
        wire.send(0, wire.macs_of[3], kNow);
    }
    bool is_overtaken = false;
    uint32_t last = 0;
    while (!wire.queue.empty()) {
        const uint32_t sequence = wire.frames.at(FrameIndex(wire.queue.take().what)).parcel.sequence;
        is_overtaken = is_overtaken || sequence < last;
        last = sequence;
    }
    CHECK(is_overtaken);
}

TEST_CASE("every frame goes back to the pool") {
    Wire wire;
    for (int i = 0; i < 100; ++i) {
        wire.send(static_cast<size_t>(i % 4), kBroadcastId, kNow);
    }
    static_cast<void>(wire.receive_all());
    CHECK(wire.frames.n_in_use() == 0);
}

TEST_CASE("a drifting clock never shows a deadline too early, and hardly too late") {
    for (const int32_t fast_ppm : {-20'000, -100, 0, 100, 20'000}) {
        DriftingClock clock(TimePoint(7h), fast_ppm);
        for (const Duration wanted : {Duration(0), Duration(1), Duration(123'456'789), Duration(60s)}) {
            const TimePoint deadline = TimePoint(7h) + wanted;
            const TimePoint truth = clock.truth(deadline);
            CHECK(clock.local(truth) >= deadline);
            CHECK(clock.local(truth) - deadline < 2us);
        }
        const TimePoint before = clock.local(TimePoint(10s));
        clock.set_drift(TimePoint(10s), 500);
        CHECK(clock.local(TimePoint(10s)) == before);
        CHECK(clock.local(TimePoint(11s)) - before == 1s + 500us);
    }
    CHECK(DriftingClock(TimePoint(7h), 5).truth(kNever) == kNever);
}
