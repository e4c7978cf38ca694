// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the command "replay": a series of traffic through the group's balancing. Thread: main.
// Used by: main.
#pragma once

#include <cstdint>
#include <string>

namespace evengate {

// As they were written; empty: the default.
struct ReplayArguments {
    std::string file;
    std::size_t n_gateways = 0;
    std::string capacity;  // "900" each, or "400,200,100"; volume per row of the file
    std::size_t n_vmacs = 64;
    std::string policy = "least-loaded";
    std::string algorithm = "portfolio";
    std::string alpha = "auto";
    std::string interval;  // "10s"
    std::string start = "even";
    std::string target = "capacity";
    std::string shares;  // "4,2,1", with target "shares"
    std::uint32_t steered_hosts = 0;
    std::uint32_t max_moves = 8;
    std::uint64_t seed = 1;
    std::string json;  // a file, or "-"
    std::string plot;  // a file
};

// Returns the exit status.
int run_replay(const ReplayArguments& arguments);

}  // namespace evengate
