// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/world.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/addresses.hpp"

namespace evengate::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kCheckInterval = 5ms;
// Control's own: it wakes late, proves lives by two more messages, and paces announcements.
constexpr Duration kSlack = 30ms;
// So seldom may all repeats of a message be lost.
constexpr double kNegligible = 1e-4;

Properties::Limits limits_of(const WorldOptions& options) {
    Duration delay = kSlack;
    bool has_double = false;
    uint32_t loss_per_mille = 0;
    for (const Fault& fault : options.faults) {
        if (fault.kind == FaultKind::delay || fault.kind == FaultKind::reorder) {
            delay += std::chrono::microseconds(2 * fault.amount);
        }
        has_double = has_double || (fault.kind == FaultKind::kill && fault.other != Fault::kAll);
        if (fault.kind == FaultKind::loss) {
            loss_per_mille = std::max(loss_per_mille, fault.amount);
        }
    }
    // The heir of one may be dead as well, and the next one is named in a message that may be lost.
    // Each hello asks for it anew, which takes that, a question and an answer.
    const double arrives = std::pow(1 - loss_per_mille / 1000.0, 2);
    const double n_repeats = loss_per_mille == 0 ? 1 : std::ceil(std::log(kNegligible) / std::log(1 - arrives));
    const bool counts = has_double && options.chance == Chance::spares;
    return {.n_members = options.n_members,
            .n_vmacs = options.n_vmacs,
            .hello = options.hello,
            .hold = options.hold,
            .least_hold = options.hold,
            .slack = delay,
            .repeats = counts ? static_cast<int>(n_repeats) * options.hello : Duration{}};
}

}  // namespace

World::World(const WorldOptions& options)
    : options_(options),
      random_(options.seed),
      properties_(limits_of(options)),
      surroundings_{queue_, frames_, macs_, ledger_, properties_, {}, options_.trace, {}, {}, {}} {
    for (const Side side : {Side::lan, Side::wan}) {
        networks_[index_of(side)] = std::make_unique<Network>(side, options.ageing, queue_, frames_,
                                                              ledger_, random_.next());
        surroundings_.networks[index_of(side)] = networks_[index_of(side)].get();
    }
    surroundings_.hear = [this](Side side, StationId speaker, size_t listener, TimePoint now) {
        if (speaker.value < members_.size() &&
            members_[speaker.value]->authentication() == members_[listener]->authentication()) {
            const Duration silence = properties_.silence(side, speaker.value, listener, now);
            saw_false_death_ = saw_false_death_ || (silence < 1h && silence >= options_.hold * 19 / 20);
            properties_.hear(side, speaker.value, listener, now);
        }
    };
    surroundings_.island = [this](Side side, uint8_t switch_index) {
        return network(side).trunk() == LinkPhase::up ? uint8_t{0} : switch_index;
    };
    if (std::any_of(options_.faults.begin(), options_.faults.end(),
                    [](const Fault& fault) { return fault.kind == FaultKind::replay; })) {
        record_messages();
    }
    attach_all();
    is_active_.assign(options_.faults.size(), 0);
    for (uint32_t index = 0; index < options_.faults.size(); ++index) {
        queue_.add(options_.faults[index].at, EventKind::fault_begins, Side::lan, 0, index);
    }
    queue_.add(TimePoint{} + kCheckInterval, EventKind::check, Side::lan, 0, 0);
}

World::~World() = default;

