// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/connection_policy.hpp"

#include "catch.hpp"

namespace evengate::reroute {
namespace {

using enum ConnectionState;

constexpr uint8_t kFin = 1;
constexpr uint8_t kSyn = 2;
constexpr uint8_t kRst = 4;
constexpr uint8_t kPsh = 8;
constexpr uint8_t kAck = 16;
constexpr uint8_t kEce = 64;
constexpr uint8_t kCwr = 128;

constexpr ConnectionState kAll[] = {half_open,   established, client_done,
                                    target_done, closing,     datagrams};

ConnectionState of_client(ConnectionState state, Segment segment) {
    return next_state(state, segment, Sender::client, Sight::client_only);
}

ConnectionState of_both(ConnectionState state, Segment segment, Sender sender) {
    return next_state(state, segment, sender, Sight::both_sides);
}

TEST_CASE("segments are told apart by their flags") {
    CHECK(segment_of(kSyn) == Segment::syn);
    CHECK(segment_of(kSyn | kEce | kCwr) == Segment::syn);
    CHECK(segment_of(kSyn | kPsh) == Segment::syn);
    CHECK(segment_of(kSyn | kAck) == Segment::syn_ack);
    CHECK(segment_of(kAck) == Segment::ack);
    CHECK(segment_of(kAck | kPsh) == Segment::ack);
    CHECK(segment_of(kFin | kAck) == Segment::fin);
    CHECK(segment_of(kRst) == Segment::rst);
    CHECK(segment_of(kRst | kAck) == Segment::rst);
}

TEST_CASE("flags that no TCP sends are invalid, and neither change nor make an entry") {
    for (const int flags : {0, int{kFin}, int{kPsh}, kSyn | kFin, kSyn | kFin | kAck, kSyn | kRst,
                            kFin | kRst | kAck, 0xFF}) {
        const Segment segment = segment_of(static_cast<uint8_t>(flags));
        CHECK(segment == Segment::invalid);
        CHECK(decide_unknown(segment) == Decision::discard);
        for (const ConnectionState state : kAll) {
            CHECK(decide(state, segment, TargetCondition::up) == Decision::discard);
            CHECK(of_client(state, segment) == state);
        }
    }
}

TEST_CASE("where only the client is seen, its first ACK establishes and its FIN or reset closes") {
    CHECK(of_client(half_open, Segment::syn) == half_open);
    CHECK(of_client(half_open, Segment::ack) == established);
    CHECK(of_client(half_open, Segment::fin) == closing);
    CHECK(of_client(established, Segment::ack) == established);
    CHECK(of_client(established, Segment::syn) == established);
    CHECK(of_client(established, Segment::fin) == closing);
    CHECK(of_client(established, Segment::rst) == closing);
}

TEST_CASE("SYN and reset alone never leave the table that may be overwritten") {
    for (const Segment segment : {Segment::syn, Segment::rst, Segment::syn_ack}) {
        CHECK(may_be_overwritten(of_client(half_open, segment)));
        CHECK(may_be_overwritten(of_both(half_open, segment, Sender::target)));
    }
    CHECK_FALSE(may_be_overwritten(established));
    CHECK_FALSE(may_be_overwritten(closing));
}

TEST_CASE("what closes stays closing, whatever is sent") {
    for (const Segment segment :
         {Segment::syn, Segment::syn_ack, Segment::ack, Segment::fin, Segment::rst}) {
        CHECK(of_client(closing, segment) == closing);
        CHECK(of_both(closing, segment, Sender::target) == closing);
    }
}

TEST_CASE("where answers pass, a connection closes when both sides are done") {
    CHECK(of_both(established, Segment::fin, Sender::client) == client_done);
    CHECK(of_both(client_done, Segment::fin, Sender::client) == client_done);
    CHECK(of_both(client_done, Segment::ack, Sender::target) == client_done);
    CHECK(of_both(client_done, Segment::fin, Sender::target) == closing);
    CHECK(of_both(established, Segment::fin, Sender::target) == target_done);
    CHECK(of_both(target_done, Segment::ack, Sender::client) == target_done);
    CHECK(of_both(target_done, Segment::fin, Sender::client) == closing);
    CHECK(of_both(client_done, Segment::rst, Sender::target) == closing);
}

TEST_CASE("a target's SYN-ACK establishes nothing, its ACK does") {
    CHECK(of_both(half_open, Segment::syn_ack, Sender::target) == half_open);
    CHECK(of_both(half_open, Segment::ack, Sender::target) == established);
    CHECK(of_both(half_open, Segment::ack, Sender::client) == established);
}

TEST_CASE("a repeated SYN of a half-open connection goes to the same target while that is up") {
    CHECK(decide(half_open, Segment::syn, TargetCondition::up) == Decision::keep);
    CHECK(decide(half_open, Segment::syn, TargetCondition::draining) == Decision::anew);
    CHECK(decide(half_open, Segment::syn, TargetCondition::down) == Decision::anew);
}

TEST_CASE("a SYN on a closing entry is a new connection") {
    for (const TargetCondition target :
         {TargetCondition::up, TargetCondition::draining, TargetCondition::down}) {
        CHECK(decide(closing, Segment::syn, target) == Decision::anew);
    }
}

TEST_CASE("a SYN does not move an established connection, unless its target is down") {
    for (const ConnectionState state : {established, client_done, target_done}) {
        CHECK(decide(state, Segment::syn, TargetCondition::up) == Decision::keep);
        CHECK(decide(state, Segment::syn, TargetCondition::draining) == Decision::keep);
        CHECK(decide(state, Segment::syn, TargetCondition::down) == Decision::anew);
    }
}

TEST_CASE("all other segments stay with their entry's target") {
    for (const ConnectionState state : kAll) {
        for (const Segment segment : {Segment::ack, Segment::fin, Segment::rst, Segment::syn_ack}) {
            for (const TargetCondition target :
                 {TargetCondition::up, TargetCondition::draining, TargetCondition::down}) {
                CHECK(decide(state, segment, target) == Decision::keep);
            }
        }
    }
}

TEST_CASE("an unknown connection begins with a SYN, and is asked for otherwise") {
    CHECK(decide_unknown(Segment::syn) == Decision::anew);
    for (const Segment segment : {Segment::syn_ack, Segment::ack, Segment::fin, Segment::rst}) {
        CHECK(decide_unknown(segment) == Decision::ask);
    }
}

TEST_CASE("datagrams stay with a draining target and leave one that is down") {
    CHECK(decide_datagram(TargetCondition::up) == Decision::keep);
    CHECK(decide_datagram(TargetCondition::draining) == Decision::keep);
    CHECK(decide_datagram(TargetCondition::down) == Decision::anew);
    CHECK(of_client(datagrams, Segment::rst) == datagrams);
}

TEST_CASE("an entry ends when it was idle for its state's time, across the clock's wrap") {
    const IdleTimes times{.half_open_s = 10,
                          .established_s = 900,
                          .one_side_done_s = 120,
                          .closing_s = 60,
                          .datagrams_s = 30};
    const std::pair<ConnectionState, uint32_t> limits[] = {{half_open, 10},    {established, 900},
                                                           {client_done, 120}, {target_done, 120},
                                                           {closing, 60},      {datagrams, 30}};
    for (const auto& [state, limit_s] : limits) {
        for (const uint32_t seen_s : {0U, 5000U, 0xFFFF'FFF0U}) {
            CHECK_FALSE(is_expired(state, times, seen_s, seen_s + limit_s - 1));
            CHECK(is_expired(state, times, seen_s, seen_s + limit_s));
            CHECK_FALSE(is_expired(state, times, seen_s, seen_s - 1));
        }
    }
}

TEST_CASE("half-open and closing connections are no load") {
    CHECK(is_live(established));
    CHECK(is_live(client_done));
    CHECK(is_live(target_done));
    CHECK(is_live(datagrams));
    CHECK_FALSE(is_live(half_open));
    CHECK_FALSE(is_live(closing));
}

}  // namespace
}  // namespace evengate::reroute
