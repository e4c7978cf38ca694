// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "table/route_table.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <numeric>

#include <rte_errno.h>
#include <rte_rib.h>

namespace evengate::table {
namespace {

// Longer prefixes share a /24 and need a group.
constexpr uint8_t kLongestWithoutGroup = 24;

// Whether the longest prefix around this one leads to the same place.
bool leads_where_its_network_leads(rte_rib* routes, const IpPrefix& prefix, uint32_t entry) {
    for (uint8_t length = prefix.length; length-- > 0;) {
        const IpPrefix around = IpPrefix{prefix.address, length}.network();
        if (rte_rib_node* const node = rte_rib_lookup_exact(routes, around.address.to_v4(), length)) {
            uint64_t entry_around = 0;
            return rte_rib_get_nh(node, &entry_around) == 0 && entry_around == entry;
        }
    }
    return false;
}

}  // namespace

Result<std::unique_ptr<RouteTable>> RouteTable::make(const std::string& name, RouteTableSize size, Rcu& rcu) {
    rte_fib_conf configuration{};
    configuration.type = RTE_FIB_DIR24_8;
    configuration.default_nh = kNoRouteEntry;
    configuration.max_routes = static_cast<int>(size.n_routes);
    configuration.dir24_8.nh_sz = RTE_FIB_DIR24_8_2B;
    configuration.dir24_8.num_tbl8 = size.n_route_groups;
    rte_fib* const fib = rte_fib_create(name.c_str(), SOCKET_ID_ANY, &configuration);
    if (fib == nullptr) {
        return Error{"cannot make the route table '" + name + "': " + rte_strerror(rte_errno) +
                     " (it needs 33 MB of DPDK memory: raise appliance.memory)"};
    }
    return std::unique_ptr<RouteTable>(new RouteTable(fib, rcu));
}

RouteTable::~RouteTable() { rte_fib_free(fib_); }

Result<void> RouteTable::add(const IpPrefix& prefix, uint32_t entry) {
    if (!prefix.address.is_v4()) {
        return Error{"route " + prefix.to_string() + " is not IPv4"};
    }
    const int failure = add_to_fib(prefix, entry);
    if (failure != 0) {
        return Error{"cannot add route " + prefix.to_string() + ": " + std::strerror(-failure) +
                     (failure == -ENOSPC ? " (raise tables.routes or tables.route-groups)" : "")};
    }
    // A change can fold a group too, when all its routes now lead to one place.
    note_freed_groups();
    return {};
}

// rte_fib of 22.11 reserves no group for the first long prefix of a /24 that leads where the network
// around it leads, yet gives one back when it goes: after the first such pair it refuses every other.
// So that prefix first leads to the entry that makes workers look again.
int RouteTable::add_to_fib(const IpPrefix& prefix, uint32_t entry) {
    const uint32_t address = prefix.address.to_v4();
    rte_rib* const routes = rte_fib_get_rib(fib_);
    wait_for_freed_groups(prefix);
    if (prefix.length > kLongestWithoutGroup &&
        rte_rib_lookup_exact(routes, address, prefix.length) == nullptr &&
        leads_where_its_network_leads(routes, prefix, entry)) {
        if (const int failure = rte_fib_add(fib_, address, prefix.length, kTornEntry); failure != 0) {
            return failure;
        }
    }
    return rte_fib_add(fib_, address, prefix.length, entry);
}

Result<void> RouteTable::remove(const IpPrefix& prefix) {
    if (!prefix.address.is_v4()) {
        return Error{"route " + prefix.to_string() + " is not IPv4"};
    }
    // One of several routes that led to one place needs the group that they did without.
    wait_for_freed_groups(prefix);
    const int failure = rte_fib_delete(fib_, prefix.address.to_v4(), prefix.length);
    if (failure != 0) {
        return Error{"cannot remove route " + prefix.to_string() + ": " + std::strerror(-failure)};
    }
    note_freed_groups();
    return {};
}

// Look-ups that differ within a /24 can only come from a group.
bool RouteTable::has_group(const IpPrefix& prefix) const {
    if (prefix.length <= kLongestWithoutGroup) {
        return false;
    }
    std::array<uint32_t, 256> destinations;
    std::array<uint64_t, destinations.size()> entries;
    std::iota(destinations.begin(), destinations.end(), prefix.address.to_v4() & ~uint32_t{0xFF});
    find_bulk(destinations.data(), entries.data(), destinations.size());
    return std::adjacent_find(entries.begin(), entries.end(), std::not_equal_to<>()) != entries.end();
}

void RouteTable::wait_for_freed_groups(const IpPrefix& prefix) {
    if (group_may_be_free_ && !has_group(prefix)) {
        rcu_.wait_until_over(safe_to_fill_after_);
        group_may_be_free_ = false;
    }
}

void RouteTable::note_freed_groups() {
    group_may_be_free_ = true;
    safe_to_fill_after_ = rcu_.start_grace_period();
}

}  // namespace evengate::table
