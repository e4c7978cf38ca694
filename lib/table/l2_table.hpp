// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: (interface, destination MAC) -> slot. An rte_hash that is always right, and a direct index
// in front of it that answers nearly every look-up with one multiplication and one compare.
// Thread: built by control, then immutable; look-ups from any worker. Used by: dataplane, the app.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/mac_address.hpp"
#include "base/result.hpp"

struct rte_hash;

namespace evengate::table {

struct L2Binding {
    SlotIndex slot;
    InterfaceId interface;
    MacAddress mac;
};

// The six bytes of the MAC as they lie in the frame, and the interface above them: 64 bits that
// compare as one word.
inline constexpr uint64_t kMacBits = 0x0000'FFFF'FFFF'FFFF;
constexpr unsigned kInterfaceShift = 48;

// Not checked: that eight bytes are there.
inline uint64_t l2_key(const uint8_t* destination_mac, InterfaceId interface) {
    return (load_raw<uint64_t>(destination_mac) & kMacBits) |
           static_cast<uint64_t>(interface.value) << kInterfaceShift;
}

class L2Table {
 public:
    // Fails: two bindings of one key, or no memory. Cost: about 0.1 us a binding.
    static Result<std::unique_ptr<const L2Table>> make(const std::string& name,
                                                       std::span<const L2Binding> bindings);
    ~L2Table();
    L2Table(const L2Table&) = delete;
    L2Table& operator=(const L2Table&) = delete;

    // The slot of a key, or kNoSlot. Thread: any worker. Cost: two cache lines when the index has
    // the key; a hash look-up (about 70 cycles) otherwise.
    [[nodiscard]] SlotIndex find(uint64_t key) const {
        const size_t place = key * multiplier_ >> shift_;
        if (index_keys_[place] == key) [[likely]] {
            return index_slots_[place];
        }
        return find_in_hash(key);
    }

    // How many bindings the direct index could not hold; they cost a hash look-up.
    [[nodiscard]] size_t n_only_in_hash() const { return n_only_in_hash_; }

 private:
    // A multicast MAC, which nothing is bound to.
    static constexpr uint64_t kUnusedKey = ~uint64_t{0};

    L2Table() = default;
    [[nodiscard]] SlotIndex find_in_hash(uint64_t key) const;
    void build_index(std::span<const L2Binding> bindings);

    uint64_t multiplier_ = 1;
    unsigned shift_ = 0;
    // Apart, so that the keys of a group with 64 vMACs fill a thirty-second of a level 1 cache.
    std::vector<uint64_t> index_keys_;
    std::vector<SlotIndex> index_slots_;
    rte_hash* hash_ = nullptr;
    size_t n_only_in_hash_ = 0;
};

}  // namespace evengate::table
