// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <atomic>
#include <thread>

#include "catch.hpp"
#include "eventually.hpp"
#include "table/adjacency_table.hpp"
#include "table_reader.hpp"

using namespace evengate;         // NOLINT: a test
using namespace evengate::table;  // NOLINT
using packet::Adjacency;
using packet::AdjacencyKind;

namespace {

constexpr WorkerIndex kReader{0};

// Every field of it says which one it is.
Adjacency adjacency_number(uint16_t number) {
    Adjacency adjacency;
    adjacency.kind = AdjacencyKind::forward;
    adjacency.port = PortIndex(number);
    adjacency.interface = InterfaceId(number);
    adjacency.mtu = number;
    adjacency.vlans = {number, number};
    adjacency.destination = MacAddress::from_u64(number * 0x0001'0001'0001u);
    adjacency.source = MacAddress::from_u64(number * 0x0001'0001'0001u);
    return adjacency;
}

bool is_number(const Adjacency& adjacency, uint16_t number) {
    const Adjacency whole = adjacency_number(number);
    return adjacency.kind == whole.kind && adjacency.port == whole.port &&
           adjacency.interface == whole.interface && adjacency.mtu == whole.mtu &&
           adjacency.vlans == whole.vlans && adjacency.destination == whole.destination &&
           adjacency.source == whole.source;
}

}  // namespace

TEST_CASE("an adjacency that was never set drops, by the name that tells") {
    Rcu rcu(1);
    AdjacencyTable table(rcu, 4);
    CHECK(table.n_entries() == 4);
    for (uint32_t i = 0; i < 4; ++i) {
        CHECK(table.get(i).kind == AdjacencyKind::drop);
        CHECK(table.get(i).drop_reason == packet::DropReason::no_such_adjacency);
    }
}

TEST_CASE("what was set is read, and its neighbours are left alone") {
    Rcu rcu(1);
    AdjacencyTable table(rcu, 3);
    for (uint16_t number = 1; number < 10; ++number) {
        table.set(1, adjacency_number(number));
        CHECK(is_number(table.get(1), number));
    }
    CHECK(table.get(0).kind == AdjacencyKind::drop);
    CHECK(table.get(2).kind == AdjacencyKind::drop);
}

TEST_CASE("the copy that a worker still reads is not overwritten until the worker is done") {
    Rcu rcu(1);
    AdjacencyTable table(rcu, 1);
    table.set(0, adjacency_number(1));
    rcu.online(kReader);
    const Adjacency& held = table.get(0);
    table.set(0, adjacency_number(2));
    std::atomic<bool> done{false};
    std::thread writer([&] {
        table.set(0, adjacency_number(3));
        done = true;
    });
    CHECK(test::never([&] { return done.load(); }));
    CHECK(is_number(held, 1));
    CHECK(is_number(table.get(0), 2));
    rcu.quiescent(kReader);
    CHECK(test::eventually([&] {
        rcu.quiescent(kReader);
        return done.load();
    }));
    rcu.offline(kReader);
    writer.join();
    CHECK(is_number(table.get(0), 3));
}

TEST_CASE("no worker ever reads half of one adjacency and half of another") {
    Rcu rcu(2);
    AdjacencyTable table(rcu, 1);
    table.set(0, adjacency_number(1));
    test::TableReaders readers(rcu, 2, [&] {
        const Adjacency& adjacency = table.get(0);
        return is_number(adjacency, 1) || is_number(adjacency, 2);
    });
    for (uint16_t i = 0; i < 5000; ++i) {
        table.set(0, adjacency_number(i % 2 + 1));
    }
    readers.stop();
    CHECK(readers.n_reads() > 1000);
    CHECK(readers.n_wrong() == 0);
}