void World::attach_all() {
    for (size_t index = 0; index < options_.n_members; ++index) {
        Member::Options member;
        member.index = index;
        member.n_servers = options_.n_servers;
        member.settings = settings_of_member(options_, index);
        member.weaknesses = options_.weaknesses;
        member.seed = random_.next();
        const auto drift = static_cast<int32_t>(
            random_.between(-options_.most_drift_ppm, options_.most_drift_ppm));
        member.clock = DriftingClock(TimePoint(random_.between(Duration(1h), Duration(100h))), drift);
        for (const Side side : {Side::lan, Side::wan}) {
            member.stations[index_of(side)] = network(side).attach(
                StationKind::member, static_cast<uint16_t>(index), static_cast<uint8_t>(index % 2));
        }
        members_.push_back(std::make_unique<Member>(surroundings_, std::move(member)));
        const Duration spread = random_.between(Duration::zero(), options_.start_spread);
        queue_.add(TimePoint{} + 1ms + spread, EventKind::member_starts, Side::lan,
                   static_cast<uint16_t>(index), 0);
    }
    for (const Side side : {Side::lan, Side::wan}) {
        const size_t count = side == Side::lan ? options_.n_hosts : options_.n_servers;
        for (size_t index = 0; index < count; ++index) {
            const auto who = static_cast<uint16_t>(index);
            Host::Options host;
            host.side = side;
            host.index = who;
            host.n_servers = options_.n_servers;
            host.station =
                network(side).attach(StationKind::host, who, static_cast<uint8_t>(index % 2));
            // Servers know their gateway before the first host speaks.
            host.begins = options_.hosts_begin + random_.between(Duration::zero(), 300ms) -
                          (side == Side::wan ? 700ms : 0ms);
            host.send_interval = options_.send_interval;
            hosts_[index_of(side)].push_back(std::make_unique<Host>(surroundings_, host));
        }
        attackers_[index_of(side)] = network(side).attach(StationKind::attacker, 0, 0);
        tell_islands(side);
    }
}

void World::run_until(TimePoint end) {
    while (queue_.next() <= end && !properties_.violation()) {
        const Event event = queue_.take();
        now_ = event.at;
        ++n_events_;
        dispatch(event);
    }
    if (!properties_.violation()) {
        now_ = end;
        for (const auto& member : members_) {
            if (!member->is_conserved()) {
                properties_.violate(Property::frames_conserved, now_, member->name());
            }
        }
    }
}

void World::dispatch(const Event& event) {
    switch (event.kind) {
        case EventKind::frame_at_member:
            return members_[event.who]->receive(event.side, FrameIndex(event.what), now_);
        case EventKind::frame_at_host:
            return hosts_[index_of(event.side)][event.who]->receive(FrameIndex(event.what), now_);
        case EventKind::control_wakes:
            return members_[event.who]->wake(now_);
        case EventKind::host_wakes:
            return hosts_[index_of(event.side)][event.who]->wake(now_);
        case EventKind::fault_begins: {
            const Fault& fault = options_.faults[event.what];
            begin(fault);
            is_active_[event.what] = 1;
            queue_.add(now_ + fault.lasts, EventKind::fault_ends, Side::lan, 0, event.what);
            return;
        }
        case EventKind::fault_ends:
            is_active_[event.what] = 0;
            return end(options_.faults[event.what]);
        case EventKind::member_starts:
            if (event.what == lives_[event.who]) {
                start_member(event.who);
            }
            return;
        case EventKind::hostile_wakes:
            return attack(event.side);
        case EventKind::check:
            return check();
    }
}

void World::check() {
    if (is_unsettling()) {
        properties_.let_chance_reign(now_);
    }
    properties_.check(now_);
    queue_.add(now_ + kCheckInterval, EventKind::check, Side::lan, 0, 0);
}

// Chance can make a member look dead for as long as it reigns.
bool World::is_unsettling() const {
    for (size_t index = 0; options_.chance == Chance::kills && index < is_active_.size(); ++index) {
        if (is_active_[index] != 0 && options_.faults[index].kind == FaultKind::loss) {
            return true;
        }
    }
    return false;
}

void World::apply(const Fault& fault) {
    begin(fault);
    options_.faults.push_back(fault);
    is_active_.push_back(1);
    queue_.add(now_ + fault.lasts, EventKind::fault_ends, Side::lan, 0,
               static_cast<uint32_t>(options_.faults.size() - 1));
}

