// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "replay/comparison.hpp"

#include <algorithm>

#include "balance/upper_bound.hpp"

namespace evengate::replay {
namespace {

using balance::Gateway;
using balance::Load;
using balance::Target;

// All capacity, in the parts that the target asks for. Gateways without capacity take nothing.
std::vector<Load> wanted_loads(const ReplayOptions& options) {
    std::vector<Load> parts = options.capacities;
    for (std::size_t i = 0;
         i < parts.size() && options.balance.objective.target != Target::capacity; ++i) {
        const Load share =
            options.balance.objective.target == Target::equal ? 1 : options.shares[i];
        parts[i] = parts[i] == 0 ? 0 : share;
    }
    const auto sum_of = [](const std::vector<Load>& all) {
        double sum = 0;
        for (const Load one : all) {
            sum += static_cast<double>(one);
        }
        return sum;
    };
    const double factor = sum_of(options.capacities) / std::max(sum_of(parts), 1.0);
    for (Load& part : parts) {
        part = static_cast<Load>(static_cast<double>(part) * factor);
    }
    return parts;
}

class Judge {
 public:
    Judge(const Series& series, const ReplayOptions& options, const Run& run)
        : series_(series), options_(options), run_(run) {
        for (const Load capacity : options.capacities) {
            rooms_.push_back(room_in(capacity, run.interval));
        }
        wanted_ = wanted_loads(options);
        for (const Load volume : run.vmac_volumes) {
            total_ += static_cast<double>(volume);
        }
    }

    [[nodiscard]] std::size_t n_gateways() const { return rooms_.size(); }
    [[nodiscard]] double share(double processed) const {
        return total_ > 0 ? processed / total_ : 1;
    }
    [[nodiscard]] double processed(std::span<const Load> offered) const {
        double sum = 0;
        for (std::size_t i = 0; i < rooms_.size(); ++i) {
            sum += static_cast<double>(std::min(offered[i], rooms_[i]));
        }
        return sum;
    }
    [[nodiscard]] std::span<const Load> vmacs_of(std::size_t interval) const {
        return std::span(run_.vmac_volumes).subspan(interval * options_.n_vmacs, options_.n_vmacs);
    }
    [[nodiscard]] std::vector<Load> hosts_of(std::size_t interval) const {
        std::vector<Load> volumes(series_.n_flows);
        const std::size_t first = interval * run_.rows_per_interval;
        for (std::size_t row = first; row < first + run_.rows_per_interval; ++row) {
            for (std::size_t host = 0; host < series_.n_flows; ++host) {
                volumes[host] += series_.row(row)[host];
            }
        }
        return volumes;
    }

    [[nodiscard]] double by_run() const {
        double sum = 0;
        for (std::size_t k = 0; k < run_.n_intervals; ++k) {
            sum +=
                processed(std::span(run_.gateway_volumes).subspan(k * n_gateways(), n_gateways()));
        }
        return share(sum);
    }

    // No mapping of hosts to vMACs does better.
    [[nodiscard]] double by_clairvoyant() const {
        balance::FlowOrder flows;
        std::vector<Load> buffer;
        double sum = 0;
        for (std::size_t k = 0; k < run_.n_intervals; ++k) {
            flows.sort(hosts_of(k));
            sum += static_cast<double>(balance::upper_bound(rooms_, flows, buffer));
        }
        return share(sum);
    }

    // Hosts that stay where they are.
    [[nodiscard]] double by_fixed_hosts(const std::vector<Gateway>& gateway_of) const {
        double sum = 0;
        for (std::size_t k = 0; k < run_.n_intervals; ++k) {
            const std::vector<Load> volumes = hosts_of(k);
            std::vector<Load> offered(n_gateways());
            for (std::size_t host = 0; host < volumes.size(); ++host) {
                offered[gateway_of[host]] += volumes[host];
            }
            sum += processed(offered);
        }
        return share(sum);
    }

