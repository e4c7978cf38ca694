// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a gateway that reroutes the endless capture of its first port, measured once. Where
// connections have to be open first, the frames of another capture are given to its second port, a
// net_ring, until all of them are. Prints an object of JSON: packets a second of the worker, what was
// counted in that time, and all that was counted in the end. Thread: the EAL's main lcore.
// Used by: scripts/bench.
// Usage: reroute_run CONFIG SECONDS MBUF_SIZE SAMPLE_FILE [CAPTURE CONNECTIONS]
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <rte_cycles.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "bench/bench_clock.hpp"
#include "bench/bench_gateway.hpp"
#include "bench/frame_sample.hpp"
#include "config/config.hpp"
#include "evengate/gateway.hpp"
#include "evengate/gateway_services.hpp"
#include "port/eal.hpp"

namespace evengate::bench {
namespace {

constexpr std::chrono::nanoseconds kTick = std::chrono::milliseconds(1);
constexpr Seconds kSettling{0.3};
constexpr Seconds kOpeningPatience{30};
constexpr std::chrono::nanoseconds kSamplePatience = std::chrono::seconds(10);
constexpr size_t kSampled = 1000;

struct Arguments {
    std::string config;
    Seconds duration{};
    uint16_t mbuf_size = 0;
    std::string sample;
    std::string opening;  // capture; empty: none
    uint64_t n_connections = 0;
};

struct Counts {
    uint64_t forwarded = 0;
    uint64_t punted = 0;
    uint64_t received = 0;  // by workers
    nlohmann::json drops = nlohmann::json::object();
    std::vector<control::TargetCounts> targets;
    admin::RerouteReport services;

    [[nodiscard]] uint64_t opened() const {
        uint64_t sum = 0;
        for (const control::TargetCounts& target : targets) {
            sum += target.opened;
        }
        return sum;
    }
    [[nodiscard]] uint64_t live() const {
        uint64_t sum = 0;
        for (const control::TargetCounts& target : targets) {
            sum += target.live;
        }
        return sum;
    }
    // What was taken over, and so not opened, does not count.
    [[nodiscard]] uint64_t closed() const { return opened() - std::min(opened(), live()); }
};

Counts read_counts(BenchGateway& gateway, size_t n_targets) {
    Counts counts;
    for (const admin::WorkerReport& worker : gateway.report().workers) {
        counts.received += worker.received;
        counts.forwarded += worker.forwarded;
        counts.punted += worker.punted;
        for (const admin::NamedCount& drop : worker.drops) {
            if (drop.count != 0) {
                counts.drops[drop.name] = counts.drops.value(drop.name, uint64_t{0}) + drop.count;
            }
        }
    }
    if (const GatewayServices* const services = gateway.services(); services != nullptr) {
        for (size_t target = 0; target < n_targets; ++target) {
            counts.targets.push_back(services->counts(static_cast<uint16_t>(target)));
        }
        services->describe(counts.services);
    }
    return counts;
}

nlohmann::json to_json(const Counts& counts) {
    nlohmann::json json = {{"received", counts.received},
                           {"forwarded", counts.forwarded},
                           {"punted", counts.punted},
                           {"dropped", counts.drops},
                           {"connections", counts.live()},
                           {"opened", counts.opened()},
                           {"closed", counts.closed()}};
    for (const control::TargetCounts& target : counts.targets) {
        json["target_packets"].push_back(target.packets);
        json["target_connections"].push_back(target.live);
    }
    for (const admin::NamedCount& event : counts.services.events) {
        json["events"][event.name] = event.count;
    }
    return json;
}

void serve_for(BenchGateway& gateway, Seconds duration) {
    const auto start = now();
    const auto end = start + std::chrono::duration_cast<std::chrono::nanoseconds>(duration);
    for (auto tick = start + kTick; tick <= end; tick += kTick) {
        sleep_until(tick);
        gateway.serve_control();
    }
}

// The frames of a classic pcap file, as this machine writes it.
std::vector<std::string> read_capture(const std::string& path) {
    constexpr size_t kFileHeader = 24;
    constexpr size_t kRecordHeader = 16;
    constexpr size_t kSizeAt = 8;
    std::ifstream file(path, std::ios::binary);
    const std::string content(std::istreambuf_iterator<char>(file), {});
    std::vector<std::string> frames;
    for (size_t at = kFileHeader; at + kRecordHeader <= content.size();) {
        uint32_t size = 0;
        std::memcpy(&size, content.data() + at + kSizeAt, sizeof size);
        frames.push_back(content.substr(at + kRecordHeader, size));
        at += kRecordHeader + size;
    }
    return frames;
}

// Gives frames to the worker through the port's ring.
class Feeder {
 public:
    Feeder(BenchGateway& gateway, const std::string& device)
        : gateway_(gateway), ring_(rte_ring_lookup(("ETH_RXTX0_" + device).c_str())) {}

    [[nodiscard]] bool has_ring() const { return ring_ != nullptr; }
    [[nodiscard]] uint64_t n_fed() const { return n_fed_; }

