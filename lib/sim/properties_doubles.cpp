// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What the witness says of two members that own one vMAC.
#include <algorithm>
#include <bit>

#include "sim/addresses.hpp"
#include "sim/properties.hpp"
#include "sim/property_words.hpp"

namespace evengate::sim {

// Whether it heard somebody when it spoke last, and would have for a hello longer: its lease had an end.
bool Properties::had_company(size_t side, size_t member) const {
    for (size_t other = 0; other < limits_.n_members; ++other) {
        if (other != member && spoke_[side][member] != TimePoint{} &&
            heard_[side][other][member] + limits_.least_hold > spoke_[side][member] + limits_.hello) {
            return true;
        }
    }
    return false;
}

// Somebody whom the taker hears and who hears the owner, and has said so by now.
bool Properties::has_witness(size_t side, size_t owner, size_t taker, TimePoint now) const {
    const Duration lately = limits_.hello + limits_.slack;
    for (size_t other = 0; other < limits_.n_members; ++other) {
        if (other != owner && other != taker && now - heard_[side][owner][other] <= lately &&
            now - heard_[side][other][taker] <= lately) {
            return true;
        }
    }
    return false;
}

// Rule 10: it does not hear the owner, and learns from others that it lives.
void Properties::check_kept(size_t side, size_t vmac, size_t owner, size_t taker, TimePoint now) {
    TimePoint& since = vmacs_[side][vmac].kept_since[owner][taker];
    const bool is_told = !hears(static_cast<Side>(side), owner, taker, now) &&
                         hears(static_cast<Side>(side), taker, owner, now) &&
                         has_witness(side, owner, taker, now);
    if (!is_told) {
        since = kNever;
        return;
    }
    since = std::min(since, now);
    const Duration limit = 2 * limits_.hello + limits_.slack;
    // Sides that meet again, and those that follow different AVGs as one of these is deaf to the
    // other, need a hold to agree on whose assignment counts; that there are two AVGs shows a hold
    // after one went deaf.
    const auto& adopted = adopted_[side];
    const bool has_two_avgs = adopted[owner].name.avg != adopted[taker].name.avg;
    const Duration agreement = (has_two_avgs ? 2 : 1) * limits_.hold;
    if (now - since > limit && now - std::max(disturbed_at_, election_at_) > limit + agreement) {
        violate(Property::gives_back, now,
                member_name(taker) + " keeps " + vmac_name(side, vmac) + " of " + member_name(owner) + " for " +
                    milliseconds(now - since) + ", although others hear it");
    }
}

// Rule 11, of two that own it.
void Properties::check_dispute(size_t side, size_t vmac, size_t a, size_t b, TimePoint now) {
    const bool a_hears = hears(static_cast<Side>(side), b, a, now);
    const bool b_hears = hears(static_cast<Side>(side), a, b, now);
    TimePoint& since = vmacs_[side][vmac].doubled_since[a][b];
    if (!a_hears && !b_hears) {
        since = kNever;
        return;
    }
    since = std::min(since, now);
    // Who would give way and sleeps cannot; its lease ends, or it goes on.
    const bool is_seen = (a_hears && asleep_since_[a] == kNever) || (b_hears && asleep_since_[b] == kNever);
    const Duration anew = chance_reigned_at_ >= since ? limits_.hold : Duration{};
    const Duration limit = limits_.hold + limits_.hello + limits_.slack + anew;
    if (is_seen && now - since > limit) {
        const auto both = static_cast<uint16_t>(1u << a | 1u << b);
        violate(Property::one_owner, now,
                vmac_name(side, vmac) + " is forwarded by " + member_names(both) + " for " +
                    milliseconds(now - since) + ", although one hears the other");
    }
}

void Properties::check_doubles(size_t side, size_t vmac, uint16_t owners, TimePoint now) {
    Vmac& state = vmacs_[side][vmac];
    if (owners == state.last_owners && std::has_single_bit(owners)) {
        return;
    }
    const Duration limit = limits_.hold + limits_.hello + limits_.slack;
    for (size_t a = 0; a < limits_.n_members; ++a) {
        for (size_t b = a + 1; b < limits_.n_members; ++b) {
            const bool both = (owners >> a & 1) != 0 && (owners >> b & 1) != 0;
            TimePoint& late_since = state.late_since[a][b];
            const size_t silent = spoke_[side][a] < spoke_[side][b] ? a : b;
            if (!both || now - spoke_[side][silent] <= limit || !had_company(side, silent)) {
                late_since = kNever;
            } else if (late_since == kNever) {
                late_since = now;  // control that wakes needs a moment to withdraw what it published
            } else if (now - late_since > limits_.slack) {
                violate(Property::in_touch, now,
                        vmac_name(side, vmac) + " is forwarded by " + member_names(owners) +
                            ", of which one said nothing for longer than " + milliseconds(limit));
            }
            if (both) {
                check_kept(side, vmac, a, b, now);
                check_kept(side, vmac, b, a, now);
            } else {
                state.kept_since[a][b] = kNever;
                state.kept_since[b][a] = kNever;
            }
            if (both) {
                check_dispute(side, vmac, a, b, now);
            } else {
                state.doubled_since[a][b] = kNever;
            }
        }
    }
    if (owners != state.last_owners) {
        if (owners != 0 && (owners & state.last_owners) == 0) {
            ++state.n_moves;
            ++n_moves_;
        }
        state.last_owners = owners != 0 ? owners : state.last_owners;
    }
}

}  // namespace evengate::sim
