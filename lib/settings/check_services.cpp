// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <tuple>

#include "settings/check_parts.hpp"

namespace evengate::settings {
namespace {

constexpr std::string_view name_of(Rewrite mode) {
    return mode == Rewrite::mac ? "mac" : mode == Rewrite::nat ? "nat" : mode == Rewrite::ipip ? "ipip" : "gre";
}

void check_ports_apart(const std::vector<Service>& services, Findings& findings) {
    std::vector<PortSite> sites;
    for (size_t i = 0; i < services.size(); ++i) {
        // An address that stands there twice is reported as such.
        const std::set<IpAddress> addresses{services[i].addresses.begin(),
                                            services[i].addresses.end()};
        for (size_t k = 0; k < services[i].ports.size(); ++k) {
            for (const IpAddress& address : addresses) {
                sites.push_back({address, services[i].protocol, services[i].ports[k], i,
                                 path_of("services", i, "ports[" + std::to_string(k) + "]")});
            }
        }
    }
    for (const auto& [later, earlier] : overlaps_of(sites)) {
        std::vector<std::string> reads{earlier->path};
        for (const size_t index : {later->service_index, earlier->service_index}) {
            reads.push_back(path_of("services", index, "addresses"));
            reads.push_back(path_of("services", index, "protocol"));
        }
        findings.push_back(
            {later->path,
             "ports of " + later->address.to_string() + " that are also in " + earlier->path,
             "ports that stand once, in one service of the address and protocol",
             std::move(reads)});
    }
}

class ServiceCheck {
 public:
    ServiceCheck(const Settings& settings, const Connected& connected, Findings& findings)
        : settings_(settings), connected_(connected), findings_(findings) {
        for (size_t i = 0; i < settings.services.size(); ++i) {
            for (size_t j = 0; j < settings.services[i].targets.size(); ++j) {
                targets_.try_emplace(settings.services[i].targets[j].address,
                                     path_of("services", i, path_of("targets", j, "address")));
            }
        }
        gather_claims();
    }

    void check(size_t i) {
        const Service& service = settings_.services[i];
        check_addresses(i, service);
        check_nat(i, service);
        check_snat(i, service);
        check_stateful(i, service);
        check_mss(i, service);
        check_health(i, service);
        if (service.ports.empty()) {
            report(i, "ports", "an empty list", "at least one port", {});
        }
    }

 private:
    // `reads` are keys of the same service.
    void report(size_t i, const std::string& key, std::string found, std::string expected,
                const std::vector<std::string>& reads) {
        Finding finding{path_of("services", i, key), std::move(found), std::move(expected), {}};
        for (const std::string& read : reads) {
            finding.reads.push_back(path_of("services", i, read));
        }
        findings_.push_back(std::move(finding));
    }

    void check_addresses(size_t i, const Service& service) {
        const std::string path = path_of("services", i, "addresses");
        if (service.addresses.empty()) {
            findings_.push_back({path, "an empty list", "at least one published address", {}});
        }
        expect_each_once<IpAddress>(
            service.addresses, path, [](const IpAddress& address) { return address.to_string(); },
            findings_);
        for (size_t j = 0; j < service.addresses.size(); ++j) {
            const IpAddress& address = service.addresses[j];
            const std::string element = path + "[" + std::to_string(j) + "]";
            if (!expect_foreign_host(address, element, connected_, findings_)) {
                continue;
            }
            if (const auto target = targets_.find(address); target != targets_.end()) {
                findings_.push_back(
                    {element,
                     quoted(address.to_string()) + ", which is also " + target->second,
                     "an address that is no target's",
                     {target->second}});
            }
        }
    }

    // A key that does nothing would look as if it did.
    void check_nat(size_t i, const Service& service) {
        if (service.mode == Rewrite::nat) {
            return;
        }
        const std::string why = ", as mode is " + std::string{name_of(service.mode)};
        if (service.answers != Answers::route) {
            report(i, "return", quoted("snat"), "route" + why, {"mode"});
        } else if (!service.snat.empty()) {
            report(i, "snat", "a list", "none" + why, {"mode", "return"});
        }
        for (size_t j = 0; j < service.targets.size(); ++j) {
            if (const uint16_t port = service.targets[j].port; port != 0) {
                report(i, path_of("targets", j, "port"), quoted(std::to_string(port)), "same" + why,
                       {"mode"});
            }
        }
    }

