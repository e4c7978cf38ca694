// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: one immutable published version of "what to do for each slot", and its publisher.
// Thread: Generation: workers read; GenerationPublisher: control. Used by: dataplane, the app.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "packet/slot_action.hpp"
#include "table/l2_table.hpp"
#include "table/rcu.hpp"

namespace evengate::table {

inline constexpr uint64_t kUnlimitedLease = UINT64_MAX;

class Generation {
 public:
    // Actions by slot for a burst received at this time; valid until the worker is quiescent.
    // A member that overslept its lease serves none of its vMACs (protocol rule 12).
    [[nodiscard]] const packet::SlotAction* actions_at(uint64_t now_tsc) const {
        return now_tsc <= lease_end_tsc_ ? actions_.get() : fenced_actions_.get();
    }
    [[nodiscard]] const L2Table& l2() const { return *l2_; }
    [[nodiscard]] uint64_t number() const { return number_; }

 private:
    friend class GenerationPublisher;

    void fill(std::span<const packet::SlotAction> actions);

    uint64_t number_ = 0;
    uint64_t lease_end_tsc_ = 0;
    const L2Table* l2_ = nullptr;
    std::unique_ptr<packet::SlotAction[]> actions_;
    std::unique_ptr<packet::SlotAction[]> fenced_actions_;
    size_t n_filled_ = 0;  // slots behind are unbound in both
};

class GenerationPublisher {
 public:
    // The generation in force before the first publish() knows no MAC address.
    // Owns: nothing of rcu, which must outlive it.
    GenerationPublisher(Rcu& rcu, uint16_t n_slots, std::unique_ptr<const L2Table> empty);

    // The generation in force. Thread: any worker that is online. Cost: one load.
    [[nodiscard]] const Generation& current() const {
        // Pairs with the release store in put_in_force().
        return *current_.load(std::memory_order_acquire);
    }

    // Puts a new generation in force: these actions for slots 0, 1, ..., the rest unbound.
    // Atomic for a burst. Thread: control. Units: TSC cycles. Not checked: actions.size() <= n_slots.
    // Cost: writing two bytes a bound slot; waits only when all spare generations are still in use.
    void publish(std::span<const packet::SlotAction> actions, uint64_t lease_end_tsc);

    // The same with a new MAC table; the old one is freed after a grace period.
    void publish(std::unique_ptr<const L2Table> l2, std::span<const packet::SlotAction> actions,
                 uint64_t lease_end_tsc);

    [[nodiscard]] uint16_t n_slots() const { return n_slots_; }

 private:
    struct Spare {
        std::unique_ptr<Generation> generation;
        Rcu::Token free_after = 0;
        bool used = false;
    };

    Generation& take_spare();
    void put_in_force(Generation& next);

    Rcu& rcu_;
    uint16_t n_slots_;
    std::unique_ptr<const L2Table> l2_;
    std::vector<Spare> ring_;
    size_t next_ = 0;
    uint64_t number_ = 0;
    alignas(64) std::atomic<const Generation*> current_;  // control: write release; worker: read acquire
};

}  // namespace evengate::table
