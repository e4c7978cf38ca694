// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: Catch2 behind a started DPDK, on ordinary memory and without devices.
// Thread: main. Used by: the mains of EAL tests; one a program.
#pragma once

#define CATCH_CONFIG_RUNNER
#include <array>
#include <cstdio>

#include <rte_eal.h>

#include "catch.hpp"

namespace evengate::test {

inline int run_behind_eal(int argc, char** argv) {
    std::array<const char*, 10> arguments = {
        "eal_test", "--no-huge", "--no-pci",    "--no-shconf", "--no-telemetry",
        "-m",       "128",       "--log-level", "error",       nullptr};
    if (rte_eal_init(static_cast<int>(arguments.size()) - 1, const_cast<char**>(arguments.data())) <
        0) {
        std::fputs("DPDK cannot start with ordinary memory\n", stderr);
        return 1;
    }
    const int n_failed = Catch::Session().run(argc, argv);
    rte_eal_cleanup();
    return n_failed;
}

}  // namespace evengate::test
