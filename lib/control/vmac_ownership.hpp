// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the MAC addresses that are ours or may become so, their slots, and what workers do with
// frames for each: what the group protocol says of vMACs ends here.
// Thread: control. Used by: arp_responder, vmac_answers, announcer, group_speakers, report.
#pragma once

#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/result.hpp"
#include "control/interface_set.hpp"
#include "control/outside.hpp"
#include "packet/slot_action.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

struct Vmac {
    VmacNumber number;
    MacAddress mac;
    SlotIndex slot;
};

struct Group {
    GroupId id;
    InterfaceId interface;
    settings::VmacPolicy policy{};
    std::vector<IpAddress> virtual_addresses;
    std::vector<Vmac> vmacs;  // by number, from 1

    // Not checked: the group has a vMAC of this number.
    [[nodiscard]] const Vmac& vmac(VmacNumber number) const { return vmacs[number.value - 1u]; }
};

class VmacOwnership {
 public:
    struct Place {
        size_t group_index = 0;
        VmacNumber number;
    };

    // Gives every interface the slot of its number, and slots behind them to the vMACs, of which this
    // member owns none yet. Fails: an unknown interface, or more MAC addresses than slots.
    static Result<VmacOwnership> make(const settings::Settings& settings,
                                      const InterfaceSet& interfaces);

    [[nodiscard]] std::span<const Group> groups() const { return groups_; }
    [[nodiscard]] std::span<const SlotBinding> bindings() const { return bindings_; }
    // What workers do with frames for each slot.
    [[nodiscard]] std::span<const packet::SlotAction> actions() const { return actions_; }
    [[nodiscard]] packet::SlotAction action(SlotIndex slot) const { return actions_[slot.value]; }

    // Returns whether that is new. Only for the slots of vMACs: an interface's own MAC is served
    // whatever becomes of its groups.
    bool set_action(SlotIndex slot, packet::SlotAction action) {
        return std::exchange(actions_[slot.value], action) != action;
    }

    // The vMAC of a slot; nothing for an interface's own MAC and for unbound slots.
    [[nodiscard]] std::optional<Place> vmac_at(SlotIndex slot) const;

    // Whether the MAC is the interface's own or a vMAC that this member owns there: nobody else on
    // that segment may send from it. Not one that lingers, from which its new owner sends.
    [[nodiscard]] bool is_ours(InterfaceId interface, const MacAddress& mac) const;
    // The vMAC of the interface's groups that has this MAC, whoever owns it.
    [[nodiscard]] std::optional<Place> find_vmac(InterfaceId interface,
                                                 const MacAddress& mac) const;

 private:
    void add_slot(InterfaceId interface, const MacAddress& mac, packet::SlotAction action);

    std::vector<Group> groups_;
    std::vector<SlotBinding> bindings_;
    std::vector<packet::SlotAction> actions_;
    std::vector<std::optional<Place>> vmacs_by_slot_;
    std::unordered_multimap<MacAddress, SlotIndex> slots_by_mac_;  // keys come from settings alone
};

}  // namespace evengate::control
