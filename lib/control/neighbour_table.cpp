// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/neighbour_table.hpp"

#include <algorithm>
#include <bit>

namespace evengate::control {
namespace {

// One place in this many is for neighbours that nobody has heard of yet.
constexpr size_t kUnresolvedShare = 8;

constexpr size_t list_of(Standing standing) {
    return static_cast<size_t>(standing);
}

}  // namespace

NeighbourTable::Quotas NeighbourTable::Quotas::of_pool(size_t n_adjacencies, size_t n_pinned) {
    const size_t n_moving = n_adjacencies - n_pinned;
    const size_t n_unresolved = std::max<size_t>(n_moving / kUnresolvedShare, 1);
    return {.n_pinned = n_pinned,
            .n_unresolved = n_unresolved,
            .n_resolved = std::max<size_t>(n_moving, n_unresolved + 1) - n_unresolved};
}

NeighbourTable::NeighbourTable(Quotas quotas, uint64_t seed)
    : quotas_(quotas),
      seed_(seed),
      places_(quotas.total()),
      index_(places_.size()),
      order_(places_.size(), kStandingCount) {
    for (uint32_t place = 0; place < places_.size(); ++place) {
        order_.push_back(list_of(Standing::free), place);
    }
}

uint64_t NeighbourTable::hash(const NeighbourKey& key) const {
    uint64_t hash = key.interface.value;
    for (size_t at = 0; at < key.address.bits() / 8u; at += sizeof(uint32_t)) {
        hash = seeded_hash(std::rotl(hash, 32) ^ load_be32(key.address.bytes().data() + at), seed_);
    }
    return hash;
}

Neighbour* NeighbourTable::find(const NeighbourKey& key) {
    const uint32_t place =
        index_.find(hash(key), [&](uint32_t candidate) { return places_[candidate].key == key; });
    return place == kNoIndex ? nullptr : &places_[place];
}

Neighbour* NeighbourTable::oldest(Standing standing) {
    const uint32_t place = order_.front(list_of(standing));
    return place == kNoIndex ? nullptr : &places_[place];
}

bool NeighbourTable::has_room(Standing incoming) const {
    switch (incoming) {
        case Standing::unresolved:
            return count(incoming) < quotas_.n_unresolved;
        case Standing::learnt:
        case Standing::confirmed:
            return count(Standing::learnt) + count(Standing::confirmed) < quotas_.n_resolved;
        case Standing::pinned:
            return count(incoming) < quotas_.n_pinned;
        case Standing::free:
            break;
    }
    return true;
}

Neighbour* NeighbourTable::victim_for(Standing incoming) {
    if (has_room(incoming)) {
        return nullptr;
    }
    if (incoming == Standing::unresolved) {
        return oldest(Standing::unresolved);
    }
    Neighbour* learnt = oldest(Standing::learnt);
    return learnt == nullptr && incoming == Standing::confirmed ? oldest(Standing::confirmed)
                                                                : learnt;
}

Neighbour& NeighbourTable::add(const NeighbourKey& key, Standing standing, TimePoint now) {
    const uint32_t place = order_.front(list_of(Standing::free));
    order_.remove(list_of(Standing::free), place);
    order_.push_back(list_of(standing), place);
    index_.insert(hash(key), place);
    Neighbour& neighbour = places_[place];
    neighbour.key = key;
    neighbour.standing = standing;
    neighbour.since = now;
    return neighbour;
}

void NeighbourTable::set_standing(Neighbour& neighbour, Standing standing) {
    const uint32_t place = place_of(neighbour);
    order_.remove(list_of(neighbour.standing), place);
    order_.push_back(list_of(standing), place);
    neighbour.standing = standing;
}

void NeighbourTable::remove(Neighbour& neighbour) {
    index_.erase(hash(neighbour.key), place_of(neighbour));
    set_standing(neighbour, Standing::free);
    neighbour = Neighbour{};
}

}  // namespace evengate::control
