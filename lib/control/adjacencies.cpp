// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/adjacencies.hpp"

namespace evengate::control {

using packet::Adjacency;
using packet::AdjacencyKind;
using packet::DropReason;
using packet::PuntReason;

Adjacencies::Adjacencies(const InterfaceSet& interfaces, ForwardingTables& tables,
                         uint16_t n_adjacencies)
    : interfaces_(interfaces), tables_(tables) {
    tables_.set_adjacency(local(), Adjacency::punt(PuntReason::local_address, kNoInterface));
    tables_.set_adjacency(blackhole(), Adjacency::drop(DropReason::ipv4_destination_invalid));
    for (const Interface& interface : interfaces.all()) {
        on_link(interface.id);
    }
    for (size_t i = n_fixed(interfaces.size()); i < n_adjacencies; ++i) {
        free_.push_back({AdjacencyIndex(static_cast<uint16_t>(i)), TimePoint::min()});
    }
}

std::optional<AdjacencyIndex> Adjacencies::try_take(TimePoint now) {
    if (free_.empty() || free_.front().usable_from > now) {
        return std::nullopt;
    }
    const AdjacencyIndex index = free_.front().index;
    free_.pop_front();
    return index;
}

void Adjacencies::give_back(AdjacencyIndex index, InterfaceId interface, TimePoint now) {
    // A worker that found the index just before its route went hands the frame over.
    unresolve(index, interface);
    free_.push_back({index, now + kQuarantine});
}

void Adjacencies::forward(AdjacencyIndex index, InterfaceId interface_id,
                          const MacAddress& neighbour, SlotIndex return_slot) {
    const Interface& interface = interfaces_.at(interface_id);
    if (!interface.link_up()) {
        tables_.set_adjacency(index, Adjacency::drop(DropReason::egress_link_down));
        return;
    }
    Adjacency adjacency;
    adjacency.kind = AdjacencyKind::forward;
    adjacency.port = interface.port;
    adjacency.interface = interface.id;
    adjacency.mtu = interface.mtu;
    adjacency.vlans = interface.vlans;
    adjacency.destination = neighbour;
    adjacency.source = interface.mac;
    if (return_slot != kNoSlot) {
        adjacency.returns = packet::Returns::counted;
        adjacency.return_slot = return_slot.value;
    }
    tables_.set_adjacency(index, adjacency);
}

void Adjacencies::unresolve(AdjacencyIndex index, InterfaceId interface) {
    tables_.set_adjacency(index, interfaces_.at(interface).link_up()
                                     ? Adjacency::punt(PuntReason::unresolved, interface)
                                     : Adjacency::drop(DropReason::egress_link_down));
}

}  // namespace evengate::control
