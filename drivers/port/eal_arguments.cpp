// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/eal_arguments.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "port/cpu_list.hpp"
#include "port/device_name.hpp"

namespace evengate::port {

namespace {

// The CPUs of a setting; all allowed ones when it is empty.
Result<std::vector<unsigned>> choose_cpus(const char* key, const std::string& list,
                                          const std::vector<unsigned>& allowed) {
    if (list.empty()) {
        return allowed;
    }
    auto cpus = parse_cpu_list(list);
    if (!cpus) {
        return Error{fmt::format("appliance.{}: {}", key, cpus.error().message)};
    }
    for (unsigned cpu : *cpus) {
        if (!std::binary_search(allowed.begin(), allowed.end(), cpu)) {
            return Error{
                fmt::format("appliance.{}: CPU {} is not among those this process may use ({})",
                            key, cpu, to_string(allowed))};
        }
    }
    return cpus;
}

std::string lcore_on(unsigned lcore, const std::vector<unsigned>& cpus) {
    return fmt::format("{}@({})", lcore, to_string(cpus));
}

Result<std::string> make_lcore_map(const settings::Appliance& appliance,
                                   const std::vector<unsigned>& allowed) {
    const auto control = choose_cpus("cpus.control", appliance.control_cpus, allowed);
    if (!control) {
        return control.error();
    }
    const auto workers = choose_cpus("cpus.workers", appliance.worker_cpus, allowed);
    if (!workers) {
        return workers.error();
    }
    std::string map = lcore_on(kControlLcore, *control);
    for (uint16_t w = 0; w < appliance.n_workers; ++w) {
        // An explicit list pins: one CPU for each worker in turn. Without a list the kernel
        // chooses.
        const std::vector<unsigned> cpus =
            appliance.worker_cpus.empty() ? *workers : std::vector{(*workers)[w % workers->size()]};
        map += "," + lcore_on(worker_lcore(WorkerIndex{w}), cpus);
    }
    return map;
}

void add_memory(const EalSurroundings& surroundings, std::vector<std::string>& arguments) {
    if (surroundings.pages == MemoryChoice::Pages::huge) {
        // No files: nothing is left behind after a crash, and nothing is shared with other
        // processes.
        arguments.emplace_back("--in-memory");
        return;
    }
    // DPDK 22.11 refuses --in-memory beside --no-huge; --no-shconf is the part of it that is
    // wanted.
    arguments.insert(arguments.end(),
                     {"--no-huge", "--no-shconf", "-m", std::to_string(surroundings.memory_mb)});
}

Result<void> add_devices(const std::vector<settings::Port>& ports,
                         std::vector<std::string>& arguments) {
    bool has_pci = false;
    for (const settings::Port& port : ports) {
        const auto device = parse_device(port.device);
        if (!device) {
            return Error{fmt::format("port {}: {}", port.name, device.error().message)};
        }
        const bool is_pci = device->bus == DeviceName::Bus::pci;
        has_pci = has_pci || is_pci;
        arguments.emplace_back(is_pci ? "-a" : "--vdev");
        arguments.push_back(device->to_devargs());
    }
    if (!has_pci) {
        arguments.emplace_back("--no-pci");
    }
    return {};
}

}  // namespace

Result<std::vector<std::string>> make_eal_arguments(const settings::Settings& settings,
                                                    const EalSurroundings& surroundings) {
    const auto lcores = make_lcore_map(settings.appliance, surroundings.allowed_cpus);
    if (!lcores) {
        return lcores.error();
    }
    // Below error level DPDK reports what we report better.
    std::vector<std::string> arguments = {
        "evengate",    "--lcores", *lcores, "--file-prefix", settings.appliance.name,
        "--log-level", "error"};
    add_memory(surroundings, arguments);
    if (auto added = add_devices(settings.ports, arguments); !added) {
        return added.error();
    }
    return arguments;
}

std::string explain_eal_failure(int error_number, bool is_root, MemoryChoice::Pages pages) {
    std::string text = fmt::format("DPDK cannot start: {}", std::strerror(error_number));
    if (error_number == EALREADY) {
        return text + "; one process starts it once";
    }
    if (!is_root) {
        text += "; run as root, or with CAP_NET_ADMIN, CAP_NET_RAW and CAP_IPC_LOCK";
    }
    if (error_number == ENOMEM) {
        text += pages == MemoryChoice::Pages::huge
                    ? "; free hugepages were taken meanwhile: dpdk-hugepages.py --show, "
                      "dpdk-hugepages.py --setup 512M"
                    : "; too little memory is free, or appliance.memory is too small";
    }
    return text;
}

}  // namespace evengate::port
