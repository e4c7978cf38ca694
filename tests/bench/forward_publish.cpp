// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what publishing costs a forwarding worker: phases without, and with 1000 publications a
// second that each change the owner of every vMAC, take turns in one process, so that whatever else
// the machine does hits all alike. Prints a line of JSON for each phase and one for the sums.
// Thread: the EAL's main lcore publishes. Used by: scripts/bench.
// Usage: forward_publish CONFIG ROUNDS SECONDS_PER_PHASE
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <nlohmann/json.hpp>

#include "bench/bench_clock.hpp"
#include "bench/bench_gateway.hpp"
#include "config/config.hpp"
#include "evengate/gateway.hpp"
#include "port/eal.hpp"

namespace evengate::bench {
namespace {

using Actions = std::vector<packet::SlotAction>;

constexpr std::chrono::nanoseconds kTick = std::chrono::milliseconds(1);
// Before a phase is measured, so that nothing of the one before is left in it.
constexpr Seconds kSettling{0.02};

enum class Phase : uint8_t {
    silent,   // all vMACs owned, nothing published
    publish,  // half of the vMACs linger; each publication swaps the halves
    linger,   // as publish, but nothing is published: what lingering alone costs
};
constexpr std::array kPhases = {Phase::silent, Phase::publish, Phase::linger};
constexpr std::array<const char*, 3> kPhaseNames = {"no_publish", "publish", "linger"};

// Every second vMAC lingers: frames of both halves are forwarded.
Actions with_half_lingering(const Actions& owned, size_t half) {
    Actions actions = owned;
    for (size_t slot = 0; slot < actions.size(); ++slot) {
        if (actions[slot] == packet::SlotAction::own && slot % 2 == half) {
            actions[slot] = packet::SlotAction::linger;
        }
    }
    return actions;
}

class Publisher {
 public:
    explicit Publisher(BenchGateway& gateway)
        : gateway_(gateway),
          owned_(gateway.actions()),
          halves_{with_half_lingering(owned_, 0), with_half_lingering(owned_, 1)} {}

    void enter(Phase phase) {
        phase_ = phase;
        gateway_.publish(phase == Phase::silent ? owned_ : halves_[0]);
    }
    // Serves control each tick, and publishes if the phase says so. A tick that comes late is not
    // left out. Returns the publications.
    uint64_t run_for(Seconds duration) {
        uint64_t n_publications = 0;
        const auto start = now();
        const auto end = start + std::chrono::duration_cast<std::chrono::nanoseconds>(duration);
        for (auto tick = start + kTick; tick <= end; tick += kTick) {
            sleep_until(tick);
            gateway_.serve_control();
            if (phase_ == Phase::publish) {
                gateway_.publish(halves_[++n_publications % 2]);
            }
        }
        return n_publications;
    }

 private:
    BenchGateway& gateway_;
    const Actions owned_;
    const std::array<Actions, 2> halves_;
    Phase phase_ = Phase::silent;
};

uint64_t forwarded(BenchGateway& gateway) {
    uint64_t sum = 0;
    for (const admin::WorkerReport& worker : gateway.report().workers) {
        sum += worker.forwarded;
    }
    return sum;
}

void measure(BenchGateway& gateway, Publisher& publisher, Phase phase, Seconds duration) {
    publisher.enter(phase);
    publisher.run_for(kSettling);
    const uint64_t before = forwarded(gateway);
    const double worker_before = worker_seconds();
    const auto start = now();
    const uint64_t n_publications = publisher.run_for(duration);
    const uint64_t after = forwarded(gateway);
    const double worker_time = worker_seconds() - worker_before;
    const double seconds = Seconds(now() - start).count();
    const nlohmann::json line = {
        {"phase", kPhaseNames[static_cast<size_t>(phase)]},
        {"pps", static_cast<double>(after - before) / worker_time},
        {"publications_per_s", static_cast<double>(n_publications) / seconds}};
    std::printf("%s\n", line.dump().c_str());
}

// Received as the ports count it, the rest as the workers do: one does not follow from the other.
void print_sums(const admin::Report& report) {
    uint64_t n_received = 0;
    uint64_t n_missed = 0;
    for (const admin::PortReport& port : report.ports) {
        n_received += port.rx_packets;
        n_missed += port.rx_missed + port.rx_errors + port.rx_no_mbuf;
    }
    uint64_t n_forwarded = 0;
    uint64_t n_punted = 0;
    uint64_t n_dropped = 0;
    auto drops = nlohmann::json::object();
    for (const admin::WorkerReport& worker : report.workers) {
        n_forwarded += worker.forwarded;
        n_punted += worker.punted;
        for (const admin::NamedCount& drop : worker.drops) {
            n_dropped += drop.count;
            drops[drop.name] = drops.value(drop.name, uint64_t{0}) + drop.count;
        }
    }
    const nlohmann::json line = {
        {"received", n_received},
        {"not_received", n_missed},
        {"forwarded", n_forwarded},
        {"punted", n_punted},
        {"dropped", drops},
        {"publications", report.publications},
        {"packets_lost", static_cast<int64_t>(n_received - n_forwarded - n_punted - n_dropped)}};
    std::printf("%s\n", line.dump().c_str());
}

int fail(const std::string& message) {
    std::fprintf(stderr, "forward_publish: %s\n", message.c_str());
    return 1;
}

int run(const char* config_file, int n_rounds, Seconds duration) {
    const auto loaded = config::load_file(config_file);
    if (!loaded) {
        return fail(config::to_string(loaded.error().front()));
    }
    const auto eal = port::Eal::start(*loaded, compute_memory_mb(*loaded));
    if (!eal) {
        return fail(eal.error().message);
    }
    const auto gateway = BenchGateway::make(*loaded);
    if (!gateway) {
        return fail(gateway.error().message);
    }
    Publisher publisher(**gateway);
    for (int round = 0; round < n_rounds; ++round) {
        // Another phase comes first each time.
        for (size_t i = 0; i < kPhases.size(); ++i) {
            const size_t at = (static_cast<size_t>(round) + i) % kPhases.size();
            measure(**gateway, publisher, kPhases[at], duration);
        }
    }
    (*gateway)->stop_workers();
    print_sums((*gateway)->report());
    return 0;
}

}  // namespace
}  // namespace evengate::bench

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: %s CONFIG ROUNDS SECONDS_PER_PHASE\n", argv[0]);
        return 2;
    }
    return evengate::bench::run(argv[1], std::atoi(argv[2]),
                                evengate::bench::Seconds(std::atof(argv[3])));
}
