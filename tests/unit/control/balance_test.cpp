// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// Gateways that count what their workers forward, report it, and move vMACs by it.
#include <array>
#include <map>

#include "catch.hpp"
#include "lan.hpp"

namespace evengate::control::test {
namespace {

using namespace std::chrono_literals;

constexpr size_t kVmacs = 4;

// Traffic for the vMACs, forwarded by whoever owns them.
class Traffic {
 public:
    explicit Traffic(Lan& lan) : lan_(lan), counters_(lan.members.size()) {
        for (size_t i = 0; i < lan.members.size(); ++i) {
            lan.members[i]->appliance.packets = [this, i](SlotIndex slot) {
                return counters_[i][slot.value];
            };
        }
    }
    void pass(Duration duration) {
        constexpr Duration kStep = 50ms;
        for (Duration passed{}; passed < duration; passed += kStep) {
            lan_.pass(kStep);
            for (size_t vmac = 0; vmac < kVmacs; ++vmac) {
                for (const size_t owner : lan_.owners(Lan::kFirstVmacSlot + vmac)) {
                    counters_[owner][static_cast<uint16_t>(Lan::kFirstVmacSlot + vmac)] +=
                        rates.at(vmac) / 20;
                }
            }
        }
    }

    std::array<uint64_t, kVmacs> rates{};

