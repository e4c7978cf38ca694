// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how many ARP requests for a VIP one control thread answers in a second, by policy, number
// of vMACs, and whether the hosts are known; by CPU time, so that a shared machine does not matter.
// The goal is 500,000. Usage: bench_control_arp [answers per row]
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "unit/control/world.hpp"

using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

namespace {

struct Row {
    settings::VmacPolicy policy;
    uint16_t n_vmacs;
    uint32_t n_hosts;
};

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double measure_answers_per_s(const Row& row, uint32_t n_requests) {
    auto settings = lan_and_uplink();
    settings.interfaces[0].addresses = {prefix("10.0.0.2/8")};
    settings.groups[0].n_vmacs = row.n_vmacs;
    settings.groups[0].policy = row.policy;
    World world(settings);
    world.transmitter.recording = false;
    world.start();
    const auto ask = [&](uint32_t i) {
        const uint32_t host = i % row.n_hosts;
        world.now += Duration(2000);
        world.ask(mac(0x5254'0000'0000 + host), IpAddress::v4(0x0A01'0000 + host), kVip);
    };
    for (uint32_t i = 0; i < row.n_hosts; ++i) {
        ask(i);
    }
    const uint64_t before = world.control.counts().arp_answered;
    const double started = cpu_seconds();
    for (uint32_t i = 0; i < n_requests; ++i) {
        ask(i);
    }
    const double elapsed = cpu_seconds() - started;
    return static_cast<double>(world.control.counts().arp_answered - before) / elapsed;
}

}  // namespace

int main(int argc, char** argv) {
    const auto n_requests = static_cast<uint32_t>(argc > 1 ? std::atoi(argv[1]) : 2'000'000);
    constexpr auto kHash = settings::VmacPolicy::host_hash;
    constexpr auto kTurns = settings::VmacPolicy::round_robin;
    constexpr Row kRows[] = {
        {kHash, 16, 1000},   {kHash, 255, 1000},   {kTurns, 16, 1000},
        {kHash, 16, 50'000}, {kTurns, 16, 50'000},  // more hosts than the tables hold
    };
    std::printf("%-12s %6s %8s %14s\n", "policy", "vmacs", "hosts", "answers/s");
    for (const Row& row : kRows) {
        std::printf("%-12s %6u %8u %14.0f\n", row.policy == kHash ? "host-hash" : "round-robin",
                    unsigned{row.n_vmacs}, row.n_hosts, measure_answers_per_s(row, n_requests));
    }
    return 0;
}
