// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what members tell each other of services, from one GroupSpeakers over signed frames to the
// ServicePeers behind another.
#include "catch.hpp"
#include "control/parts.hpp"
#include "lan.hpp"

using namespace std::chrono_literals;
using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

namespace {

constexpr uint64_t kDigest = 0xD1;
constexpr size_t kGroup = 0;

struct Recorder : ServicePeers {
    [[nodiscard]] bool is_listening() const override { return true; }
    void on_verdicts(size_t group_index, const group::action::VerdictsHeard& heard,
                     TimePoint) override {
        CHECK(group_index == kGroup);
        verdicts.push_back(heard);
    }
    void on_target_set(size_t group_index, const group::action::TargetSetHeard& heard,
                       TimePoint) override {
        CHECK(group_index == kGroup);
        target_sets.push_back(heard);
    }
    void on_connections(size_t group_index, const group::action::ConnectionsHeard& heard,
                        TimePoint) override {
        CHECK(group_index == kGroup);
        connections.push_back(heard);
    }
    void on_members_changed(size_t group_index, const group::GroupView& changed,
                            TimePoint) override {
        CHECK(group_index == kGroup);
        view = changed;
        ++n_changes;
    }

    std::vector<group::action::VerdictsHeard> verdicts;
    std::vector<group::action::TargetSetHeard> target_sets;
    std::vector<group::action::ConnectionsHeard> connections;
    group::GroupView view;
    size_t n_changes = 0;
};

// A gateway's parts, with speakers of its own whose services are recorded.
struct Gateway {
    explicit Gateway(const settings::Settings& configured, unsigned number)
        : settings(configured), ports(member_ports(number)) {
        self.incarnation = {.member = MemberId(number + 1), .boot_nonce = 100u + number};
        self.seed = number;
        auto made = Parts::make(
            settings, self, ports,
            {.transmitter = transmitter, .tables = tables, .appliance = appliance});
        REQUIRE(made.ok());
        parts = std::move(made).value();
        speakers.emplace(make_speakers(settings, self, parts->interfaces, parts->locals,
                                       parts->messages),
                         GroupActions::Parts{.appliance = appliance,
                                             .interfaces = parts->interfaces,
                                             .ownership = parts->ownership,
                                             .messages = parts->messages,
                                             .announcer = parts->announcer,
                                             .aid = parts->aid,
                                             .answers = parts->answers,
                                             .publication = parts->publication,
                                             .services = services,
                                             .events = parts->events});
    }

    settings::Settings settings;
    std::vector<PortFacts> ports;
    Self self;
    RecordingTransmitter transmitter;
    RecordingTables tables;
    RecordingAppliance appliance;
    Recorder services;
    std::unique_ptr<Parts> parts;
    std::optional<GroupSpeakers> speakers;
    bool is_dead = false;
};

struct Wire {
    explicit Wire(unsigned n_gateways,
                  settings::GroupMode mode = settings::GroupMode::native) {
        for (unsigned i = 0; i < n_gateways; ++i) {
            auto settings = member_settings(i);
            if (mode == settings::GroupMode::cisco) {
                settings.groups[0].mode = mode;
                settings.groups[0].authentication = {};
            }
            gateways.push_back(std::make_unique<Gateway>(settings, i));
            gateways.back()->speakers->start(now);
        }
    }

    void pass(Duration duration) {
        const TimePoint end = now + duration;
        deliver();
        while (now < end) {
            TimePoint next = end;
            for (const auto& gateway : gateways) {
                if (!gateway->is_dead) {
                    next = std::min(next, gateway->speakers->next_deadline());
                }
            }
            now = std::min(end, std::max(next, now + 1us));
            for (const auto& gateway : gateways) {
                if (!gateway->is_dead) {
                    gateway->speakers->on_timers(now);
                    gateway->speakers->settle(now);
                }
            }
            deliver();
        }
    }
    void deliver() {
        for (bool any = true; any;) {
            any = false;
            for (const auto& from : gateways) {
                for (const SentFrame& frame : std::exchange(from->transmitter.frames, {})) {
                    any = true;
                    hand_over(*from, frame);
                }
            }
        }
    }
    void hand_over(const Gateway& from, const SentFrame& frame) {
        for (const auto& to : gateways) {
            const bool is_for = frame.destination() == to->ports[0].mac ||
                                frame.destination() == packet::kGroupMulticastIpv4;
            if (to.get() == &from || from.is_dead || to->is_dead || !is_for ||
                frame.egress != kLan || frame.ethertype() != packet::kEtherTypeIpv4) {
                continue;
            }
            to->speakers->on_frame({.reason = packet::PuntReason::group_message,
                                    .interface = kLan,
                                    .slot = kNoSlot,
                                    .adjacency = kNoAdjacency,
                                    .destination = frame.destination(),
                                    .source = frame.source(),
                                    .ethertype = packet::kEtherTypeIpv4,
                                    .payload = frame.payload(),
                                    .received_at = now},
                                   now);
            to->speakers->settle(now);
        }
    }

    Gateway& at(size_t i) { return *gateways[i]; }
    Gateway& avg() {
        for (const auto& gateway : gateways) {
            if (!gateway->is_dead && gateway->services.view.state == glbp::VgState::active) {
                return *gateway;
            }
        }
        FAIL("nobody is AVG");
        return *gateways[0];
    }
    [[nodiscard]] size_t n_frames() const {
        size_t count = 0;
        for (const auto& gateway : gateways) {
            count += gateway->transmitter.n_frames;
        }
        return count;
    }

