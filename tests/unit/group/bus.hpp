// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: several members' engines on one wire in virtual time, with loss and cuts between members; the
// rest of a gateway answers at once. Used by: the tests of group.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "group/segment.hpp"

namespace evengate::group {

class Bus {
 public:
    static constexpr GroupId kGroup{1};

    struct Member {
        MemberId id;
        SegmentOptions segment;
        GroupOptions group;
        std::unique_ptr<Segment> engine;  // empty: not running
        bool is_paused = false;
        std::vector<action::Note> notes;
        std::map<MessageRefusal, size_t> refusals;
        std::vector<uint8_t> announced;
        size_t n_publications = 0;
        std::vector<action::VerdictsHeard> verdicts;
        std::vector<action::TargetSetHeard> target_sets;
        std::vector<action::ConnectionsHeard> connections;
    };

    Duration delay = std::chrono::microseconds(200);
    double loss = 0;  // of messages, per receiver
    std::set<std::pair<uint64_t, uint64_t>> cuts;  // from, to
    std::function<void(uint64_t from, const glbp::Message&)> on_message = [](uint64_t, const glbp::Message&) {};
    TimePoint now{std::chrono::seconds(100)};

    // Members are 1, 2, ...; member n has the address 10.0.0.n.
    Member& add(uint8_t priority = 100, const std::function<void(GroupOptions&)>& change = {}) {
        const auto n = static_cast<uint8_t>(members_.size() + 1);
        auto member = std::make_unique<Member>();
        member->id = MemberId{n};
        member->segment.self = {.member = member->id, .boot_nonce = 1000u + n};
        member->segment.mac = MacAddress::from_u64(0x0200'0000'0000 + n);
        member->segment.address = address(n);
        member->segment.seed = n;
        member->group.id = kGroup;
        member->group.priority = priority;
        member->group.hello = std::chrono::milliseconds(10);
        member->group.hold = std::chrono::milliseconds(30);
        member->group.minimum_stay = {};
        member->group.parameters.n_vmacs = 16;
        member->group.parameters.vmac_prefix = {0x02, 0x45, 0x47};
        static_cast<void>(member->group.parameters.virtual_addresses.try_push_back(IpAddress::v4(0x0A0000FE)));
        if (change) {
            change(member->group);
        }
        members_.push_back(std::move(member));
        start(n);
        return *members_.back();
    }
    // Members with the same options, until they have shared the vMACs out.
    void add_settled(int count) {
        for (int i = 0; i < count; ++i) {
            add();
        }
        run(std::chrono::seconds(1));
    }
    static IpAddress address(uint8_t n) { return IpAddress::v4(0x0A000000u + n); }

    Member& at(uint64_t n) { return *members_[n - 1]; }
    [[nodiscard]] size_t size() const { return members_.size(); }
    Segment& engine(uint64_t n) { return *at(n).engine; }

    void start(uint64_t n) {
        Member& member = at(n);
        member.engine = std::make_unique<Segment>(member.segment, std::vector<GroupOptions>{member.group});
        step(n, LinkChanged{Link::up});
    }
    void kill(uint64_t n) { at(n).engine.reset(); }
    void restart(uint64_t n) {
        at(n).segment.self.boot_nonce += 1000;
        start(n);
    }
    void pause(uint64_t n) { at(n).is_paused = true; }
    // What it does first: what waited for it arrives a moment after its timers, or before.
    enum class Wakes : uint8_t { messages_first, timers_first };
    void resume(uint64_t n, Wakes wakes = Wakes::messages_first) {
        at(n).is_paused = false;
        if (wakes == Wakes::timers_first) {
            step(n, TimersDue{});
        }
        std::vector<Flying> late = std::move(missed_[n]);
        missed_[n].clear();
        for (Flying& flying : late) {
            deliver(flying);
        }
        step(n, TimersDue{});
    }
    void cut(uint64_t from, uint64_t to) { cuts.emplace(from, to); }
    void cut_both(uint64_t a, uint64_t b) {
        cut(a, b);
        cut(b, a);
    }

    void step(uint64_t n, const Event& event) {
        Member& member = at(n);
        if (!member.engine || member.is_paused) {
            return;
        }
        Actions actions;
        member.engine->step(event, now, actions);
        carry_out(n, actions);
    }

    // Lets time pass; calls check() after everything that happens.
    void run(Duration duration, const std::function<void()>& check = {}) {
        const TimePoint end = now + duration;
        while (true) {
            TimePoint next = end;
            for (const auto& member : members_) {
                if (member->engine && !member->is_paused) {
                    next = std::min(next, std::max(now, member->engine->next_deadline()));
                }
            }
            const bool flies = !flying_.empty() && flying_.begin()->first <= next;
            if (flies) {
                auto first = flying_.extract(flying_.begin());
                now = std::max(now, first.key());
                deliver(first.mapped());
            } else if (next < end) {
                now = next;
                for (size_t n = 1; n <= members_.size(); ++n) {
                    if (at(n).engine && !at(n).is_paused && at(n).engine->next_deadline() <= now) {
                        step(n, TimersDue{});
                    }
                }
            } else {
                now = end;
                break;
            }
            if (check) {
                check();
            }
        }
    }

