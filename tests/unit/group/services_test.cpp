// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what members tell each other of services passes through the engine, and changes nothing in it.
#include "bus.hpp"
#include "catch.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;
using glbp::VgState;

constexpr uint64_t kDigest = 0xD1;

std::vector<glbp::TargetVerdict> some_verdicts(size_t count) {
    std::vector<glbp::TargetVerdict> verdicts;
    for (size_t i = 0; i < count; ++i) {
        verdicts.push_back({static_cast<glbp::TargetHealth>(i % 3), static_cast<uint32_t>(i), 1000 * i});
    }
    return verdicts;
}

std::vector<glbp::Connection> some_connections(size_t count) {
    std::vector<glbp::Connection> connections(count);
    for (size_t i = 0; i < count; ++i) {
        connections[i].client = static_cast<uint32_t>(i);
        connections[i].protocol = 6;
    }
    return connections;
}

uint64_t avg_of(Bus& bus) {
    for (uint64_t n = 1; n <= bus.size(); ++n) {
        if (bus.at(n).engine && bus.state(n) == VgState::active) {
            return n;
        }
    }
    FAIL("nobody is AVG");
    return 0;
}

glbp::TargetSet set_of(Bus& bus, uint64_t avg, uint32_t sequence) {
    glbp::TargetSet set;
    set.name = {bus.engine(avg).view(Bus::kGroup, bus.now).name.term, MemberId{avg}, sequence};
    set.services_digest = kDigest;
    set.targets = {{glbp::TargetState::up, 100}, {glbp::TargetState::down, 0}};
    return set;
}

