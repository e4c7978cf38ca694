// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what one worker counts of services: per target, per bucket of dispatchers, and by name.
// Thread: written by its worker alone; readers take differences. Used by: dataplane (writes), app.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "counters/single_writer.hpp"

namespace evengate::counters {

// name, what it means to an operator
#define EVENGATE_REROUTE_EVENTS(X)                                                                 \
    X(connections_promoted, "connections that became established")                                 \
    X(connections_expired, "connections forgotten as they were silent or closed")                  \
    X(half_open_overwritten, "half-open connections that gave way to newer ones")                  \
    X(table_full, "connections without an entry, as the table had no room")                        \
    X(found_elsewhere, "connections found in another worker's table")                              \
    X(learned, "connections that another member told us")                                          \
    X(unknown_asked, "packets of unknown connections given to the home member")                    \
    X(unknown_hashed, "packets of unknown connections sent by hash, as nobody knows them")         \
    X(final_local, "packets from members, processed here")                                         \
    X(fragments_tracked, "later fragments sent after their first one")                             \
    X(fragments_by_address, "later fragments sent by the hash of their addresses")                 \
    X(icmp_errors, "ICMP errors sent to the target whose flow they are about")                     \
    X(answers_restored, "answers whose source became the published address again")                 \
    X(encapsulated, "packets that got an outer header")                                            \
    X(decapsulated, "packets whose outer header was taken off")                                    \
    X(sources_taken, "connections that were given a port of a pool as their source")               \
    X(sources_overwritten, "ports of connections that nobody answered, given to newer ones")       \
    X(sprayed, "packets given to one of the designated")

enum class RerouteEvent : uint8_t {
#define X(name, text) name,
    EVENGATE_REROUTE_EVENTS(X)
#undef X
};
inline constexpr std::array kRerouteEventNames = {
#define X(name, text) std::string_view(#name),
    EVENGATE_REROUTE_EVENTS(X)
#undef X
};
inline constexpr std::array kRerouteEventTexts = {
#define X(name, text) std::string_view(text),
    EVENGATE_REROUTE_EVENTS(X)
#undef X
};
inline constexpr size_t kRerouteEventCount = kRerouteEventNames.size();

// opened - closed is how many connections this worker's table has of the target.
struct TargetCell {
    SingleWriter packets;  // of clients, sent there
    SingleWriter bytes;    // link header included
    SingleWriter opened;   // connections that began here
    SingleWriter live;     // in this worker's table and no other member's; it falls as well
};
static_assert(sizeof(TargetCell) == 32, "two cells a cache line");

class RerouteCounters {
 public:
    // Both are fixed for life; indexes are below them.
    RerouteCounters(size_t n_targets, size_t n_buckets)
        : n_targets_(n_targets), n_buckets_(n_buckets),
          targets_(std::make_unique<TargetCell[]>(n_targets)),
          buckets_(std::make_unique<SingleWriter[]>(n_buckets)) {}

    std::array<SingleWriter, kRerouteEventCount> events;
    SingleWriter n_connections;  // in the table now
    SingleWriter n_half_open;
    SingleWriter n_sources;  // ports of pools in use

    void count(RerouteEvent event) { events[static_cast<size_t>(event)].add(1); }
    // Not checked: below n_targets().
    [[nodiscard]] TargetCell& target(uint16_t target) { return targets_[target]; }
    [[nodiscard]] const TargetCell& target(uint16_t target) const { return targets_[target]; }
    [[nodiscard]] size_t n_targets() const { return n_targets_; }
    // Packets of a dispatcher's bucket. Not checked: below n_buckets().
    [[nodiscard]] SingleWriter& bucket(size_t bucket) { return buckets_[bucket]; }
    [[nodiscard]] const SingleWriter& bucket(size_t bucket) const { return buckets_[bucket]; }
    [[nodiscard]] size_t n_buckets() const { return n_buckets_; }

 private:
    size_t n_targets_;
    size_t n_buckets_;
    std::unique_ptr<TargetCell[]> targets_;
    std::unique_ptr<SingleWriter[]> buckets_;
};

}  // namespace evengate::counters
