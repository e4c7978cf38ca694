// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: IPv4 longest prefix match, destination -> adjacency entry (rte_fib DIR24-8, 2-byte next hops).
// Thread: find_bulk() any online worker; add() and remove() control. Used by: dataplane, the app.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <rte_fib.h>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/result.hpp"
#include "table/rcu.hpp"

namespace evengate::table {

// What a look-up returns: a place in the AdjacencyTable, one above the adjacency's index.
inline constexpr uint32_t kTornEntry = 0;     // read while a group was being freed: look up again
inline constexpr uint32_t kNoRouteEntry = 1;  // no prefix matched: adjacency 0, which is reserved
// rte_fib keeps 15 bits of a 2-byte next hop.
inline constexpr uint32_t kMaxEntry = (1u << 15) - 1;

constexpr uint32_t entry_of(AdjacencyIndex adjacency) { return adjacency.value + 1u; }
constexpr AdjacencyIndex adjacency_of(uint32_t entry) {
    return entry <= kNoRouteEntry ? kNoAdjacency : AdjacencyIndex(static_cast<uint16_t>(entry - 1));
}

struct RouteTableSize {
    uint32_t n_routes;        // prefixes of any length
    uint32_t n_route_groups;  // distinct /24 that hold a prefix longer than /24
};

class RouteTable {
 public:
    // Fails: no memory (33 MB and 512 bytes a group).
    static Result<std::unique_ptr<RouteTable>> make(const std::string& name, RouteTableSize size, Rcu& rcu);
    ~RouteTable();
    RouteTable(const RouteTable&) = delete;
    RouteTable& operator=(const RouteTable&) = delete;

    // The entries of n destinations in host byte order. Cost: about 5 cycles each in cache.
    void find_bulk(uint32_t* destinations, uint64_t* entries, unsigned n) const {
        rte_fib_lookup_bulk(fib_, destinations, entries, static_cast<int>(n));
    }

    // Adds a route or changes where it leads. Cost, as of remove(): a few microseconds; for
    // the first route of a /24 also the rest of the loop in which a worker may still read a freed
    // group. Fails: IPv6, table full, no group left.
    Result<void> add(const IpPrefix& prefix, uint32_t entry);
    // Fails: IPv6, no such route.
    Result<void> remove(const IpPrefix& prefix);

 private:
    RouteTable(rte_fib* fib, Rcu& rcu) : fib_(fib), rcu_(rcu) {}
    int add_to_fib(const IpPrefix& prefix, uint32_t entry);
    [[nodiscard]] bool has_group(const IpPrefix& prefix) const;
    void wait_for_freed_groups(const IpPrefix& prefix);
    void note_freed_groups();

    rte_fib* fib_;
    Rcu& rcu_;
    // rte_fib of 22.11 frees a group of 256 at once, while a worker may still read it. It may only be
    // filled anew after a grace period; until then such a worker finds kTornEntry.
    bool group_may_be_free_ = false;
    Rcu::Token safe_to_fill_after_ = 0;
};

}  // namespace evengate::table
