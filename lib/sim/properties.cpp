// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/properties.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include "sim/addresses.hpp"

namespace evengate::sim {
namespace {

std::string milliseconds(Duration duration) {
    return std::to_string(duration / std::chrono::milliseconds(1)) + " ms";
}

std::string member_names(uint16_t members) {
    std::string names;
    for (; members != 0; members = static_cast<uint16_t>(members & (members - 1))) {
        names += names.empty() ? "" : ", ";
        names += member_name(static_cast<size_t>(std::countr_zero(members)));
    }
    return names;
}

std::string vmac_name(size_t side, size_t vmac) {
    return std::string(name_of(static_cast<Side>(side))) + " vMAC " + std::to_string(vmac + 1);
}

}  // namespace

std::string_view name_of(Property property) {
    static constexpr std::array kNames = {
#define X(name, text) std::string_view(#name),
        EVENGATE_SIM_PROPERTIES(X)
#undef X
    };
    return kNames[static_cast<size_t>(property)];
}

std::string_view to_text(Property property) {
    static constexpr std::array kTexts = {
#define X(name, text) std::string_view(text),
        EVENGATE_SIM_PROPERTIES(X)
#undef X
    };
    return kTexts[static_cast<size_t>(property)];
}

Properties::Properties(const Limits& limits) : limits_(limits) {
    Vmac nobodys;
    nobodys.unowned_since.fill(TimePoint{});
    for (auto& of_first : nobodys.doubled_since) {
        of_first.fill(kNever);
    }
    nobodys.late_since = nobodys.doubled_since;
    for (size_t side = 0; side < kSideCount; ++side) {
        vmacs_[side].assign(limits.n_vmacs, nobodys);
        capable_from_[side].fill(kNever);
        for (auto& of_speaker : heard_[side]) {
            of_speaker.fill(kLongAgo);
        }
        island_members_[side].fill(0);
        island_members_[side][0] = static_cast<uint16_t>((1u << limits.n_members) - 1);
    }
    leases_.fill(kNever);
}

uint16_t Properties::leased(TimePoint now) const {
    uint16_t members = 0;
    for (size_t member = 0; member < limits_.n_members; ++member) {
        members = static_cast<uint16_t>(members | (now < leases_[member] ? 1u << member : 0u));
    }
    return members;
}

void Properties::set_forwarder(Side side, VmacNumber vmac, size_t member, Forwarder forwarder,
                               TimePoint now) {
    uint16_t& bits = vmacs_[index_of(side)][vmac.value - 1u].forwarders;
    const auto bit = static_cast<uint16_t>(1u << member);
    const auto changed = static_cast<uint16_t>(forwarder == Forwarder::yes ? bits | bit : bits & ~bit);
    if (changed == bits) {
        return;
    }
    bits = changed;
    check_vmac(index_of(side), vmac.value - 1u, forwarders(index_of(side), vmac.value - 1u, now), now);
}

void Properties::set_lease(size_t member, TimePoint lease, TimePoint now) {
    const bool had_run_out = leases_[member] <= now;
    leases_[member] = lease;
    if (had_run_out || lease <= now) {
        check(now);
    }
}

void Properties::set_running(Side side, size_t member, Forwarder running, TimePoint now) {
    uint16_t& bits = running_[index_of(side)];
    const auto bit = static_cast<uint16_t>(1u << member);
    bits = static_cast<uint16_t>(running == Forwarder::yes ? bits | bit : bits & ~bit);
    check(now);
}

void Properties::set_capable_from(Side side, size_t member, TimePoint from) {
    capable_from_[index_of(side)][member] = from;
}

void Properties::forget(size_t member) {
    for (auto& of_side : heard_) {
        of_side[member].fill(kLongAgo);
        for (auto& of_speaker : of_side) {
            of_speaker[member] = kLongAgo;
        }
    }
    for (auto& of_side : met_) {
        of_side[member].fill(0);
        for (auto& of_speaker : of_side) {
            of_speaker[member] = 0;
        }
    }
}

void Properties::set_islands(Side side, const Islands& island_of) {
    islands_[index_of(side)] = island_of;
    auto& members = island_members_[index_of(side)];
    members.fill(0);
    for (size_t member = 0; member < limits_.n_members; ++member) {
        uint16_t& island = members[island_of[member]];
        island = static_cast<uint16_t>(island | 1u << member);
    }
    for (Vmac& vmac : vmacs_[index_of(side)]) {
        vmac.calm_owner = 0;
    }
}

void Properties::check(TimePoint now) {
    const uint16_t leased_members = leased(now);
    for (size_t side = 0; side < kSideCount; ++side) {
        const auto members = static_cast<uint16_t>(running_[side] & leased_members);
        for (size_t vmac = 0; vmac < limits_.n_vmacs; ++vmac) {
            check_vmac(side, vmac, static_cast<uint16_t>(vmacs_[side][vmac].forwarders & members), now);
        }
    }
}

void Properties::check_vmac(size_t side, size_t vmac, uint16_t owners, TimePoint now) {
    Vmac& state = vmacs_[side][vmac];
    if (owners != 0 && owners == state.calm_owner) {
        return;
    }
    check_doubles(side, vmac, owners, now);
    check_owned(side, vmac, owners, now);
    const auto since_of_islands = std::span(state.unowned_since).first(limits_.n_members);
    const bool is_owned = std::all_of(since_of_islands.begin(), since_of_islands.end(),
                                      [](TimePoint since) { return since == kNever; });
    state.calm_owner = is_owned && std::has_single_bit(owners) ? owners : uint16_t{0};
}

// Whether it heard somebody when it spoke last, and would have for a hello longer: its lease had an end.
bool Properties::had_company(size_t side, size_t member) const {
    for (size_t other = 0; other < limits_.n_members; ++other) {
        if (other != member && spoke_[side][member] != TimePoint{} &&
            heard_[side][other][member] + limits_.hold > spoke_[side][member] + limits_.hello) {
            return true;
        }
    }
    return false;
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
            TimePoint& since = state.doubled_since[a][b];
            if (!both || !(hears(static_cast<Side>(side), a, b, now) ||
                           hears(static_cast<Side>(side), b, a, now))) {
                since = kNever;
            } else if (since == kNever) {
                since = now;
            } else if (now - since > limit) {
                violate(Property::one_owner, now,
                        vmac_name(side, vmac) + " is forwarded by " + member_names(owners) + " for " +
                            milliseconds(now - since) + ", although one hears the other");
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

void Properties::check_owned(size_t side, size_t vmac, uint16_t owners, TimePoint now) {
    Vmac& state = vmacs_[side][vmac];
    const Duration limit = limits_.hold + limits_.hello + limits_.slack;
    for (size_t island = 0; island < limits_.n_members; ++island) {
        const uint16_t members = island_members_[side][island];
        TimePoint& since = state.unowned_since[island];
        if (members == 0 || (owners & members) != 0) {
            since = kNever;
            continue;
        }
        since = std::min(since, now);
        TimePoint first_capable = kNever;
        for (size_t member = 0; member < limits_.n_members; ++member) {
            if ((members >> member & 1) != 0) {
                first_capable = std::min(first_capable, capable_from_[side][member]);
            }
        }
        if (first_capable == kNever) {
            continue;
        }
        const TimePoint from = std::max({since, first_capable, disturbed_at_});
        if (now > from && now - from > limit) {
            violate(Property::some_owner, now,
                    vmac_name(side, vmac) + " has no owner among " + member_names(members) + " for " +
                        milliseconds(now - since) + ", " + milliseconds(now - from) +
                        " after the last fault");
        }
    }
}

void Properties::adopt(Side side, size_t member, uint64_t boot_nonce,
                       const glbp::AssignmentName& name, TimePoint now) {
    Adopted& before = adopted_[index_of(side)][member];
    if (before.boot_nonce == boot_nonce && name < before.name) {
        violate(Property::names_grow, now,
                std::string(name_of(side)) + " " + member_name(member) + " went back from term " +
                    std::to_string(before.name.term) + " sequence " +
                    std::to_string(before.name.sequence) + " to " + std::to_string(name.term) +
                    " sequence " + std::to_string(name.sequence));
    }
    before = {boot_nonce, name};
}

void Properties::answer(Side side, VmacNumber vmac, uint8_t island, TimePoint now) {
    if (vmac.value == 0 || vmac.value > limits_.n_vmacs) {
        return violate(Property::answers_live_vmacs, now,
                       "a host was given vMAC " + std::to_string(vmac.value) + ", which there is not");
    }
    check(now);
    const TimePoint since = vmacs_[index_of(side)][vmac.value - 1u].unowned_since[island];
    const Duration limit = limits_.hold + limits_.slack;
    if (since != kNever && now - since > limit) {
        violate(Property::answers_live_vmacs, now,
                "a host was given " + vmac_name(index_of(side), vmac.value - 1u) +
                    ", which has had no owner for " + milliseconds(now - since));
    }
}

void Properties::violate(Property property, TimePoint now, std::string text) {
    if (!violation_) {
        violation_ = Violation{property, now, std::move(text)};
    }
}

uint32_t Properties::most_moves() const {
    uint32_t most = 0;
    for (const auto& of_side : vmacs_) {
        for (const Vmac& vmac : of_side) {
            most = std::max(most, vmac.n_moves);
        }
    }
    return most;
}

}  // namespace evengate::sim
