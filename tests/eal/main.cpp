// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: Catch2 behind a started DPDK, on ordinary memory and without devices. Used by: EAL tests.
#define CATCH_CONFIG_RUNNER
#include "catch.hpp"

#include <array>
#include <cstdio>

#include <rte_eal.h>

int main(int argc, char** argv) {
    // Control and two workers may share whatever CPUs there are.
    std::array<const char*, 10> arguments = {
        "eal_test", "--no-huge", "--no-pci",    "--no-shconf", "--no-telemetry",
        "-m",       "128",       "--log-level", "error",       nullptr};
    if (rte_eal_init(static_cast<int>(arguments.size()) - 1, const_cast<char**>(arguments.data())) <
        0) {
        std::fputs("DPDK cannot start with ordinary memory\n", stderr);
        return 1;
    }
    const int failed = Catch::Session().run(argc, argv);
    rte_eal_cleanup();
    return failed;
}
