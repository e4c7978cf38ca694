// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <atomic>
#include <thread>

#include "catch.hpp"
#include "eventually.hpp"
#include "worker_frames.hpp"
#include "worker_rig.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT
using dataplane::Worker;
using packet::DropReason;
using packet::PuntClass;

namespace {

Bytes to_next_hop(std::string_view destination = "10.1.0.5") {
    return link(fuzz::kOwnVmac, kHostMac, kIpv4Type + to(destination));
}

Bytes arp_frame() {
    const Bytes request = {0,   1, 8, 0,  6, 4, 0, 1, 2, 0, 0,   0, 0, 2,
                           192, 0, 2, 10, 0, 0, 0, 0, 0, 0, 192, 0, 2, 254};
    return link(kBroadcastMac, kHostMac, Bytes{0x08, 0x06} + request);
}

// The workers of a rig in threads, as the appliance runs them on lcores.
class Running {
 public:
    Running(WorkerRig& rig, uint16_t n_workers) : rig_(rig) {
        for (uint16_t i = 0; i < n_workers; ++i) {
            threads_.emplace_back([&rig, i] { rig.worker(i).run(); });
        }
    }
    ~Running() {
        for (uint16_t i = 0; i < threads_.size(); ++i) {
            rig_.worker(i).request_stop();
        }
        for (std::thread& thread : threads_) {
            thread.join();
        }
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

 private:
    WorkerRig& rig_;
    std::vector<std::thread> threads_;
};

}  // namespace

TEST_CASE("frames beyond a full transmit queue are dropped and counted, the others leave") {
    WorkerRig rig({.n_tx_frames = 10});
    for (int i = 0; i < 25; ++i) {
        rig.receive(to_next_hop());
    }
    rig.receive(to_next_hop("10.9.0.5"));
    rig.poll();
    CHECK(rig.sent().size() == 10);
    CHECK(rig.sent(kInPort).size() == 1);
    CHECK(rig.n_dropped(DropReason::tx_full) == 15);
    CHECK(rig.worker().counters().forwarded.get() == 11);
    while (rig.take_sent()) {
    }
    CHECK(rig.forward(to_next_hop()).has_value());
}

TEST_CASE("a full ring of one class drops by name and leaves the other classes alone") {
    WorkerRig rig({.n_punted_frames = 4});
    for (int i = 0; i < 6; ++i) {
        rig.receive(arp_frame());
    }
    rig.receive(to_next_hop("192.0.2.1"));
    rig.poll();
    CHECK(rig.n_dropped(DropReason::punt_ring_full) == 2);
    CHECK(rig.worker().counters().punted.get() == 5);
    CHECK(rig.take_punted(PuntClass::local).has_value());
    CHECK(rig.take_punted(PuntClass::arp)->frame == arp_frame());
    rig.receive(arp_frame());
    rig.poll();
    CHECK(rig.n_dropped(DropReason::punt_ring_full) == 2);
}

TEST_CASE("a class over its rate is limited and leaves the other classes alone") {
    WorkerRig rig;
    constexpr uint64_t kFrames = 10'000;
    uint64_t n_taken = 0;
    for (uint64_t i = 0; i < kFrames; ++i) {
        rig.receive(to_next_hop("203.0.113.5"));
        rig.poll();
        n_taken += rig.take_punted(PuntClass::icmp_error).has_value() ? 1 : 0;
    }
    // A worker that is kept from running for all of a second may find more tokens.
    const uint64_t n_limited = rig.n_dropped(DropReason::punt_limited);
    CHECK(n_limited > 0);
    CHECK(n_taken + n_limited == kFrames);
    CHECK(n_taken >= packet::kPuntClassLimits[size_t(PuntClass::icmp_error)].ring_size / 2);
    CHECK(rig.punt(arp_frame()).has_value());
}

TEST_CASE("while an operator stops forwarding, frames are dropped by name and ARP goes on") {
    WorkerRig rig;
    rig.worker().set_forwarding(Worker::Forwarding::off);
    CHECK(rig.drop(to_next_hop()) == DropReason::forwarding_stopped);
    CHECK(rig.drop(to_next_hop("203.0.113.5")) == DropReason::forwarding_stopped);
    CHECK(rig.punt(arp_frame()).has_value());
    rig.worker().set_forwarding(Worker::Forwarding::on);
    CHECK(rig.forward(to_next_hop()).has_value());
}

TEST_CASE("control's frames leave first, in order, and are no part of what was forwarded") {
    WorkerRig rig({.n_tx_frames = 8});
    rig.receive(to_next_hop());
    for (uint8_t i = 0; i < 3; ++i) {
        REQUIRE(rig.control_ring().put(rig.pool().make_frame(Bytes(60, i))));
    }
    rig.poll();
    for (uint8_t i = 0; i < 3; ++i) {
        CHECK(rig.take_sent() == Bytes(60, i));
    }
    CHECK(rig.take_sent().has_value());
    CHECK(rig.worker().counters().control_frames.get() == 3);
    CHECK(rig.worker().counters().forwarded.get() == 1);

    for (uint8_t i = 0; i < 10; ++i) {
        REQUIRE(rig.control_ring().put(rig.pool().make_frame(Bytes(60, i))));
    }
    rig.poll();
    CHECK(rig.worker().counters().control_frames.get() == 3 + 8);
    CHECK(rig.worker().counters().control_frames_lost.get() == 2);
}

TEST_CASE("what waited for the worker does not leave from a vMAC that is no longer served") {
    WorkerRig rig;
    const auto put = [&](const MacAddress& source) {
        rte_mbuf* const frame = rig.pool().make_frame(link(kBroadcastMac, source, Bytes(46)));
        dataplane::punt_tag(frame) = {.interface = InterfaceId{0}};
        REQUIRE(rig.control_ring().put(frame));
    };
    const auto n_sent = [&] {
        rig.poll();
        size_t n = 0;
        while (rig.take_sent()) {
            ++n;
        }
        return n;
    };
    for (const MacAddress& source : {fuzz::kRouterMac, fuzz::kOwnVmac, kLingerVmac}) {
        put(source);
        CHECK(n_sent() == 1);
    }
    put(fuzz::kForeignVmac);
    CHECK(n_sent() == 0);
    CHECK(rig.worker().counters().control_frames_stale.get() == 1);
    rig.generations().publish(WorkerRig::usual_actions(), 1);  // a lease of long ago
    put(fuzz::kOwnVmac);
    put(fuzz::kRouterMac);
    CHECK(n_sent() == 1);
    CHECK(rig.worker().counters().control_frames_stale.get() == 2);
}

TEST_CASE("a worker without a queue hands over, and both sides count the frame once") {
    WorkerRig rig({.n_workers = 2, .n_out_queues = 1, .n_tx_frames = 40});
    for (int i = 0; i < 70; ++i) {
        rig.receive(to_next_hop(), 1);
    }
    rig.poll(1);
    rig.poll(1);
    // The ring between the two holds 64.
    CHECK(rig.worker(1).counters().handed_over.get() == 64);
    CHECK(rig.n_dropped(DropReason::tx_full, 1) == 6);
    CHECK(rig.worker(1).counters().forwarded.get() == 0);
    rig.poll(0);
    CHECK(rig.worker(0).counters().received.get() == 0);
    CHECK(rig.worker(0).counters().taken_over.get() == 64);
    CHECK(rig.worker(0).counters().forwarded.get() == 40);
    CHECK(rig.n_dropped(DropReason::tx_full, 0) == 24);
}

TEST_CASE("two workers in their loops forward everything, with and without queues of their own") {
    const uint16_t n_out_queues = GENERATE(as<uint16_t>{}, 1, 2);
    CAPTURE(n_out_queues);
    constexpr unsigned kFrames = 500;
    WorkerRig rig({.n_workers = 2, .n_out_queues = n_out_queues, .n_tx_frames = 1024});
    // Below what the ring between the workers holds, so that nothing has to be dropped.
    constexpr unsigned kAtOnce = 25;
    {
        const Running running(rig, 2);
        const auto n_left = [&] {
            return rig.worker(0).counters().forwarded.get() +
                   rig.worker(1).counters().forwarded.get();
        };
        for (unsigned n = 0; n < kFrames; n += 2 * kAtOnce) {
            for (unsigned i = 0; i < kAtOnce; ++i) {
                rig.receive(to_next_hop(), 0);
                rig.receive(to_next_hop(), 1);
            }
            REQUIRE(eventually([&] { return n_left() == n + 2 * kAtOnce; }));
        }
    }
    CHECK(rig.worker(1).counters().handed_over.get() == (n_out_queues == 1 ? kFrames / 2 : 0));
    CHECK(rig.worker(0).counters().taken_over.get() == rig.worker(1).counters().handed_over.get());
    CHECK(rig.worker(0).counters().received.get() == kFrames / 2);
    CHECK(rig.worker(1).counters().received.get() == kFrames / 2);
}

TEST_CASE("a worker that only sends for others is busy while it does") {
    WorkerRig rig({.n_workers = 2, .n_out_queues = 1});
    const Running running(rig, 2);
    rig.receive(to_next_hop(), 1);
    CHECK(eventually([&] { return rig.worker(0).counters().forwarded.get() == 1; }));
    CHECK(eventually([&] { return rig.worker(0).counters().busy_polls.get() == 1; }));
}

TEST_CASE("a worker in its loop sleeps when idle, lets publications pass, and wakes for control") {
    WorkerRig rig;
    const Running running(rig, 1);
    const counters::WorkerCounters& counters = rig.worker().counters();
    REQUIRE(eventually([&] { return counters.sleeps.get() > 3; }));
    for (int i = 0; i < 200; ++i) {
        rig.generations().publish(WorkerRig::usual_actions(), table::kUnlimitedLease);
    }
    REQUIRE(rig.control_ring().put(rig.pool().make_frame(Bytes(60, 7))));
    rig.worker().wake();
    CHECK(eventually([&] { return counters.control_frames.get() == 1; }));
    rig.receive(to_next_hop());
    CHECK(eventually([&] { return counters.forwarded.get() == 1; }));
    CHECK(counters.busy_polls.get() >= 1);
    CHECK(counters.longest_loop_cycles.get() > 0);
}
