// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: several whole Controls on one LAN, in virtual time: what one sends, the others receive at
// once. Used by: the tests of control.
#pragma once

#include <memory>
#include <vector>

#include "packet/group_message.hpp"
#include "world.hpp"

namespace evengate::control::test {

// Member number 0, 1, ...: its own addresses, and the shared group.
inline settings::Settings member_settings(unsigned number) {
    auto settings = lan_and_uplink();
    settings.appliance.name = "gw" + std::to_string(number + 1);
    settings.interfaces[0].addresses = {
        {IpAddress::v4(0x0A00'0002 + number), 24}};
    settings.interfaces[1].addresses = {{IpAddress::v4(0xC000'0201 + number), 24}};
    settings.groups[0].authentication = {.method = settings::AuthMethod::hmac_sha256,
                                         .key_file = {},
                                         .keys = {{1, "a secret of the tests"}}};
    return settings;
}
inline std::vector<PortFacts> member_ports(unsigned number) {
    return {{.mac = mac(0x0200'0000'0A01 + number)}, {.mac = mac(0x0200'0000'0B01 + number)}};
}

class Lan {
 public:
    void add(const settings::Settings& settings) {
        const auto number = static_cast<unsigned>(members.size());
        members.push_back(std::make_unique<World>(settings, member_ports(number)));
        World& member = *members.back();
        member.now = now;
        is_cut.push_back(false);
        member.begin();
        member.reply(kWan, kUplinkMac, kUplink);
    }
    void add_many(unsigned n_members) {
        for (unsigned i = 0; i < n_members; ++i) {
            add(member_settings(i));
        }
    }

    void pass(Duration duration) {
        const TimePoint end = now + duration;
        deliver();
        for (;;) {
            TimePoint next = end;
            for (size_t i = 0; i < members.size(); ++i) {
                if (!is_stopped(i)) {
                    next = std::min(next, std::max(now, members[i]->next_deadline));
                }
            }
            now = std::max(now, next);
            for (size_t i = 0; i < members.size(); ++i) {
                if (!is_stopped(i)) {
                    members[i]->now = now;
                    members[i]->next_deadline = members[i]->control.on_timers(now);
                }
            }
            deliver();
            if (now >= end) {
                return;
            }
            now += 1us;  // whoever is due for ever may not stop the world
        }
    }
    // Stopped ones neither hear nor do anything.
    void stop(size_t index) { stopped_.push_back(index); }
    void go_on(size_t index) { std::erase(stopped_, index); }
    [[nodiscard]] bool is_stopped(size_t index) const {
        return std::find(stopped_.begin(), stopped_.end(), index) != stopped_.end();
    }

    // Members that forward for the vMAC in this slot.
    [[nodiscard]] std::vector<size_t> owners(size_t slot) const {
        std::vector<size_t> found;
        for (size_t i = 0; i < members.size(); ++i) {
            const World& member = *members[i];
            if (!is_stopped(i) && now <= member.tables.lease &&
                member.tables.actions[slot] == packet::SlotAction::own) {
                found.push_back(i);
            }
        }
        return found;
    }
    static constexpr size_t kFirstVmacSlot = 2;
    static constexpr size_t kVmacs = 4;

    TimePoint now{1h};
    std::vector<std::unique_ptr<World>> members;
    std::vector<bool> is_cut;  // from the LAN, both ways
    std::vector<SentFrame> on_lan;  // everything that crossed it

 private:
    void deliver() {
        for (bool any = true; any;) {
            any = false;
            for (size_t from = 0; from < members.size(); ++from) {
                for (const SentFrame& frame : members[from]->take_all_frames()) {
                    any = true;
                    if (frame.egress == kLan && !is_cut[from] && !is_stopped(from)) {
                        on_lan.push_back(frame);
                        hand_to_others(from, frame);
                    }
                }
            }
        }
    }
    void hand_to_others(size_t from, const SentFrame& frame) {
        for (size_t to = 0; to < members.size(); ++to) {
            if (to == from || is_cut[to] || is_stopped(to)) {
                continue;
            }
            World& member = *members[to];
            const bool own = frame.destination() == member_ports(static_cast<unsigned>(to))[0].mac;
            if (frame.ethertype() == packet::kEtherTypeIpv4 &&
                (own || frame.destination() == packet::kGroupMulticastIpv4)) {
                member.control.on_frame({.reason = packet::PuntReason::group_message,
                                         .interface = kLan,
                                         .slot = own ? SlotIndex(0) : kNoSlot,
                                         .adjacency = kNoAdjacency,
                                         .destination = frame.destination(),
                                         .source = frame.source(),
                                         .ethertype = packet::kEtherTypeIpv4,
                                         .payload = frame.payload(),
                                         .received_at = now},
                                        now);
                member.next_deadline = TimePoint{};  // ask again
            }
        }
    }

    std::vector<size_t> stopped_;
};

}  // namespace evengate::control::test
