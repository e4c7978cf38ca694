// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the frames of one burst on their way through the stages. Thread: worker. Used by: dataplane.
#pragma once

#include <array>
#include <cstdint>

#include <rte_mbuf.h>

#include "base/ids.hpp"
#include "packet/slot_action.hpp"
#include "table/l2_table.hpp"
#include "table/vlan_map.hpp"

namespace evengate::dataplane {

inline constexpr unsigned kBurstSize = 64;

// Where a burst came from and what is in force for it.
struct Arrival {
    const table::VlanMap& vlans;
    const table::L2Table& l2;
    const packet::SlotAction* actions;  // by slot
    uint64_t now_tsc;
};

// IPv4 frames that passed classification and wait for a route. Parallel arrays: the route look-up
// wants its keys side by side.
struct Routable {
    std::array<uint32_t, kBurstSize> destinations;  // host byte order
    std::array<uint64_t, kBurstSize> entries;       // of the adjacency table, once routed
    std::array<rte_mbuf*, kBurstSize> frames;
    std::array<uint8_t*, kBurstSize> ip_headers;
    unsigned size = 0;

    // Not checked: at < kBurstSize. The caller keeps the count: in a register, on the fast path.
    void put(unsigned at, rte_mbuf* frame, uint8_t* ip_header, uint32_t destination) {
        destinations[at] = destination;
        frames[at] = frame;
        ip_headers[at] = ip_header;
    }
};

}  // namespace evengate::dataplane
