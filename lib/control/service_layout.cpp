// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/service_layout.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "packet/ipv4.hpp"
#include "reroute/slots.hpp"
#include "reroute/target_set.hpp"

namespace evengate::control {
namespace {

using settings::Service;
using settings::Settings;
using settings::Target;

// Without a secret all members must agree all the same; who reads this can aim.
constexpr std::string_view kNoSecret = "evengate";

// SipHash-1-3 of the secret under two fixed keys (docs/rerouting.md).
reroute::HashKey key_of(std::string_view secret) {
    const auto half = [secret](uint64_t which) {
        reroute::SipHash13 hash({.k0 = which, .k1 = 0});
        size_t at = 0;
        for (; at + sizeof(uint64_t) <= secret.size(); at += sizeof(uint64_t)) {
            uint64_t word = 0;
            std::memcpy(&word, secret.data() + at, sizeof word);
            hash.add(word);
        }
        uint64_t rest = 0;
        std::memcpy(&rest, secret.data() + at, secret.size() - at);
        return hash.finish(rest, secret.size());
    };
    return {.k0 = half(0), .k1 = half(1)};
}

std::string_view secret_of(const Settings& settings) {
    if (!settings.rerouting.keys.empty()) {
        return settings.rerouting.keys.front().secret;
    }
    for (const settings::Group& group : settings.groups) {
        if (!group.authentication.keys.empty()) {
            return group.authentication.keys.front().secret;
        }
    }
    return kNoSecret;
}

// What members must have in common, in the order that numbers targets.
std::string canonical_text(const Settings& settings) {
    std::string text;
    const auto add = [&text](const std::string& word) { text += word + ' '; };
    for (const Service& service : settings.services) {
        add("service " + service.name);
        for (const IpAddress& address : service.addresses) {
            add(address.to_string());
        }
        add(std::to_string(static_cast<int>(service.protocol)));
        for (const settings::PortRange& ports : service.ports) {
            add(std::to_string(ports.first) + "-" + std::to_string(ports.last));
        }
        add(std::to_string(static_cast<int>(service.criterion)));
        for (const Target& target : service.targets) {
            add(target.address.to_string() + ":" + std::to_string(target.port) + "/" + target.member);
        }
    }
    return text;
}

uint64_t data_sets_of(const Settings& settings, const std::vector<std::string>& names) {
    // Named by the services that need them; what nobody needs makes no difference.
    uint64_t sets = 0;
    for (size_t i = 0; i < settings.services.size() && i < 64; ++i) {
        const std::string& needed = settings.services[i].data;
        if (!needed.empty() && std::ranges::find(names, needed) != names.end()) {
            sets |= uint64_t{1} << i;
        }
    }
    return sets;
}

reroute::Classes classes_of(const Settings& settings, const Service& service) {
    std::vector<reroute::Constraints> constraints;
    for (const Target& target : service.targets) {
        reroute::Constraints& entry = constraints.emplace_back();
        for (const uint8_t dscp : target.dscp) {
            entry.dscp |= uint64_t{1} << dscp;
        }
        for (const IpPrefix& prefix : target.clients) {
            entry.near_clients.push_back({.address = prefix.address.to_v4(), .length = prefix.length});
        }
        entry.data_sets = data_sets_of(settings, target.data);
    }
    const reroute::Needs needs{.data_sets = service.data.empty() ? 0 : data_sets_of(settings, {service.data})};
    // More than it takes was refused when the settings were checked.
    return reroute::Classes::compile(constraints, needs).value_or(reroute::Classes());
}

reroute::FragmentPolicy to_fragments(settings::Fragments fragments) {
    switch (fragments) {
        case settings::Fragments::addresses: return reroute::FragmentPolicy::addresses;
        case settings::Fragments::drop: return reroute::FragmentPolicy::drop;
        case settings::Fragments::track: break;
    }
    return reroute::FragmentPolicy::track;
}

IpAddress tunnel_source(const Settings& settings, const InterfaceSet& interfaces, const ServiceLayout& layout,
                        uint16_t first_target) {
    if (settings.rerouting.tunnel_source) {
        return *settings.rerouting.tunnel_source;
    }
    for (size_t target = first_target; target < layout.targets.size(); ++target) {
        if (const auto& next_hop = layout.targets[target].next_hop) {
            return interfaces.source_towards(next_hop->interface, next_hop->address).value_or(IpAddress{});
        }
    }
    return {};
}

reroute::ServiceRow row_of(const Settings& settings, const Service& service) {
    reroute::ServiceRow row;
    row.rewrite = to_rewrite(service.mode);
    row.criterion = service.criterion == settings::Criterion::stateful ? reroute::Criterion::stateful
                                                                       : reroute::Criterion::stateless;
    row.fragments = to_fragments(service.fragments);
    if (service.mode == settings::Rewrite::nat) {
        row.answers = service.answers == settings::Answers::snat ? reroute::AnswerWay::snat
                                                                 : reroute::AnswerWay::route;
    }
    row.by_client = service.sticky.count() != 0 && service.criterion == settings::Criterion::stateless;
    row.chooses_least_loaded = service.choose == settings::Choice::load;
    // What targets know a connection by, with snat, is one member's.
    row.tells_members = service.criterion == settings::Criterion::stateful && !settings.groups.empty() &&
                        row.answers != reroute::AnswerWay::snat &&
                        std::ranges::all_of(service.targets, [](const Target& t) { return t.member.empty(); });
    row.mss = service.mss;
    row.idle_s = settings::to_seconds(service.idle);
    row.sticky_s = settings::to_seconds(service.sticky);
    row.n_slots = reroute::kSlots;
    return row;
}

void add_ports(reroute::PublishedRow& published, const Service& service, uint16_t number) {
    auto& matches = service.protocol == settings::ServiceProtocol::udp ? published.udp : published.tcp;
    for (const settings::PortRange& ports : service.ports) {
        matches.push_back({.first = ports.first, .last = ports.last, .service = number});
    }
}

// With return: route any member restores the source by these alone.
void add_answers(reroute::ServiceSet& set, const Service& service, const ServiceLayout& layout) {
    const uint8_t protocol = service.protocol == settings::ServiceProtocol::udp ? packet::kIpProtocolUdp
                                                                                : packet::kIpProtocolTcp;
    const uint16_t published = layout.number_of(service.addresses.front());
    for (const Target& target : service.targets) {
        for (const settings::PortRange& ports : service.ports) {
            for (uint32_t port = ports.first; port <= ports.last; ++port) {
                set.add_answer(target.address.to_v4(), target.port != 0 ? target.port : static_cast<uint16_t>(port),
                               protocol,
                               {.published = service.addresses.front().to_v4(),
                                .published_port = static_cast<uint16_t>(port),
                                .published_index = published});
            }
        }
    }
}

}  // namespace

reroute::Rewrite to_rewrite(settings::Rewrite mode) {
    switch (mode) {
        case settings::Rewrite::nat: return reroute::Rewrite::nat;
        case settings::Rewrite::ipip: return reroute::Rewrite::ipip;
        case settings::Rewrite::gre: return reroute::Rewrite::gre;
        case settings::Rewrite::mac: break;
    }
    return reroute::Rewrite::mac;
}

std::optional<NeighbourKey> next_hop_towards(const Routes& routes, const IpAddress& address) {
    const Route* const route = routes.find(address);
    if (route == nullptr || (route->kind != RouteKind::connected && route->kind != RouteKind::via)) {
        return std::nullopt;
    }
    return routes.next_hop(*route, address);
}

AdjacencyIndex adjacency_towards(const Routes& routes, std::span<const AdjacencyIndex> adjacencies,
                                 const std::optional<NeighbourKey>& next_hop) {
    const auto known = routes.next_hops();
    const auto found = next_hop ? std::ranges::find(known, *next_hop) : known.end();
    return found == known.end() ? kNoAdjacency : adjacencies[static_cast<size_t>(found - known.begin())];
}

std::optional<uint16_t> ServiceLayout::find(const IpAddress& address) const {
    const auto found = std::ranges::find(published, address);
    return found == published.end() ? std::nullopt
                                    : std::optional(static_cast<uint16_t>(found - published.begin()));
}

ServiceLayout lay_out_services(const Settings& settings, const Routes& routes) {
    ServiceLayout layout;
    layout.key = key_of(secret_of(settings));
    layout.digest = reroute::services_digest(canonical_text(settings));
    const auto publish = [&layout](const std::vector<IpAddress>& addresses) {
        for (const IpAddress& address : addresses) {
            if (std::ranges::find(layout.published, address) == layout.published.end()) {
                layout.published.push_back(address);
            }
        }
    };
    for (size_t i = 0; i < settings.services.size(); ++i) {
        const Service& service = settings.services[i];
        publish(service.addresses);
        layout.first_target.push_back(static_cast<uint16_t>(layout.targets.size()));
        layout.classes.push_back(classes_of(settings, service));
        for (size_t place = 0; place < service.targets.size(); ++place) {
            layout.targets.push_back({.service = i,
                                      .place = place,
                                      .next_hop = next_hop_towards(routes, service.targets[place].address)});
        }
    }
    for (const settings::Spray& spray : settings.sprays) {
        publish(spray.addresses);
    }
    publish(pool_addresses(settings));
    return layout;
}

std::vector<Probed> lay_out_probes(const Settings& settings, const ServiceLayout& layout,
                                   const InterfaceSet& interfaces) {
    std::vector<Probed> probes;
    for (const PlacedTarget& placed : layout.targets) {
        const Service& service = settings.services[placed.service];
        const Target& target = service.targets[placed.place];
        Probed& probed = probes.emplace_back();
        probed.health.probe = settings::Probe::none;
        const bool is_others = !target.member.empty() && target.member != settings.appliance.name;
        if (is_others || !placed.next_hop) {
            continue;
        }
        const auto own = interfaces.source_towards(placed.next_hop->interface, placed.next_hop->address);
        if (!own) {
            continue;
        }
        const uint16_t asked_port = service.ports.front().first;
        const bool is_nat = service.mode == settings::Rewrite::nat;
        // Behind snat, what is not to an address of a pool comes as the target sends it.
        const bool is_snat = is_nat && service.answers == settings::Answers::snat;
        probed = {.health = service.health,
                  .rewrite = to_rewrite(service.mode),
                  .next_hop = *placed.next_hop,
                  .own = *own,
                  .asked = is_nat ? target.address : service.addresses.front(),
                  .answers_from = is_snat ? target.address : service.addresses.front(),
                  .port = is_nat && target.port != 0 ? target.port : asked_port,
                  .tunnel_source = settings.rerouting.tunnel_source.value_or(*own),
                  .target = target.address,
                  .name = target.name};
    }
    return probes;
}

reroute::ServiceSet lay_out_set(const Settings& settings, const ServiceLayout& layout,
                                const InterfaceSet& interfaces) {
    reroute::ServiceSet set;
    set.key = layout.key;
    for (const IpAddress& address : layout.published) {
        set.published.emplace_back().address = address.to_v4();
    }
    for (const IpAddress& address : pool_addresses(settings)) {
        set.published[layout.number_of(address)].pool = static_cast<uint16_t>(set.pools.size());
        set.pools.push_back(address.to_v4());
    }
    uint16_t n_pools = 0;
    for (size_t i = 0; i < settings.services.size(); ++i) {
        const Service& service = settings.services[i];
        reroute::ServiceRow& row = set.services.emplace_back(row_of(settings, service));
        row.classes = layout.classes[i];
        row.has_classes = row.classes.n_classes() > 1;
        row.tunnel_source = tunnel_source(settings, interfaces, layout, layout.first_target[i]).to_v4();
        for (const IpAddress& address : service.addresses) {
            add_ports(set.published[layout.number_of(address)], service, static_cast<uint16_t>(i));
        }
        row.first_pool = n_pools;
        row.n_pools = static_cast<uint16_t>(settings::pool_addresses(service).size());
        n_pools = static_cast<uint16_t>(n_pools + row.n_pools);
        if (row.answers == reroute::AnswerWay::route) {
            add_answers(set, service, layout);
        }
        for (const Target& target : service.targets) {
            set.targets.push_back({.address = target.address.to_v4(), .port = target.port});
        }
    }
    for (const std::string& name : settings.rerouting.decapsulate_on) {
        if (const Interface* const interface = interfaces.find(name); interface != nullptr) {
            set.tunnel_interfaces.push_back(interface->id);
        }
    }
    for (const IpPrefix& prefix : settings.rerouting.decapsulate_from) {
        set.tunnel_sources.push_back({.first = prefix.network().address.to_v4(),
                                       .last = broadcast_address(prefix).to_v4()});
    }
    return set;
}

}  // namespace evengate::control
