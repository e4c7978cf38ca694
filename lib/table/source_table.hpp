// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: whose the ports are that one worker gave to connections as their sources (rerouting rule 12,
// return: snat). An array; one writer, any number of readers without a lock, as answers come in at
// whichever worker. Thread: peek() and note() any; the rest the worker that owns it. Used by: dataplane.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "table/flow_table.hpp"

namespace evengate::table {

// What other workers than the owner saw of a source's connection.
enum class SourceNews : uint8_t {
    answered = 1,     // by the target, with anything but a reset
    ended = 2,        // the target sent a FIN
    reset = 4,        // or a reset
    client_sent = 8,  // since the owner looked last
};

// Whose a source is.
struct SourceOwner {
    FlowKey key;  // of the client's packets
    uint16_t target = 0;
    uint8_t news = 0;

    [[nodiscard]] bool has(SourceNews one) const { return (news & static_cast<uint8_t>(one)) != 0; }

    friend bool operator==(const SourceOwner&, const SourceOwner&) = default;
};

class SourceTable {
 public:
    // All are nobody's. Cost: 16 bytes a source.
    explicit SourceTable(uint32_t n_sources) : size_(n_sources), cells_(std::make_unique<Cell[]>(n_sources)) {}

    [[nodiscard]] uint32_t size() const { return size_; }

    // Not checked, here and below: source is below size().
    void set(uint32_t source, const FlowKey& key, uint16_t target) {
        Cell& cell = cells_[source];
        cell.ends.store(0, std::memory_order_release);
        cell.facts.store(pack(key.kind, target), std::memory_order_release);
        cell.ends.store(key.ends, std::memory_order_release);
    }
    void clear(uint32_t source) { cells_[source].ends.store(0, std::memory_order_release); }
    void forget(uint32_t source, SourceNews one) {
        cells_[source].facts.fetch_and(~bit_of(one), std::memory_order_relaxed);
    }

    // Nothing where it is nobody's, or changes hands at this moment.
    [[nodiscard]] std::optional<SourceOwner> peek(uint32_t source) const {
        const Cell& cell = cells_[source];
        const uint64_t ends = cell.ends.load(std::memory_order_acquire);
        const uint64_t facts = cell.facts.load(std::memory_order_acquire);
        if (ends == 0 || cell.ends.load(std::memory_order_relaxed) != ends) {
            return std::nullopt;
        }
        return SourceOwner{.key = {ends, static_cast<uint16_t>(facts)},
                           .target = static_cast<uint16_t>(facts >> 16),
                           .news = static_cast<uint8_t>(facts >> kNewsAt)};
    }
    // One that came when the source changed hands may count for its new owner, which does no harm: it still has to
    // confirm itself, or begins anew.
    void note(uint32_t source, SourceNews one) const {
        std::atomic<uint64_t>& facts = cells_[source].facts;
        if ((facts.load(std::memory_order_relaxed) & bit_of(one)) == 0) {
            facts.fetch_or(bit_of(one), std::memory_order_relaxed);
        }
    }

 private:
    struct Cell {
        std::atomic<uint64_t> ends{0};   // owner: write release; others: read acquire; 0: nobody's
        std::atomic<uint64_t> facts{0};  // kind 16, target 16, news 8; the latter any worker sets
    };
    static constexpr unsigned kNewsAt = 32;

    static constexpr uint64_t bit_of(SourceNews one) { return uint64_t{static_cast<uint8_t>(one)} << kNewsAt; }
    static constexpr uint64_t pack(uint16_t kind, uint16_t target) { return kind | uint64_t{target} << 16; }

    uint32_t size_;
    std::unique_ptr<Cell[]> cells_;
};

}  // namespace evengate::table
