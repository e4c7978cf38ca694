// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <string>

#include <rte_lcore.h>
#include <unistd.h>

#include "catch.hpp"
#include "mbuf_pool.hpp"
#include "port/eal.hpp"
#include "port/eal_arguments.hpp"
#include "port/port.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::port;  // NOLINT

// One case: DPDK starts once in a process.
TEST_CASE(
    "DPDK starts for a configuration: control is the main lcore, workers follow, devices are "
    "there") {
    settings::Settings settings;
    settings.appliance.name = "evengate_test_" + std::to_string(getpid());
    settings.appliance.n_workers = 2;
    settings.appliance.hugepages = settings::Hugepages::never;
    settings.ports = {{.name = "lan", .device = "net_null0"}};

    // Refused before DPDK is touched, so that the next start is still the first.
    settings.appliance.control_cpus = "4000";
    const auto refused = Eal::start(settings, 64);
    REQUIRE_FALSE(refused.ok());
    CHECK_THAT(refused.error().message, Catch::Contains("CPU 4000"));
    settings.appliance.control_cpus = "";

    const auto eal = Eal::start(settings, 64);
    REQUIRE(eal.ok());
    CHECK((*eal)->pages() == MemoryChoice::Pages::ordinary);
    CHECK((*eal)->warning().empty());
    CHECK(rte_lcore_count() == 3);
    CHECK(rte_get_main_lcore() == kControlLcore);
    CHECK(rte_lcore_is_enabled(worker_lcore(WorkerIndex{1})) == 1);

    const auto again = Eal::start(settings, 64);
    REQUIRE_FALSE(again.ok());
    CHECK_THAT(again.error().message, Catch::Contains("once"));

    const test::MbufPool pool;
    CHECK(
        Port::bring_up(settings.ports[0], PortIndex{0}, {.n_workers = 2, .pool = pool.get()}).ok());
}
