// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: hugepages or ordinary memory, decided from what the machine has free. Thread: any.
// Used by: eal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "settings/settings.hpp"

namespace evengate::port {

// The default hugepage size's stock, as /proc/meminfo shows it.
struct HugepageStock {
    uint64_t n_free = 0;  // free and not promised to anybody
    uint64_t page_kb = 0;

    [[nodiscard]] uint64_t free_mb() const { return n_free * page_kb / 1024; }
};

// Not checked: that the text is whole; a missing line counts as 0.
HugepageStock parse_meminfo(std::string_view text);

struct MemoryChoice {
    enum class Pages : uint8_t { huge, ordinary } pages = Pages::ordinary;
    std::string
        warning;  // empty, or why it is slower than it could be and the command that mends it
};

// Fails: hugepages are required and too few are free; the message names the command.
Result<MemoryChoice> choose_memory(settings::Hugepages wish, HugepageStock stock,
                                   uint64_t needed_mb);

}  // namespace evengate::port
