// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>

#include "settings/check_parts.hpp"

namespace evengate::settings {
namespace {

constexpr size_t kMaxTargets = 256;  // of all: what workers count

std::string target_path(size_t i, size_t j, std::string_view key) {
    return path_of("services", i, path_of("targets", j, key));
}

size_t n_ports_of(const Service& service) {
    size_t n_ports = 0;
    for (const PortRange& range : service.ports) {
        n_ports += static_cast<size_t>(range.last - range.first) + 1;
    }
    return n_ports;
}

// Answers find their way back by the target's address and port alone (rerouting rule D12).
bool needs_reverse_map(const Service& service) {
    return service.mode == Rewrite::nat && service.answers == Answers::route;
}

class TargetCheck {
 public:
    TargetCheck(const Settings& settings, const Connected& connected, Findings& findings)
        : settings_(settings),
          connected_(connected),
          findings_(findings),
          virtual_addresses_(virtual_addresses_of(settings)) {}

    void check(size_t i) {
        const Service& service = settings_.services[i];
        const std::string list = path_of("services", i, "targets");
        if (service.targets.empty()) {
            findings_.push_back({list, "no target", "at least one target", {}});
        }
        expect_unique(service.targets, list, "name", &Target::name, findings_);
        check_unique(i);
        check_data(i);
        for (size_t j = 0; j < service.targets.size(); ++j) {
            check_address(i, j);
            check_clients(i, j);
            expect_each_once<std::string>(
                service.targets[j].data, target_path(i, j, "data"),
                [](const std::string& name) { return name; }, findings_);
            expect_each_once<uint8_t>(
                service.targets[j].dscp, target_path(i, j, "dscp"),
                [](const uint8_t& dscp) { return std::to_string(dscp); }, findings_);
        }
        if (needs_reverse_map(service)) {
            check_way_back(i);
        }
    }

 private:
    // A target is known by its address and port.
    void check_unique(size_t i) {
        const std::vector<Target>& targets = settings_.services[i].targets;
        std::map<std::pair<IpAddress, uint16_t>, size_t> first;
        for (size_t j = 0; j < targets.size(); ++j) {
            const auto [earlier, is_new] =
                first.try_emplace({targets[j].address, targets[j].port}, j);
            if (!is_new) {
                const std::string other = target_path(i, earlier->second, "address");
                findings_.push_back(
                    {target_path(i, j, "address"),
                     quoted(targets[j].address.to_string()) + ", which is also " + other,
                     "each address and port once",
                     {other, target_path(i, earlier->second, "port"), target_path(i, j, "port")}});
            }
        }
    }

    void check_data(size_t i) {
        const Service& service = settings_.services[i];
        const auto holds = [&](const Target& target) {
            return std::find(target.data.begin(), target.data.end(), service.data) !=
                   target.data.end();
        };
        if (!service.data.empty() &&
            std::none_of(service.targets.begin(), service.targets.end(), holds)) {
            findings_.push_back({path_of("services", i, "data"),
                                 quoted(service.data),
                                 "none, or what one of its targets has in data",
                                 {path_of("services", i, "targets")}});
        }
    }

    // A target may be a member, and so this appliance itself.
    void check_address(size_t i, size_t j) {
        const Service& service = settings_.services[i];
        const Target& target = service.targets[j];
        const std::string path = target_path(i, j, "address");
        const std::string text = quoted(target.address.to_string());
        if (connected_.is_own(target.address) && target.address.is_v4()) {
            return;
        }
        if (!expect_foreign_host(target.address, path, connected_, findings_)) {
            return;
        }
        if (virtual_addresses_.contains(target.address)) {
            findings_.push_back({path,
                                 text + ", a virtual address of this appliance",
                                 "the address of a server or of one member",
                                 {"groups[].virtual-addresses"}});
            return;
        }
        const bool is_behind_other =
            !target.member.empty() && target.member != settings_.appliance.name;
        if (service.mode == Rewrite::mac && !is_behind_other) {
            Findings found;
            expect_on_link(target.address, path,
                           ", as mode is mac, or the member that it sits behind in member",
                           connected_, found);
            for (Finding& finding : found) {
                finding.reads.push_back(path_of("services", i, "mode"));
                finding.reads.push_back(target_path(i, j, "member"));
                finding.reads.push_back("appliance.name");
                findings_.push_back(std::move(finding));
            }
        }
    }

    void check_clients(size_t i, size_t j) {
        const Service& service = settings_.services[i];
        const Target& target = service.targets[j];
        const auto network = connected_.find(target.address);
        for (size_t k = 0; k < target.clients.size(); ++k) {
            const IpPrefix& clients = target.clients[k];
            const std::string path = target_path(i, j, "clients[" + std::to_string(k) + "]");
            if (!expect_network(clients, path, findings_)) {
                continue;
            }
            const bool are_beside = network && (network->contains(clients.address) ||
                                                clients.contains(network->address));
            if (are_beside && needs_reverse_map(service)) {
                findings_.push_back({path,
                                     quoted(clients.to_string()) +
                                         ", clients on the network of the target, which "
                                         "answers them past every member",
                                     "clients elsewhere, or return: snat and addresses in snat",
                                     {target_path(i, j, "address"), path_of("services", i, "mode"),
                                      path_of("services", i, "return"), "interfaces[].addresses"}});
            }
        }
    }

