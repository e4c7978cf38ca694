// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/services.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "reroute/slots.hpp"

namespace evengate::control {
namespace {

using reroute::AdminState;
using reroute::Remembrance;
using reroute::TargetUse;
using reroute::Verdict;

std::vector<reroute::TargetOptions> options_of(const settings::Service& service) {
    std::vector<reroute::TargetOptions> options;
    for (const settings::Target& target : service.targets) {
        options.push_back({.weight = target.weight,
                           .role = target.backup ? reroute::TargetRole::backup : reroute::TargetRole::primary,
                           .max_connections = service.criterion == settings::Criterion::stateful
                                                  ? target.max_connections
                                                  : 0});
    }
    return options;
}

}  // namespace

Services::Services(const settings::Settings& settings, const Parts& parts, MemberId self, uint64_t seed)
    : settings_(settings), parts_(parts), self_(self), configured_(settings.services),
      departure_(settings.rerouting.transition) {
    if (parts_.plane == nullptr) {
        return;
    }
    layout_ = lay_out_services(settings, parts_.routes);
    blank_ = lay_out_set(settings, layout_, parts_.interfaces);
    dispatchers_.emplace(settings,
                         Dispatchers::Parts{parts_.interfaces, parts_.routes, parts_.neighbours, parts_.events,
                                            *parts_.plane},
                         layout_);
    dispatchers_->lay_out(blank_);
    if (settings_.rerouting.hand_on) {
        const size_t n_targets = layout_.targets.size() + dispatchers_->n_targets();
        handing_on_.emplace(settings_.rerouting, *parts_.plane, Duration(settings_.groups.front().balance.interval),
                            static_cast<uint16_t>(n_targets), dispatchers_->n_buckets());
    }
    std::vector<Probed> probed = lay_out_probes(settings, layout_, parts_.interfaces);
    std::ranges::move(dispatchers_->probes(), std::back_inserter(probed));
    probes_.emplace(std::move(probed), parts_.neighbours, parts_.scripts, seed);
    for (const settings::Service& service : configured_) {
        services_.push_back({.set = reroute::TargetSet(options_of(service), service.slow_start),
                             .steering = reroute::SharesSteering({.interval = service.interval}),
                             .steered_from = {},
                             .next_interval = kNever,
                             .n_opened = 0,
                             .slots_are_old = true,
                             .next_change = kNever,
                             .slots = {},
                             .own_slots = {}});
        for (size_t place = 0; place < service.targets.size(); ++place) {
            targets_.push_back({.health = reroute::Health({.rise = service.health.rise, .fall = service.health.fall}),
                                .reason = "not asked yet",
                                .weight_now = 0,
                                .counts = {}});
        }
    }
}

Result<void> Services::start(std::span<const AdjacencyIndex> next_hops, TimePoint now) {
    if (parts_.plane == nullptr) {
        return {};
    }
    next_hops_.assign(next_hops.begin(), next_hops.end());
    const auto lead = [&](const IpAddress& address, const packet::Adjacency& adjacency) -> Result<void> {
        const auto index = parts_.adjacencies.try_take(now);
        if (!index) {
            return Error{"no adjacency for " + address.to_string() + "; raise tables.adjacencies"};
        }
        parts_.tables.set_adjacency(*index, adjacency);
        return parts_.tables.add_route(IpPrefix::host(address), *index);
    };
    for (size_t i = 0; i < layout_.published.size(); ++i) {
        const auto led = lead(layout_.published[i],
                              packet::Adjacency::service(static_cast<uint16_t>(i), kNoInterface));
        if (!led) {
            return led;
        }
    }
    if (!settings_.rerouting.decapsulate_on.empty()) {
        for (const Interface& interface : parts_.interfaces.all()) {
            for (const IpPrefix& own : interface.addresses) {
                if (layout_.find(own.address) || !own.address.is_v4()) {
                    continue;
                }
                if (const auto led = lead(own.address, packet::Adjacency::tunnel(interface.id)); !led) {
                    return led;
                }
            }
        }
    }
    for (size_t i = 0; i < services_.size(); ++i) {
        services_[i].next_interval = now + Duration(configured_[i].interval);
        for (size_t place = 0; place < configured_[i].targets.size(); ++place) {
            if (configured_[i].health.probe == settings::Probe::none) {
                services_[i].set.set_verdict(place, self_, Verdict::up, now);
                targets_[layout_.number(i, place)].reason = "not asked: health is none";
            }
        }
    }
    departure_.note(now);
    dispatchers_->start(next_hops, now);
    probes_->start(now);
    publish(now);
    return {};
}

bool Services::take(std::span<const uint8_t> datagram, TimePoint now) {
    if (parts_.plane == nullptr || !probes_->take(datagram, now)) {
        return false;
    }
    take_findings(now);
    return true;
}

void Services::take_findings(TimePoint now) {
    for (const ServiceProbes::Finding& finding : probes_->take_findings()) {
        if (finding.target >= layout_.targets.size()) {
            const bool has_changed = dispatchers_->on_finding(finding.target - layout_.targets.size(), finding, now);
            is_dirty_ = is_dirty_ || has_changed;
            continue;
        }
        OfTarget& target = targets_[finding.target];
        const PlacedTarget& placed = layout_.targets[finding.target];
        const auto change = target.health.add(finding.result == ServiceProbes::Result::answered
                                                  ? reroute::CheckResult::passed
                                                  : reroute::CheckResult::failed);
        if (change == reroute::Health::Change::none) {
            continue;
        }
        target.reason = std::string(finding.reason);
        services_[placed.service].set.set_verdict(placed.place, self_, target.health.verdict(), now);
        const settings::Service& service = configured_[placed.service];
        const bool is_up = change == reroute::Health::Change::came_up;
        parts_.events.add(is_up ? admin::Event::Severity::info : admin::Event::Severity::warning,
                          "service " + service.name + ": target " + service.targets[placed.place].name +
                              (is_up ? " is up: it " : " is down: it ") + target.reason,
                          now);
        services_[placed.service].slots_are_old = true;
        is_dirty_ = true;
        has_to_speak_ = true;
    }
}

// What the configuration wants, less what is down, full, draining or just back.
std::vector<uint32_t> Services::unsteered_weights(size_t service, TimePoint now) const {
    const settings::Service& configured = configured_[service];
    std::vector<uint32_t> weights = services_[service].set.weights(now);
    if (configured.shares == settings::Distribution::equal) {
        for (size_t place = 0; place < weights.size(); ++place) {
            const uint32_t weight = std::max<uint32_t>(configured.targets[place].weight, 1);
            weights[place] = static_cast<uint32_t>(uint64_t{weights[place]} * 100 / weight);
        }
    }
    return weights;
}

// Those, steered so that what is processed comes to them. Slots of stateless services move connections, so nothing
// steers those.
std::vector<uint32_t> Services::weights(size_t service, TimePoint now) const {
    const OfService& state = services_[service];
    const settings::Service& configured = configured_[service];
    if (!standing_.empty()) {
        std::vector<uint32_t> given;
        for (size_t place = 0; place < configured.targets.size(); ++place) {
            given.push_back(standing_[layout_.number(service, place)].weight);
        }
        return given;
    }
    std::vector<uint32_t> weights = unsteered_weights(service, now);
    const auto steered = state.steering.weights();
    if (configured.criterion != settings::Criterion::stateful || steered.size() != weights.size()) {
        return weights;
    }
    // What steering found out is how much a target gets of what it should, and that holds for what it
    // should get from now on.
    const uint64_t sum = std::accumulate(state.steered_from.begin(), state.steered_from.end(), uint64_t{0});
    for (size_t place = 0; place < weights.size() && sum != 0; ++place) {
        const uint64_t wanted = uint64_t{state.steered_from[place]} * reroute::SharesSteering::kTotal / sum;
        if (wanted != 0 && steered[place] != 0) {
            weights[place] = static_cast<uint32_t>(
                std::max<uint64_t>((uint64_t{weights[place]} * steered[place] + wanted / 2) / wanted, 1));
        }
    }
    return weights;
}

void Services::end_intervals(TimePoint now) {
    if (std::ranges::none_of(services_, [now](const OfService& s) { return now >= s.next_interval; })) {
        return;
    }
    take_counts();
    for (size_t i = 0; i < services_.size(); ++i) {
        OfService& service = services_[i];
        if (now < service.next_interval) {
            continue;
        }
        service.next_interval = std::max(service.next_interval + Duration(configured_[i].interval), now);
        std::vector<reroute::Processed> processed;
        for (size_t place = 0; place < configured_[i].targets.size(); ++place) {
            const uint16_t number = layout_.number(i, place);
            const TargetCounts& counts = targets_[number].counts;
            reroute::Processed& total = processed.emplace_back();
            total = {.packets = counts.packets, .connections = counts.opened};
            for (const OfMember& member : members_) {
                total.packets += member.said[number].packets;
            }
            const bool was_full = service.set.is_full(place);
            service.set.set_connections(place, counts.live + targets_[number].live_elsewhere);
            is_dirty_ = is_dirty_ || was_full != service.set.is_full(place);
            service.slots_are_old = service.slots_are_old || was_full != service.set.is_full(place);
        }
        std::vector<uint32_t> wanted = unsteered_weights(i, now);
        // Steering moves new connections alone: where there are none, nothing says whether it does.
        uint64_t n_opened = 0;
        for (const reroute::Processed& of_target : processed) {
            n_opened += of_target.connections;
        }
        if (configured_[i].criterion != settings::Criterion::stateful ||
            std::exchange(service.n_opened, n_opened) == n_opened) {
            continue;
        }
        const std::vector<uint32_t> before(service.steering.weights().begin(), service.steering.weights().end());
        service.steering.end_interval(processed, wanted);
        if (!std::ranges::equal(before, service.steering.weights())) {
            service.steered_from = wanted;
            service.slots_are_old = true;
            is_dirty_ = true;
        }
    }
}

bool Services::is_behind_member(uint16_t target) const {
    const PlacedTarget& placed = layout_.targets[target];
    const std::string& member = configured_[placed.service].targets[placed.place].member;
    return !member.empty() && member != settings_.appliance.name;
}

bool Services::is_reachable(uint16_t target) const {
    return is_behind_member(target) ? adjacency_of(target) != kNoAdjacency
                                    : layout_.targets[target].next_hop.has_value();
}

TargetUse Services::use_of(size_t service, size_t place) const {
    if (!standing_.empty()) {
        switch (standing_[layout_.number(service, place)].state) {
            case glbp::TargetState::drained: return TargetUse::flushed;
            case glbp::TargetState::draining: return TargetUse::draining;
            case glbp::TargetState::up: return TargetUse::up;
            case glbp::TargetState::down: break;
        }
        return TargetUse::down;
    }
    const reroute::TargetSet& set = services_[service].set;
    switch (set.admin(place)) {
        case AdminState::drained: return TargetUse::flushed;
        case AdminState::draining: return TargetUse::draining;
        case AdminState::active: break;
    }
    return set.verdict(place) == Verdict::up ? TargetUse::up : TargetUse::down;
}

void Services::refill(size_t index, TimePoint now) {
    OfService& service = services_[index];
    const settings::Service& configured = configured_[index];
    const std::vector<uint32_t> now_weights = weights(index, now);
    const reroute::Classes& classes = layout_.classes[index];
    reroute::TargetMask up = 0;
    std::vector<reroute::Candidate> all;
    for (size_t place = 0; place < now_weights.size(); ++place) {
        const uint16_t number = layout_.number(index, place);
        const settings::Target& target = configured.targets[place];
        targets_[number].weight_now = is_reachable(number) ? now_weights[place] : 0;
        all.push_back({.target = number,
                       .identity = reroute::target_identity(target.address.to_v4(), target.port),
                       .weight = targets_[number].weight_now});
        up |= all.back().weight != 0 ? reroute::TargetMask{1} << place : 0;
    }
    std::vector<uint16_t> slots(classes.n_classes() * reroute::kSlots);
    for (size_t c = 0; c < classes.n_classes(); ++c) {
        const reroute::TargetMask mask = classes.candidates(c, up).targets;
        std::vector<reroute::Candidate> chosen = all;
        for (size_t place = 0; place < chosen.size(); ++place) {
            chosen[place].weight = (mask >> place & 1) != 0 ? chosen[place].weight : 0;
        }
        reroute::fill_slots(std::span(slots).subspan(c * reroute::kSlots, reroute::kSlots), chosen, layout_.key);
    }
    if (rank_ == Rank::follower && standing_.empty()) {
        service.slots.disregard(now);  // until the AVG is heard, they are ours alone
    }
    const bool are_told = group_ && configured.criterion == settings::Criterion::stateful;
    service.slots.try_change(std::move(slots), are_told ? Remembrance::group : Remembrance::own, departure_, now);
    if (std::ranges::any_of(all, [this](const reroute::Candidate& c) { return is_behind_member(c.target); })) {
        for (reroute::Candidate& candidate : all) {
            candidate.weight = is_behind_member(candidate.target) ? 0 : candidate.weight;
        }
        service.own_slots.resize(reroute::kSlots);
        reroute::fill_slots(service.own_slots, all, layout_.key);
    }
    service.slots_are_old = false;
}

// A path that became shorter may be as long as before (RFC 1191 6.3).
uint16_t Services::path_mtu(uint16_t number, TimePoint now) {
    OfTarget& target = targets_[number];
    if (now >= target.path_mtu_until) {
        target.path_mtu = UINT16_MAX;
        target.path_mtu_until = kNever;
    }
    next_look_ = std::min(next_look_, target.path_mtu_until);
    return target.path_mtu;
}

void Services::publish(TimePoint now) {
    auto set = std::make_unique<reroute::ServiceSet>(blank_);
    next_look_ = kNever;
    for (size_t i = 0; i < services_.size(); ++i) {
        OfService& service = services_[i];
        if (service.slots_are_old) {
            refill(i, now);
        }
        service.next_change = service.set.next_change(now);
        next_look_ = std::min(next_look_, service.next_change);
        next_look_ = std::min(next_look_, service.slots.forget(now));
        set->services[i].slots = service.slots.slots();
        set->services[i].own_slots = service.own_slots;
        set->services[i].previous_slots = service.slots.previous();
        for (size_t place = 0; place < configured_[i].targets.size(); ++place) {
            const uint16_t number = layout_.number(i, place);
            reroute::TargetRow& row = set->targets[number];
            row.use = use_of(i, place);
            row.weight = targets_[number].weight_now;
            row.path_mtu = path_mtu(number, now);
            row.adjacency = adjacency_of(number);
            row.is_behind_member = is_behind_member(number);
        }
    }
    set->adopts_unknown = departure_.is_recent(now);
    next_look_ = std::min(next_look_, set->adopts_unknown ? departure_.until() : kNever);
    add_members(*set);
    dispatchers_->add_to(*set, now);
    if (handing_on_) {
        handing_on_->add_to(*set, parts_.interfaces.all().size());
    }
    is_dirty_ = false;
    has_to_speak_ = has_to_speak_ || rank_ == Rank::avg;
    parts_.plane->publish(std::move(set));
}

void Services::on_timers(TimePoint now) {
    if (parts_.plane == nullptr) {
        return;
    }
    probes_->on_timers(now);
    take_findings(now);
    end_intervals(now);
    is_dirty_ = dispatchers_->on_timers(now) || is_dirty_;
    if (now >= next_look_) {
        for (OfService& service : services_) {
            service.slots_are_old = service.slots_are_old || now >= service.next_change;
        }
        is_dirty_ = true;
    }
    if (is_dirty_) {
        publish(now);
    }
}

TimePoint Services::next_deadline() const {
    if (parts_.plane == nullptr) {
        return kNever;
    }
    TimePoint next = std::min({probes_->next_deadline(), dispatchers_->next_deadline(), next_look_});
    if (group_) {
        next = std::min({next, next_speech_, next_connections_, handing_on_ ? handing_on_->next_interval() : kNever});
    }
    for (const OfService& service : services_) {
        next = std::min(next, service.next_interval);
    }
    return is_dirty_ ? TimePoint{} : next;
}

std::vector<uint16_t> Services::find_targets(std::string_view name) const {
    std::vector<uint16_t> found;
    for (uint16_t number = 0; number < layout_.targets.size(); ++number) {
        const PlacedTarget& placed = layout_.targets[number];
        const settings::Service& service = configured_[placed.service];
        const std::string& own = service.targets[placed.place].name;
        if (name == own || name == service.name + "/" + own) {
            found.push_back(number);
        }
    }
    return found;
}

template <class Change>
Result<void> Services::change_targets(std::string_view name, TimePoint now, Change&& change) {
    if (rank_ == Rank::follower) {
        return Error{"the AVG decides about targets: ask it"};
    }
    const std::vector<uint16_t> found = find_targets(name);
    if (found.empty()) {
        return Error{"there is no target " + std::string(name)};
    }
    for (const uint16_t number : found) {
        const PlacedTarget& placed = layout_.targets[number];
        change(placed);
        services_[placed.service].slots_are_old = true;
    }
    publish(now);
    return {};
}

Result<void> Services::set_admin(std::string_view target, AdminState state, TimePoint now) {
    return change_targets(target, now, [&](const PlacedTarget& placed) {
        services_[placed.service].set.set_admin(placed.place, state);
    });
}

void Services::set_weight(uint16_t number, uint32_t weight) {
    const PlacedTarget& placed = layout_.targets[number];
    configured_[placed.service].targets[placed.place].weight = weight;
    services_[placed.service].set.set_weight(placed.place, weight);
    services_[placed.service].slots_are_old = true;
}

Result<void> Services::set_weight(std::string_view target, uint32_t weight, TimePoint now) {
    return change_targets(target, now, [&](const PlacedTarget& placed) {
        const uint16_t number = layout_.number(placed.service, placed.place);
        ordered_[number] = static_cast<uint16_t>(weight);
        set_weight(number, weight);
    });
}

}  // namespace evengate::control
