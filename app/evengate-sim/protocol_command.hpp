// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the command "protocol": scenarios, seeds, weaknesses. Thread: main. Used by: main.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace evengate {

struct ProtocolOptions {
    std::string scenario;  // empty: none
    bool list = false;
    std::optional<uint64_t> seed;
    std::string seeds;     // "0..1999"; empty: none
    unsigned n_jobs = 0;   // threads; 0: one a CPU
    std::string weakness;  // a name, or "all"; empty: none
    bool trace = false;
};

// Returns the exit status: 0 when every property held (with a weakness: when it was found).
int run_protocol(const ProtocolOptions& options);

}  // namespace evengate