 private:
    Lan& lan_;
    std::vector<std::map<uint16_t, uint64_t>> counters_;
};

admin::BalanceReport balance_of(World& member) {
    return member.report()->groups.at(0).balance.value();
}

size_t find_decider(Lan& lan) {
    for (size_t i = 0; i < lan.members.size(); ++i) {
        if (balance_of(*lan.members[i]).decides_here) {
            return i;
        }
    }
    FAIL("nobody decides");
    return 0;
}

admin::Reply set_balance(World& member, TimePoint now, const std::string& key,
                         const std::string& value) {
    return member.control.on_request({.verb = admin::Verb::set_balance,
                                      .group = GroupId(5),
                                      .key = key,
                                      .value = value},
                                     now);
}

TEST_CASE("the load of a vMAC is known to all gateways, and the heavy ones come apart") {
    Lan lan;
    lan.add_many(2);
    lan.pass(10s);
    // Two heavy ones on one gateway.
    const size_t first = lan.owners(Lan::kFirstVmacSlot).at(0);
    Traffic traffic(lan);
    for (size_t vmac = 0; vmac < kVmacs; ++vmac) {
        traffic.rates.at(vmac) = lan.owners(Lan::kFirstVmacSlot + vmac).at(0) == first ? 4000 : 200;
    }
    traffic.pass(3s);
    for (const auto& member : lan.members) {
        const auto group = member->report()->groups.at(0);
        for (size_t vmac = 0; vmac < kVmacs; ++vmac) {
            CHECK(group.vmacs.at(vmac).load_pps >= traffic.rates.at(vmac) * 9 / 10);
            CHECK(group.vmacs.at(vmac).load_pps <= traffic.rates.at(vmac) * 11 / 10);
        }
    }
    traffic.pass(10s);
    World& decider = *lan.members[find_decider(lan)];
    const admin::BalanceReport report = balance_of(decider);
    CHECK(report.algorithm == "portfolio");
    CHECK(report.decider == report.gateways.at(0).member);
    CHECK(report.imbalance < 1.1);
    CHECK(report.rounds > 8);
    uint64_t n_moves = 0;
    for (const admin::NamedCount& moves : report.moves) {
        n_moves += moves.name == "load" ? moves.count : 0;
    }
    CHECK(n_moves >= 1);
    bool is_explained = false;
    for (const admin::BalanceRoundReport& round : report.history) {
        CHECK_FALSE(round.text.empty());
        is_explained = is_explained || (round.reason == "moved" && !round.moves.empty() &&
                                        round.moves[0].from != round.moves[0].to);
    }
    CHECK(is_explained);
}

TEST_CASE("hosts of a vMAC that is too heavy to move are told another one, few and only if wanted") {
    Lan lan;
    for (unsigned n = 0; n < 2; ++n) {
        auto settings = member_settings(n);
        settings.groups[0].policy = settings::VmacPolicy::round_robin;
        lan.add(settings);
    }
    lan.pass(10s);
    World& decider = *lan.members[find_decider(lan)];
    constexpr unsigned kHosts = 16;
    const auto host_mac = [](unsigned n) { return mac(0x0A00'0000'0100 + n); };
    for (unsigned n = 0; n < kHosts; ++n) {
        decider.ask(host_mac(n), IpAddress::v4(0x0A00'0020 + n),
                    member_settings(0).groups[0].virtual_addresses[0]);
    }
    Traffic traffic(lan);
    traffic.rates.at(0) = 4000;  // of four hosts
    const size_t heavy = lan.owners(Lan::kFirstVmacSlot).at(0);
    traffic.pass(8s);
    CHECK(balance_of(decider).hosts_steered == 0);
    for (const auto& each : lan.members) {
        REQUIRE(set_balance(*each, lan.now, "steer-hosts", "2").status == admin::Reply::Status::ok);
    }
    lan.on_lan.clear();
    traffic.pass(8s);
    CHECK(balance_of(decider).hosts_steered == 2);
    size_t n_told = 0;
    for (const SentFrame& frame : lan.on_lan) {
        const auto arp = frame.arp();
        for (unsigned n = 0; n < kHosts; ++n) {
            if (arp && frame.destination() == host_mac(n)) {
                ++n_told;
                CHECK(arp->operation == packet::ArpOperation::reply);
                CHECK(arp->target_ip == IpAddress::v4(0x0A00'0020 + n));
                size_t slot = Lan::kFirstVmacSlot;
                while (decider.tables.bindings.at(slot).mac != arp->sender_mac) {
                    ++slot;
                }
                CHECK(lan.owners(slot).at(0) != heavy);
            }
        }
    }
    CHECK(n_told == 2);
    traffic.pass(30s);  // no more within this minute, however uneven it stays
    CHECK(balance_of(decider).hosts_steered == 2);
    // Even now: nobody is told anything.
    traffic.rates = {2000, 0, 0, 0};
    for (size_t vmac = 1; vmac < kVmacs; ++vmac) {
        if (lan.owners(Lan::kFirstVmacSlot + vmac).at(0) != heavy) {
            traffic.rates.at(vmac) = 2000;
            break;
        }
    }
    traffic.pass(90s);
    CHECK(balance_of(decider).hosts_steered == 2);
}

TEST_CASE(
    "with both counted a vMAC's load has what its owner forwarded to the hosts that have it") {
    const auto count = GENERATE(settings::BalanceCount::sent, settings::BalanceCount::both);
    Lan lan;
    for (unsigned n = 0; n < 2; ++n) {
        auto settings = member_settings(n);
        settings.groups[0].balance.count = count;
        lan.add(settings);
    }
    lan.pass(10s);
    const SlotIndex slot(Lan::kFirstVmacSlot);
    const size_t owner = lan.owners(slot.value).at(0);
    // As much comes back by the other gateway, which may not count for the vMAC. With less there the
    // vMAC would move.
    const auto so_far = [&lan, begun = lan.now](uint64_t a_second) {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(lan.now - begun);
        return a_second * static_cast<uint64_t>(ms.count()) / 1000;
    };
    for (size_t i = 0; i < 2; ++i) {
        RecordingAppliance& appliance = lan.members[i]->appliance;
        const auto returned = [&] { return so_far(3000); };
        appliance.returned = [=](SlotIndex asked) { return asked == slot ? returned() : 0; };
        appliance.packets = [&, returned, is_owner = i == owner](SlotIndex asked) {
            // What is forwarded back came to the member's own MAC.
            return asked == SlotIndex(0)       ? returned()
                   : is_owner && asked == slot ? so_far(1000)
                                               : uint64_t{0};
        };
    }
    lan.pass(6s);
    const bool both = count == settings::BalanceCount::both;
    for (size_t i = 0; i < 2; ++i) {
        CHECK(static_cast<double>(lan.members[i]->report()->groups.at(0).vmacs.at(0).load_pps) ==
              Approx(both ? 4000 : 1000).epsilon(0.05));
    }
    const admin::BalanceReport report = balance_of(*lan.members[owner]);
    for (const admin::BalanceGatewayReport& gateway : report.gateways) {
        const bool is_owner =
            gateway.member == member_settings(static_cast<unsigned>(owner)).appliance.name;
        CHECK(static_cast<double>(gateway.background_pps) ==
              Approx(is_owner && both ? 0 : 3000).margin(150));
    }
}

TEST_CASE("workers count what they forward to a host for the vMAC that it was last given") {
    auto settings = lan_and_uplink();
    settings.groups[0].policy = settings::VmacPolicy::round_robin;
    settings.groups[0].balance.count =
        GENERATE(settings::BalanceCount::sent, settings::BalanceCount::both);
    const bool both = settings.groups[0].balance.count == settings::BalanceCount::both;
    World world(settings);
    world.start();
    const auto slot_for = [&](const IpAddress& host) {
        const auto adjacency = world.tables.look_up(host);
        REQUIRE(adjacency);
        REQUIRE(adjacency->kind == packet::AdjacencyKind::forward);
        return adjacency->returns == packet::Returns::counted ? SlotIndex(adjacency->return_slot)
                                                              : kNoSlot;
    };
    world.ask(kHostMac, kHost, kVip);
    const auto frames = world.take_frames();
    REQUIRE(frames.size() == 1);
    REQUIRE(frames[0].arp());
    world.ask(mac(0x5254'0000'0012), ip("10.0.0.12"), kVip);
    world.ask(mac(0x5254'0000'0013), ip("10.0.0.13"), kLanAddress);  // never asked for the group
    world.pass(2s);
    const SlotIndex first = slot_for(kHost);
    const SlotIndex second = slot_for(ip("10.0.0.12"));
    CHECK(slot_for(ip("10.0.0.13")) == kNoSlot);
    if (!both) {
        CHECK(first == kNoSlot);
        CHECK(second == kNoSlot);
        return;
    }
    CHECK(first != second);
    CHECK(world.tables.bindings.at(first.value).mac == frames[0].arp()->sender_mac);
    // A link that goes and comes leaves it as it was.
    world.control.on_link(kLanPort, LinkState::down, world.now);
    world.control.on_link(kLanPort, LinkState::up, world.now);
    CHECK(slot_for(kHost) == first);
}

TEST_CASE("members that began at other times measure when the AVG does") {
    Lan lan;
    std::vector<std::vector<TimePoint>> measured_at(3);
    for (unsigned n = 0; n < 3; ++n) {
        lan.add(member_settings(n));
        lan.members[n]->appliance.packets = [&, n](SlotIndex slot) {
            auto& times = measured_at[n];
            if (slot.value == 0 && (times.empty() || times.back() != lan.now)) {
                times.push_back(lan.now);
            }
            return uint64_t{0};
        };
        lan.pass(370ms);
    }
    lan.pass(10s);
    for (auto& times : measured_at) {
        times.clear();
    }
    lan.pass(4s);
    REQUIRE(measured_at[0].size() == 4);  // each second
    for (size_t n = 1; n < 3; ++n) {
        REQUIRE(measured_at[n].size() == 4);
        for (size_t i = 0; i < 4; ++i) {
            const Duration apart = measured_at[n][i] - measured_at[0][i];
            CHECK((apart < 1ms && apart > -1ms));
        }
    }
}

TEST_CASE("what the operator sets of balancing is in force at once, and a refusal changes nothing") {
    Lan lan;
    lan.add_many(2);
    lan.pass(10s);
    World& member = *lan.members[0];
    const uint64_t rounds = balance_of(*lan.members[find_decider(lan)]).rounds;
    for (const auto& each : lan.members) {
        CHECK(set_balance(*each, lan.now, "interval", "100ms").status == admin::Reply::Status::ok);
    }
    CHECK(balance_of(member).interval == 100ms);
    lan.pass(3s);
    CHECK(balance_of(*lan.members[find_decider(lan)]).rounds > rounds + 20);
    CHECK(set_balance(member, lan.now, "algorithm", "exact").status == admin::Reply::Status::ok);
    CHECK(balance_of(member).algorithm == "exact");
    CHECK(set_balance(member, lan.now, "alpha", "0.25").status == admin::Reply::Status::ok);
    lan.pass(1s);
    CHECK(balance_of(member).alpha == Approx(0.25));
    for (const auto& [key, value] : {std::pair("alpha", "2"), std::pair("no-such", "1"),
                                     std::pair("dwell", "1ms"), std::pair("interval", "fast")}) {
        const auto reply = set_balance(member, lan.now, key, value);
        CHECK(reply.status == admin::Reply::Status::refused);
        CHECK_FALSE(reply.text.empty());
    }
    CHECK(balance_of(member).alpha == Approx(0.25));
    CHECK(balance_of(member).interval == 100ms);
    for (const auto& each : lan.members) {
        CHECK(set_balance(*each, lan.now, "algorithm", "off").status == admin::Reply::Status::ok);
        CHECK(balance_of(*each).algorithm == "off");
        CHECK_FALSE(balance_of(*each).decides_here);
    }
}

}  // namespace
}  // namespace evengate::control::test
