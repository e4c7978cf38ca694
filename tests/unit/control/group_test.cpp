// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <set>

#include "catch.hpp"
#include "control/group_refusal.hpp"
#include "lan.hpp"

using namespace std::chrono_literals;
using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

namespace {

// Each vMAC has exactly one owner.
void check_all_owned(const Lan& lan) {
    for (size_t slot = Lan::kFirstVmacSlot; slot < Lan::kFirstVmacSlot + Lan::kVmacs; ++slot) {
        INFO("slot " << slot);
        CHECK(lan.owners(slot).size() == 1);
    }
}

admin::GroupReport group_of(World& member) {
    return member.report()->groups.at(0);
}

uint64_t refused_messages(const admin::GroupReport& group, std::string_view reason) {
    for (const admin::NamedCount& refused : group.refused_messages) {
        if (refused.name == reason) {
            return refused.count;
        }
    }
    FAIL("no such reason");
    return 0;
}

void check_conserved(World& member) {
    const auto group = group_of(member);
    uint64_t sum = group.messages_used;
    for (const admin::NamedCount& refused : group.refused_messages) {
        sum += refused.count;
    }
    CHECK(group.messages_received == sum);
    CHECK(is_conserved(member.control.counts()));
}

size_t avg_of(Lan& lan) {
    for (size_t i = 0; i < lan.members.size(); ++i) {
        if (!lan.is_stopped(i) && group_of(*lan.members[i]).state == "active") {
            return i;
        }
    }
    FAIL("nobody is AVG");
    return 0;
}

// The hello that the member sent last.
SentFrame last_hello(const Lan& lan, const MacAddress& source) {
    const auto found = std::find_if(
        lan.on_lan.rbegin(), lan.on_lan.rend(), [&](const SentFrame& frame) {
            return frame.source() == source && frame.destination() == packet::kGroupMulticastIpv4;
        });
    REQUIRE(found != lan.on_lan.rend());
    return *found;
}

void give(World& member, const SentFrame& frame, TimePoint received_at = kNever) {
    member.control.on_frame({.reason = packet::PuntReason::group_message,
                             .interface = kLan,
                             .slot = kNoSlot,
                             .adjacency = kNoAdjacency,
                             .destination = frame.destination(),
                             .source = frame.source(),
                             .ethertype = packet::kEtherTypeIpv4,
                             .payload = frame.payload(),
                             .received_at = received_at},
                            member.now);
}

// Whether a host that probes the first vMAC is told that it is still its gateway's.
bool is_told_of_first_vmac(World& member) {
    const MacAddress vmac = mac(0x0245'4700'0501);
    member.take_frames();
    member.receive_arp(kLan,
                       {.operation = packet::ArpOperation::request,
                        .sender_mac = mac(0x5254'0000'0100),
                        .sender_ip = ip("10.0.0.100"),
                        .target_mac = vmac,
                        .target_ip = kVip},
                       vmac, SlotIndex(Lan::kFirstVmacSlot));
    const auto frames = member.take_frames();
    return std::any_of(frames.begin(), frames.end(), [&](const SentFrame& frame) {
        return frame.arp() && frame.arp()->sender_ip == kVip && frame.arp()->sender_mac == vmac;
    });
}

}  // namespace

TEST_CASE("three gateways share the vMACs, and each has one owner") {
    Lan lan;
    lan.add_many(3);
    lan.pass(10s);
    check_all_owned(lan);
    std::set<size_t> owners;
    for (size_t slot = 2; slot < 6; ++slot) {
        owners.insert(lan.owners(slot).at(0));
    }
    CHECK(owners.size() == 3);
    for (const auto& member : lan.members) {
        const auto group = group_of(*member);
        CHECK(group.members.size() == 3);
        CHECK(group.members[0].is_self);
        CHECK_FALSE(group.avg.empty());
        CHECK(group.messages_used > 50);
        check_conserved(*member);
    }
}

