// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: "evengate-sim dispatch": a CSV of traffic through a dispatcher's buckets. Thread: main.
// Used by: main.
#pragma once

#include <cstdint>
#include <string>

namespace evengate {

struct DispatchArguments {
    std::string file;
    std::size_t n_gateways = 4;
    std::uint32_t n_buckets = 4096;
    std::string policy = "balanced";
    double interval_s = 0;  // 0: a row's
    std::uint64_t seed = 1;
    bool json = false;
};

// Returns the exit status.
int run_dispatch(const DispatchArguments& arguments);

}  // namespace evengate
