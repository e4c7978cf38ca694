// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: connections that members tell each other of: who counts them, and how long they are remembered. The
// clock is the test's.
#include <rte_cycles.h>
#include <rte_ring_elem.h>

#include "catch.hpp"
#include "dataplane/flow_book.hpp"

using namespace evengate;             // NOLINT: a test
using namespace evengate::dataplane;  // NOLINT
using reroute::ToldFlow;

namespace {

constexpr uint32_t kAddress = 0xCB00'710A;
constexpr uint32_t kClientAddress = 0xC633'6407;
constexpr uint16_t kHere = 0;  // where all slots lead
constexpr uint16_t kThere = 1;
constexpr uint32_t kIdle_s = 40;
constexpr uint8_t kEstablished = static_cast<uint8_t>(reroute::ConnectionState::established);

struct FreeRing {
    void operator()(rte_ring* ring) const { rte_ring_free(ring); }
};
using Ring = std::unique_ptr<rte_ring, FreeRing>;

Ring make_ring(const char* name) {
    Ring ring(rte_ring_create_elem(name, sizeof(ToldFlow), 64, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ));
    REQUIRE(ring != nullptr);
    return ring;
}

std::unique_ptr<table::FlowTable> make_table() {
    auto table = table::FlowTable::make("book_flows", 256);
    REQUIRE(table.ok());
    return std::move(table).value();
}

// A worker's book of one service with two targets.
struct Book {
    Book() {
        set.key = {.k0 = 1, .k1 = 2};
        set.published.push_back({.address = kAddress, .tcp = {{80, 80, 0}}, .udp = {}});
        reroute::ServiceRow& row = set.services.emplace_back();
        row.criterion = reroute::Criterion::stateful;
        row.tells_members = true;
        row.n_slots = reroute::kSlots;
        row.idle_s = kIdle_s;
        row.slots.assign(reroute::kSlots, kHere);
        for (uint16_t i = 0; i < 2; ++i) {
            reroute::TargetRow& target = set.targets.emplace_back();
            target.use = reroute::TargetUse::up;
            target.weight = 1;
        }
        set.number = 1;
        WorkerPlan plan;
        plan.reroute.memory = {connections.get(), half_open.get(), sticky.get(), fragments.get(), {},
                               to_members.get(), from_members.get()};
        book.emplace(plan, counters);
    }

    // As worker loops do, until then.
    void pass_to(double seconds) {
        for (; now_s < seconds; now_s += 0.005) {
            book->tend(set, tsc());
        }
    }
    [[nodiscard]] uint64_t tsc() const {
        return static_cast<uint64_t>(now_s * static_cast<double>(rte_get_tsc_hz()));
    }

    // An ACK of the client.
    uint16_t target_of(uint16_t port, Origin origin = Origin::client) {
        ClientPacket packet;
        packet.origin = origin;
        packet.service = &set.services[0];
        packet.key = key_of(port);
        packet.flow = reroute::flow_hash(set.key, {.client = kClientAddress,
                                                   .published = kAddress,
                                                   .client_port = port,
                                                   .published_port = 80,
                                                   .protocol = packet::kIpProtocolTcp});
        packet.hash = packet.flow;
        packet.segment = reroute::Segment::ack;
        book->begin_burst(set, tsc());
        return book->choose(packet).number;
    }
    static table::FlowKey key_of(uint16_t port) {
        return {reroute::flow_ends(kClientAddress, port, 80), reroute::flow_kind(0, packet::kIpProtocolTcp)};
    }

    // Another member says that its connection is with this target.
    void hear(uint16_t port, uint16_t target) {
        const table::FlowKey key = key_of(port);
        ToldFlow flow{.ends = key.ends, .kind = key.kind, .target = target, .state = kEstablished};
        REQUIRE(rte_ring_enqueue_elem(from_members.get(), &flow, sizeof flow) == 0);
    }
    unsigned take_told() {
        ToldFlow flow;
        unsigned n = 0;
        while (rte_ring_dequeue_elem(to_members.get(), &flow, sizeof flow) == 0) {
            CHECK(flow.target == kThere);
            ++n;
        }
        return n;
    }
    uint64_t n_live(uint16_t target) { return counters.target(target).live.get(); }
    void lead_all_to(uint16_t target) { set.services[0].slots.assign(reroute::kSlots, target); }

