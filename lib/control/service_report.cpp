// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: services in the words of reports, and what single flows meet. Thread: control.
#include <algorithm>
#include <array>

#include "control/connection_filter.hpp"
#include "control/services.hpp"
#include "packet/ipv4.hpp"

namespace evengate::control {
namespace {

using reroute::ToldFlow;

constexpr std::array<std::string_view, 4> kModes = {"mac", "nat", "ipip", "gre"};
constexpr std::array<std::string_view, 3> kVerdicts = {"unknown", "up", "down"};

std::string ports_text(const settings::Service& service) {
    std::string text;
    for (const settings::PortRange& ports : service.ports) {
        text += (text.empty() ? "" : ",") + std::to_string(ports.first);
        text += ports.first == ports.last ? "" : "-" + std::to_string(ports.last);
    }
    return text;
}

std::string_view protocol_text(uint8_t protocol) {
    return protocol == packet::kIpProtocolUdp ? std::string_view("udp") : std::string_view("tcp");
}

uint32_t share_of(uint64_t part, uint64_t whole) {
    constexpr uint64_t kOne = 1'000'000;
    return whole == 0 ? 0 : static_cast<uint32_t>(static_cast<double>(part) / static_cast<double>(whole) * kOne);
}

}  // namespace

admin::TargetReport Services::report_target(size_t service, size_t place) const {
    const settings::Target& configured = configured_[service].targets[place];
    const uint16_t number = layout_.number(service, place);
    const OfTarget& target = targets_[number];
    const reroute::TargetSet& set = services_[service].set;
    const TargetCounts counts = parts_.plane->counts(number);
    admin::TargetReport report;
    report.name = configured.name;
    report.address = configured.address;
    report.port = configured.port;
    report.member = configured.member;
    report.verdict = kVerdicts[static_cast<size_t>(target.health.verdict())];
    report.reason = target.reason;
    switch (use_of(service, place)) {
        case reroute::TargetUse::flushed:
            report.state = "drained";
            report.reason = "an operator asked: no packets";
            break;
        case reroute::TargetUse::draining:
            report.state = "draining";
            report.reason = "an operator asked: nothing new";
            break;
        case reroute::TargetUse::down:
            report.state = "down";
            break;
        case reroute::TargetUse::up:
            report.state = set.is_full(place) ? "full" : target.weight_now == 0 ? "spare" : "up";
            if (set.is_full(place)) {
                report.reason = "has max-connections";
            } else if (target.weight_now == 0) {
                report.reason = !is_reachable(number) ? "no route leads there"
                                : configured.weight == 0 ? "its weight is 0"
                                                         : "a backup while others are up";
            }
            break;
    }
    report.weight = configured.weight;
    report.weight_now = target.weight_now;
    report.packets = counts.packets;
    report.bytes = counts.bytes;
    report.connections_opened = counts.opened;
    report.connections = counts.live;
    report.connections_elsewhere = target.live_elsewhere;
    const auto count = [&](glbp::TargetHealth health) {
        return static_cast<uint32_t>(std::ranges::count_if(
            members_, [&](const OfMember& member) { return member.said[number].health == health; }));
    };
    report.n_up = count(glbp::TargetHealth::up) + (target.health.verdict() == reroute::Verdict::up ? 1 : 0);
    report.n_down = count(glbp::TargetHealth::down) + (target.health.verdict() == reroute::Verdict::down ? 1 : 0);
    report.probes = probes_->n_sent(number);
    report.probes_failed = probes_->n_failed(number);
    return report;
}

void Services::fill_report(admin::RerouteReport& report, TimePoint) const {
    if (parts_.plane == nullptr) {
        return;
    }
    report.digest = layout_.digest;
    report.n_disagreeing = static_cast<uint32_t>(
        std::ranges::count_if(members_, [](const OfMember& member) { return !member.agrees; }));
    if (group_ && epoch_.avg != MemberId{}) {
        report.epoch = std::to_string(epoch_.term) + "/" + std::to_string(epoch_.avg.value) + "/" +
                       std::to_string(epoch_.sequence);
    }
    for (size_t i = 0; i < configured_.size(); ++i) {
        const settings::Service& configured = configured_[i];
        admin::ServiceReport& service = report.services.emplace_back();
        service.name = configured.name;
        service.addresses = configured.addresses;
        service.protocol = configured.protocol == settings::ServiceProtocol::udp ? "udp" : "tcp";
        service.ports = ports_text(configured);
        service.mode = kModes[static_cast<size_t>(configured.mode)];
        service.criterion = configured.criterion == settings::Criterion::stateful ? "stateful" : "stateless";
        uint64_t packets = 0;
        uint64_t opened = 0;
        uint64_t weight = 0;
        for (size_t place = 0; place < configured.targets.size(); ++place) {
            service.targets.push_back(report_target(i, place));
            packets += service.targets.back().packets;
            opened += service.targets.back().connections_opened;
            weight += service.targets.back().weight;
        }
        for (admin::TargetReport& target : service.targets) {
            target.share_wanted = configured.shares == settings::Distribution::equal
                                      ? share_of(1, service.targets.size())
                                      : share_of(target.weight, weight);
            target.share_of_packets = share_of(target.packets, packets);
            target.share_of_connections = share_of(target.connections_opened, opened);
        }
    }
    dispatchers_->fill_report(report);
    if (handing_on_) {
        handing_on_->fill_report(report);
    }
    parts_.plane->describe(report);
}

admin::ConnectionReport Services::report_connection(const ToldFlow& flow, Duration idle) const {
    const uint16_t published = reroute::published_of(flow.kind);
    admin::ConnectionReport report;
    report.client = IpAddress::v4(static_cast<uint32_t>(flow.ends >> 32));
    report.client_port = static_cast<uint16_t>(flow.ends >> 16);
    report.published = published < layout_.published.size() ? layout_.published[published] : IpAddress{};
    report.published_port = static_cast<uint16_t>(flow.ends);
    report.protocol = protocol_text(reroute::protocol_of(flow.kind));
    if (flow.target < layout_.targets.size()) {
        const PlacedTarget& placed = layout_.targets[flow.target];
        report.service = configured_[placed.service].name;
        report.target = configured_[placed.service].targets[placed.place].name;
    }
    report.state = connection_state_text(flow.state);
    report.idle = idle;
    return report;
}

Result<std::vector<admin::ConnectionReport>> Services::connections(std::string_view filter, size_t most) const {
    std::vector<std::string> names;
    for (const PlacedTarget& placed : layout_.targets) {
        const settings::Service& service = configured_[placed.service];
        names.push_back(service.name + "/" + service.targets[placed.place].name);
    }
    const auto wanted = ConnectionFilter::make(filter, names, layout_.published);
    if (!wanted) {
        return wanted.error();
    }
    std::vector<admin::ConnectionReport> found;
    if (parts_.plane == nullptr || most == 0) {
        return found;
    }
    parts_.plane->for_each_flow([&](const ToldFlow& flow, uint32_t idle_s) {
        if (wanted->matches(flow)) {
            found.push_back(report_connection(flow, std::chrono::seconds(idle_s)));
        }
        return found.size() < most;
    });
    return found;
}

std::optional<Services::Fate> Services::fate_of(const reroute::Flow& flow, uint8_t tos) const {
    const auto published = layout_.find(IpAddress::v4(flow.published));
    if (parts_.plane == nullptr || !published) {
        return std::nullopt;
    }
    const uint16_t number = blank_.published[*published].find(flow.protocol, flow.published_port);
    if (number == reroute::kNoService) {
        return std::nullopt;
    }
    const reroute::ServiceRow& row = blank_.services[number];
    Fate fate;
    fate.service = number;
    fate.hash = reroute::flow_hash(layout_.key, flow);
    const uint64_t chooses = row.chooses_by_addresses()
                                 ? reroute::address_hash(layout_.key, flow.client, flow.published)
                                 : fate.hash;
    fate.slot = static_cast<uint32_t>(row.slot_of(chooses));
    fate.by_slot = services_[number].slots.slots()[row.place_in_slots(tos, flow.client, chooses)];
    if (row.criterion == reroute::Criterion::stateful) {
        fate.known = parts_.plane->find(
            {.ends = reroute::flow_ends(flow.client, flow.client_port, flow.published_port),
             .kind = reroute::flow_kind(*published, flow.protocol)},
            fate.hash);
    }
    return fate;
}

// Of an answer to an address of a pool: whose connection the port is.
std::optional<std::string> Services::explain_source(const reroute::Flow& answer) const {
    const auto pool = std::ranges::find(blank_.pools, answer.published);
    if (parts_.plane == nullptr || pool == blank_.pools.end()) {
        return std::nullopt;
    }
    const std::string text = IpAddress::v4(answer.published).to_string() + ":" + std::to_string(answer.published_port);
    const auto owner =
        parts_.plane->find_source(static_cast<uint16_t>(pool - blank_.pools.begin()), answer.published_port);
    if (!owner || owner->target >= layout_.targets.size()) {
        return text + " is no connection's source now";
    }
    const PlacedTarget& placed = layout_.targets[owner->target];
    const settings::Service& service = configured_[placed.service];
    return text + " is the source that " + service.targets[placed.place].name + " of service " + service.name +
           " sees of " + IpAddress::v4(static_cast<uint32_t>(owner->ends >> 32)).to_string() + ":" +
           std::to_string(static_cast<uint16_t>(owner->ends >> 16)) + " to " +
           layout_.published[reroute::published_of(owner->kind)].to_string() + ":" +
           std::to_string(static_cast<uint16_t>(owner->ends));
}

Result<std::string> Services::explain(const reroute::Flow& flow, uint8_t tos) const {
    const auto fate = fate_of(flow, tos);
    if (const auto source = explain_source(flow); !fate && source) {
        return *source;
    }
    if (!fate) {
        return Error{"no service has " + IpAddress::v4(flow.published).to_string() + ":" +
                     std::to_string(flow.published_port) + " " + std::string(protocol_text(flow.protocol))};
    }
    const auto name = [this](uint16_t number) {
        if (number >= layout_.targets.size()) {
            return std::string("no target");
        }
        const PlacedTarget& placed = layout_.targets[number];
        return configured_[placed.service].targets[placed.place].name;
    };
    const settings::Service& service = configured_[fate->service];
    std::string text = "service " + service.name + ", mode " +
                       std::string(kModes[static_cast<size_t>(service.mode)]) + "; slot " +
                       std::to_string(fate->slot) + " of " + std::to_string(reroute::kSlots) + " leads to " +
                       name(fate->by_slot);
    if (service.criterion == settings::Criterion::stateless) {
        return text + "; stateless, so it goes there";
    }
    return fate->known ? text + "; its connection is " + std::string(connection_state_text(fate->known->state)) + " with " +
                             name(fate->known->target)
                       : text + "; no worker knows the connection: a new one is chosen" +
                             (service.choose == settings::Choice::load ? " by load" : " by slot");
}

}  // namespace evengate::control
