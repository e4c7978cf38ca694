// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: starts DPDK for a configuration and cleans up after it. One a process, as DPDK allows.
// Thread: start-up, by the thread that becomes the control lcore. Used by: app.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "port/memory_choice.hpp"
#include "settings/settings.hpp"

namespace evengate::port {

class Eal {
 public:
    // Starts DPDK; the calling thread becomes the control lcore and is bound to its CPUs.
    // needed_mb: megabytes for tables and buffers; appliance.memory_mb replaces it when it is set.
    // Fails: with the command or right that is missing; DPDK cannot be tried again in this process.
    static Result<std::unique_ptr<Eal>> start(const settings::Settings& settings,
                                              uint64_t needed_mb);

    ~Eal();
    Eal(const Eal&) = delete;
    Eal& operator=(const Eal&) = delete;

    [[nodiscard]] MemoryChoice::Pages pages() const { return memory_.pages; }
    // Empty, or why ordinary memory was taken.
    [[nodiscard]] const std::string& warning() const { return memory_.warning; }

 private:
    explicit Eal(MemoryChoice memory) : memory_(std::move(memory)) {}

    MemoryChoice memory_;
};

}  // namespace evengate::port
