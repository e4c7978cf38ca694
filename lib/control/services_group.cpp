// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: services in a group (rerouting rules 2, 3, 8): what members say of targets and connections, and what the
// AVG makes of it. Thread: control.
#include <algorithm>
#include <array>
#include <utility>

#include "control/group_speakers.hpp"
#include "control/services.hpp"
#include "packet/ipv4.hpp"

namespace evengate::control {
namespace {

using reroute::Verdict;

constexpr Duration kSpeechInterval = std::chrono::seconds(1);
// While quick_until_ is not over.
constexpr Duration kQuickInterval = std::chrono::milliseconds(50);
// Rule 8: at most 50 ms from a connection to its shadows.
constexpr Duration kConnectionInterval = std::chrono::milliseconds(20);
constexpr size_t kMostConnections = 512;

Verdict to_verdict(glbp::TargetHealth health) {
    switch (health) {
        case glbp::TargetHealth::up: return Verdict::up;
        case glbp::TargetHealth::down: return Verdict::down;
        case glbp::TargetHealth::unknown: break;
    }
    return Verdict::unknown;
}

glbp::TargetHealth to_health(Verdict verdict) {
    switch (verdict) {
        case Verdict::up: return glbp::TargetHealth::up;
        case Verdict::down: return glbp::TargetHealth::down;
        case Verdict::unknown: break;
    }
    return glbp::TargetHealth::unknown;
}

glbp::TargetState to_state(reroute::TargetUse use) {
    switch (use) {
        case reroute::TargetUse::flushed: return glbp::TargetState::drained;
        case reroute::TargetUse::draining: return glbp::TargetState::draining;
        case reroute::TargetUse::up: return glbp::TargetState::up;
        case reroute::TargetUse::down: break;
    }
    return glbp::TargetState::down;
}

glbp::Connection to_connection(const reroute::ToldFlow& flow, uint32_t published) {
    const bool is_closing = flow.state == static_cast<uint8_t>(reroute::ConnectionState::closing);
    return {.client = static_cast<uint32_t>(flow.ends >> 32),
            .published = published,
            .client_port = static_cast<uint16_t>(flow.ends >> 16),
            .published_port = static_cast<uint16_t>(flow.ends),
            .target = flow.target,
            .protocol = reroute::protocol_of(flow.kind),
            .state = is_closing ? glbp::ConnectionState::closing : glbp::ConnectionState::established,
            .kind = glbp::ConnectionKind::shadow};
}

}  // namespace

Services::OfMember& Services::member(MemberId id) {
    const auto found = std::ranges::find(members_, id, &OfMember::id);
    if (found != members_.end()) {
        return *found;
    }
    members_.push_back({.id = id, .boot_nonce = 0, .said = std::vector<glbp::TargetVerdict>(targets_.size()),
                        .agrees = true});
    return members_.back();
}

void Services::on_verdicts(size_t group_index, const group::action::VerdictsHeard& heard, TimePoint now) {
    if (group_index != group_) {
        return;
    }
    OfMember& from = member(heard.from.member);
    const glbp::TargetVerdicts& said = heard.verdicts;
    const bool agrees = said.services_digest == layout_.digest && said.n_targets == targets_.size() &&
                        said.first_target + said.targets.size() <= targets_.size();
    if (agrees != from.agrees) {
        from.agrees = agrees;
        parts_.events.add(agrees ? admin::Event::Severity::info : admin::Event::Severity::warning,
                          agrees ? "a member's services are ours again"
                                 : "a member's services are not ours: compare the services of their configurations",
                          now);
    }
    if (!agrees) {
        return;
    }
    if (from.boot_nonce != heard.from.boot_nonce) {
        if (std::exchange(from.boot_nonce, heard.from.boot_nonce) != 0) {
            note_departure(now);  // it has just started, and forgot
        }
        std::ranges::fill(from.said, glbp::TargetVerdict{});
    }
    for (size_t i = 0; i < said.targets.size(); ++i) {
        const auto number = static_cast<uint16_t>(said.first_target + i);
        const PlacedTarget& placed = layout_.targets[number];
        reroute::TargetSet& set = services_[placed.service].set;
        if (from.said[number].health != said.targets[i].health) {
            const Verdict before = set.verdict(placed.place);
            set.set_verdict(placed.place, from.id, to_verdict(said.targets[i].health), now);
            if (set.verdict(placed.place) != before) {
                services_[placed.service].slots_are_old = true;
                is_dirty_ = true;
            }
        }
        from.said[number] = said.targets[i];
    }
}

// So that this member, once it decides, goes on with them.
void Services::adopt_orders(const glbp::OrderedWeights& heard) {
    std::map<uint16_t, uint16_t> orders;
    for (const glbp::OrderedWeight& ordered : heard) {
        if (ordered.target < targets_.size()) {
            orders[ordered.target] = ordered.weight;
        }
    }
    if (orders == ordered_) {
        return;
    }
    for (const auto& [number, weight] : std::exchange(ordered_, {})) {
        const PlacedTarget& placed = layout_.targets[number];
        set_weight(number, settings_.services[placed.service].targets[placed.place].weight);
    }
    for (const auto& [number, weight] : orders) {
        set_weight(number, weight);
    }
    ordered_ = std::move(orders);
}

void Services::on_target_set(size_t group_index, const group::action::TargetSetHeard& heard, TimePoint now) {
    const glbp::TargetSet& set = heard.set;
    if (group_index != group_ || rank_ != Rank::follower || set.services_digest != layout_.digest ||
        set.targets.size() != targets_.size() || (!standing_.empty() && set.name <= epoch_)) {
        return;
    }
    epoch_ = set.name;
    if (standing_.empty()) {
        // What was sent by our own slots before is in our own tables, and others never went by them.
        for (OfService& service : services_) {
            service.slots.disregard(now);
        }
    }
    adopt_orders(heard.ordered);
    const std::vector<glbp::TargetStanding> standing(set.targets.begin(), set.targets.end());
    if (standing == standing_) {
        return;
    }
    for (size_t number = 0; number < standing.size(); ++number) {
        if (standing_.empty() || standing[number].weight != standing_[number].weight) {
            services_[layout_.targets[number].service].slots_are_old = true;
        }
    }
    standing_ = standing;
    is_dirty_ = true;
}

void Services::on_connections(size_t group_index, const group::action::ConnectionsHeard& heard, TimePoint) {
    if (group_index != group_ || heard.list.services_digest != layout_.digest) {
        return;
    }
    for (const glbp::Connection& connection : heard.list.connections) {
        const auto published = layout_.find(IpAddress::v4(connection.published));
        if (!published || connection.target >= targets_.size()) {
            continue;
        }
        const bool is_udp = connection.protocol == packet::kIpProtocolUdp;
        const reroute::ConnectionState state =
            is_udp ? reroute::ConnectionState::datagrams
            : connection.state == glbp::ConnectionState::closing ? reroute::ConnectionState::closing
                                                                 : reroute::ConnectionState::established;
        parts_.plane->teach({.ends = reroute::flow_ends(connection.client, connection.client_port,
                                                        connection.published_port),
                             .kind = reroute::flow_kind(*published, connection.protocol),
                             .target = connection.target,
                             .state = static_cast<uint8_t>(state)});
    }
}

// Of this member and, for what is steered and limited, of all.
void Services::take_counts() {
    for (uint16_t number = 0; number < targets_.size(); ++number) {
        targets_[number].counts = parts_.plane->counts(number);
        uint64_t elsewhere = 0;
        for (const OfMember& member : members_) {
            elsewhere += member.said[number].n_connections;
        }
        targets_[number].live_elsewhere = elsewhere;
        parts_.plane->set_live_elsewhere(number, static_cast<uint32_t>(std::min<uint64_t>(elsewhere, UINT32_MAX)));
    }
}

void Services::speak(GroupSpeakers& speakers, TimePoint now) {
    if (!group_) {
        return;
    }
    if (handing_on_ && now >= handing_on_->next_interval()) {
        plan_handing_on(speakers, now);
    }
    if (now >= next_connections_ || next_connections_ == kNever) {
        next_connections_ = now + kConnectionInterval;
        say_connections(speakers, now);
    }
    if (has_to_speak_ || now >= next_speech_ || next_speech_ == kNever) {
        has_to_speak_ = false;
        next_speech_ = now + (now < quick_until_ ? kQuickInterval : kSpeechInterval);
        say_verdicts(speakers, now);
        say_target_set(speakers, now);
    }
}

void Services::say_verdicts(GroupSpeakers& speakers, TimePoint now) {
    std::vector<glbp::TargetVerdict> said;
    for (uint16_t number = 0; number < targets_.size(); ++number) {
        const PlacedTarget& placed = layout_.targets[number];
        const bool is_asked = configured_[placed.service].health.probe != settings::Probe::none;
        said.push_back({.health = to_health(is_asked ? targets_[number].health.verdict() : Verdict::up),
                        .n_connections = static_cast<uint32_t>(targets_[number].counts.live),
                        .packets = targets_[number].counts.packets});
    }
    speakers.tell_verdicts(*group_, layout_.digest, said, now);
}

void Services::say_target_set(GroupSpeakers& speakers, TimePoint now) {
    if (rank_ != Rank::avg) {
        return;
    }
    glbp::TargetSet set;
    if (epoch_.avg != self_ || epoch_.term != assignment_.term) {
        epoch_ = {.term = assignment_.term, .avg = self_, .sequence = 0};
    }
    ++epoch_.sequence;
    set.name = epoch_;
    set.services_digest = layout_.digest;
    uint32_t highest = 1;
    for (const OfTarget& target : targets_) {
        highest = std::max(highest, target.weight_now);
    }
    for (uint16_t number = 0; number < targets_.size(); ++number) {
        const PlacedTarget& placed = layout_.targets[number];
        const uint64_t weight = targets_[number].weight_now;
        // What does not fit into the message is scaled, and stays above nothing.
        const uint64_t scaled = highest <= UINT16_MAX ? weight
                                : weight == 0         ? 0
                                                      : std::max<uint64_t>(weight * UINT16_MAX / highest, 1);
        static_cast<void>(set.targets.try_push_back(
            {.state = to_state(use_of(placed.service, placed.place)), .weight = static_cast<uint16_t>(scaled)}));
    }
    glbp::OrderedWeights ordered;
    for (const auto& [target, weight] : ordered_) {
        static_cast<void>(ordered.try_push_back({.target = target, .weight = weight}));
    }
    speakers.tell_target_set(*group_, set, ordered, now);
}

void Services::say_connections(GroupSpeakers& speakers, TimePoint now) {
    std::array<reroute::ToldFlow, kMostConnections> flows;
    const size_t n_flows = parts_.plane->take_told(flows);
    std::vector<glbp::Connection> connections;
    for (size_t i = 0; i < n_flows; ++i) {
        const uint16_t published = reroute::published_of(flows[i].kind);
        if (published < layout_.published.size()) {
            connections.push_back(to_connection(flows[i], layout_.published[published].to_v4()));
        }
    }
    if (!connections.empty()) {
        speakers.tell_connections(*group_, MemberId{0}, layout_.digest, connections, now);
    }
}

}  // namespace evengate::control
