// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the numbers of a group's vMACs, to go through: 1 to the last, which may be 255. Thread: any.
// Used by: native_group.
#pragma once

#include <cstdint>

namespace evengate::group {

class VmacRange {
 public:
    class Iterator {
     public:
        // Wider than a number, as behind 255 comes 256.
        constexpr explicit Iterator(unsigned number) : number_(number) {}
        constexpr uint8_t operator*() const { return static_cast<uint8_t>(number_); }
        constexpr Iterator& operator++() {
            ++number_;
            return *this;
        }
        friend constexpr bool operator==(const Iterator&, const Iterator&) = default;

     private:
        unsigned number_;
    };

    // Units: last is 0 (no vMAC) to 255.
    constexpr explicit VmacRange(uint8_t last) : last_(last) {}

    [[nodiscard]] constexpr Iterator begin() const { return Iterator(1); }
    [[nodiscard]] constexpr Iterator end() const { return Iterator(last_ + 1u); }

 private:
    uint8_t last_;
};

}  // namespace evengate::group
