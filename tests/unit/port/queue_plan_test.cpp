// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/queue_plan.hpp"

#include <array>
#include <set>

#include "catch.hpp"
#include "port/driver_traits.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::port;  // NOLINT
using Catch::Contains;

TEST_CASE(
    "a NIC with room gives each worker a pair of queues, and control its own for transmitting") {
    const QueuePlan plan = plan_queues(0, 4, {.max_rx = 16, .max_tx = 16});
    CHECK(plan.queues.n_rx == 4);
    CHECK(plan.queues.n_tx == 5);
    CHECK(plan.queues.control_has_own_tx_queue());
    CHECK(plan.queues.control_tx_queue() == 4);
    CHECK(plan.queues.tx_queue_of(WorkerIndex{3}) == 3);
    CHECK(plan.warnings.empty());
}

TEST_CASE("where each worker but not control has a queue, control goes through worker 0") {
    const QueuePlan plan = plan_queues(0, 4, {.max_rx = 4, .max_tx = 4});
    CHECK_FALSE(plan.queues.control_has_own_tx_queue());
    CHECK(plan.queues.tx_queue_of(WorkerIndex{3}) == 3);
    CHECK(plan.warnings.empty());
}

TEST_CASE("workers without a transmit queue hand over to one that has, and a warning says so") {
    const QueuePlan plan = plan_queues(0, 4, {.max_rx = 2, .max_tx = 2});
    CHECK(plan.queues.n_rx == 2);
    CHECK(plan.queues.tx_queue_of(WorkerIndex{1}) == 1);
    CHECK(plan.queues.transmitter_for(WorkerIndex{1}) == WorkerIndex{1});
    CHECK_FALSE(plan.queues.tx_queue_of(WorkerIndex{2}).has_value());
    CHECK(plan.queues.transmitter_for(WorkerIndex{2}) == WorkerIndex{0});
    CHECK(plan.queues.transmitter_for(WorkerIndex{3}) == WorkerIndex{1});
    REQUIRE(plan.warnings.size() == 2);
    CHECK_THAT(plan.warnings[0], Contains("4 receive queues are wanted, the device has 2"));
    CHECK_THAT(plan.warnings[1], Contains("4 workers share 2 transmit queues"));
}

TEST_CASE("a kernel-backed port uses every queue pair it was made with") {
    const QueueOffer three_sockets{
        .max_rx = 3, .max_tx = 3, .rule = driver_traits("net_af_packet").queue_rule};
    const QueuePlan one_worker = plan_queues(0, 1, three_sockets);
    CHECK(one_worker.queues.n_rx == 3);
    CHECK(one_worker.queues.n_tx == 3);
    CHECK(one_worker.queues.control_tx_queue() == 1);
    CHECK(one_worker.warnings.empty());
    CHECK_THAT(plan_queues(2, 1, three_sockets).warnings.at(0), Contains("all 3 of the device"));
}

TEST_CASE("a tap has as many receive as transmit queues") {
    const QueueOffer tap{.max_rx = 16, .max_tx = 16, .rule = driver_traits("net_tap").queue_rule};
    const PortQueues queues = plan_queues(0, 2, tap).queues;
    CHECK(queues.n_rx == 2);
    CHECK(queues.n_tx == 2);
    CHECK_FALSE(queues.control_has_own_tx_queue());
}

TEST_CASE("the operator's number of receive queues wins over the number of workers") {
    CHECK(plan_queues(2, 4, {.max_rx = 16, .max_tx = 16}).queues.n_rx == 2);
    CHECK(plan_queues(8, 4, {.max_rx = 16, .max_tx = 16}).queues.n_rx == 8);
}

TEST_CASE("queue n of a port with a queue for each worker belongs to worker n") {
    const std::array ports = {PortQueues{3, 4, 3}, PortQueues{3, 4, 3}};
    const auto assignment = assign_rx_queues(ports, 3);
    REQUIRE(assignment.size() == 3);
    for (uint16_t w = 0; w < 3; ++w) {
        CHECK(assignment[w] == std::vector<RxQueue>{{PortIndex{0}, w}, {PortIndex{1}, w}});
    }
}

TEST_CASE("ports of one queue are spread over the workers") {
    const std::array ports = {PortQueues{1, 1, 2}, PortQueues{1, 1, 2}, PortQueues{1, 1, 2}};
    const auto assignment = assign_rx_queues(ports, 2);
    CHECK(assignment[0] == std::vector<RxQueue>{{PortIndex{0}, 0}, {PortIndex{2}, 0}});
    CHECK(assignment[1] == std::vector<RxQueue>{{PortIndex{1}, 0}});
}

TEST_CASE("every queue has exactly one worker, and no worker has two more than another") {
    for (uint16_t n_workers = 1; n_workers <= 5; ++n_workers) {
        for (uint16_t n_rx = 1; n_rx <= 7; ++n_rx) {
            const std::array ports = {PortQueues{n_rx, 1, n_workers}, PortQueues{1, 1, n_workers},
                                      PortQueues{2, 1, n_workers}};
            const auto assignment = assign_rx_queues(ports, n_workers);
            std::set<std::pair<uint16_t, uint16_t>> seen;
            size_t most = 0;
            size_t least = SIZE_MAX;
            for (const auto& queues : assignment) {
                most = std::max(most, queues.size());
                least = std::min(least, queues.size());
                for (const RxQueue& queue : queues) {
                    CHECK(seen.insert({queue.port.value, queue.queue}).second);
                }
            }
            CHECK(seen.size() == n_rx + 3u);
            CHECK(most - least <= 1);
        }
    }
}

TEST_CASE("the buffers cover every queue, cache and ring, one below a power of two") {
    // 2 ports of (1 rx + 2 tx) x 1024; 2 lcores of 256 * 3 / 2 + 64; 11264 in rings: 18304.
    CHECK(compute_n_mbufs({.n_descriptors = 6144, .n_lcores = 2, .n_held = 11264}) == 32767);
    CHECK(compute_n_mbufs({.n_descriptors = 8191 - 448, .n_lcores = 1}) == 8191);
    CHECK(compute_n_mbufs({.n_descriptors = 8192 - 448, .n_lcores = 1}) == 16383);
    CHECK(compute_n_mbufs({}) == 2047);
    CHECK(compute_n_mbufs({.n_descriptors = uint64_t{1} << 40}) == 0x7FFF'FFFF);
}
