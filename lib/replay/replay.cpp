// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "replay/replay.hpp"

#include <algorithm>
#include <numeric>

#include "balance/steer.hpp"

namespace evengate::replay {
namespace {

using balance::Gateway;
using balance::Load;

constexpr std::uint64_t kBootNonce = 1;

class Group {
 public:
    Group(const Series& series, const ReplayOptions& options)
        : series_(series),
          options_(options),
          hosts_(series.n_flows, options.n_vmacs, options.policy, options.seed),
          estimate_(options.capacities.size(), options.n_vmacs, options.estimate),
          balancer_(options.balance, options.n_vmacs),
          host_loads_(series.n_flows),
          owners_(options.n_vmacs),
          loads_(options.n_vmacs),
          deviations_(options.n_vmacs),
          gateway_loads_(options.capacities.size()),
          next_ask_(series.n_flows),
          ports_(options.capacities.size()) {
        run_.interval = options.estimate.interval;
        run_.rows_per_interval =
            static_cast<std::size_t>(run_.interval.count() / series.step.count());
        for (Port& port : ports_) {
            port.forwarded.resize(options.n_vmacs);
        }
        run_.start =
            balance::make_start(options.start, options.capacities, options.n_vmacs, options.seed);
        for (std::size_t j = 0; j < options.n_vmacs; ++j) {
            set_owner(j, run_.start[j]);
        }
        report();  // the counters' first reading
    }

    Run run() {
        std::vector<Load> volumes(options_.n_vmacs);
        for (std::size_t row = 0; row < series_.n_rows; ++row) {
            answer_hosts(row);
            for (std::size_t host = 0; host < series_.n_flows; ++host) {
                if (hosts_.has_asked(host)) {
                    volumes[hosts_.vmac_of(host)] += series_.row(row)[host];
                }
            }
            if (options_.steered_hosts != 0) {
                learn_hosts(row);
            }
            now_ += series_.step;
            if ((row + 1) % run_.rows_per_interval == 0) {
                end_interval(volumes);
                std::fill(volumes.begin(), volumes.end(), 0);
            }
        }
        return std::move(run_);
    }

 private:
    struct Port {
        std::vector<std::uint64_t> forwarded;
        std::uint64_t processed = 0;
        std::uint64_t missed = 0;
    };

    void set_owner(std::size_t vmac, Gateway gateway) {
        owners_[vmac] = gateway;
        estimate_.set_owners(vmac, gateway);
    }

    void answer_hosts(std::size_t row) {
        for (const std::uint32_t host : hosts_.order()) {
            const bool begins = !hosts_.has_asked(host) && series_.row(row)[host] > 0;
            if (begins || (hosts_.has_asked(host) && next_ask_[host] <= now_)) {
                hosts_.ask(host, {.capacities = options_.capacities,
                                  .gateway_loads = gateway_loads_,
                                  .vmac_loads = loads_,
                                  .owners = owners_});
                next_ask_[host] = now_ + options_.ask_again;
            }
        }
    }

    // What a gateway cannot process it misses, of all vMACs alike.
    void carry(const std::vector<Load>& volumes) {
        std::vector<Load> offered(ports_.size());
        for (std::size_t j = 0; j < volumes.size(); ++j) {
            offered[owners_[j]] += volumes[j];
        }
        run_.vmac_volumes.insert(run_.vmac_volumes.end(), volumes.begin(), volumes.end());
        run_.gateway_volumes.insert(run_.gateway_volumes.end(), offered.begin(), offered.end());
        for (std::size_t j = 0; j < volumes.size(); ++j) {
            const Gateway i = owners_[j];
            const Load carried =
                std::min(offered[i], room_in(options_.capacities[i], run_.interval));
            const double share =
                offered[i] == 0 ? 0
                                : static_cast<double>(carried) / static_cast<double>(offered[i]);
            const auto part = static_cast<Load>(static_cast<double>(volumes[j]) * share);
            ports_[i].forwarded[j] += static_cast<std::uint64_t>(part);
            ports_[i].processed += static_cast<std::uint64_t>(part);
        }
        for (std::size_t i = 0; i < ports_.size(); ++i) {
            const Load room = room_in(options_.capacities[i], run_.interval);
            ports_[i].missed += static_cast<std::uint64_t>(std::max(offered[i] - room, Load{0}));
        }
    }