    TimePoint now{1h};
    std::vector<std::unique_ptr<Gateway>> gateways;
};

std::vector<glbp::TargetVerdict> some_verdicts() {
    return std::vector<glbp::TargetVerdict>(100, {glbp::TargetHealth::up, 7, 1234});
}

glbp::TargetSet some_set(const group::GroupView& view, MemberId self) {
    glbp::TargetSet set;
    set.name = {view.name.term, self, 1};
    set.services_digest = kDigest;
    set.targets = {{glbp::TargetState::up, 100}};
    return set;
}

std::vector<glbp::Connection> some_connections() {
    glbp::Connection connection;
    connection.client = kHost.to_v4();
    connection.protocol = packet::kIpProtocolUdp;
    return {connection};
}

}  // namespace

TEST_CASE("what one gateway tells of services reaches the services of the others") {
    Wire wire(3);
    wire.pass(10s);
    Gateway& from = wire.at(1);
    from.speakers->tell_verdicts(kGroup, kDigest, some_verdicts(), wire.now);
    from.speakers->tell_connections(kGroup, wire.at(2).self.incarnation.member, kDigest,
                                    some_connections(), wire.now);
    wire.avg().speakers->tell_target_set(
        kGroup, some_set(wire.avg().services.view, wire.avg().self.incarnation.member), {}, wire.now);
    wire.deliver();
    for (const size_t i : {0u, 2u}) {
        const Recorder& heard = wire.at(i).services;
        REQUIRE(heard.verdicts.size() == 2);
        CHECK(heard.verdicts[0].from == from.self.incarnation);
        CHECK(heard.verdicts[0].verdicts.targets.size() == 64);
        CHECK(heard.verdicts[1].verdicts.first_target == 64);
        CHECK(heard.verdicts[1].verdicts.targets.size() == 36);
        CHECK(heard.connections.size() == (i == 2 ? 1 : 0));
    }
    CHECK(wire.at(2).services.connections[0].list.connections[0] == some_connections()[0]);
    for (const auto& gateway : wire.gateways) {
        CHECK(gateway->services.target_sets.size() == (gateway.get() == &wire.avg() ? 0 : 1));
    }
    CHECK(from.services.verdicts.empty());
    from.speakers->tell_connections(kGroup, MemberId{0}, kDigest, some_connections(), wire.now);
    wire.deliver();
    CHECK(wire.at(0).services.connections.size() == 1);
    CHECK(wire.at(2).services.connections.size() == 2);
}

TEST_CASE("services know who is there and who is AVG, after a death as well") {
    Wire wire(3);
    wire.pass(10s);
    const auto agree = [&] {
        const MemberId avg = wire.avg().self.incarnation.member;
        for (const auto& gateway : wire.gateways) {
            if (gateway->is_dead) {
                continue;
            }
            const group::GroupView& view = gateway->services.view;
            CHECK(view.avg == avg);
            CHECK(view.name.avg == avg);
            CHECK(view.members.at(0).id == gateway->self.incarnation.member);
            for (const group::MemberView& member : view.members) {
                const auto& other = *wire.gateways[member.id.value - 1];
                CHECK((member.is_self || member.is_live) == !other.is_dead);
            }
        }
    };
    agree();
    const uint32_t term = wire.avg().services.view.name.term;
    wire.avg().is_dead = true;
    wire.pass(10s);
    agree();
    CHECK(wire.avg().services.view.name.term > term);
    // A target set of the new AVG's term is followed at once.
    Gateway& avg = wire.avg();
    avg.speakers->tell_target_set(
        kGroup, some_set(avg.services.view, avg.self.incarnation.member), {}, wire.now);
    wire.deliver();
    size_t n_heard = 0;
    for (const auto& gateway : wire.gateways) {
        n_heard += gateway->services.target_sets.size();
    }
    CHECK(n_heard == 1);
}

TEST_CASE("services are not told again of members while nothing changes") {
    Wire wire(3);
    wire.pass(10s);
    const size_t n_changes = wire.at(0).services.n_changes;
    CHECK(n_changes != 0);
    wire.pass(10s);
    CHECK(wire.at(0).services.n_changes == n_changes);
}

TEST_CASE("a gateway whose workers lag says nothing of services") {
    Wire wire(2);
    wire.pass(10s);
    Gateway& from = wire.at(0);
    from.appliance.lag = [] { return Duration(1s); };
    const size_t n_frames = wire.n_frames();
    wire.now += 20ms;  // the machine's own time stands still
    from.speakers->tell_verdicts(kGroup, kDigest, some_verdicts(), wire.now);
    from.speakers->tell_connections(kGroup, MemberId{0}, kDigest, some_connections(), wire.now);
    CHECK(wire.n_frames() == n_frames);
    from.appliance.lag = [] { return Duration(); };
    from.speakers->tell_verdicts(kGroup, kDigest, some_verdicts(), wire.now);
    wire.deliver();
    CHECK(wire.at(1).services.verdicts.size() == 2);
    CHECK(wire.at(1).services.connections.empty());
}

TEST_CASE("a group in cisco mode tells services nothing") {
    Wire wire(2, settings::GroupMode::cisco);
    wire.pass(60s);
    const size_t n_frames = wire.n_frames();
    CHECK(n_frames > 10);
    for (const auto& gateway : wire.gateways) {
        gateway->speakers->tell_verdicts(kGroup, kDigest, some_verdicts(), wire.now);
        gateway->speakers->tell_connections(kGroup, MemberId{0}, kDigest, some_connections(),
                                            wire.now);
        CHECK(gateway->services.n_changes == 0);
    }
    CHECK(wire.n_frames() == n_frames);
}
