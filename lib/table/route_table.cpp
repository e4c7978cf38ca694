// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "table/route_table.hpp"

#include <cstring>

#include <rte_errno.h>

namespace evengate::table {

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
    if (group_may_be_free_) {
        rcu_.wait_until_over(safe_to_fill_after_);
        group_may_be_free_ = false;
    }
    const int failure = rte_fib_add(fib_, prefix.address.to_v4(), prefix.length, entry);
    if (failure != 0) {
        return Error{"cannot add route " + prefix.to_string() + ": " + std::strerror(-failure) +
                     (failure == -ENOSPC ? " (raise tables.routes or tables.route-groups)" : "")};
    }
    // A change can fold a group too, when all its routes now lead to one place.
    group_may_be_free_ = true;
    safe_to_fill_after_ = rcu_.start_grace_period();
    return {};
}

Result<void> RouteTable::remove(const IpPrefix& prefix) {
    const int failure = rte_fib_delete(fib_, prefix.address.to_v4(), prefix.length);
    if (failure != 0) {
        return Error{"cannot remove route " + prefix.to_string() + ": " + std::strerror(-failure)};
    }
    group_may_be_free_ = true;
    safe_to_fill_after_ = rcu_.start_grace_period();
    return {};
}

}  // namespace evengate::table