    void check_snat(size_t i, const Service& service) {
        if (service.mode == Rewrite::nat && service.answers == Answers::route &&
            !service.snat.empty()) {
            report(i, "snat", "a list", "none, or return: snat", {"mode", "return"});
        }
        if (service.mode == Rewrite::nat && service.answers == Answers::snat &&
            service.snat.empty()) {
            report(i, "return", quoted("snat"),
                   "route, or addresses in snat that targets see in place of the client's",
                   {"mode", "snat"});
        }
        for (size_t j = 0; j < service.snat.size(); ++j) {
            check_pool(i, j, service.snat[j]);
        }
        uint64_t n_pools = 0;
        for (size_t earlier = 0; earlier <= i; ++earlier) {
            for (const IpPrefix& pool : settings_.services[earlier].snat) {
                n_pools += n_addresses(pool);
            }
        }
        if (!service.snat.empty() && n_pools > kMaxPoolAddresses) {
            report(i, "snat", std::to_string(n_pools) + " addresses",
                   "at most " + std::to_string(kMaxPoolAddresses) + " in all services", {});
        }
    }

    // What is for something else than to be seen by targets.
    void gather_claims() {
        for (const Interface& interface : settings_.interfaces) {
            for (const IpPrefix& own : interface.addresses) {
                claims_.push_back({own.address, "an address of interface " + quoted(interface.name),
                                   "interfaces[].addresses"});
            }
        }
        for (const Service& service : settings_.services) {
            for (const IpAddress& address : service.addresses) {
                claims_.push_back({address, "the published address " + address.to_string(), "services[].addresses"});
            }
        }
        for (const auto& [address, path] : targets_) {
            claims_.push_back({address, path, path});
        }
        for (const Group& group : settings_.groups) {
            for (const IpAddress& address : group.virtual_addresses) {
                claims_.push_back({address, "the virtual address " + address.to_string(), "groups[].virtual-addresses"});
            }
        }
        for (const Route& route : settings_.routes) {
            claims_.push_back({route.via, "the next hop " + route.via.to_string(), "routes[].via"});
        }
        for (const Dispatcher& dispatcher : settings_.dispatchers) {
            for (const DispatcherGateway& gateway : dispatcher.gateways) {
                claims_.push_back({gateway.address, "gateway " + gateway.address.to_string() + " of a dispatcher",
                                   "dispatchers[].gateways"});
            }
        }
        for (const Spray& spray : settings_.sprays) {
            for (const std::vector<IpAddress>* const addresses : {&spray.addresses, &spray.targets}) {
                for (const IpAddress& address : *addresses) {
                    claims_.push_back({address, address.to_string() + ", of a spray", "sprays[]"});
                }
            }
        }
    }

    // Answers to these addresses are this member's: nobody else may have them.
    void check_pool(size_t i, size_t j, const IpPrefix& pool) {
        const std::string key = "snat[" + std::to_string(j) + "]";
        const auto refuse = [&](const std::string& what, const std::string& read) {
            findings_.push_back({path_of("services", i, key),
                                 quoted(pool.to_string()) + ", which holds " + what,
                                 "addresses that are for nothing else",
                                 {read}});
        };
        if (!expect_network(pool, path_of("services", i, key), findings_)) {
            return;
        }
        const auto claim = std::ranges::find_if(
            claims_, [&](const Claim& other) { return pool.contains(other.address); });
        if (claim != claims_.end()) {
            return refuse(claim->what, claim->path);
        }
        check_pool_beside(i, j, pool, refuse);
    }

    // On a link of ours the pool is ours to answer for, but for what no host may have.
    template <class Refuse>
    void check_pool_beside(size_t i, size_t j, const IpPrefix& pool, Refuse&& refuse) {
        const IpAddress last = IpAddress::v4(pool.address.to_v4() + static_cast<uint32_t>(n_addresses(pool) - 1));
        for (const IpAddress& edge : {pool.address, last}) {
            if (!is_host_address(edge)) {
                refuse(edge.to_string() + ", which no host may have", {});
                return;
            }
            const auto network = connected_.find(edge);
            if (network && is_network_or_broadcast(*network, edge)) {
                refuse(edge.to_string() + ", which no host on " + network->network().to_string() + " may have",
                       "interfaces[].addresses");
                return;
            }
        }
        for (size_t earlier = 0; earlier <= i; ++earlier) {
            const std::vector<IpPrefix>& pools = settings_.services[earlier].snat;
            for (size_t k = 0; k < (earlier < i ? pools.size() : j); ++k) {
                if (pool.contains(pools[k].address) || pools[k].contains(pool.address)) {
                    const std::string path = path_of("services", earlier, "snat[" + std::to_string(k) + "]");
                    refuse("addresses of " + path, path);
                    return;
                }
            }
        }
    }

    void check_stateful(size_t i, const Service& service) {
        if (service.criterion == Criterion::stateful) {
            return;
        }
        const std::string why = ", as criterion is stateless";
        if (service.choose != Choice::hash) {
            report(i, "choose", quoted("load"), "hash" + why, {"criterion"});
        }
        if (service.sticky != Milliseconds{0}) {
            report(i, "sticky", quoted(std::to_string(service.sticky.count()) + "ms"), "off" + why,
                   {"criterion"});
        }
        for (size_t j = 0; j < service.targets.size(); ++j) {
            if (const uint32_t most = service.targets[j].max_connections; most != 0) {
                report(i, path_of("targets", j, "max-connections"), quoted(std::to_string(most)),
                       "unlimited" + why, {"criterion"});
            }
        }
    }

