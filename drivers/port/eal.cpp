// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/eal.hpp"

#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include <rte_eal.h>
#include <rte_errno.h>
#include <sched.h>
#include <unistd.h>

#include "port/cpu_list.hpp"
#include "port/eal_arguments.hpp"

namespace evengate::port {

namespace {

std::string read_file(const char* path) {
    const std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<unsigned> find_allowed_cpus() {
    cpu_set_t set;
    CPU_ZERO(&set);
    std::vector<unsigned> cpus;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
            if (CPU_ISSET(cpu, &set)) {
                cpus.push_back(cpu);
            }
        }
    }
    return cpus;
}

// rte_eal_init() reorders its argv and keeps pointers into it, so the strings live as long as the
// process.
int initialise(std::vector<std::string> arguments) {
    static std::vector<std::string> kept;
    kept = std::move(arguments);
    std::vector<char*> argv;
    for (std::string& argument : kept) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    return rte_eal_init(static_cast<int>(kept.size()), argv.data());
}

}  // namespace

Result<std::unique_ptr<Eal>> Eal::start(const settings::Settings& settings, uint64_t needed_mb) {
    const settings::Appliance& appliance = settings.appliance;
    const uint64_t memory_mb = appliance.memory_mb != 0 ? appliance.memory_mb : needed_mb;
    auto memory =
        choose_memory(appliance.hugepages, parse_meminfo(read_file("/proc/meminfo")), memory_mb);
    if (!memory) {
        return memory.error();
    }
    const EalSurroundings surroundings{
        .allowed_cpus = find_allowed_cpus(), .pages = memory->pages, .memory_mb = memory_mb};
    auto arguments = make_eal_arguments(settings, surroundings);
    if (!arguments) {
        return arguments.error();
    }
    if (initialise(std::move(arguments).value()) < 0) {
        return Error{explain_eal_failure(rte_errno, geteuid() == 0, memory->pages)};
    }
    return std::unique_ptr<Eal>(new Eal(std::move(memory).value()));
}

Eal::~Eal() {
    rte_eal_cleanup();
}

}  // namespace evengate::port
