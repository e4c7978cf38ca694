// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: longest-prefix match over IPv4 for control's own few packets: one hash table for each
// prefix length in use. Thread: control. Used by: routes.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <unordered_map>

#include "base/ip_address.hpp"

namespace evengate::control {

template <class Value>
class PrefixTable {
 public:
    // Adds or replaces. Not checked: the prefix is IPv4.
    void set(const IpPrefix& prefix, const Value& value) {
        by_length_[prefix.length].insert_or_assign(prefix.network().address.to_v4(), value);
        lengths_ |= uint64_t{1} << prefix.length;
    }

    [[nodiscard]] const Value* find_exact(const IpPrefix& prefix) const {
        return find_at(prefix.length, prefix.network().address.to_v4());
    }

    // The value of the longest prefix that holds the address; nullptr if none does.
    // Cost: one hash look-up for each prefix length in use.
    [[nodiscard]] const Value* find(const IpAddress& address) const {
        const uint32_t host_order = address.to_v4();
        for (uint64_t left = lengths_; left != 0;) {
            const auto length = static_cast<uint8_t>(std::bit_width(left) - 1);
            const uint32_t mask = length == 0 ? 0 : ~uint32_t{0} << (32 - length);
            if (const Value* value = find_at(length, host_order & mask)) {
                return value;
            }
            left &= ~(uint64_t{1} << length);
        }
        return nullptr;
    }

    // Calls visit(prefix, value) for all, in no order.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (uint8_t length = 0; length < by_length_.size(); ++length) {
            for (const auto& [network, value] : by_length_[length]) {
                visit(IpPrefix{IpAddress::v4(network), length}, value);
            }
        }
    }

 private:
    [[nodiscard]] const Value* find_at(uint8_t length, uint32_t network) const {
        const auto& table = by_length_[length];
        const auto found = table.find(network);
        return found == table.end() ? nullptr : &found->second;
    }

    std::array<std::unordered_map<uint32_t, Value>, 33> by_length_;
    uint64_t lengths_ = 0;  // bit n: prefixes of length n are there
};

}  // namespace evengate::control
