// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what workers know of a neighbour: its adjacency and its host route.
// Thread: control. Used by: neighbours.
#pragma once

#include "base/time.hpp"
#include "control/adjacencies.hpp"
#include "control/event_log.hpp"
#include "control/neighbour_table.hpp"
#include "control/routes.hpp"

namespace evengate::control {

class NeighbourRoutes {
 public:
    NeighbourRoutes(Routes& routes, Adjacencies& adjacencies, EventLog& events)
        : routes_(routes), adjacencies_(adjacencies), events_(events) {}

    // Gives a next hop the adjacency that it keeps for ever, as long as its MAC is not known.
    // Not checked: the pool has one.
    AdjacencyIndex pin(Neighbour& neighbour, TimePoint now);

    // Lets workers forward to the neighbour. Where the tables have no room its frames go on coming
    // by control, which forwards them too; an event says so.
    void show(Neighbour& neighbour, TimePoint now);

    // Lets workers hand over what is for the neighbour; a pinned one keeps adjacency and route.
    void hide(Neighbour& neighbour, TimePoint now);

    // Brings the adjacency of a neighbour without a MAC in line with the link of its interface.
    void follow_link(const Neighbour& neighbour) {
        if (neighbour.adjacency != kNoAdjacency) {
            adjacencies_.unresolve(neighbour.adjacency, neighbour.key.interface);
        }
    }

 private:
    void add_host_route(Neighbour& neighbour, TimePoint now);

    Routes& routes_;
    Adjacencies& adjacencies_;
    EventLog& events_;
};

}  // namespace evengate::control