// Nothing that was said of services is on its way or was heard.
bool nothing_heard(Bus& bus) {
    for (uint64_t n = 1; n <= bus.size(); ++n) {
        const Bus::Member& member = bus.at(n);
        if (!member.verdicts.empty() || !member.target_sets.empty() || !member.connections.empty()) {
            return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("verdicts reach all others in parts, with the life that they are of, and none is missing") {
    for (const size_t count : {1u, 64u, 65u, 256u}) {
        Bus bus;
        bus.add_settled(3);
        const auto verdicts = some_verdicts(count);
        bus.step(2, TellVerdicts{Bus::kGroup, kDigest, verdicts});
        bus.run(1ms);
        CHECK(bus.at(2).verdicts.empty());
        for (const uint64_t n : {1u, 3u}) {
            std::vector<glbp::TargetVerdict> heard;
            for (const action::VerdictsHeard& part : bus.at(n).verdicts) {
                CHECK(part.group == Bus::kGroup);
                CHECK(part.from == bus.at(2).segment.self);
                CHECK(part.verdicts.services_digest == kDigest);
                CHECK(part.verdicts.n_targets == count);
                CHECK(part.verdicts.first_target == heard.size());
                heard.insert(heard.end(), part.verdicts.targets.begin(), part.verdicts.targets.end());
            }
            CHECK(heard == verdicts);
        }
    }
}

TEST_CASE("a target set is heard from the AVG that a member follows, and from nobody else") {
    Bus bus;
    bus.add_settled(3);
    const uint64_t avg = avg_of(bus);
    const glbp::TargetSet set = set_of(bus, avg, 7);
    bus.step(avg, TellTargetSet{Bus::kGroup, set});
    bus.run(1ms);
    for (uint64_t n = 1; n <= 3; ++n) {
        REQUIRE(bus.at(n).target_sets.size() == (n == avg ? 0 : 1));
        if (n != avg) {
            CHECK(bus.at(n).target_sets[0].from == MemberId{avg});
            CHECK(bus.at(n).target_sets[0].set == set);
        }
    }
    // Who is not AVG does not even say it, nor the AVG in the name of another.
    const uint64_t other = avg % 3 + 1;
    size_t n_said = 0;
    bus.on_message = [&](uint64_t, const glbp::Message& message) { n_said += message.target_set ? 1 : 0; };
    bus.step(other, TellTargetSet{Bus::kGroup, set_of(bus, other, 8)});
    bus.step(other, TellTargetSet{Bus::kGroup, set});
    bus.step(avg, TellTargetSet{Bus::kGroup, set_of(bus, other, 8)});
    bus.step(avg, TellTargetSet{Bus::kGroup, {}});
    CHECK(n_said == 0);
    bus.step(avg, TellTargetSet{Bus::kGroup, set_of(bus, avg, 8)});
    CHECK(n_said == 1);
}

TEST_CASE("a target set of a member that is not the AVG is refused, in its own name and in the AVG's") {
    Bus bus;
    bus.add_settled(3);
    const uint64_t avg = avg_of(bus);
    const uint64_t from = avg % 3 + 1;
    const uint64_t to = 6 - avg - from;
    // As the member would say it if it took itself for the AVG.
    glbp::Message message;
    bus.on_message = [&](uint64_t sender, const glbp::Message& sent) {
        if (sender == from && sent.target_verdicts) {
            message = sent;
        }
    };
    for (const uint64_t claimed : {from, avg}) {
        bus.step(from, TellVerdicts{Bus::kGroup, kDigest, some_verdicts(1)});
        message.target_verdicts.reset();
        message.target_set = set_of(bus, claimed, 9);
        const size_t before = bus.at(to).refusals[MessageRefusal::target_set_unfollowed];
        bus.inject({from, to, message});
        CHECK(bus.at(to).refusals[MessageRefusal::target_set_unfollowed] == before + 1);
        bus.run(10ms);
    }
    CHECK(bus.at(to).target_sets.empty());
}

TEST_CASE("each of two AVGs that meet keeps its own target set") {
    Bus bus;
    bus.add(100);
    bus.add(90);
    bus.run(1s);
    bus.cut_both(1, 2);
    bus.run(1s);
    REQUIRE(bus.n_active() == 2);
    bus.cuts.clear();
    for (int i = 0; i < 100; ++i) {
        const bool is_two_headed = bus.n_active() == 2;
        const size_t n_heard = bus.at(1).target_sets.size() + bus.at(2).target_sets.size();
        for (const uint64_t n : {1u, 2u}) {
            bus.step(n, TellTargetSet{Bus::kGroup, set_of(bus, n, static_cast<uint32_t>(i))});
        }
        bus.run(1ms);
        if (is_two_headed && bus.n_active() == 2) {
            CHECK(bus.at(1).target_sets.size() + bus.at(2).target_sets.size() == n_heard);
        }
    }
    REQUIRE(bus.n_active() == 1);
    const uint64_t avg = avg_of(bus);
    CHECK(bus.at(avg).target_sets.empty());
    CHECK_FALSE(bus.at(3 - avg).target_sets.empty());
}

TEST_CASE("the target set of a new AVG is heard as soon as its assignment is adopted") {
    Bus bus;
    bus.add_settled(3);
    const uint64_t old = avg_of(bus);
    bus.kill(old);
    bus.run(200ms);
    const uint64_t avg = avg_of(bus);
    bus.step(avg, TellTargetSet{Bus::kGroup, set_of(bus, avg, 1)});
    bus.run(1ms);
    CHECK(bus.at(6 - old - avg).target_sets.size() == 1);
}

TEST_CASE("connections reach one member or all, in as many messages as they need") {
    for (const size_t count : {1u, 56u, 57u, 200u}) {
        Bus bus;
        bus.add_settled(3);
        const auto connections = some_connections(count);
        bus.step(1, TellConnections{Bus::kGroup, MemberId{2}, kDigest, connections});
        bus.run(1ms);
        CHECK(bus.at(3).connections.empty());
        bus.step(1, TellConnections{Bus::kGroup, MemberId{0}, kDigest, connections});
        bus.run(1ms);
        for (const uint64_t n : {2u, 3u}) {
            std::vector<glbp::Connection> heard;
            for (const action::ConnectionsHeard& part : bus.at(n).connections) {
                CHECK(part.from == MemberId{1});
                CHECK(part.list.services_digest == kDigest);
                heard.insert(heard.end(), part.list.connections.begin(), part.list.connections.end());
            }
            REQUIRE(heard.size() == count * (n == 2 ? 2 : 1));
            CHECK(std::equal(connections.begin(), connections.end(), heard.begin()));
        }
        CHECK(bus.at(1).connections.empty());
    }
}

TEST_CASE("nothing is said of services to a member that is dead, nor of nothing, nor alone") {
    Bus bus;
    bus.add_settled(2);
    bus.kill(2);
    bus.run(1s);
    size_t n_said = 0;
    bus.on_message = [&](uint64_t, const glbp::Message& message) {
        n_said += message.target_verdicts || message.target_set || message.connections ? 1 : 0;
    };
    bus.step(1, TellVerdicts{Bus::kGroup, kDigest, some_verdicts(2)});
    bus.step(1, TellTargetSet{Bus::kGroup, set_of(bus, 1, 1)});
    bus.step(1, TellConnections{Bus::kGroup, MemberId{0}, kDigest, some_connections(2)});
    bus.step(1, TellConnections{Bus::kGroup, MemberId{2}, kDigest, some_connections(2)});
    CHECK(n_said == 0);
    bus.add();
    bus.run(1s);
    bus.step(1, TellConnections{Bus::kGroup, MemberId{2}, kDigest, some_connections(2)});
    bus.step(1, TellConnections{Bus::kGroup, MemberId{9}, kDigest, some_connections(2)});
    bus.step(1, TellVerdicts{Bus::kGroup, kDigest, {}});
    bus.step(1, TellConnections{Bus::kGroup, MemberId{0}, kDigest, {}});
    bus.step(1, TellVerdicts{GroupId{9}, kDigest, some_verdicts(2)});
    CHECK(n_said == 0);
    bus.step(1, TellVerdicts{Bus::kGroup, kDigest, some_verdicts(2)});
    CHECK(n_said == 1);
}

TEST_CASE("what an older life of a member said, or one that has proven nothing, is not heard") {
    Bus bus;
    bus.add_settled(2);
    glbp::Message said;
    bus.on_message = [&](uint64_t from, const glbp::Message& message) {
        if (from == 1 && message.target_verdicts) {
            said = message;
        }
    };
    bus.step(1, TellVerdicts{Bus::kGroup, kDigest, some_verdicts(2)});
    bus.run(1ms);
    REQUIRE(bus.at(2).verdicts.size() == 1);
    bus.inject({1, 2, said});  // recorded, and played again
    CHECK(bus.at(2).verdicts.size() == 1);
    CHECK(bus.at(2).refusals[MessageRefusal::replayed] == 1);
    glbp::Message forged = said;
    forged.sender->self.boot_nonce ^= 1;
    bus.inject({1, 2, forged});
    CHECK(bus.at(2).verdicts.size() == 1);
    bus.restart(1);
    bus.run(1s);
    bus.inject({1, 2, said});
    CHECK(bus.at(2).verdicts.size() == 1);
    bus.step(1, TellVerdicts{Bus::kGroup, kDigest, some_verdicts(2)});
    bus.run(1ms);
    REQUIRE(bus.at(2).verdicts.size() == 2);
    CHECK(bus.at(2).verdicts[1].from == bus.at(1).segment.self);
}

TEST_CASE("who has left or has no link neither says nor hears anything of services") {
    Bus bus;
    bus.add_settled(3);
    bus.step(3, Leave{});
    bus.run(3s);
    bus.step(2, LinkChanged{Link::down});
    bus.run(1s);
    for (const uint64_t from : {1u, 2u, 3u}) {
        bus.step(from, TellVerdicts{Bus::kGroup, kDigest, some_verdicts(2)});
        bus.step(from, TellConnections{Bus::kGroup, MemberId{0}, kDigest, some_connections(2)});
    }
    bus.run(1ms);
    CHECK(nothing_heard(bus));
}

TEST_CASE("a group in cisco mode says nothing of services, and hears nothing") {
    Bus bus;
    for (int i = 0; i < 2; ++i) {
        bus.add(100, [](GroupOptions& group) { group.mode = Mode::cisco; });
    }
    bus.run(60s);
    size_t n_said = 0;
    bus.on_message = [&](uint64_t, const glbp::Message& message) {
        n_said += message.target_verdicts || message.target_set || message.connections ? 1 : 0;
    };
    bus.step(1, TellVerdicts{Bus::kGroup, kDigest, some_verdicts(2)});
    bus.step(1, TellTargetSet{Bus::kGroup, set_of(bus, 1, 1)});
    bus.step(1, TellConnections{Bus::kGroup, MemberId{0}, kDigest, some_connections(2)});
    CHECK(n_said == 0);
    glbp::Message message;
    message.group = Bus::kGroup;
    message.owner = bus.at(1).segment.mac;
    message.sender.emplace().self = bus.at(1).segment.self;
    message.target_verdicts.emplace().n_targets = 1;
    message.target_verdicts->targets = {{glbp::TargetHealth::up, 1, 1}};
    bus.inject({1, 2, message});
    CHECK(bus.at(2).refusals[MessageRefusal::mode_foreign] == 1);
    CHECK(nothing_heard(bus));
}

TEST_CASE("what is told of services does not change who forwards for what") {
    Bus quiet;
    Bus talking;
    for (Bus* bus : {&quiet, &talking}) {
        bus->add_settled(3);
    }
    const uint64_t avg = avg_of(talking);
    for (int i = 0; i < 50; ++i) {
        for (uint64_t n = 1; n <= 3; ++n) {
            talking.step(n, TellVerdicts{Bus::kGroup, kDigest, some_verdicts(100)});
            talking.step(n, TellConnections{Bus::kGroup, MemberId{0}, kDigest, some_connections(100)});
        }
        talking.step(avg, TellTargetSet{Bus::kGroup, set_of(talking, avg, static_cast<uint32_t>(i))});
        quiet.run(10ms);
        talking.run(10ms);
    }
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        CHECK(talking.owners(vmac) == quiet.owners(vmac));
        CHECK(talking.owners(vmac).size() == 1);
    }
    for (uint64_t n = 1; n <= 3; ++n) {
        CHECK(talking.engine(n).view(Bus::kGroup, talking.now).name ==
              quiet.engine(n).view(Bus::kGroup, quiet.now).name);
        CHECK(talking.at(n).notes.size() == quiet.at(n).notes.size());
    }
}

}  // namespace evengate::group
