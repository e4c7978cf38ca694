// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <set>

#include "catch.hpp"
#include "cisco_lan.hpp"

using namespace evengate;
using namespace evengate::group;
using namespace evengate::group::test;
using namespace std::chrono_literals;
using glbp::VgState;

namespace {

GroupOptions with_nonces(uint8_t priority) {
    GroupOptions options = group_options();
    options.priority = priority;
    options.freshness = CiscoFreshness::nonces;
    return options;
}

CiscoLan settled() {
    CiscoLan lan;
    for (const unsigned router : {1u, 2u, 3u}) {
        lan.add(router, with_nonces(router == 1 ? 200 : 100));
        lan.connect(router);
        lan.run_for(100ms);
    }
    lan.run_for(60s);
    return lan;
}

}  // namespace

TEST_CASE("with nonces three routers come to the same as without") {
    CiscoLan lan = settled();
    for (const unsigned router : {1u, 2u, 3u}) {
        CHECK(lan.owners_of(router) == std::vector{router});
        CHECK(lan.sent_by(router).back().send.message.cisco_nonces->peers.size() == 2);
    }
    CHECK(lan.group(1).answers_hosts());
}

TEST_CASE("a nonce changes about once a hold, and its sequence number by one") {
    CiscoLan lan = settled();
    lan.run_for(120s);
    std::set<uint32_t> nonces;
    TimePoint changed{};
    std::optional<glbp::CiscoNonces> before;
    for (const CiscoLan::Sent& sent : lan.sent_by(1)) {
        REQUIRE(sent.send.message.cisco_nonces.has_value());
        const glbp::CiscoNonces& said = *sent.send.message.cisco_nonces;
        if (before && said.nonce != before->nonce) {
            CHECK(said.sequence == static_cast<uint8_t>(before->sequence + 1));
            CHECK(sent.at - changed >= 10s);
            CHECK(sent.at - changed <= 13s);
        } else if (before) {
            CHECK(said.sequence == before->sequence);
        }
        if (!before || said.nonce != before->nonce) {
            CHECK(nonces.insert(said.nonce).second);
            changed = sent.at;
        }
        before = said;
    }
    CHECK(nonces.size() > 12);
}

TEST_CASE("the first message lists nobody; a peer is listed after its first, until it is lost") {
    CiscoLan lan = settled();
    CHECK(lan.sent_by(1).front().send.message.cisco_nonces->peers.empty());
    const auto peers = lan.sent_by(1).back().send.message.cisco_nonces->peers;
    const auto latest = lan.sent_by(2).back().send.message.cisco_nonces;
    CHECK(peers[0].owner == mac_of(2));
    CHECK(peers[0].nonce == latest->nonce);
    lan.kill(2);
    lan.run_for(15s);
    REQUIRE(lan.sent_by(1).back().send.message.cisco_nonces->peers.size() == 1);
    CHECK(lan.sent_by(1).back().send.message.cisco_nonces->peers[0].owner == mac_of(3));
}

TEST_CASE("what was recorded of a router counts neither for its living self nor after its death") {
    CiscoLan lan = settled();
    const glbp::Message recorded = lan.sent_by(1).back().send.message;
    lan.run_for(60s);
    lan.inject(lan.now(), 1, recorded);
    lan.run_for(1ms);
    CHECK(lan.n_refused(2, MessageRefusal::replayed) == 1);
    lan.kill(1);
    lan.run_for(20s);
    REQUIRE(lan.owners_of(1) == std::vector{3u});
    for (int i = 0; i < 20; ++i) {
        lan.inject(lan.now(), 1, recorded);
        lan.run_for(3s);
    }
    CHECK(lan.owners_of(1) == std::vector{3u});
    CHECK(lan.group(3).answers_hosts());
    CHECK(lan.n_refused(3, MessageRefusal::not_proven) == 20);
}

TEST_CASE("a rebooted group does not believe what was recorded before") {
    CiscoLan before = settled();
    CiscoLan lan;
    SegmentOptions segment = segment_of(2);
    segment.self.boot_nonce = 0xF00D;
    lan.add(2, segment, with_nonces(100));
    lan.connect(2);
    for (const CiscoLan::Sent& sent : before.sent_by(1)) {
        lan.inject(sent.at, 1, sent.send.message);
    }
    lan.run_for(60s);
    CHECK(lan.group(2).answers_hosts());
    CHECK(lan.owners_of(1) == std::vector{2u});
}

TEST_CASE("a message without a nonce changes nothing") {
    CiscoLan lan = settled();
    const TimePoint begin = lan.now();
    const size_t n_before = lan.n_refused(1, MessageRefusal::not_proven);
    lan.inject(begin, 9, hello_of(9, VgState::active, 255, {owned(1, 254)}));
    lan.inject(begin, 9, request_of(9));
    lan.run_for(1s);
    CHECK(lan.group(1).answers_hosts());
    CHECK(lan.owners_of(1) == std::vector{1u});
    CHECK(lan.n_refused(1, MessageRefusal::not_proven) == n_before + 2);
}

TEST_CASE("a restarted router is believed as soon as it echoes") {
    CiscoLan lan = settled();
    lan.kill(3);
    lan.run_for(2s);
    SegmentOptions segment = segment_of(3);
    segment.self.boot_nonce = 0xBEEF;
    lan.add(3, segment, with_nonces(100));
    lan.connect(3);
    lan.run_for(45s);
    CHECK(lan.owners_of(3) == std::vector{3u});
}

TEST_CASE("without nonces none are sent") {
    CiscoLan lan;
    lan.add(1, group_options());
    lan.connect(1);
    lan.run_for(30s);
    for (const CiscoLan::Sent& sent : lan.sent_by(1)) {
        CHECK_FALSE(sent.send.message.cisco_nonces.has_value());
    }
}
