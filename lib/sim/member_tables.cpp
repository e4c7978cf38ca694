// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/member_tables.hpp"

namespace evengate::sim {
namespace {

uint32_t network_of(uint32_t address, unsigned length) {
    return length == 0 ? 0 : address & ~uint32_t{0} << (32 - length);
}

}  // namespace

void MemberTables::clear() {
    bindings_.clear();
    for (auto& of_side : slots_) {
        of_side.clear();
    }
    actions_.clear();
    lease_ = {};
    adjacencies_.assign(1, packet::Adjacency{});
    for (auto& of_length : routes_) {
        of_length.clear();
    }
}

void MemberTables::bind(std::span<const control::SlotBinding> bindings) {
    bindings_.assign(bindings.begin(), bindings.end());
    for (const control::SlotBinding& binding : bindings) {
        auto& slots = slots_[binding.interface.value];
        const MacId mac = macs_.number(binding.mac);
        if (slots.size() <= mac.value) {
            slots.resize(mac.value + 1u, kNoSlot);
        }
        slots[mac.value] = binding.slot;
    }
}

void MemberTables::set_adjacency(AdjacencyIndex index, const packet::Adjacency& adjacency) {
    if (adjacencies_.size() <= index.value) {
        adjacencies_.resize(index.value + 1u);
    }
    adjacencies_[index.value] = adjacency;
}

void MemberTables::add_route(const IpPrefix& prefix, AdjacencyIndex adjacency) {
    if (prefix.address.is_v4()) {
        routes_[prefix.length][network_of(prefix.address.to_v4(), prefix.length)] = adjacency;
    }
}

bool MemberTables::try_remove_route(const IpPrefix& prefix) {
    return prefix.address.is_v4() &&
           routes_[prefix.length].erase(network_of(prefix.address.to_v4(), prefix.length)) != 0;
}

SlotIndex MemberTables::slot_of(Side side, MacId mac) const {
    const auto& slots = slots_[index_of(side)];
    return mac.value < slots.size() ? slots[mac.value] : kNoSlot;
}

packet::SlotAction MemberTables::action(SlotIndex slot, TimePoint local_now) const {
    const packet::SlotAction action = published(slot);
    return local_now < lease_ ? action : packet::when_fenced(action);
}

AdjacencyIndex MemberTables::look_up(uint32_t address) const {
    for (unsigned length = 33; length-- > 0;) {
        if (routes_[length].empty()) {
            continue;
        }
        const auto found = routes_[length].find(network_of(address, length));
        if (found != routes_[length].end()) {
            return found->second;
        }
    }
    return kNoAdjacency;
}

}  // namespace evengate::sim
