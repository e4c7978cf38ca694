// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/dispatchers.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "reroute/slots.hpp"

namespace evengate::control {
namespace {

constexpr std::array<std::string_view, 2> kBys = {"source-mac", "flow"};
constexpr std::array<std::string_view, 2> kPers = {"packet", "flow"};
constexpr double kMillion = 1e6;

balance::BucketPolicy to_policy(settings::Dispatcher::Policy policy) {
    switch (policy) {
        case settings::Dispatcher::Policy::round_robin: return balance::BucketPolicy::round_robin;
        case settings::Dispatcher::Policy::weighted: return balance::BucketPolicy::weighted;
        case settings::Dispatcher::Policy::least_load: return balance::BucketPolicy::least_load;
        case settings::Dispatcher::Policy::balanced: break;
    }
    return balance::BucketPolicy::balanced;
}

balance::BucketOptions options_of(const settings::Dispatcher& dispatcher, Duration transition) {
    balance::BucketOptions options;
    options.n_buckets = dispatcher.n_buckets;
    options.policy = to_policy(dispatcher.policy);
    options.move = dispatcher.move == settings::Dispatcher::Move::now ? balance::BucketMove::now
                                                                      : balance::BucketMove::new_connections;
    options.interval = Duration(dispatcher.interval);
    options.transition = transition;
    for (const settings::DispatcherGateway& gateway : dispatcher.gateways) {
        options.gateways.push_back({.capacity = balance::to_load(gateway.capacity_pps), .weight = gateway.weight});
    }
    return options;
}

}  // namespace

Dispatchers::Dispatchers(const settings::Settings& settings, const Parts& parts, const ServiceLayout& layout)
    : parts_(parts), layout_(layout) {
    for (const settings::Dispatcher& dispatcher : settings.dispatchers) {
        const Interface* const interface = parts_.interfaces.find(dispatcher.interface);
        dispatchers_.push_back({.configured = &dispatcher,
                                .interface = interface != nullptr ? interface->id : kNoInterface,
                                .first_target = targets_.size(),
                                .first_bucket = n_buckets_,
                                .planner = balance::BucketPlanner(
                                    options_of(dispatcher, Duration(settings.rerouting.transition)))});
        n_buckets_ += dispatcher.n_buckets;
        for (const settings::DispatcherGateway& gateway : dispatcher.gateways) {
            add_target("dispatcher " + dispatcher.name + ": gateway ", gateway.name, gateway.address,
                       dispatcher.health);
        }
    }
    for (const settings::Spray& spray : settings.sprays) {
        sprays_.push_back({.configured = &spray, .first_target = targets_.size()});
        for (const IpAddress& target : spray.targets) {
            add_target("spray " + spray.name + ": target ", target.to_string(), target, spray.health);
        }
    }
}

void Dispatchers::add_target(std::string owner, std::string name, const IpAddress& address,
                             const settings::Health& asked) {
    targets_.push_back({.owner = std::move(owner),
                        .name = std::move(name),
                        .address = address,
                        .asked = asked,
                        .next_hop = next_hop_towards(parts_.routes, address),
                        .health = reroute::Health({.rise = asked.rise, .fall = asked.fall})});
}

uint16_t Dispatchers::number(size_t nth) const {
    return static_cast<uint16_t>(layout_.targets.size() + nth);
}

std::vector<Probed> Dispatchers::probes() const {
    std::vector<Probed> probes;
    for (const OfTarget& target : targets_) {
        Probed& probed = probes.emplace_back();
        probed.health = target.asked;
        const auto own = target.next_hop ? parts_.interfaces.source_towards(target.next_hop->interface,
                                                                            target.next_hop->address)
                                         : std::nullopt;
        if (!own) {
            probed.health.probe = settings::Probe::none;
            continue;
        }
        probed.next_hop = *target.next_hop;
        probed.own = *own;
        probed.asked = target.address;
        probed.answers_from = target.address;
        probed.target = target.address;
    }
    return probes;
}

void Dispatchers::start(std::span<const AdjacencyIndex> next_hops, TimePoint now) {
    for (size_t nth = 0; nth < targets_.size(); ++nth) {
        OfTarget& target = targets_[nth];
        target.adjacency = adjacency_towards(parts_.routes, next_hops, target.next_hop);
        if (target.adjacency != kNoAdjacency && target.asked.probe == settings::Probe::none) {
            for (int i = 0; i < target.asked.rise; ++i) {
                static_cast<void>(target.health.add(reroute::CheckResult::passed));
            }
            set_standing(nth, now);
        }
    }
    for (OfDispatcher& dispatcher : dispatchers_) {
        dispatcher.next_interval = now + Duration(dispatcher.configured->interval);
    }
}

// What became of a target, for the buckets that lead to it.
void Dispatchers::set_standing(size_t nth, TimePoint now) {
    for (OfDispatcher& dispatcher : dispatchers_) {
        const size_t n_gateways = dispatcher.planner.n_gateways();
        if (nth < dispatcher.first_target || nth >= dispatcher.first_target + n_gateways) {
            continue;
        }
        const auto gateway = static_cast<balance::Gateway>(nth - dispatcher.first_target);
        if (targets_[nth].is_up()) {
            dispatcher.planner.set_up(gateway, now);
        } else {
            dispatcher.planner.set_down(gateway, now);
        }
    }
}

bool Dispatchers::on_finding(size_t nth, const ServiceProbes::Finding& finding, TimePoint now) {
    OfTarget& target = targets_[nth];
    const auto change = target.health.add(finding.result == ServiceProbes::Result::answered
                                              ? reroute::CheckResult::passed
                                              : reroute::CheckResult::failed);
    if (change == reroute::Health::Change::none) {
        return false;
    }
    const bool is_up = change == reroute::Health::Change::came_up;
    parts_.events.add(is_up ? admin::Event::Severity::info : admin::Event::Severity::warning,
                      target.owner + target.name + (is_up ? " is up: it " : " is down: it ") +
                          std::string(finding.reason),
                      now);
    set_standing(nth, now);
    static_cast<void>(look_for_macs());
    return true;
}

bool Dispatchers::on_timers(TimePoint now) {
    bool has_changed = false;
    for (OfDispatcher& dispatcher : dispatchers_) {
        if (now >= dispatcher.next_interval) {
            dispatcher.next_interval =
                std::max(dispatcher.next_interval + Duration(dispatcher.configured->interval), now);
            has_changed = end_interval(dispatcher, now) || has_changed;
        }
    }
    return has_changed;
}

bool Dispatchers::end_interval(OfDispatcher& dispatcher, TimePoint now) {
    bucket_counts_.resize(dispatcher.planner.map().size());
    for (size_t bucket = 0; bucket < bucket_counts_.size(); ++bucket) {
        bucket_counts_[bucket] = parts_.plane.bucket_packets(dispatcher.first_bucket + bucket);
    }
    for (size_t nth = dispatcher.first_target; nth < dispatcher.first_target + dispatcher.planner.n_gateways(); ++nth) {
        const uint64_t packets = parts_.plane.counts(number(nth)).packets;
        targets_[nth].packets_lately = packets - std::exchange(targets_[nth].packets, packets);
    }
    const TimePoint transitions_end = dispatcher.planner.map().next_end(now - Duration(dispatcher.configured->interval));
    const bool has_ended = transitions_end <= now;
    const bool has_moved = dispatcher.planner.end_interval(bucket_counts_, now);
    return look_for_macs() || has_moved || has_ended;
}

// A frame from a gateway is not dispatched to another one: it has gone through one already.
bool Dispatchers::look_for_macs() {
    bool has_changed = false;
    for (OfTarget& target : targets_) {
        const auto mac = target.next_hop ? parts_.neighbours.mac_of(*target.next_hop) : std::nullopt;
        if (mac && *mac != target.mac) {
            target.mac = *mac;
            has_changed = true;
        }
    }
    return has_changed;
}

TimePoint Dispatchers::next_deadline() const {
    TimePoint next = kNever;
    for (const OfDispatcher& dispatcher : dispatchers_) {
        next = std::min(next, dispatcher.next_interval);
    }
    return next;
}

reroute::ServiceRow Dispatchers::row_of(const OfDispatcher& dispatcher, TimePoint now) const {
    const balance::BucketMap& map = dispatcher.planner.map();
    reroute::ServiceRow row;
    row.criterion = dispatcher.configured->by == settings::Dispatcher::By::source_mac
                        ? reroute::Criterion::source_mac
                        : reroute::Criterion::symmetric_flow;
    row.fragments = reroute::FragmentPolicy::addresses;
    row.n_slots = map.size();
    row.first_bucket = dispatcher.first_bucket;
    const auto leads_to = [&](balance::Gateway gateway) {
        return gateway == balance::unassigned ? reroute::kNoTarget : number(dispatcher.first_target + gateway);
    };
    const bool is_any_moving = map.next_end(now) != kNever;
    for (uint32_t bucket = 0; bucket < map.size(); ++bucket) {
        row.slots.push_back(leads_to(map.owner(bucket)));
        if (is_any_moving) {
            row.previous_slots.push_back(map.is_moving(bucket, now) ? leads_to(map.previous(bucket, now))
                                                                    : reroute::kNoTarget);
        }
    }
    return row;
}

reroute::ServiceRow Dispatchers::row_of(const OfSpray& spray) const {
    reroute::ServiceRow row;
    row.fragments = reroute::FragmentPolicy::addresses;
    const size_t n_targets = spray.configured->targets.size();
    if (spray.configured->per == settings::Spray::Per::packet) {
        row.criterion = reroute::Criterion::spray;
        for (size_t nth = spray.first_target; nth < spray.first_target + n_targets; ++nth) {
            if (targets_[nth].is_up()) {
                row.slots.push_back(number(nth));
            }
        }
        if (row.slots.empty()) {
            row.slots.push_back(reroute::kNoTarget);
        }
    } else {
        std::vector<reroute::Candidate> candidates;
        for (size_t nth = spray.first_target; nth < spray.first_target + n_targets; ++nth) {
            candidates.push_back({.target = number(nth),
                                  .identity = reroute::target_identity(targets_[nth].address.to_v4(), 0),
                                  .weight = targets_[nth].is_up() ? 1U : 0U});
        }
        row.slots.resize(reroute::kSlots);
        reroute::fill_slots(row.slots, candidates, layout_.key);
    }
    row.n_slots = static_cast<uint32_t>(row.slots.size());
    return row;
}

void Dispatchers::lay_out(reroute::ServiceSet& set) const {
    size_t service = set.services.size();
    if (!dispatchers_.empty()) {
        set.dispatchers.assign(parts_.interfaces.all().size(), reroute::kNoService);
        for (const Interface& interface : parts_.interfaces.all()) {
            for (const IpPrefix& own : interface.addresses) {
                if (own.address.is_v4()) {
                    set.connected.push_back({.first = own.network().address.to_v4(),
                                             .last = broadcast_address(own).to_v4()});
                }
            }
        }
    }
    for (const OfDispatcher& dispatcher : dispatchers_) {
        if (dispatcher.interface.value < set.dispatchers.size()) {
            set.dispatchers[dispatcher.interface.value] = static_cast<uint16_t>(service);
        }
        ++service;
    }
    for (const OfSpray& spray : sprays_) {
        const Interface* const interface = parts_.interfaces.find(spray.configured->interface);
        for (const IpAddress& address : spray.configured->addresses) {
            reroute::PublishedRow& published = set.published[layout_.number_of(address)];
            published.spray = static_cast<uint16_t>(service);
            published.spray_interface = interface != nullptr ? interface->id : kNoInterface;
        }
        ++service;
    }
}

void Dispatchers::add_to(reroute::ServiceSet& set, TimePoint now) const {
    for (const OfTarget& target : targets_) {
        set.targets.push_back({.address = target.address.to_v4(),
                               .adjacency = target.adjacency,
                               .use = target.is_up() ? reroute::TargetUse::up : reroute::TargetUse::flushed,
                               .weight = 1});
    }
    for (const OfDispatcher& dispatcher : dispatchers_) {
        set.services.push_back(row_of(dispatcher, now));
        for (size_t i = 0; i < dispatcher.planner.n_gateways(); ++i) {
            const MacAddress& mac = targets_[dispatcher.first_target + i].mac;
            if (mac != MacAddress{}) {
                set.add_member(mac);
            }
        }
    }
    for (const OfSpray& spray : sprays_) {
        set.services.push_back(row_of(spray));
    }
}

// The highest of what gateways got for what they are worth, over the mean; 0: nothing came.
double Dispatchers::imbalance(const OfDispatcher& dispatcher) const {
    const std::vector<uint32_t> worth = dispatcher.planner.weights();
    double highest = 0;
    double packets = 0;
    double all = 0;
    for (size_t i = 0; i < worth.size(); ++i) {
        const auto lately = static_cast<double>(targets_[dispatcher.first_target + i].packets_lately);
        if (worth[i] != 0) {
            highest = std::max(highest, lately / worth[i]);
            packets += lately;
            all += worth[i];
        }
    }
    return packets == 0 ? 0 : highest * all / packets;
}

void Dispatchers::fill_report(admin::RerouteReport& report) const {
    const auto state_of = [](const OfTarget& target) {
        return std::string(target.is_up() ? "up" : target.next_hop ? "down" : "no route");
    };
    for (const OfDispatcher& dispatcher : dispatchers_) {
        admin::DispatcherReport& filled = report.dispatchers.emplace_back();
        filled.name = dispatcher.configured->name;
        filled.by = kBys[static_cast<size_t>(dispatcher.configured->by)];
        filled.n_buckets = dispatcher.planner.map().size();
        filled.n_moves = dispatcher.planner.n_moved();
        filled.imbalance = static_cast<uint32_t>(imbalance(dispatcher) * kMillion);
        filled.reason = dispatcher.planner.reason();
        uint64_t packets = 0;
        for (size_t i = 0; i < dispatcher.planner.n_gateways(); ++i) {
            packets += targets_[dispatcher.first_target + i].packets_lately;
        }
        for (size_t i = 0; i < dispatcher.planner.n_gateways(); ++i) {
            const size_t nth = dispatcher.first_target + i;
            const auto share = packets == 0 ? 0 : static_cast<double>(targets_[nth].packets_lately) /
                                                      static_cast<double>(packets);
            filled.gateways.push_back({.name = targets_[nth].name,
                                       .address = targets_[nth].address,
                                       .state = state_of(targets_[nth]),
                                       .n_buckets = 0,
                                       .packets = parts_.plane.counts(number(nth)).packets,
                                       .share = static_cast<uint32_t>(share * kMillion)});
        }
        for (uint32_t bucket = 0; bucket < filled.n_buckets; ++bucket) {
            if (const balance::Gateway owner = dispatcher.planner.map().owner(bucket); owner != balance::unassigned) {
                ++filled.gateways[owner].n_buckets;
            }
        }
    }
    for (const OfSpray& spray : sprays_) {
        admin::SprayReport& filled = report.sprays.emplace_back();
        filled.name = spray.configured->name;
        filled.addresses = spray.configured->addresses;
        filled.per = kPers[static_cast<size_t>(spray.configured->per)];
        for (size_t i = 0; i < spray.configured->targets.size(); ++i) {
            const OfTarget& target = targets_[spray.first_target + i];
            filled.targets.push_back({.address = target.address,
                                      .state = state_of(target),
                                      .packets = parts_.plane.counts(number(spray.first_target + i)).packets});
        }
    }
}

}  // namespace evengate::control
