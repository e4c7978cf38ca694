// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "metrics/reroute_metrics.hpp"

namespace evengate::metrics {
namespace {

// An operator's drain says nothing of the target, so that its own verdict counts then.
bool is_up(const admin::TargetReport& target) {
    const bool is_drained = target.state == "draining" || target.state == "drained";
    return is_drained ? target.verdict == "up" : target.state != "down";
}

void add_target(Samples& samples, const Labels& labels, const admin::TargetReport& target) {
    samples.add(MetricId::target_up, labels, is_up(target));
    for (const char* state : {"up", "down", "draining", "drained", "full", "spare"}) {
        samples.add(MetricId::target_state, {labels[0], labels[1], state}, target.state == state);
    }
    samples.add(MetricId::target_weight, labels, uint64_t{target.weight});
    samples.add(MetricId::target_weight_now, labels, uint64_t{target.weight_now});
    samples.add(MetricId::target_packets_total, labels, target.packets);
    samples.add(MetricId::target_bytes_total, labels, target.bytes);
    samples.add(MetricId::target_connections, labels, target.connections);
    samples.add(MetricId::target_connections_opened_total, labels, target.connections_opened);
    samples.add(MetricId::target_probes_total, labels, target.probes);
    samples.add(MetricId::target_probes_failed_total, labels, target.probes_failed);
}

void add_dispatcher(Samples& samples, const admin::DispatcherReport& dispatcher) {
    constexpr double kMillion = 1e6;
    for (const admin::DispatcherGatewayReport& gateway : dispatcher.gateways) {
        const Labels labels{dispatcher.name, gateway.name};
        samples.add(MetricId::dispatcher_buckets, labels, uint64_t{gateway.n_buckets});
        samples.add(MetricId::dispatcher_gateway_up, labels, gateway.state == "up");
        samples.add(MetricId::dispatcher_packets_total, labels, gateway.packets);
    }
    samples.add(MetricId::dispatcher_moves_total, {dispatcher.name}, dispatcher.n_moves);
    if (dispatcher.imbalance != 0) {
        samples.add(MetricId::dispatcher_imbalance_ratio, {dispatcher.name},
                    dispatcher.imbalance / kMillion);
    }
}

}  // namespace

void add_reroute(Samples& samples, const admin::RerouteReport& report) {
    if (report.is_empty()) {
        return;
    }
    for (const admin::ServiceReport& service : report.services) {
        samples.add(MetricId::service_info,
                    {service.name, service.protocol, service.mode, service.criterion}, true);
        for (const admin::TargetReport& target : service.targets) {
            add_target(samples, {service.name, target.name}, target);
        }
    }
    for (const admin::NamedCount& event : report.events) {
        samples.add(MetricId::rerouting_events_total, {event.name}, event.count);
    }
    samples.add(MetricId::rerouting_connections, {}, report.n_connections);
    samples.add(MetricId::rerouting_connection_room, {}, report.connection_room);
    samples.add(MetricId::rerouting_half_open, {}, report.n_half_open);
    if (report.source_room != 0) {
        samples.add(MetricId::rerouting_sources, {}, report.n_sources);
        samples.add(MetricId::rerouting_source_room, {}, report.source_room);
    }
    samples.add(MetricId::rerouting_publications_total, {}, report.publications);
    samples.add(MetricId::rerouting_disagreeing_members, {}, uint64_t{report.n_disagreeing});
    for (const admin::DispatcherReport& dispatcher : report.dispatchers) {
        add_dispatcher(samples, dispatcher);
    }
    for (const admin::SprayReport& spray : report.sprays) {
        for (const admin::SprayTargetReport& target : spray.targets) {
            const Labels labels{spray.name, target.address.to_string()};
            samples.add(MetricId::spray_target_up, labels, target.state == "up");
            samples.add(MetricId::spray_packets_total, labels, target.packets);
        }
    }
}

}  // namespace evengate::metrics
