// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "metrics/balance_metrics.hpp"

#include <set>

namespace evengate::metrics {
namespace {

// Prometheus refuses a whole scrape for two series of the same labels, and nothing keeps two
// members from calling themselves the same.
std::string unlike(const std::set<std::string>& others, const std::string& label) {
    std::string unique = label;
    for (size_t n = 2; others.contains(unique); ++n) {
        unique = label + "#" + std::to_string(n);
    }
    return unique;
}

void add_gateway(Samples& samples, const Labels& labels,
                 const admin::BalanceGatewayReport& gateway) {
    samples.add(MetricId::gateway_capacity_packets_per_second, labels, gateway.capacity_pps);
    samples.add(MetricId::gateway_load_packets_per_second, labels, gateway.load_pps);
    samples.add(MetricId::gateway_background_packets_per_second, labels, gateway.background_pps);
    samples.add(MetricId::gateway_vmacs, labels, uint64_t{gateway.n_vmacs});
    samples.add(MetricId::gateway_saturated, labels, gateway.saturated);
    if (gateway.capacity_pps != 0) {
        samples.add(MetricId::gateway_utilisation_ratio, labels, gateway.utilisation);
    }
}

}  // namespace

void add_balance(Samples& samples, const admin::Report& report, const admin::GroupReport& group,
                 const admin::BalanceReport& balance) {
    const Labels labels{group.interface, text_of(group.id)};
    const auto with = [&labels](std::initializer_list<std::string> more) {
        Labels all = labels;
        all.insert(all.end(), more);
        return all;
    };
    for (const admin::VmacReport& vmac : group.vmacs) {
        samples.add(MetricId::vmac_load_packets_per_second, with({text_of(vmac.number)}),
                    vmac.load_pps);
    }
    std::set<std::string> seen;
    for (const admin::BalanceGatewayReport& gateway : balance.gateways) {
        const std::string label = unlike(seen, member_label(report, group, gateway.member));
        seen.insert(label);
        add_gateway(samples, with({label}), gateway);
    }
    samples.add(MetricId::balance_info, with({balance.algorithm, balance.decide}), true);
    samples.add(MetricId::balance_deciding, labels, balance.decides_here);
    samples.add(MetricId::balance_interval_seconds, labels, seconds_of(balance.interval));
    samples.add(MetricId::balance_alpha_ratio, labels, balance.alpha);
    if (balance.imbalance > 0) {
        samples.add(MetricId::balance_imbalance_ratio, labels, balance.imbalance);
    }
    for (const admin::NamedCount& moves : balance.moves) {
        samples.add(MetricId::balance_moves_total, with({moves.name}), moves.count);
    }
    samples.add(MetricId::balance_rounds_total, labels, balance.rounds);
    samples.add(MetricId::balance_disagreements_total, labels, balance.disagreements);
    samples.add(MetricId::balance_hosts_steered_total, labels, balance.hosts_steered);
    samples.add(MetricId::balance_plan_seconds, labels, seconds_of(balance.plan_time));
    samples.add(MetricId::balance_longest_plan_seconds, labels,
                seconds_of(balance.worst_plan_time));
}

}  // namespace evengate::metrics