    void report() {
        for (std::size_t i = 0; i < ports_.size(); ++i) {
            static_cast<void>(estimate_.read({.gateway = static_cast<Gateway>(i),
                                              .boot_nonce = kBootNonce,
                                              .sent_at = now_,
                                              .forwarded = ports_[i].forwarded,
                                              .processed = ports_[i].processed,
                                              .received = ports_[i].processed,
                                              .missed = ports_[i].missed}));
        }
    }

    void end_interval(const std::vector<Load>& volumes) {
        carry(volumes);
        report();
        estimate_.end_interval();
        auto losses = balance::RoundInput::Losses::none;
        for (std::size_t i = 0; i < ports_.size(); ++i) {
            losses = estimate_.is_saturated(i) ? balance::RoundInput::Losses::seen : losses;
        }
        for (std::size_t j = 0; j < loads_.size(); ++j) {
            loads_[j] = estimate_.load(j);
            deviations_[j] = estimate_.deviation(j);
        }
        run_.estimates.insert(run_.estimates.end(), loads_.begin(), loads_.end());
        balance::Decision decision =
            balancer_.round(TimePoint(now_), {.capacities = options_.capacities,
                                              .backgrounds = {},
                                              .shares = options_.shares,
                                              .loads = loads_,
                                              .deviations = deviations_,
                                              .owners = owners_,
                                              .is_eligible = {},
                                              .losses = losses,
                                              .seed = options_.seed + run_.n_intervals});
        for (const balance::Move& move : decision.moves) {
            set_owner(move.vmac, move.to);
        }
        std::fill(gateway_loads_.begin(), gateway_loads_.end(), 0);
        for (std::size_t j = 0; j < loads_.size(); ++j) {
            gateway_loads_[owners_[j]] += loads_[j];
        }
        hosts_.forget_expected();
        if (options_.steered_hosts != 0) {
            steer_hosts();
        }
        run_.n_moved += decision.moves.size();
        run_.decisions.push_back(std::move(decision));
        ++run_.n_intervals;
    }

    // What a host brings is smoothed as it is told; where a host goes, its load goes.
    void learn_hosts(std::size_t row) {
        const auto per_second = [&](Load volume) {
            return static_cast<Load>(static_cast<double>(volume) /
                                     std::chrono::duration<double>(series_.step).count());
        };
        for (std::size_t host = 0; host < series_.n_flows; ++host) {
            host_loads_[host] += (per_second(series_.row(row)[host]) - host_loads_[host]) / 4;
        }
    }

    void steer_hosts() {
        std::vector<balance::Steer> steers;
        std::vector<std::uint16_t> vmacs;
        for (std::size_t host = 0; host < series_.n_flows; ++host) {
            vmacs.push_back(hosts_.vmac_of(host));
        }
        const std::vector<std::uint8_t> all(series_.n_flows, 1);
        steering_.plan({.capacities = options_.capacities,
                        .owners = owners_,
                        .host_loads = host_loads_,
                        .vmacs = vmacs,
                        .is_steerable = all},
                       options_.balance.objective, options_.steered_hosts,
                       options_.balance.min_gain, steers);
        for (const balance::Steer& steer : steers) {
            hosts_.steer(steer.host, steer.vmac);
        }
        run_.n_steered += steers.size();
    }

    const Series& series_;
    const ReplayOptions& options_;  // the interval a multiple of the step
    Hosts hosts_;
    balance::LoadEstimate estimate_;
    balance::Balancer balancer_;
    balance::HostSteering steering_;
    std::vector<Load> host_loads_;
    std::vector<Gateway> owners_;
    std::vector<Load> loads_;
    std::vector<Load> deviations_;
    std::vector<Load> gateway_loads_;
    std::vector<Duration> next_ask_;
    std::vector<Port> ports_;
    Duration now_{};
    Run run_;
};

}  // namespace

Load room_in(Load capacity, Duration interval) {
    return static_cast<Load>(static_cast<double>(capacity) *
                             std::chrono::duration<double>(interval).count());
}

Run replay(const Series& series, const ReplayOptions& options) {
    ReplayOptions whole_rows = options;
    Duration& interval = whole_rows.estimate.interval;
    interval = series.step * std::max<std::int64_t>(interval.count() / series.step.count(), 1);
    return Group(series, whole_rows).run();
}

}  // namespace evengate::replay
