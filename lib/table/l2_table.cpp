// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "table/l2_table.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#include <rte_errno.h>
#include <rte_hash.h>
#include <rte_hash_crc.h>

namespace evengate::table {
namespace {

uint64_t key_of(const L2Binding& binding) {
    uint8_t padded[sizeof(uint64_t)] = {};
    std::memcpy(padded, binding.mac.bytes.data(), MacAddress::kSize);
    return l2_key(padded, binding.interface);
}

// Odd constants with well spread bits (splitmix64), tried until no two keys share an entry.
uint64_t nth_multiplier(uint64_t n) {
    uint64_t z = (n + 1) * 0x9E37'79B9'7F4A'7C15;
    z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
    z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
    return (z ^ z >> 31) | 1;
}

size_t count_collisions(std::span<const uint64_t> keys, uint64_t multiplier, unsigned shift,
                        std::vector<uint8_t>& taken) {
    std::fill(taken.begin(), taken.end(), uint8_t{0});
    size_t collisions = 0;
    for (const uint64_t key : keys) {
        uint8_t& entry = taken[key * multiplier >> shift];
        collisions += entry;
        entry = 1;
    }
    return collisions;
}

struct IndexShape {
    size_t n_entries = 0;
    uint64_t multiplier = 1;
    size_t n_collisions = SIZE_MAX;

    [[nodiscard]] unsigned shift() const { return 64 - static_cast<unsigned>(std::countr_zero(n_entries)); }
};

// The smallest index without collisions; failing that, the largest with the fewest. vMACs are
// numbered in a row, so a multiplier that keeps them apart is usually found at once.
IndexShape find_index_shape(std::span<const uint64_t> keys) {
    constexpr size_t kLeastEntries = 16;
    constexpr size_t kMostEntriesPerKey = 8;
    constexpr uint64_t kTries = 64;

    const size_t n_keys = std::bit_ceil(std::max<size_t>(keys.size(), 1));
    IndexShape best;
    for (size_t n = std::max(kLeastEntries, 2 * n_keys); n <= std::max(kLeastEntries, kMostEntriesPerKey * n_keys);
         n *= 2) {
        std::vector<uint8_t> taken(n);
        best.n_collisions = SIZE_MAX;
        for (uint64_t i = 0; i < kTries && best.n_collisions != 0; ++i) {
            IndexShape shape{n, nth_multiplier(i), 0};
            shape.n_collisions = count_collisions(keys, shape.multiplier, shape.shift(), taken);
            if (shape.n_collisions < best.n_collisions) {
                best = shape;
            }
        }
        if (best.n_collisions == 0) {
            break;
        }
    }
    return best;
}

}  // namespace

Result<std::unique_ptr<const L2Table>> L2Table::make(const std::string& name,
                                                     std::span<const L2Binding> bindings) {
    constexpr uint32_t kLeastHashEntries = 64;
    rte_hash_parameters parameters{};
    parameters.name = name.c_str();
    parameters.entries = std::max<uint32_t>(kLeastHashEntries, static_cast<uint32_t>(bindings.size() * 2));
    parameters.key_len = sizeof(uint64_t);
    parameters.hash_func = rte_hash_crc;
    parameters.socket_id = SOCKET_ID_ANY;

    std::unique_ptr<L2Table> table(new L2Table);
    table->hash_ = rte_hash_create(&parameters);
    if (table->hash_ == nullptr) {
        return Error{"cannot make the MAC table '" + name + "': " + rte_strerror(rte_errno)};
    }
    for (const L2Binding& binding : bindings) {
        const uint64_t key = key_of(binding);
        if (rte_hash_lookup(table->hash_, &key) >= 0) {
            return Error{"MAC address " + binding.mac.to_string() + " is used twice on interface " +
                         std::to_string(binding.interface.value)};
        }
        if (rte_hash_add_key_data(table->hash_, &key,
                                  reinterpret_cast<void*>(uintptr_t{binding.slot.value})) < 0) {
            return Error{"the MAC table '" + name + "' has no room for " + binding.mac.to_string()};
        }
    }
    table->build_index(bindings);
    return std::unique_ptr<const L2Table>(std::move(table));
}

void L2Table::build_index(std::span<const L2Binding> bindings) {
    std::vector<uint64_t> keys;
    keys.reserve(bindings.size());
    for (const L2Binding& binding : bindings) {
        keys.push_back(key_of(binding));
    }
    const IndexShape shape = find_index_shape(keys);
    multiplier_ = shape.multiplier;
    shift_ = shape.shift();
    n_only_in_hash_ = shape.n_collisions;

    index_keys_.assign(shape.n_entries, kUnusedKey);
    index_slots_.assign(shape.n_entries, kNoSlot);
    for (size_t i = 0; i < keys.size(); ++i) {
        const size_t place = keys[i] * multiplier_ >> shift_;
        if (index_keys_[place] == kUnusedKey) {
            index_keys_[place] = keys[i];
            index_slots_[place] = bindings[i].slot;
        }
    }
}

SlotIndex L2Table::find_in_hash(uint64_t key) const {
    void* slot = nullptr;
    if (rte_hash_lookup_data(hash_, &key, &slot) < 0) {
        return kNoSlot;
    }
    return SlotIndex(static_cast<uint16_t>(reinterpret_cast<uintptr_t>(slot)));
}

L2Table::~L2Table() { rte_hash_free(hash_); }

}  // namespace evengate::table