    [[nodiscard]] double by_round_robin() const {
        std::vector<Gateway> gateway_of(series_.n_flows, balance::unassigned);
        std::size_t n_seen = 0;
        for (std::size_t row = 0; row < series_.n_rows; ++row) {
            for (std::size_t host = 0; host < series_.n_flows; ++host) {
                if (gateway_of[host] == balance::unassigned && series_.row(row)[host] > 0) {
                    gateway_of[host] = static_cast<Gateway>(n_seen++ % n_gateways());
                }
            }
        }
        for (Gateway& gateway : gateway_of) {
            gateway = gateway == balance::unassigned ? Gateway{0} : gateway;
        }
        return by_fixed_hosts(gateway_of);
    }

    [[nodiscard]] double by_host_hash() const {
        Hosts hosts(series_.n_flows, options_.n_vmacs, Policy::host_hash, options_.seed);
        std::vector<Gateway> gateway_of;
        for (std::size_t host = 0; host < series_.n_flows; ++host) {
            hosts.ask(host, {});
            gateway_of.push_back(run_.start[hosts.vmac_of(host)]);
        }
        return by_fixed_hosts(gateway_of);
    }

    // From scratch, towards these parts of the whole; of the portfolio the evenest.
    [[nodiscard]] std::vector<Gateway> plan_anew(balance::Method method,
                                                 std::span<const Load> parts,
                                                 std::span<const Load> loads) {
        const auto unevenness = [&](std::span<const Gateway> plan) -> __int128_t {
            std::vector<double> offered(n_gateways());
            for (std::size_t j = 0; j < plan.size(); ++j) {
                offered[plan[j]] += static_cast<double>(loads[j]);
            }
            double sum = 0;
            for (std::size_t i = 0; i < offered.size(); ++i) {
                sum += offered[i] * offered[i] / static_cast<double>(std::max<Load>(parts[i], 1));
            }
            return static_cast<__int128_t>(sum);
        };
        std::vector<Gateway> plan(loads.size());
        maker_.make(method, {.capacities = parts, .loads = loads, .seed = ++n_plans_}, unevenness,
                    plan);
        std::ranges::replace(plan, balance::unassigned, Gateway{0});
        return plan;
    }

    [[nodiscard]] double by_plan(std::size_t interval, const std::vector<Gateway>& plan) const {
        std::vector<Load> offered(n_gateways());
        for (std::size_t j = 0; j < plan.size(); ++j) {
            offered[plan[j]] += vmacs_of(interval)[j];
        }
        return processed(offered);
    }

    // By the run's own method; where that is the portfolio by even, which does better so.
    [[nodiscard]] double by_replanning() {
        const balance::Method method = options_.balance.method == balance::Method::portfolio
                                           ? balance::Method::even
                                           : options_.balance.method;
        std::vector<Gateway> plan = run_.start;
        double sum = 0;
        for (std::size_t k = 0; k < run_.n_intervals; ++k) {
            sum += by_plan(k, plan);
            plan = plan_anew(
                method, wanted_,
                std::span(run_.estimates).subspan(k * options_.n_vmacs, options_.n_vmacs));
        }
        return share(sum);
    }

    [[nodiscard]] double by_static_plan(const std::vector<Gateway>& plan) const {
        double sum = 0;
        for (std::size_t k = 0; k < run_.n_intervals; ++k) {
            sum += by_plan(k, plan);
        }
        return share(sum);
    }

    // The problem solved once, for the whole volume of each vMAC.
    [[nodiscard]] std::vector<Gateway> plan_in_hindsight() {
        std::vector<Load> means(options_.n_vmacs);
        for (std::size_t j = 0; j < means.size(); ++j) {
            double sum = 0;
            for (std::size_t k = 0; k < run_.n_intervals; ++k) {
                sum += static_cast<double>(vmacs_of(k)[j]);
            }
            means[j] = static_cast<Load>(sum / static_cast<double>(series_.n_rows) /
                                         std::chrono::duration<double>(series_.step).count());
        }
        return plan_anew(balance::Method::portfolio, options_.capacities, means);
    }