    [[nodiscard]] std::vector<uint64_t> owners(uint8_t vmac) {
        std::vector<uint64_t> owners;
        for (size_t n = 1; n <= members_.size(); ++n) {
            const Member& member = at(n);
            const bool leased = member.engine && now < member.engine->lease();
            if (leased && member.engine->role(kGroup, VmacNumber(vmac)) == Role::own) {
                owners.push_back(n);
            }
        }
        return owners;
    }
    [[nodiscard]] size_t n_owned(uint64_t n) {
        size_t count = 0;
        for (uint8_t vmac = 1; vmac <= at(n).group.parameters.n_vmacs; ++vmac) {
            const auto all = owners(vmac);
            count += static_cast<size_t>(std::count(all.begin(), all.end(), n));
        }
        return count;
    }
    [[nodiscard]] bool each_vmac_has_one_owner() {
        for (uint8_t vmac = 1; vmac <= at(1).group.parameters.n_vmacs; ++vmac) {
            if (owners(vmac).size() != 1) {
                return false;
            }
        }
        return true;
    }
    [[nodiscard]] size_t n_active() {
        size_t count = 0;
        for (size_t n = 1; n <= members_.size(); ++n) {
            count += at(n).engine && state(n) == glbp::VgState::active ? 1 : 0;
        }
        return count;
    }
    [[nodiscard]] glbp::VgState state(uint64_t n) { return engine(n).view(kGroup, now).state; }
    [[nodiscard]] size_t n_notes(uint64_t n, NoteKind kind) {
        const auto& notes = at(n).notes;
        return static_cast<size_t>(
            std::count_if(notes.begin(), notes.end(), [kind](const auto& note) { return note.kind == kind; }));
    }

    // A message as it was sent, for replays.
    struct Flying {
        uint64_t from = 0;
        uint64_t to = 0;
        glbp::Message message;
    };
    void inject(const Flying& flying) { deliver(flying); }

 private:
    void deliver(const Flying& flying) {
        if (at(flying.to).is_paused) {
            missed_[flying.to].push_back(flying);
            return;
        }
        step(flying.to, MessageReceived{flying.message, address(static_cast<uint8_t>(flying.from)),
                                        at(flying.from).segment.mac});
    }
    void carry_out(uint64_t n, const Actions& actions) {
        Member& member = at(n);
        for (const Action& action : actions) {
            if (const auto* send = std::get_if<action::Send>(&action)) {
                on_message(n, send->message);
                transmit(n, *send);
            } else if (const auto* note = std::get_if<action::Note>(&action)) {
                member.notes.push_back(*note);
            } else if (const auto* refuse = std::get_if<action::Refuse>(&action)) {
                ++member.refusals[refuse->why];
            } else if (const auto* announce = std::get_if<action::Announce>(&action)) {
                member.announced.push_back(announce->vmac.value);
            } else if (std::holds_alternative<action::Publish>(action)) {
                ++member.n_publications;
            } else if (const auto* verdicts = std::get_if<action::VerdictsHeard>(&action)) {
                member.verdicts.push_back(*verdicts);
            } else if (const auto* set = std::get_if<action::TargetSetHeard>(&action)) {
                member.target_sets.push_back(*set);
            } else if (const auto* connections = std::get_if<action::ConnectionsHeard>(&action)) {
                member.connections.push_back(*connections);
            } else if (const auto* prepare = std::get_if<action::PrepareVmac>(&action)) {
                step(n, VmacPrepared{prepare->group, prepare->vmac, prepare->name});
            } else if (const auto* collect = std::get_if<action::CollectNeighbours>(&action)) {
                step(n, NeighboursCollected{collect->group, collect->to, collect->name, {}});
            }
        }
    }
    void transmit(uint64_t from, const action::Send& send) {
        for (size_t to = 1; to <= members_.size(); ++to) {
            const bool is_for = send.to == IpAddress{} || send.to == at(to).segment.address;
            if (to == from || !is_for || cuts.contains({from, to}) || random_(engine_) < loss) {
                continue;
            }
            flying_.emplace(now + delay, Flying{from, to, send.message});
        }
    }

    std::vector<std::unique_ptr<Member>> members_;
    std::multimap<TimePoint, Flying> flying_;
    std::map<uint64_t, std::vector<Flying>> missed_;
    std::mt19937 engine_{1};
    std::uniform_real_distribution<double> random_{0, 1};
};

}  // namespace evengate::group