    // One target's address and port stands for one published address and port.
    void check_way_back(size_t i) {
        const Service& service = settings_.services[i];
        if (service.addresses.size() > 1) {
            findings_.push_back(
                {path_of("services", i, "addresses"),
                 std::to_string(service.addresses.size()) +
                     " published addresses, so that an answer does not tell which was asked",
                 "one, or return: snat and addresses in snat",
                 {path_of("services", i, "mode"), path_of("services", i, "return")}});
        }
        for (size_t j = 0; j < service.targets.size(); ++j) {
            if (service.targets[j].port != 0 && n_ports_of(service) > 1) {
                findings_.push_back(
                    {target_path(i, j, "port"),
                     quoted(std::to_string(service.targets[j].port)) +
                         " for several ports, so that an answer does not tell which was asked",
                     "same, or return: snat and addresses in snat",
                     {path_of("services", i, "mode"), path_of("services", i, "return"),
                      path_of("services", i, "ports")}});
            }
        }
    }

    const Settings& settings_;
    const Connected& connected_;
    Findings& findings_;
    const std::set<IpAddress> virtual_addresses_;
};

void add_ways_back(const Service& service, size_t i, std::vector<PortSite>& sites) {
    std::set<std::pair<IpAddress, uint16_t>> seen;
    for (size_t j = 0; j < service.targets.size(); ++j) {
        const Target& target = service.targets[j];
        if (!seen.emplace(target.address, target.port).second) {
            continue;
        }
        const std::string path = target_path(i, j, "address");
        if (target.port != 0) {
            sites.push_back(
                {target.address, service.protocol, {target.port, target.port}, i, path});
            continue;
        }
        for (const PortRange& range : service.ports) {
            sites.push_back({target.address, service.protocol, range, i, path});
        }
    }
}

// What a target of two services answers could be of either.
void check_ways_back_apart(const std::vector<Service>& services, Findings& findings) {
    std::vector<PortSite> sites;
    for (size_t i = 0; i < services.size(); ++i) {
        if (needs_reverse_map(services[i])) {
            add_ways_back(services[i], i, sites);
        }
    }
    for (const auto& [later, earlier] : overlaps_of(sites)) {
        // Ports that overlap within a service, and targets that stand there twice, are reported by
        // themselves.
        if (later->service_index == earlier->service_index) {
            continue;
        }
        std::vector<std::string> reads{earlier->path};
        for (const size_t index : {later->service_index, earlier->service_index}) {
            for (const std::string_view key : {"mode", "return", "protocol", "ports", "targets"}) {
                reads.push_back(path_of("services", index, key));
            }
        }
        findings.push_back(
            {later->path,
             quoted(later->address.to_string()) + " with ports that are also those of " +
                 earlier->path + ", so that an answer does not tell which service was asked",
             "another port or target, or return: snat and addresses in snat for one of the two",
             std::move(reads)});
    }
}

// Clients on the network of the published address are on that of the target too.
bool may_be_answered_directly(const Service& service, const Connected& connected) {
    if (!needs_reverse_map(service)) {
        return false;
    }
    for (const IpAddress& address : service.addresses) {
        const auto published = connected.find(address);
        for (const Target& target : service.targets) {
            if (published && published == connected.find(target.address)) {
                return true;
            }
        }
    }
    return false;
}

bool has_hash_key(const Settings& settings) {
    return !settings.rerouting.key_file.empty() ||
           (!settings.groups.empty() && !settings.groups.front().authentication.key_file.empty());
}

}  // namespace

void check_targets(const Settings& settings, const Connected& connected, Findings& findings) {
    TargetCheck targets{settings, connected, findings};
    size_t n_targets = 0;
    for (size_t i = 0; i < settings.services.size(); ++i) {
        targets.check(i);
        n_targets += settings.services[i].targets.size();
    }
    for (const Dispatcher& dispatcher : settings.dispatchers) {
        n_targets += dispatcher.gateways.size();
    }
    for (const Spray& spray : settings.sprays) {
        n_targets += spray.targets.size();
    }
    n_targets += settings.rerouting.hand_on ? kMostReceivers : 0;
    if (n_targets > kMaxTargets) {
        findings.push_back({"services",
                            std::to_string(n_targets) + " targets",
                            "at most " + std::to_string(kMaxTargets) +
                                " in all services, dispatchers and sprays; hand-on takes " +
                                std::to_string(kMostReceivers),
                            {}});
    }
    check_ways_back_apart(settings.services, findings);
}

void warn_of_services(const Settings& settings, std::vector<std::string>& found) {
    const Connected connected{settings.interfaces};
    for (const Service& service : settings.services) {
        const auto all_targets = [&](auto&& is_so) {
            return std::all_of(service.targets.begin(), service.targets.end(), is_so);
        };
        const std::string name = "service " + service.name + ": ";
        if (all_targets([](const Target& target) { return target.backup; })) {
            found.push_back(name + "all of its targets are backups");
        }
        if (all_targets([](const Target& target) { return target.weight == 0; })) {
            found.push_back(name + "the weight of all its targets is 0: nothing new is served");
        }
        if (may_be_answered_directly(service, connected)) {
            found.push_back(name +
                            "clients on the network of its targets are answered past every member, "
                            "which return: snat prevents");
        }
    }
    if (!settings.services.empty() && !has_hash_key(settings)) {
        found.push_back(
            "without keys, of rerouting or of the first group, anybody can tell which connections "
            "go to one target");
    }
}

}  // namespace evengate::settings
