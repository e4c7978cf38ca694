// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: who is AVG and who stands by, as Cisco's routers agree on it: the states of the virtual
// gateway and their timers (docs/cisco-mode.md). Thread: control. Used by: group.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "glbp/message.hpp"

namespace evengate::group {

struct CiscoCandidate {
    MacAddress who;  // the interface's own MAC
    uint8_t priority = 0;
    IpAddress address;
};
// Whether a wins over b: by priority, then by address, then by MAC.
[[nodiscard]] bool is_better(const CiscoCandidate& a, const CiscoCandidate& b);

class CiscoElection {
 public:
    enum class Change : uint8_t {
        none,
        quiet,      // the state changed; the others learn it from the next hello
        announced,  // the state changed; a hello is wanted at once
    };
    enum class Preemption : uint8_t { forbidden, allowed };

    // Units: hold is above 0. In state initial until start().
    CiscoElection(const CiscoCandidate& self, Duration hold);

    // Begins to listen. Always a change to announce.
    void start(TimePoint now);
    // Knows nobody and wants nothing, in the state given: disabled or initial.
    void stop(glbp::VgState state);

    // What another member says that it is. Preemption counts for this call.
    [[nodiscard]] Change hear(const CiscoCandidate& them, glbp::VgState said, Preemption preemption,
                              TimePoint now);
    // Carries out one timer that is due; call it until nothing changes. n_better: live members,
    // without the AVG, that would win over this one.
    [[nodiscard]] Change run_due(size_t n_better, TimePoint now);
    [[nodiscard]] TimePoint next_deadline(size_t n_better) const;

    // Count from the next event on.
    void set_hold(Duration hold) { hold_ = hold; }
    void set_priority(uint8_t priority) { self_.priority = priority; }

    [[nodiscard]] glbp::VgState state() const { return state_; }
    // Empty: nobody, or not heard yet. May be this member.
    [[nodiscard]] std::optional<MacAddress> avg() const;
    [[nodiscard]] std::optional<MacAddress> standby() const;

 private:
    Change enter(glbp::VgState state, Change how);
    Change become_active();
    Change hear_active(const CiscoCandidate& them, Preemption preemption, TimePoint now);
    Change hear_standby(const CiscoCandidate& them, TimePoint now);
    Change hear_speak(const CiscoCandidate& them, TimePoint now);
    Change hear_other(const CiscoCandidate& them, TimePoint now);
    Change run_active_timer(TimePoint now);
    Change run_standby_timer(TimePoint now);
    [[nodiscard]] TimePoint standby_deadline(size_t n_better) const;

    CiscoCandidate self_;
    Duration hold_;
    glbp::VgState state_ = glbp::VgState::initial;
    std::optional<CiscoCandidate> avg_;      // another member
    std::optional<CiscoCandidate> standby_;  // another member
    TimePoint active_timer_ = kNever;
    TimePoint standby_timer_ = kNever;
    TimePoint rise_ = kNever;  // from standby to active
};

}  // namespace evengate::group
