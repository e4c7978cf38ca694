// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-sim/replay_command.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "evengate-sim/read_series.hpp"
#include "evengate-sim/replay_arguments.hpp"
#include "evengate-sim/utilisation_plot.hpp"
#include "replay/comparison.hpp"

namespace evengate {
namespace {

struct Outcome {
    replay::Shares shares;
    std::vector<double> parts;  // of the volume, by gateway
    double median = 1;          // of the highest over the mean utilisation
    double p90 = 1;
    double p99 = 1;
    double moves_per_interval = 0;  // of the vMACs
    double hosts_steered_per_interval = 0;
    std::array<std::size_t, 7> n_by_reason{};
};

Outcome judge(const replay::Series& series, const replay::ReplayOptions& options,
              const replay::Run& run) {
    Outcome outcome;
    outcome.shares = replay::compare(series, options, run);
    outcome.parts = replay::parts_of_volume(options, run);
    std::vector<double> ratios = replay::max_over_mean(options, run);
    std::sort(ratios.begin(), ratios.end());
    if (!ratios.empty()) {
        outcome.median = ratios[ratios.size() / 2];
        outcome.p90 = ratios[ratios.size() * 90 / 100];
        outcome.p99 = ratios[ratios.size() * 99 / 100];
    }
    const auto n = static_cast<double>(std::max<std::size_t>(run.n_intervals, 1));
    outcome.moves_per_interval =
        static_cast<double>(run.n_moved) / static_cast<double>(options.n_vmacs) / n;
    outcome.hosts_steered_per_interval = static_cast<double>(run.n_steered) / n;
    for (const balance::Decision& decision : run.decisions) {
        ++outcome.n_by_reason[static_cast<std::size_t>(decision.reason)];
    }
    return outcome;
}

void print(const replay::Series& series, const replay::ReplayOptions& options,
           const replay::Run& run, const Outcome& outcome) {
    std::printf("%zu flows, %zu intervals of %g s, %zu gateways, %zu vMACs, seed %lu\n",
                series.n_flows, run.n_intervals,
                std::chrono::duration<double>(run.interval).count(), options.capacities.size(),
                options.n_vmacs, options.seed);
    const auto share = [](const char* name, double value) {
        std::printf("  %-34s %.4f\n", name, value);
    };
    std::printf("share of all volume that was processed:\n");
    share("balanced", outcome.shares.processed);
    share("clairvoyant's upper bound", outcome.shares.optimum);
    share("round robin, no moves", outcome.shares.round_robin);
    share("host hash, no moves", outcome.shares.host_hash);
    share("all planned anew in each interval", outcome.shares.undamped);
    share("planned once, in hindsight", outcome.shares.best_static);
    share("the same, fitted to each interval", outcome.shares.searched_static);
    std::printf("part of all volume that came to each gateway:");
    for (const double part : outcome.parts) {
        std::printf(" %.4f", part);
    }
    std::printf("\n");
    std::printf("highest over mean utilisation: median %.3f, 99th percentile %.3f\n",
                outcome.median, outcome.p99);
    std::printf("moves: %lu vMACs, %.3f %% of them an interval; hosts steered: %.2f an interval\n",
                run.n_moved, 100 * outcome.moves_per_interval, outcome.hosts_steered_per_interval);
    std::printf("rounds:");
    for (std::size_t reason = 0; reason < outcome.n_by_reason.size(); ++reason) {
        if (outcome.n_by_reason[reason] != 0) {
            std::printf(" %s %zu",
                        std::string(balance::name_of(static_cast<balance::Reason>(reason))).c_str(),
                        outcome.n_by_reason[reason]);
        }
    }
    std::printf("\n");
}

std::string to_json(const replay::Series& series, const replay::ReplayOptions& options,
                    const replay::Run& run, const Outcome& outcome) {
    const nlohmann::ordered_json json = {
        {"processed_share", outcome.shares.processed},
        {"optimum_share", outcome.shares.optimum},
        {"round_robin_share", outcome.shares.round_robin},
        {"host_hash_share", outcome.shares.host_hash},
        {"undamped_share", outcome.shares.undamped},
        {"best_static_share", outcome.shares.best_static},
        {"searched_static_share", outcome.shares.searched_static},
        {"parts_of_volume", outcome.parts},
        {"max_over_mean_median", outcome.median},
        {"max_over_mean_p90", outcome.p90},
        {"max_over_mean_p99", outcome.p99},
        {"moves_per_interval", outcome.moves_per_interval},
        {"hosts_steered_per_interval", outcome.hosts_steered_per_interval},
        {"flows", series.n_flows},
        {"intervals", run.n_intervals},
        {"interval_s", std::chrono::duration<double>(run.interval).count()},
        {"gateways", options.capacities.size()},
        {"vmacs", options.n_vmacs},
        {"seed", options.seed}};
    return json.dump(2) + "\n";
}

// Returns the exit status.
int write_to(const std::string& path, const std::string& text) {
    if (path == "-") {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return 0;
    }
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) {
        std::fprintf(stderr, "evengate-sim: cannot write %s: %s\n", path.c_str(),
                     std::strerror(errno));
        return 1;
    }
    return 0;
}

int refuse(const std::string& message) {
    std::fprintf(stderr, "evengate-sim: %s\n", message.c_str());
    return 2;
}

// Returns the exit status.
int plot(const std::string& path, PictureFormat format, const replay::Curves& curves) {
    const auto picture = draw_utilisation(curves, format);
    if (!picture) {
        std::fprintf(stderr, "evengate-sim: %s: %s\n", path.c_str(),
                     picture.error().message.c_str());
        return 1;
    }
    return write_to(path, *picture);
}

}  // namespace

int run_replay(const ReplayArguments& arguments) {
    const auto format = picture_format(arguments.plot);
    if (!arguments.plot.empty() && !format) {
        return refuse("--plot: expected a file that ends with .svg or .png, not '" +
                      arguments.plot + "'");
    }
    const auto series = read_series(arguments.file);
    if (!series) {
        return refuse(series.error().message);
    }
    const auto options = to_options(arguments, *series);
    if (!options) {
        return refuse(options.error().message);
    }
    const replay::Run run = replay::replay(*series, *options);
    const Outcome outcome = judge(*series, *options, run);
    if (arguments.json != "-") {
        print(*series, *options, run, outcome);
    }
    int status = 0;
    if (!arguments.json.empty()) {
        status = write_to(arguments.json, to_json(*series, *options, run, outcome));
    }
    if (format) {
        status |= plot(arguments.plot, *format, replay::make_curves(*options, run, kPlotPoints));
    }
    return status;
}

}  // namespace evengate