    Ring to_members = make_ring("book_to");
    Ring from_members = make_ring("book_from");
    std::unique_ptr<table::FlowTable> connections = make_table();
    std::unique_ptr<table::FlowTable> half_open = make_table();
    std::unique_ptr<table::FlowTable> sticky = make_table();
    std::unique_ptr<table::FlowTable> fragments = make_table();
    counters::RerouteCounters counters{reroute::kMaxTargetsOfAll, 0};
    reroute::ServiceSet set;
    std::optional<FlowBook> book;
    double now_s = 1000;
};

}  // namespace

TEST_CASE("a connection that a member told of counts there, until its packets come here, and then here alone") {
    Book book;
    book.hear(5000, kThere);
    book.pass_to(1001);
    CHECK(book.connections->size() == 1);
    CHECK(book.n_live(kThere) == 0);
    CHECK(book.take_told() == 0);

    book.pass_to(1002);
    CHECK(book.target_of(5000) == kThere);
    CHECK(book.n_live(kThere) == 1);
    CHECK(book.take_told() == 1);

    // It went elsewhere.
    book.hear(5000, kThere);
    book.pass_to(1003);
    CHECK(book.n_live(kThere) == 0);
    CHECK(book.connections->size() == 1);
    book.pass_to(1003 + kIdle_s + 10);
    CHECK(book.connections->size() == 0);
    CHECK(book.n_live(kThere) == 0);
}

TEST_CASE("members are told again of a connection away from its slot before they forget it") {
    Book book;
    book.hear(5000, kThere);
    book.pass_to(1002);
    book.target_of(5000);
    REQUIRE(book.take_told() == 1);
    // A part of the time after which it would be forgotten; and not all the time.
    book.pass_to(1002 + kIdle_s / 4 + 1);
    const unsigned n_told = book.take_told();
    CHECK(n_told >= 1);
    CHECK(n_told <= 2);
    book.pass_to(1002 + kIdle_s - 1);
    CHECK(book.take_told() >= 2);
}

TEST_CASE("what is told again is remembered for longer, and what is not is forgotten") {
    Book book;
    book.hear(5000, kThere);
    book.hear(5001, kThere);
    book.pass_to(1000 + kIdle_s - 10);
    book.hear(5000, kThere);
    book.pass_to(1000 + kIdle_s + 15);
    CHECK(book.connections->size() == 1);
    CHECK(book.target_of(5000) == kThere);
    CHECK(book.target_of(5001) == kHere);
}

TEST_CASE("what a member knew that left is ours with its second packet, and stays when slots change") {
    Book book;
    book.lead_all_to(kThere);
    book.set.adopts_unknown = true;
    // It may come by way of a member that asks us.
    const Origin origin = GENERATE(Origin::client, Origin::member);
    CHECK(book.target_of(5000, origin) == kThere);
    CHECK(book.half_open->size() == 1);
    CHECK(book.target_of(5000, origin) == kThere);
    CHECK(book.connections->size() == 1);
    CHECK(book.half_open->size() == 0);
    CHECK(book.n_live(kThere) == 1);
    CHECK(book.counters.target(kThere).opened.get() == 0);
    CHECK(book.take_told() == 1);
    book.lead_all_to(kHere);
    CHECK(book.target_of(5000, origin) == kThere);
}

TEST_CASE("what nobody knows becomes ours only where somebody left, and takes half of the table at most") {
    Book book;
    for (const bool has_left : {false, true}) {
        book.set.adopts_unknown = has_left;
        for (uint16_t port = 1000; port < 1000 + book.connections->capacity(); ++port) {
            CHECK(book.target_of(port) == kHere);
            CHECK(book.target_of(port) == kHere);
        }
        CHECK(book.connections->size() == (has_left ? book.connections->capacity() / 2 : 0));
    }
}

TEST_CASE("who is asked about a connection that nobody knows goes by the slots before, as who asks would") {
    Book book;
    book.set.services[0].previous_slots.assign(reroute::kSlots, kThere);
    CHECK(book.target_of(5000) == kThere);
    CHECK(book.target_of(5000, Origin::member) == kThere);
}
