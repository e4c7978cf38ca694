// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: (port, VLANs) -> interface. Thread: built at start-up, then immutable. Used by: dataplane.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.hpp"
#include "packet/ethernet.hpp"

namespace evengate::table {

// The interfaces of one port.
class VlanMap {
 public:
    // Replaces what the VLANs led to.
    void set(packet::VlanIds vlans, InterfaceId interface) {
        if (vlans.inner != 0) {
            stacked_.push_back({vlans, interface});
        } else if (vlans.outer != 0) {
            single_.resize(kVlanCount, kNoInterface);
            single_[vlans.outer] = interface;
        } else {
            untagged_ = interface;
        }
    }

    [[nodiscard]] InterfaceId untagged() const { return untagged_; }
    [[nodiscard]] bool has_tagged() const { return !single_.empty() || !stacked_.empty(); }

    // Cost: one cache line for up to one tag, a walk over the port's stacked interfaces for two.
    [[nodiscard]] InterfaceId find(packet::VlanIds vlans) const {
        if (vlans.inner == 0) {
            if (vlans.outer == 0) {
                return untagged_;
            }
            return single_.empty() ? kNoInterface : single_[vlans.outer];
        }
        for (const Stacked& stacked : stacked_) {
            if (stacked.vlans == vlans) {
                return stacked.interface;
            }
        }
        return kNoInterface;
    }

 private:
    static constexpr size_t kVlanCount = 4096;
    struct Stacked {
        packet::VlanIds vlans;
        InterfaceId interface;
    };

    InterfaceId untagged_ = kNoInterface;
    std::vector<InterfaceId> single_;
    std::vector<Stacked> stacked_;
};

}  // namespace evengate::table
