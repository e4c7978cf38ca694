// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: words in which the witness says what it saw. Thread: any. Used by: properties.
#pragma once

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/time.hpp"
#include "sim/addresses.hpp"
#include "sim/frame.hpp"

namespace evengate::sim {

inline std::string milliseconds(Duration duration) {
    return std::to_string(duration / std::chrono::milliseconds(1)) + " ms";
}

inline std::string member_names(uint16_t members) {
    std::string names;
    for (; members != 0; members = static_cast<uint16_t>(members & (members - 1))) {
        names += names.empty() ? "" : ", ";
        names += member_name(static_cast<size_t>(std::countr_zero(members)));
    }
    return names;
}

inline std::string vmac_name(size_t side, size_t vmac) {
    return std::string(name_of(static_cast<Side>(side))) + " vMAC " + std::to_string(vmac + 1);
}

}  // namespace evengate::sim
