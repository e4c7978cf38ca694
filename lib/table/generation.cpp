// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "table/generation.hpp"

#include <algorithm>

namespace evengate::table {
namespace {

// So many generations can wait for a worker that the kernel does not run just now before
// publishing has to wait for it: 32 ms at 1000 a second.
constexpr size_t kSpareGenerations = 32;

}  // namespace

GenerationPublisher::GenerationPublisher(Rcu& rcu, uint16_t n_slots, std::unique_ptr<const L2Table> empty)
    : rcu_(rcu), n_slots_(n_slots), l2_(std::move(empty)), ring_(kSpareGenerations), current_(nullptr) {
    for (Spare& spare : ring_) {
        spare.generation = std::make_unique<Generation>();
        spare.generation->actions_ = std::make_unique<packet::SlotAction[]>(n_slots);
        spare.generation->fenced_actions_ = std::make_unique<packet::SlotAction[]>(n_slots);
    }
    publish({}, kUnlimitedLease);
}

void Generation::fill(std::span<const packet::SlotAction> actions) {
    std::copy(actions.begin(), actions.end(), actions_.get());
    std::transform(actions.begin(), actions.end(), fenced_actions_.get(), packet::when_fenced);
    // What lies behind was never bound, or by this generation's last use.
    for (size_t slot = actions.size(); slot < n_filled_; ++slot) {
        actions_[slot] = fenced_actions_[slot] = packet::SlotAction::unbound;
    }
    n_filled_ = actions.size();
}

Generation& GenerationPublisher::take_spare() {
    Spare& spare = ring_[next_];
    if (spare.used) {
        rcu_.wait_until_over(spare.free_after);
    }
    spare.used = true;
    return *spare.generation;
}

void GenerationPublisher::put_in_force(Generation& next) {
    const bool replaces_one = current_.load(std::memory_order_relaxed) != nullptr;
    // Pairs with the acquire load in current().
    current_.store(&next, std::memory_order_release);
    if (replaces_one) {
        const size_t replaced = (next_ + ring_.size() - 1) % ring_.size();
        ring_[replaced].free_after = rcu_.start_grace_period();
    }
    next_ = (next_ + 1) % ring_.size();
}

void GenerationPublisher::publish(std::span<const packet::SlotAction> actions, uint64_t lease_end_tsc) {
    Generation& next = take_spare();
    next.number_ = ++number_;
    next.lease_end_tsc_ = lease_end_tsc;
    next.l2_ = l2_.get();
    next.fill(actions);
    put_in_force(next);
}

void GenerationPublisher::publish(std::unique_ptr<const L2Table> l2,
                                  std::span<const packet::SlotAction> actions, uint64_t lease_end_tsc) {
    const std::unique_ptr<const L2Table> old = std::exchange(l2_, std::move(l2));
    publish(actions, lease_end_tsc);
    rcu_.wait_until_over(rcu_.start_grace_period());
}

}  // namespace evengate::table
