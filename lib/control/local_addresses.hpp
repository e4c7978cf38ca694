// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which addresses are ours: interface addresses and VIPs, each on its interface.
// Thread: control. Used by: arp_responder, routes.
#pragma once

#include <algorithm>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "control/interface_set.hpp"
#include "control/vmac_ownership.hpp"

namespace evengate::control {

struct LocalAddress {
    enum class Kind : uint8_t { own, virtual_address } kind = Kind::own;
    IpAddress address;
    InterfaceId interface;
    size_t group_index = 0;  // of a VIP
};

class LocalAddresses {
 public:
    // Of an address that is both an interface's own and a VIP, the own one counts. pools: more that are this
    // member's alone; those on a link are answered for there.
    LocalAddresses(const InterfaceSet& interfaces, std::span<const Group> groups,
                   std::span<const IpAddress> pools = {}) {
        for (const Interface& interface : interfaces.all()) {
            for (const IpPrefix& own : interface.addresses) {
                add({LocalAddress::Kind::own, own.address, interface.id, 0});
            }
        }
        for (size_t i = 0; i < groups.size(); ++i) {
            for (const IpAddress& address : groups[i].virtual_addresses) {
                add({LocalAddress::Kind::virtual_address, address, groups[i].interface, i});
            }
        }
        for (const IpAddress& address : pools) {
            for (const Interface& interface : interfaces.all()) {
                if (std::ranges::any_of(interface.addresses,
                                        [&](const IpPrefix& own) { return own.network().contains(address); })) {
                    add({LocalAddress::Kind::own, address, interface.id, 0});
                }
            }
        }
    }

    // nullptr when the address is not ours on this interface.
    [[nodiscard]] const LocalAddress* find(InterfaceId interface, const IpAddress& address) const {
        const auto found = by_address_.find(address);
        return found == by_address_.end() || all_[found->second].interface != interface ? nullptr
                                                                                        : &all_
                                                                                              [found
                                                                                                   ->second];
    }
    [[nodiscard]] std::span<const LocalAddress> all() const { return all_; }

 private:
    void add(const LocalAddress& local) {
        if (by_address_.try_emplace(local.address, all_.size()).second) {
            all_.push_back(local);
        }
    }

    std::vector<LocalAddress> all_;
    std::unordered_map<IpAddress, size_t> by_address_;  // into all_; keys come from settings alone
};

}  // namespace evengate::control