    void feed(const std::vector<std::string>& frames) {
        for (const std::string& frame : frames) {
            rte_mbuf* const buffer = rte_pktmbuf_alloc(&gateway_.pool());
            if (buffer == nullptr) {
                continue;  // it is fed again with the next round
            }
            std::memcpy(rte_pktmbuf_append(buffer, static_cast<uint16_t>(frame.size())), frame.data(),
                        frame.size());
            while (rte_ring_enqueue(ring_, buffer) != 0) {
                sleep_until(now() + std::chrono::microseconds(20));
            }
            ++n_fed_;
        }
    }

 private:
    BenchGateway& gateway_;
    rte_ring* ring_;
    uint64_t n_fed_ = 0;
};

// A SYN that comes while the table of half-open connections is full is lost on us, as on anybody:
// then it comes again.
bool open_connections(BenchGateway& gateway, Feeder& feeder, const Arguments& arguments) {
    const std::vector<std::string> frames = read_capture(arguments.opening);
    const auto deadline = now() + std::chrono::duration_cast<std::chrono::nanoseconds>(kOpeningPatience);
    constexpr size_t kMostTargets = 64;
    while (now() < deadline) {
        feeder.feed(frames);
        serve_for(gateway, kSettling);
        if (read_counts(gateway, kMostTargets).live() >= arguments.n_connections) {
            return true;
        }
    }
    return false;
}

int fail(const std::string& message) {
    std::fprintf(stderr, "reroute_run: %s\n", message.c_str());
    return 1;
}

int measure(BenchGateway& gateway, const settings::Settings& settings, const Arguments& arguments) {
    const size_t n_targets = settings.services.empty() ? 0 : settings.services.front().targets.size();
    Feeder feeder(gateway, settings.ports.back().device);
    if (!arguments.opening.empty() &&
        (!feeder.has_ring() || !open_connections(gateway, feeder, arguments))) {
        return fail("not all connections opened: " + to_json(read_counts(gateway, n_targets)).dump());
    }
    serve_for(gateway, kSettling);

    FrameSample sample(gateway.port(0).ethdev_id(), kSampled);
    const Counts before = read_counts(gateway, n_targets);
    const double worker_before = worker_seconds();
    serve_for(gateway, arguments.duration / 2);
    if (auto begun = sample.begin(); !begun) {
        return fail(begun.error().message);
    }
    serve_for(gateway, arguments.duration / 2);
    // On a busy machine the worker may have had no turn: then the measured time is longer.
    for (const auto deadline = now() + kSamplePatience; !sample.is_full() && now() < deadline;) {
        serve_for(gateway, 10 * kTick);
    }
    const Counts after = read_counts(gateway, n_targets);
    const double worker_time = worker_seconds() - worker_before;
    sample.end();
    gateway.stop_workers();
    if (auto written = sample.write(arguments.sample); !written) {
        return fail(written.error().message);
    }

    const Counts in_the_end = read_counts(gateway, n_targets);
    const auto rate = [worker_time](uint64_t from, uint64_t to) {
        return static_cast<double>(to - from) / worker_time;
    };
    const nlohmann::json result = {
        {"pps", rate(before.forwarded, after.forwarded)},
        {"opened_per_s", rate(before.opened(), after.opened())},
        {"closed_per_s", rate(before.closed(), after.closed())},
        {"tsc_hz", rte_get_tsc_hz()},
        {"sampled", sample.n_taken()},
        {"fed", feeder.n_fed()},
        {"before", to_json(before)},
        {"after", to_json(after)},
        {"in_the_end", to_json(in_the_end)}};
    std::printf("%s\n", result.dump().c_str());
    return 0;
}

int run(const Arguments& arguments) {
    const auto loaded = config::load_file(arguments.config.c_str());
    if (!loaded) {
        return fail(config::to_string(loaded.error().front()));
    }
    const auto eal = port::Eal::start(*loaded, compute_memory_mb(*loaded));
    if (!eal) {
        return fail(eal.error().message);
    }
    const auto gateway = BenchGateway::make(*loaded, arguments.mbuf_size);
    if (!gateway) {
        return fail(gateway.error().message);
    }
    return measure(**gateway, *loaded, arguments);
}

}  // namespace
}  // namespace evengate::bench

int main(int argc, char** argv) {
    if (argc != 5 && argc != 7) {
        std::fprintf(stderr, "usage: %s CONFIG SECONDS MBUF_SIZE SAMPLE_FILE [CAPTURE CONNECTIONS]\n",
                     argv[0]);
        return 2;
    }
    evengate::bench::Arguments arguments{
        .config = argv[1],
        .duration = evengate::bench::Seconds(std::atof(argv[2])),
        .mbuf_size = static_cast<uint16_t>(std::atoi(argv[3])),
        .sample = argv[4],
        .opening = {},
        .n_connections = 0};
    if (argc == 7) {
        arguments.opening = argv[5];
        arguments.n_connections = std::strtoull(argv[6], nullptr, 10);
    }
    return evengate::bench::run(arguments);
}
