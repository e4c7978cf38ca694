// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/parts.hpp"

#include <set>
#include <string_view>

#include "settings/check.hpp"

namespace evengate::control {
namespace {

// For hosts, of which a gateway without any would be useless.
constexpr size_t kLeastPool = 8;

// Interfaces that have groups.
size_t n_speakers(const settings::Settings& settings) {
    std::set<std::string_view> interfaces;
    for (const settings::Group& group : settings.groups) {
        interfaces.insert(group.interface);
    }
    return interfaces.size();
}

}  // namespace

Result<std::unique_ptr<Parts>> Parts::make(const settings::Settings& settings, const Self& self,
                                           std::span<const PortFacts> ports,
                                           const Outside& outside) {
    auto interfaces = InterfaceSet::make(settings, ports);
    if (!interfaces) {
        return interfaces.error();
    }
    auto ownership = VmacOwnership::make(settings, *interfaces);
    if (!ownership) {
        return ownership.error();
    }
    LocalAddresses locals(*interfaces, ownership->groups(), pool_addresses(settings));
    auto routes = Routes::make(settings, *interfaces, locals, outside.tables);
    if (!routes) {
        return routes.error();
    }
    const size_t n_needed = Adjacencies::n_fixed(interfaces->size()) +
                            Neighbours::n_pinned(settings, *routes) + kLeastPool;
    if (n_needed > settings.tables.n_adjacencies) {
        return Error{"the interfaces, next hops and static neighbours need " +
                     std::to_string(n_needed) +
                     " adjacencies; raise tables.n_adjacencies, which is " +
                     std::to_string(settings.tables.n_adjacencies)};
    }
    auto voices = GroupMessages::make_voices(settings, *interfaces, *ownership);
    if (!voices) {
        return voices.error();
    }
    auto parts = std::make_unique<Parts>(settings, self,
                                         Plan{.interfaces = std::move(interfaces).value(),
                                              .ownership = std::move(ownership).value(),
                                              .locals = std::move(locals),
                                              .routes = std::move(routes).value(),
                                              .voices = std::move(voices).value()},
                                         outside);
    auto tracking = Tracking::make(settings, {.interfaces = parts->interfaces,
                                              .ownership = parts->ownership,
                                              .routes = parts->routes,
                                              .neighbours = parts->neighbours,
                                              .speakers = parts->speakers,
                                              .events = parts->events,
                                              .appliance = outside.appliance});
    if (!tracking) {
        return tracking.error();
    }
    parts->tracking.emplace(std::move(tracking).value());
    return parts;
}

Parts::Parts(const settings::Settings& settings, const Self& self, Plan plan,
             const Outside& outside)
    : interfaces(std::move(plan.interfaces)),
      ownership(std::move(plan.ownership)),
      locals(std::move(plan.locals)),
      routes(std::move(plan.routes)),
      sender(interfaces, outside.transmitter, counts),
      adjacencies(interfaces, outside.tables, settings.tables.n_adjacencies),
      neighbours(settings, interfaces, routes, adjacencies, sender, events, counts, self.seed),
      answers(ownership, settings, self.incarnation.member, self.seed),
      defence(settings.limits, interfaces, ownership, answers, sender, counts),
      arp(interfaces, locals, ownership, answers, defence, neighbours, sender, events, counts),
      icmp(settings.limits, interfaces, routes, neighbours, counts),
      ipv4(interfaces, routes, neighbours, icmp),
      messages(std::move(plan.voices), interfaces, ownership, sender, neighbours),
      announcer(settings, ownership, interfaces, outside.appliance, messages, sender, counts),
      aid(interfaces, locals, routes, neighbours),
      publication(ownership, outside.tables, n_speakers(settings)),
      services(settings,
               {.interfaces = interfaces,
                .ownership = ownership,
                .routes = routes,
                .neighbours = neighbours,
                .adjacencies = adjacencies,
                .tables = outside.tables,
                .events = events,
                .plane = outside.appliance.services(),
                .scripts = outside.appliance.scripts()},
               self.incarnation.member, self.seed),
      speakers(make_speakers(settings, self, interfaces, locals, messages),
               {.appliance = outside.appliance,
                .interfaces = interfaces,
                .ownership = ownership,
                .messages = messages,
                .announcer = announcer,
                .aid = aid,
                .answers = answers,
                .publication = publication,
                .services = services,
                .events = events}),
      return_paths(settings, ownership, answers, neighbours),
      meter(settings, ownership, outside.appliance, answers, speakers),
      steering(settings, interfaces, ownership, speakers, answers, sender),
      departure(settings.timers, ownership, outside.appliance, speakers, events) {
    ipv4.set_services(services);
}

}  // namespace evengate::control
