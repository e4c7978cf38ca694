// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: DPDK's command line for a configuration, and the words for its refusals; no device is
// touched. Thread: any. Used by: eal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "port/memory_choice.hpp"
#include "settings/settings.hpp"

namespace evengate::port {

// lcore numbers: control is EAL's main lcore, worker w is the lcore behind it.
inline constexpr unsigned kControlLcore = 0;
constexpr unsigned worker_lcore(WorkerIndex worker) {
    return kControlLcore + 1 + worker.value;
}

// What the arguments depend on besides the configuration.
struct EalSurroundings {
    std::vector<unsigned> allowed_cpus;  // ascending: what this process may use
    MemoryChoice::Pages pages = MemoryChoice::Pages::ordinary;
    uint64_t memory_mb = 0;
};

// The arguments of rte_eal_init(), program name first.
// Fails: a CPU list that is none, a CPU that this process may not use, a device that is none.
Result<std::vector<std::string>> make_eal_arguments(const settings::Settings& settings,
                                                    const EalSurroundings& surroundings);

// What to tell the operator after rte_eal_init() failed with this errno value.
std::string explain_eal_failure(int error_number, bool is_root, MemoryChoice::Pages pages);

}  // namespace evengate::port
