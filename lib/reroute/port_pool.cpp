// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/port_pool.hpp"

#include <numeric>
#include <utility>

#include "reroute/split_mix.hpp"

namespace evengate::reroute {

PortPool::PortPool(uint32_t n_places, uint64_t seed)
    : n_places_(n_places), n_free_(n_places), next_(n_places + 2), previous_(n_places + 2),
      standings_(n_places, Standing::free) {
    for (const uint32_t head : {free_head(), half_open_head()}) {
        next_[head] = previous_[head] = head;
    }
    std::vector<uint32_t> order(n_places);
    std::iota(order.begin(), order.end(), 0u);
    for (uint32_t i = n_places; i > 1; --i) {
        const uint64_t drawn = split_mix(seed + i * kSplitMixStep) >> 32;
        std::swap(order[i - 1], order[static_cast<size_t>(drawn * i >> 32)]);
    }
    for (const uint32_t place : order) {
        append(free_head(), place);
    }
}

void PortPool::append(uint32_t head, uint32_t place) {
    const uint32_t last = previous_[head];
    next_[last] = place;
    previous_[place] = last;
    next_[place] = head;
    previous_[head] = place;
}

void PortPool::unlink(uint32_t place) {
    next_[previous_[place]] = next_[place];
    previous_[next_[place]] = previous_[place];
}

std::optional<PortPool::Taken> PortPool::try_take() {
    const bool is_any_free = n_free_ != 0;
    const uint32_t place = next_[is_any_free ? free_head() : half_open_head()];
    if (place >= n_places_) {
        return std::nullopt;
    }
    unlink(place);
    n_free_ -= is_any_free ? 1 : 0;
    standings_[place] = Standing::half_open;
    append(half_open_head(), place);
    return Taken{.place = place, .was_half_open = !is_any_free};
}

void PortPool::hold(uint32_t place) {
    if (standings_[place] == Standing::half_open) {
        unlink(place);
        standings_[place] = Standing::held;
    }
}

void PortPool::let_go(uint32_t place) {
    if (standings_[place] == Standing::held) {
        standings_[place] = Standing::half_open;
        append(half_open_head(), place);
    }
}

void PortPool::give_back(uint32_t place) {
    if (standings_[place] == Standing::half_open) {
        unlink(place);
    }
    standings_[place] = Standing::free;
    append(free_head(), place);
    ++n_free_;
}

}  // namespace evengate::reroute