    void check_mss(size_t i, const Service& service) {
        if (service.mss == 0) {
            return;
        }
        const std::string found = quoted(std::to_string(service.mss));
        if (service.protocol != ServiceProtocol::tcp) {
            report(i, "mss", found, "off, as protocol is udp", {"protocol"});
        } else if (service.mode == Rewrite::mac) {
            report(i, "mss", found, "off, as mode is mac, which changes nothing of IP", {"mode"});
        }
    }

    void check_health(size_t i, const Service& service) {
        const Health& health = service.health;
        const bool is_tcp = health.probe == Probe::tcp || health.probe == Probe::http;
        if (service.protocol == ServiceProtocol::udp && is_tcp) {
            report(i, "health.probe", quoted(health.probe == Probe::tcp ? "tcp" : "http"),
                   "icmp, script or none, as protocol is udp", {"protocol"});
        }
        if (health.probe == Probe::script && health.script.empty()) {
            report(i, "health.probe", quoted("script"), "a path in script, or another probe",
                   {"health.script"});
        }
        if (health.probe != Probe::script && !health.script.empty()) {
            report(i, "health.script", quoted(health.script), "none, or probe: script",
                   {"health.probe"});
        }
        if (health.probe != Probe::http && health.path != Health{}.path) {
            report(i, "health.path", quoted(health.path), "/, or probe: http", {"health.probe"});
        }
    }

    const Settings& settings_;
    const Connected& connected_;
    Findings& findings_;
    std::map<IpAddress, std::string> targets_;
    struct Claim {
        IpAddress address;
        std::string what;
        std::string path;
    };
    std::vector<Claim> claims_;
};

void check_rerouting(const Settings& settings, Findings& findings) {
    const Rerouting& rerouting = settings.rerouting;
    for (size_t i = 0; i < rerouting.decapsulate_on.size(); ++i) {
        expect_interface(settings, rerouting.decapsulate_on[i],
                         "rerouting.decapsulate-on[" + std::to_string(i) + "]", findings);
    }
    for (size_t i = 0; i < rerouting.decapsulate_from.size(); ++i) {
        expect_network(rerouting.decapsulate_from[i],
                       "rerouting.decapsulate-from[" + std::to_string(i) + "]", findings);
    }
    if (rerouting.decapsulate_on.empty() != rerouting.decapsulate_from.empty()) {
        const bool lacks_on = rerouting.decapsulate_on.empty();
        findings.push_back({lacks_on ? "rerouting.decapsulate-from" : "rerouting.decapsulate-on",
                            "a list",
                            lacks_on ? "none, or interfaces in decapsulate-on"
                                     : "none, or outer sources in decapsulate-from",
                            {"rerouting.decapsulate-on", "rerouting.decapsulate-from"}});
    }
    if (const auto& source = rerouting.tunnel_source;
        source && (!source->is_v4() || !is_host_address(*source))) {
        findings.push_back({"rerouting.tunnel-source",
                            quoted(source->to_string()),
                            "the IPv4 address of a host",
                            {}});
    }
}

}  // namespace

// In sorted order a range can only overlap the one before it that reaches furthest.
std::vector<PortOverlap> overlaps_of(const std::vector<PortSite>& sites) {
    std::vector<const PortSite*> sorted;
    for (const PortSite& site : sites) {
        sorted.push_back(&site);
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const PortSite* a, const PortSite* b) {
        return std::tie(a->address, a->protocol, a->ports.first) <
               std::tie(b->address, b->protocol, b->ports.first);
    });
    std::vector<PortOverlap> found;
    std::set<std::string_view> reported;
    const PortSite* furthest = nullptr;
    for (const PortSite* const site : sorted) {
        const bool same_address = furthest != nullptr && furthest->address == site->address &&
                                  furthest->protocol == site->protocol;
        if (same_address && site->ports.first <= furthest->ports.last) {
            // Both stand in one list.
            const PortOverlap overlap{std::max(site, furthest), std::min(site, furthest)};
            if (reported.insert(overlap.later->path).second) {
                found.push_back(overlap);
            }
        }
        if (!same_address || site->ports.last > furthest->ports.last) {
            furthest = site;
        }
    }
    return found;
}

void check_services(const Settings& settings, const Connected& connected, Findings& findings) {
    expect_unique(settings.services, "services", "name", &Service::name, findings);
    ServiceCheck services{settings, connected, findings};
    for (size_t i = 0; i < settings.services.size(); ++i) {
        services.check(i);
    }
    check_ports_apart(settings.services, findings);
    check_rerouting(settings, findings);
}

}  // namespace evengate::settings
