// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/memory_choice.hpp"

#include <charconv>

#include <fmt/format.h>

namespace evengate::port {

namespace {

uint64_t meminfo_value(std::string_view text, std::string_view key) {
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size() < rest.size() ? line.size() + 1 : rest.size());
        if (line.substr(0, key.size()) != key) {
            continue;
        }
        const size_t digit = line.find_first_of("0123456789", key.size());
        uint64_t value = 0;
        if (digit != std::string_view::npos) {
            std::from_chars(line.data() + digit, line.data() + line.size(), value);
        }
        return value;
    }
    return 0;
}

std::string shortage(HugepageStock stock, uint64_t needed_mb) {
    // Without a page size the kernel shows none; 2 MB is what the command then makes on most
    // machines.
    const uint64_t page_kb = stock.page_kb == 0 ? 2048 : stock.page_kb;
    const uint64_t missing_mb = needed_mb - stock.free_mb();
    const uint64_t n_missing = (missing_mb * 1024 + page_kb - 1) / page_kb;
    return fmt::format(
        "{} MB of hugepages are needed and {} MB are free; to mend it: dpdk-hugepages.py --setup "
        "{}M, "
        "or add {} to /proc/sys/vm/nr_hugepages (pages of {} kB)",
        needed_mb, stock.free_mb(), (needed_mb + 1) / 2 * 2, n_missing, page_kb);
}

}  // namespace

HugepageStock parse_meminfo(std::string_view text) {
    const uint64_t n_free = meminfo_value(text, "HugePages_Free:");
    const uint64_t n_reserved = meminfo_value(text, "HugePages_Rsvd:");
    return {.n_free = n_free - std::min(n_free, n_reserved),
            .page_kb = meminfo_value(text, "Hugepagesize:")};
}

Result<MemoryChoice> choose_memory(settings::Hugepages wish, HugepageStock stock,
                                   uint64_t needed_mb) {
    if (wish == settings::Hugepages::never) {
        return MemoryChoice{MemoryChoice::Pages::ordinary, ""};
    }
    if (stock.n_free > 0 && stock.free_mb() >= needed_mb) {
        return MemoryChoice{MemoryChoice::Pages::huge, ""};
    }
    if (wish == settings::Hugepages::required) {
        return Error{shortage(stock, needed_mb)};
    }
    return MemoryChoice{
        MemoryChoice::Pages::ordinary,
        "running on ordinary memory, which is slower: " + shortage(stock, needed_mb)};
}

}  // namespace evengate::port