TEST_CASE("only one member answers hosts for the VIP, also with a vMAC of another") {
    Lan lan;
    lan.add_many(3);
    lan.pass(10s);
    std::set<MacAddress> given;
    for (uint64_t host = 0; host < 32; ++host) {
        unsigned n_answers = 0;
        for (const auto& member : lan.members) {
            member->ask(mac(0x5254'0000'0100 + host), IpAddress::v4(0x0A00'0064), kVip);
            for (const SentFrame& frame : member->take_frames()) {
                if (frame.arp() && frame.arp()->sender_ip == kVip) {
                    ++n_answers;
                    given.insert(frame.arp()->sender_mac);
                    CHECK_FALSE(frame.source() == frame.arp()->sender_mac);  // rule 20
                }
            }
        }
        CHECK(n_answers == 1);
    }
    CHECK(given.size() == Lan::kVmacs);
}

TEST_CASE("the hosts of a dead member are taken over within its hold") {
    Lan lan;
    lan.add_many(3);
    lan.pass(10s);
    const size_t victim = avg_of(lan);
    lan.stop(victim);
    lan.pass(400ms);
    check_all_owned(lan);
    for (size_t i = 0; i < 3; ++i) {
        if (i != victim) {
            CHECK(group_of(*lan.members[i]).announcements > 5);
            check_conserved(*lan.members[i]);
        }
    }
}

TEST_CASE("a member that slept through its lease serves nothing, and believes no frame from before") {
    Lan lan;
    lan.add_many(2);
    lan.pass(10s);
    World& sleeper = *lan.members[0];
    const SentFrame old_hello = last_hello(lan, member_ports(1)[0].mac);
    const TimePoint before_sleep = lan.now;
    CHECK(sleeper.tables.lease != kNever);
    lan.stop(0);
    lan.pass(2s);
    CHECK(sleeper.tables.lease < lan.now);  // the workers see it without control
    sleeper.now = lan.now;
    give(sleeper, old_hello, before_sleep);
    CHECK(sleeper.refused(Refusal::older_than_fence) == 1);
    for (size_t slot = 2; slot < 6; ++slot) {
        CHECK_FALSE(packet::is_forwarded(sleeper.tables.actions[slot]));
    }
    CHECK(sleeper.tables.actions[0] == packet::SlotAction::local);
    lan.go_on(0);
    lan.pass(5s);
    check_all_owned(lan);
}

TEST_CASE("a member whose worker is held up neither speaks nor takes over, and serves again behind it") {
    Lan lan;
    lan.add_many(3);
    lan.pass(10s);
    World& held_up = *lan.members[0];
    const auto before = group_of(held_up);
    const TimePoint since = lan.now;
    held_up.appliance.lag = [&] { return lan.now - since; };
    lan.is_cut[0] = true;
    lan.pass(before.hold + 20ms);
    // What happens to it meanwhile does not bring back what has ended.
    held_up.control.on_request({.verb = admin::Verb::set_priority, .group = before.id, .priority = 90}, lan.now);
    CHECK_FALSE(packet::is_forwarded(held_up.tables.actions[Lan::kFirstVmacSlot]));
    const auto silent = group_of(held_up);
    lan.pass(1s);
    CHECK(group_of(held_up).messages_sent == silent.messages_sent);
    CHECK(group_of(held_up).take_overs == before.take_overs);
    check_all_owned(lan);  // by the others
    held_up.appliance.lag = [] { return Duration(); };
    held_up.control.on_timers(lan.now);
    lan.is_cut[0] = false;
    lan.pass(5s);
    CHECK(group_of(held_up).take_overs == before.take_overs);
    check_all_owned(lan);
}

TEST_CASE("nothing leaves from a vMAC but by its owner") {
    Lan lan;
    lan.add_many(3);
    for (int i = 0; i < 200; ++i) {
        lan.on_lan.clear();
        std::map<MacAddress, std::set<size_t>> owners;
        const auto note_owners = [&] {
            for (size_t slot = 2; slot < 6; ++slot) {
                for (const size_t owner : lan.owners(slot)) {
                    owners[lan.members[0]->tables.bindings[slot].mac].insert(owner);
                }
            }
        };
        note_owners();
        lan.pass(10ms);
        note_owners();
        for (const SentFrame& frame : lan.on_lan) {
            if ((frame.source().to_u64() >> 24) == 0x024547) {
                CHECK(owners.contains(frame.source()));
            }
        }
        if (i == 150) {
            lan.members[2]->control.on_request({.verb = admin::Verb::drain}, lan.now);
            lan.members[2]->next_deadline = lan.now;
        }
    }
}

TEST_CASE("a drain moves everything away and ends when no traffic comes") {
    Lan lan;
    lan.add_many(3);
    lan.pass(10s);
    World& leaver = *lan.members[1];
    const auto reply = leaver.control.on_request({.verb = admin::Verb::drain}, lan.now);
    CHECK(reply.status == admin::Reply::Status::ok);
    leaver.next_deadline = lan.now;
    lan.pass(5s);
    check_all_owned(lan);
    for (size_t slot = 2; slot < 6; ++slot) {
        CHECK(leaver.tables.actions[slot] != packet::SlotAction::own);
    }
    CHECK(group_of(leaver).draining);
    const auto events = leaver.report()->events;
    CHECK(std::any_of(events.begin(), events.end(), [](const admin::Event& event) {
        return event.text.starts_with("drained: no traffic");
    }));
    CHECK(leaver.control.on_request({.verb = admin::Verb::undrain}, lan.now).status ==
          admin::Reply::Status::ok);
}

TEST_CASE("a departure hands everything over before it ends, and needs nobody's hold") {
    Lan lan;
    lan.add_many(2);
    lan.pass(10s);
    World& leaver = *lan.members[0];
    leaver.control.begin_departure(lan.now);
    leaver.next_deadline = lan.now;
    CHECK_FALSE(leaver.control.departed());
    lan.pass(1s);
    CHECK(leaver.control.departed());
    for (size_t slot = 2; slot < 6; ++slot) {
        CHECK(lan.owners(slot) == std::vector<size_t>{1});
    }
}

TEST_CASE("who is alone ends at once") {
    World world;
    world.start();
    world.control.begin_departure(world.now);
    world.pass(700ms);
    CHECK(world.control.departed());
}

TEST_CASE("a vMAC moves to the member that the operator names") {
    Lan lan;
    lan.add_many(2);
    lan.pass(10s);
    World& avg = *lan.members[avg_of(lan)];
    const std::string to = lan.owners(2).at(0) == 0 ? "gw2" : "gw1";
    const auto move = [&](const std::string& member, uint8_t number) {
        return avg.control.on_request({.verb = admin::Verb::move_vmac,
                                       .group = GroupId(5),
                                       .vmac = VmacNumber(number),
                                       .member = member},
                                      lan.now);
    };
    CHECK(move("nobody", 1).status == admin::Reply::Status::refused);
    CHECK(move(to, 9).status == admin::Reply::Status::refused);
    const auto reply = move(to, 1);
    INFO(reply.text);
    CHECK(reply.status == admin::Reply::Status::ok);
    avg.next_deadline = lan.now;
    lan.pass(2s);
    CHECK(lan.owners(2) == std::vector<size_t>{to == "gw1" ? 0u : 1u});
}

TEST_CASE("who lingers answers a probe while the vMAC has an owner, and not when that is gone") {
    size_t n_orphans = 0;
    for (const size_t to : {size_t{0}, size_t{1}, size_t{2}, size_t{3}}) {
        Lan lan;
        lan.add_many(4);
        lan.pass(10s);
        const size_t from = lan.owners(Lan::kFirstVmacSlot).at(0);
        if (to == from) {
            continue;
        }
        World& old_owner = *lan.members[from];
        World& avg = *lan.members[avg_of(lan)];
        REQUIRE(avg.control
                    .on_request({.verb = admin::Verb::move_vmac,
                                 .group = GroupId(5),
                                 .vmac = VmacNumber(1),
                                 .member = "gw" + std::to_string(to + 1)},
                                lan.now)
                    .status == admin::Reply::Status::ok);
        avg.next_deadline = lan.now;
        lan.pass(500ms);
        REQUIRE(lan.owners(Lan::kFirstVmacSlot) == std::vector<size_t>{to});
        REQUIRE(old_owner.tables.actions[Lan::kFirstVmacSlot] == packet::SlotAction::linger);
        CHECK(is_told_of_first_vmac(old_owner));
        // Its heir falls silent a little later, so that nobody takes it when its owner looks dead.
        lan.stop(to);
        lan.pass(150ms);
        for (size_t other = 0; other < lan.members.size(); ++other) {
            if (other != from && other != to) {
                lan.stop(other);
            }
        }
        CHECK(is_told_of_first_vmac(old_owner));
        lan.pass(170ms);
        if (old_owner.tables.actions[Lan::kFirstVmacSlot] == packet::SlotAction::linger) {
            ++n_orphans;
            CHECK_FALSE(is_told_of_first_vmac(old_owner));
            CHECK(is_conserved(old_owner.control.counts()));
        }
        lan.pass(400ms);
        CHECK(lan.owners(Lan::kFirstVmacSlot) == std::vector<size_t>{from});
        CHECK(is_told_of_first_vmac(old_owner));
    }
    CHECK(n_orphans > 0);
}

TEST_CASE("messages that must not count are refused by name, and every one is counted") {
    Lan lan;
    lan.add_many(2);
    lan.pass(5s);
    World& member = *lan.members[0];
    const SentFrame hello = last_hello(lan, member_ports(1)[0].mac);
    constexpr size_t kIp = packet::kEthernetHeaderSize;
    const auto changed = [&](auto&& change) {
        SentFrame frame = hello;
        change(frame.bytes);
        packet::set_ipv4_checksum(frame.bytes.data() + kIp, packet::kIpv4HeaderSize);
        give(member, frame);
    };
    const auto before = group_of(member);
    changed([](auto& bytes) { bytes[kIp + packet::ipv4_offset::ttl] = 254; });
    changed([](auto& bytes) { store_be16(&bytes[kIp + 20], 1985); });
    changed([](auto& bytes) { store_be16(&bytes[kIp + 24], 4000); });
    changed([](auto& bytes) { bytes.back() ^= 1; });
    changed([](auto& bytes) { store_be32(&bytes[kIp + packet::ipv4_offset::source], 0x0A00'0002); });
    changed([](auto& bytes) { store_be32(&bytes[kIp + packet::ipv4_offset::source], 0x0A01'0002); });
    changed([](auto& bytes) {  // without a UDP checksum: the digest is what tells
        bytes.back() ^= 1;
        store_be16(&bytes[kIp + 26], 0);
    });
    changed([](auto& bytes) {
        bytes[packet::kGroupHeadersSize] = 9;  // the version
        store_be16(&bytes[kIp + 26], 0);
    });
    give(member, hello);
    const auto after = group_of(member);
    const auto grown = [&](std::string_view reason) {
        return refused_messages(after, reason) - refused_messages(before, reason);
    };
    CHECK(grown("ttl_wrong") == 1);
    CHECK(grown("port_wrong") == 1);
    CHECK(grown("length_wrong") == 1);
    CHECK(grown("checksum_wrong") == 1);
    CHECK(grown("source_own") == 1);
    CHECK(grown("source_foreign") == 1);
    CHECK(grown("wrong_digest") == 1);
    CHECK(grown("malformed") == 1);
    CHECK(grown("replayed") == 1);
    CHECK(after.messages_used == before.messages_used);
    changed([](auto& bytes) { store_be16(&bytes[packet::kGroupHeadersSize + 2], 6); });
    CHECK(member.refused(Refusal::group_not_configured) == 1);
    check_conserved(member);
}

TEST_CASE("a flood of strangers leaves members their rate") {
    Lan lan;
    lan.add_many(2);
    lan.pass(5s);
    World& member = *lan.members[0];
    SentFrame forged = last_hello(lan, member_ports(1)[0].mac);
    for (uint32_t i = 0; i < 5'000; ++i) {
        store_be32(&forged.bytes[packet::kEthernetHeaderSize + packet::ipv4_offset::source],
                   0x0A00'0080 + i % 100);
        packet::set_ipv4_checksum(forged.bytes.data() + packet::kEthernetHeaderSize,
                                  packet::kIpv4HeaderSize);
        give(member, forged);
    }
    const auto group = group_of(member);
    CHECK(refused_messages(group, "limited_stranger") > 4'000);
    CHECK(refused_messages(group, "limited_member") == 0);
    lan.pass(2s);
    CHECK(group_of(member).messages_used > group.messages_used);
    check_all_owned(lan);
}