    // From there on vMAC by vMAC, while more is processed.
    [[nodiscard]] std::vector<Gateway> search_in_hindsight(std::vector<Gateway> plan) const {
        std::vector<Load> offered(run_.n_intervals * n_gateways());
        for (std::size_t k = 0; k < run_.n_intervals; ++k) {
            for (std::size_t j = 0; j < plan.size(); ++j) {
                offered[k * n_gateways() + plan[j]] += vmacs_of(k)[j];
            }
        }
        for (bool improves = true; improves;) {
            improves = false;
            for (std::size_t j = 0; j < plan.size(); ++j) {
                improves = move_for_good(j, plan, offered) || improves;
            }
        }
        return plan;
    }

    [[nodiscard]] bool move_for_good(std::size_t vmac, std::vector<Gateway>& plan,
                                     std::vector<Load>& offered) const {
        const Gateway from = plan[vmac];
        const auto over = [&](Load load, std::size_t i) {
            return std::max(load - rooms_[i], Load{0});
        };
        double best_gain = 0.5;
        for (std::size_t to = 0; to < n_gateways(); ++to) {
            double gain = 0;
            for (std::size_t k = 0; k < run_.n_intervals && to != from; ++k) {
                const Load load = vmacs_of(k)[vmac];
                const Load here = offered[k * n_gateways() + from];
                const Load there = offered[k * n_gateways() + to];
                gain += static_cast<double>(over(here, from) + over(there, to) -
                                            over(here - load, from) - over(there + load, to));
            }
            if (gain > best_gain) {
                best_gain = gain;
                plan[vmac] = static_cast<Gateway>(to);
            }
        }
        for (std::size_t k = 0; k < run_.n_intervals && plan[vmac] != from; ++k) {
            offered[k * n_gateways() + from] -= vmacs_of(k)[vmac];
            offered[k * n_gateways() + plan[vmac]] += vmacs_of(k)[vmac];
        }
        return plan[vmac] != from;
    }

 private:
    const Series& series_;
    const ReplayOptions& options_;
    const Run& run_;
    std::vector<Load> rooms_;
    std::vector<Load> wanted_;
    double total_ = 0;
    balance::PlanMaker maker_;
    std::uint64_t n_plans_ = 0;
};

}  // namespace

Shares compare(const Series& series, const ReplayOptions& options, const Run& run) {
    Judge judge(series, options, run);
    const std::vector<Gateway> in_hindsight = judge.plan_in_hindsight();
    return {.processed = judge.by_run(),
            .optimum = judge.by_clairvoyant(),
            .round_robin = judge.by_round_robin(),
            .host_hash = judge.by_host_hash(),
            .undamped = judge.by_replanning(),
            .best_static = judge.by_static_plan(in_hindsight),
            .searched_static = judge.by_static_plan(judge.search_in_hindsight(in_hindsight))};
}

std::vector<double> parts_of_volume(const ReplayOptions& options, const Run& run) {
    std::vector<double> parts(options.capacities.size());
    double sum = 0;
    for (std::size_t at = 0; at < run.gateway_volumes.size(); ++at) {
        const auto volume = static_cast<double>(run.gateway_volumes[at]);
        parts[at % parts.size()] += volume;
        sum += volume;
    }
    for (double& part : parts) {
        part = sum > 0 ? part / sum : 0;
    }
    return parts;
}

std::vector<double> max_over_mean(const ReplayOptions& options, const Run& run) {
    std::vector<double> ratios;
    double capacity = 0;
    for (const Load one : options.capacities) {
        capacity += static_cast<double>(one);
    }
    const std::size_t m = options.capacities.size();
    for (std::size_t k = 0; k < run.n_intervals; ++k) {
        double highest = 0;
        double sum = 0;
        for (std::size_t i = 0; i < m; ++i) {
            const auto load = static_cast<double>(run.gateway_volumes[k * m + i]);
            highest = options.capacities[i] == 0
                          ? highest
                          : std::max(highest, load / static_cast<double>(options.capacities[i]));
            sum += load;
        }
        ratios.push_back(sum > 0 ? highest / (sum / capacity) : 1);
    }
    return ratios;
}

}  // namespace evengate::replay
