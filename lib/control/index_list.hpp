// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: order and look-up over the places of a fixed array, without allocation after construction:
// IndexLists (who came first) and HashIndex (who has this key).
// Thread: their one owner. Used by: client_table, neighbour_table.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace evengate::control {

inline constexpr uint32_t kNoIndex = UINT32_MAX;

// Several lists over the same places; a place is in at most one of them. All in O(1).
class IndexLists {
 public:
    IndexLists(size_t n_places, size_t n_lists) : links_(n_places), ends_(n_lists) {}

    void push_back(size_t list, uint32_t place) {
        Ends& ends = ends_[list];
        links_[place] = {.before = ends.last, .after = kNoIndex};
        (ends.last == kNoIndex ? ends.first : links_[ends.last].after) = place;
        ends.last = place;
        ++ends.size;
    }
    // Not checked: that the place is in this list.
    void remove(size_t list, uint32_t place) {
        Ends& ends = ends_[list];
        const Links links = links_[place];
        (links.before == kNoIndex ? ends.first : links_[links.before].after) = links.after;
        (links.after == kNoIndex ? ends.last : links_[links.after].before) = links.before;
        --ends.size;
    }
    // kNoIndex at the end.
    [[nodiscard]] uint32_t front(size_t list) const { return ends_[list].first; }
    [[nodiscard]] uint32_t after(uint32_t place) const { return links_[place].after; }
    [[nodiscard]] size_t size(size_t list) const { return ends_[list].size; }

 private:
    struct Links {
        uint32_t before = kNoIndex;
        uint32_t after = kNoIndex;
    };
    struct Ends {
        uint32_t first = kNoIndex;
        uint32_t last = kNoIndex;
        size_t size = 0;
    };

    std::vector<Links> links_;
    std::vector<Ends> ends_;
};

// Hash chains over the places. The owner keeps the keys, and hashes them with a seed, so that
// nobody outside can choose keys that fall into one chain.
class HashIndex {
 public:
    explicit HashIndex(size_t n_places)
        : mask_(std::bit_ceil(n_places < 2 ? size_t{2} : n_places) - 1),
          heads_(mask_ + 1, kNoIndex),
          after_(n_places, kNoIndex) {}

    // The place with this hash for which is_it(place) holds; kNoIndex if there is none.
    template <class IsIt>
    [[nodiscard]] uint32_t find(uint64_t hash, IsIt&& is_it) const {
        uint32_t place = heads_[hash & mask_];
        while (place != kNoIndex && !is_it(place)) {
            place = after_[place];
        }
        return place;
    }
    void insert(uint64_t hash, uint32_t place) {
        uint32_t& head = heads_[hash & mask_];
        after_[place] = head;
        head = place;
    }
    // Not checked: that the place is in with this hash.
    void erase(uint64_t hash, uint32_t place) {
        uint32_t* at = &heads_[hash & mask_];
        while (*at != place) {
            at = &after_[*at];
        }
        *at = after_[place];
    }

 private:
    size_t mask_;
    std::vector<uint32_t> heads_;
    std::vector<uint32_t> after_;
};

// Mixes a key with a seed: the finaliser of MurmurHash3 on both sides of the seed.
constexpr uint64_t seeded_hash(uint64_t key, uint64_t seed) {
    for (int round = 0; round < 2; ++round) {
        key ^= key >> 33;
        key *= 0xFF51'AFD7'ED55'8CCD;
        key ^= key >> 33;
        key += seed;
    }
    key *= 0xC4CE'B9FE'1A85'EC53;
    return key ^ key >> 33;
}

}  // namespace evengate::control
