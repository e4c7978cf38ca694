// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/vmac_ownership.hpp"

#include <algorithm>

namespace evengate::control {
namespace {

// Protocol rule 2: the prefix, the group in two bytes, the number.
MacAddress vmac_address(const settings::Group& group, VmacNumber number) {
    constexpr uint64_t kPrefixBits = 0xFFFF'FF00'0000;
    return MacAddress::from_u64((group.vmac_prefix.to_u64() & kPrefixBits) |
                                uint64_t{group.id.value} << 8 | number.value);
}

}  // namespace

Result<VmacOwnership> VmacOwnership::make(const settings::Settings& settings,
                                          const InterfaceSet& interfaces) {
    VmacOwnership ownership;
    for (const Interface& interface : interfaces.all()) {
        ownership.add_slot(interface.id, interface.mac, packet::SlotAction::local);
        ownership.vmacs_by_slot_.push_back(std::nullopt);
    }
    for (const settings::Group& configured : settings.groups) {
        const Interface* interface = interfaces.find(configured.interface);
        if (interface == nullptr) {
            return Error{"group " + std::to_string(configured.id.value) +
                         ": there is no interface " + configured.interface};
        }
        Group group{.id = configured.id,
                    .interface = interface->id,
                    .policy = configured.policy,
                    .virtual_addresses = configured.virtual_addresses,
                    .vmacs = {}};
        for (uint16_t n = 1; n <= configured.n_vmacs; ++n) {
            const VmacNumber number(static_cast<uint8_t>(n));
            const MacAddress mac = vmac_address(configured, number);
            const SlotIndex slot(static_cast<uint16_t>(ownership.actions_.size()));
            ownership.add_slot(interface->id, mac, packet::SlotAction::other);
            ownership.vmacs_by_slot_.push_back(Place{ownership.groups_.size(), number});
            group.vmacs.push_back({.number = number, .mac = mac, .slot = slot});
        }
        ownership.groups_.push_back(std::move(group));
    }
    const size_t n_slots = ownership.actions_.size();
    if (n_slots > settings.tables.n_slots) {
        return Error{"the interfaces and vMACs need " + std::to_string(n_slots) +
                     " slots; raise tables.slots, which is " +
                     std::to_string(settings.tables.n_slots)};
    }
    return ownership;
}

void VmacOwnership::add_slot(InterfaceId interface, const MacAddress& mac,
                             packet::SlotAction action) {
    const SlotIndex slot(static_cast<uint16_t>(actions_.size()));
    bindings_.push_back({.slot = slot, .interface = interface, .mac = mac});
    actions_.push_back(action);
    slots_by_mac_.emplace(mac, slot);
}

std::optional<VmacOwnership::Place> VmacOwnership::vmac_at(SlotIndex slot) const {
    return slot.value < vmacs_by_slot_.size() ? vmacs_by_slot_[slot.value] : std::nullopt;
}

bool VmacOwnership::is_ours(InterfaceId interface, const MacAddress& mac) const {
    const auto [first, last] = slots_by_mac_.equal_range(mac);
    return std::any_of(first, last, [&](const auto& entry) {
        const SlotIndex slot = entry.second;
        const packet::SlotAction action = actions_[slot.value];
        return bindings_[slot.value].interface == interface &&
               (action == packet::SlotAction::local || action == packet::SlotAction::own);
    });
}

std::optional<VmacOwnership::Place> VmacOwnership::find_vmac(InterfaceId interface,
                                                             const MacAddress& mac) const {
    const auto [first, last] = slots_by_mac_.equal_range(mac);
    const auto found = std::find_if(first, last, [&](const auto& entry) {
        return bindings_[entry.second.value].interface == interface && vmac_at(entry.second);
    });
    return found == last ? std::nullopt : vmac_at(found->second);
}

}  // namespace evengate::control