void World::start_member(size_t index) {
    ++lives_[index];
    for (const Side side : {Side::lan, Side::wan}) {
        of_old_life_[index_of(side)][index] = std::exchange(newest_recorded_[index_of(side)][index], {});
    }
    // By its own clock, which may run fast.
    const Duration hold = members_[index]->settings().groups.front().hold;
    properties_.begin_life(index, now_ + hold - hold / 20);
    members_[index]->start(now_);
    for (const Side side : {Side::lan, Side::wan}) {
        const bool is_up = network(side).link(members_[index]->station(side)) == LinkPhase::up;
        properties_.set_running(side, index, is_up ? Forwarder::yes : Forwarder::no, now_);
    }
    tell_capability(index);
    properties_.disturb(now_);
}

void World::kill_member(size_t index) {
    ++lives_[index];
    orders_[index].clear();
    if (members_[index]->is_alive()) {
        members_[index]->kill(now_);
    }
    for (const Side side : {Side::lan, Side::wan}) {
        properties_.set_running(side, index, Forwarder::no, now_);
    }
    tell_capability(index);
    properties_.disturb(now_);
}

// It has listened for a hold (rules 12, 15) when it should begin to own.
void World::tell_capability(size_t index) {
    const Member& member = *members_[index];
    const settings::Settings usual = settings_of_member(options_, index);
    const bool has_key = member.authentication() == usual.groups.front().authentication;
    for (const Side side : {Side::lan, Side::wan}) {
        const bool is_capable = member.is_alive() && !member.is_paused() && has_key &&
                                !is_draining_[index] &&
                                network(side).link(member.station(side)) == LinkPhase::up;
        properties_.set_capable_from(side, index,
                                     is_capable ? now_ + properties_.limits().hold : kNever);
    }
}

void World::tell_islands(Side side) {
    std::array<uint8_t, kMaxMembers> island_of{};
    for (size_t index = 0; index < members_.size(); ++index) {
        island_of[index] = surroundings_.island(side, network(side).switch_of(members_[index]->station(side)));
    }
    properties_.set_islands(side, island_of);
}

// The last words of a member keep it alive best, those of an old life of it end its new one.
const World::Recorded* World::choose_recorded(Side side) {
    const Recorded* recorded = nullptr;
    const uint64_t choice = random_.below(3);
    if (choice != 0) {
        const auto& last_words = choice == 1 ? newest_recorded_ : of_old_life_;
        recorded = &last_words[index_of(side)][random_.below(members_.size())];
    } else if (!recorded_.empty()) {
        recorded = &recorded_[random_.below(recorded_.size())];
    }
    return recorded != nullptr && recorded->side == side && !recorded->bytes.empty() ? recorded : nullptr;
}

void World::attack(Side side) {
    if (attack_rate_ == 0) {
        return;
    }
    queue_.add(now_ + Duration(1s) / attack_rate_, EventKind::hostile_wakes, side, 0, 0);
    const Recorded* const chosen = choose_recorded(side);
    if (chosen == nullptr) {
        return;
    }
    const Recorded& recorded = *chosen;
    const FrameIndex index = frames_.take();
    Frame& frame = frames_.at(index);
    std::copy(recorded.bytes.begin(), recorded.bytes.end(), frame.bytes.begin());
    // From the attacker's own MAC: with a stolen one it would turn the switches, as in any network.
    std::copy(kAttackerMac.bytes.begin(), kAttackerMac.bytes.end(),
              frame.bytes.begin() + MacAddress::kSize);
    frame.size = static_cast<uint16_t>(recorded.bytes.size());
    frame.kind = FrameKind::group_message;
    frame.speaker = recorded.speaker;
    frame.message = recorded.message;
    frame.destination = macs_.number(MacAddress::from_bytes(frame.bytes.data()));
    frame.source = macs_.number(kAttackerMac);
    network(side).send(attackers_[index_of(side)], index, now_);
}

}  // namespace evengate::sim
