// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a count with the name that operators see. Thread: any. Used by: reports.
#pragma once

#include <cstdint>
#include <string>

namespace evengate::admin {

struct NamedCount {
    std::string name;
    uint64_t count = 0;
};

}  // namespace evengate::admin
