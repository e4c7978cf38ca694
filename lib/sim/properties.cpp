// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/properties.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include "sim/addresses.hpp"
#include "sim/property_words.hpp"

namespace evengate::sim {
namespace {

// How old a READY may be that RELEASED answers: it may have waited for a member that slept.
constexpr Duration kReadyCounts = std::chrono::seconds(10);

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
    nobodys.kept_since = nobodys.doubled_since;
    for (auto& of_old_owner : nobodys.ready_at) {
        of_old_owner.fill(kLongAgo);
    }
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
    asleep_since_.fill(kNever);
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
    Vmac& state = vmacs_[index_of(side)][vmac.value - 1u];
    uint16_t& bits = state.forwarders;
    const auto bit = static_cast<uint16_t>(1u << member);
    const auto changed = static_cast<uint16_t>(forwarder == Forwarder::yes ? bits | bit : bits & ~bit);
    if (changed == bits) {
        return;
    }
    bits = changed;
    calm_members_[index_of(side)] = 0;
    if (forwarder == Forwarder::yes) {
        ++state.n_taken;
        state.released = static_cast<uint16_t>(state.released & ~bit);
        if (now < listens_until_[member]) {
            violate(Property::listens_first, now,
                    member_name(member) + " owns " + vmac_name(index_of(side), vmac.value - 1u) + " " +
                        milliseconds(listens_until_[member] - now) + " before it may");
        }
    }
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
    if (running == Forwarder::yes && (bits & bit) == 0) {
        linked_at_[index_of(side)][member] = now;
    }
    bits = static_cast<uint16_t>(running == Forwarder::yes ? bits | bit : bits & ~bit);
    check(now);
}

void Properties::set_capable_from(Side side, size_t member, TimePoint from) {
    capable_from_[index_of(side)][member] = from;
}

// Its disputes go on where they were.
void Properties::wake(size_t member, TimePoint now) {
    disturb(now);
    woke_at_ = now;
    const TimePoint slept_since = std::exchange(asleep_since_[member], kNever);
    const auto put_off = [&](TimePoint& since) {
        if (since != kNever && slept_since != kNever) {
            since += now - std::max(since, slept_since);
        }
    };
    for (auto& of_side : vmacs_) {
        for (Vmac& vmac : of_side) {
            for (size_t other = 0; other < limits_.n_members; ++other) {
                put_off(vmac.doubled_since[std::min(member, other)][std::max(member, other)]);
            }
        }
    }
}

void Properties::begin_life(size_t member, TimePoint listens_until) {
    listens_until_[member] = listens_until;
    asleep_since_[member] = kNever;
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
    for (size_t side = 0; side < kSideCount; ++side) {
        taken_[side][member].fill(n_said_[side][member]);
        for (size_t speaker = 0; speaker < kMaxMembers; ++speaker) {
            taken_[side][speaker][member] = n_said_[side][speaker];
        }
    }
}

bool Properties::take(Side side, size_t speaker, uint32_t message, size_t listener, Source source,
                      TimePoint now) {
    uint32_t& taken = taken_[index_of(side)][speaker][listener];
    if (message <= taken) {
        return false;
    }
    taken = message;
    const auto& met = met_[index_of(side)];
    const bool are_proven = met[speaker][listener] != 0 && met[listener][speaker] != 0;
    const bool is_gone = (running_[index_of(side)] >> speaker & 1) == 0 || asleep_since_[speaker] != kNever;
    if (source == Source::recording && are_proven && is_gone) {
        disturb(now);
        misled_at_ = now;
    }
    return true;
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
    calm_members_[index_of(side)] = 0;
}

void Properties::check(TimePoint now) {
    const uint16_t leased_members = leased(now);
    for (size_t side = 0; side < kSideCount; ++side) {
        const auto members = static_cast<uint16_t>(running_[side] & leased_members);
        if (members != 0 && members == calm_members_[side]) {
            continue;
        }
        bool is_calm = true;
        for (size_t vmac = 0; vmac < limits_.n_vmacs; ++vmac) {
            check_vmac(side, vmac, static_cast<uint16_t>(vmacs_[side][vmac].forwarders & members), now);
            is_calm = is_calm && vmacs_[side][vmac].calm_owner != 0;
        }
        calm_members_[side] = is_calm ? members : uint16_t{0};
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

void Properties::check_owned(size_t side, size_t vmac, uint16_t owners, TimePoint now) {
    Vmac& state = vmacs_[side][vmac];
    const Duration limit = limits_.hold + limits_.hello + limits_.slack + limits_.repeats +
                           (divided_[side] ? limits_.hold + limits_.hello : Duration{});
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

void Properties::hand_over(Side side, size_t speaker, const glbp::HandOver& step, TimePoint now) {
    const size_t from = step.from.value - 1;
    const size_t to = step.to.value - 1;
    if (step.vmac == 0 || step.vmac > limits_.n_vmacs || from >= kMaxMembers || to >= kMaxMembers) {
        return;  // in a hello it is to nobody
    }
    Vmac& vmac = vmacs_[index_of(side)][step.vmac - 1u];
    if (step.step == glbp::HandOver::Step::ready && speaker == to) {
        vmac.ready_at[from][to] = now;
    }
    if (step.step == glbp::HandOver::Step::released && speaker == from) {
        vmac.released = static_cast<uint16_t>(vmac.released | 1u << from);
        if (now - vmac.ready_at[from][to] > kReadyCounts) {
            violate(Property::hand_over_in_order, now,
                    member_name(from) + " released " + vmac_name(index_of(side), step.vmac - 1u) + " to " +
                        member_name(to) + ", which had not said READY");
        }
    }
}

void Properties::send_from(Side side, VmacNumber vmac, size_t member, TimePoint now) {
    if (vmac.value >= 1 && vmac.value <= limits_.n_vmacs &&
        (vmacs_[index_of(side)][vmac.value - 1u].released >> member & 1) != 0) {
        violate(Property::hand_over_in_order, now,
                member_name(member) + " sends from " + vmac_name(index_of(side), vmac.value - 1u) +
                    " behind its RELEASED");
    }
}

void Properties::answer_again(Side side, size_t first, size_t second, TimePoint now) {
    const bool are_in_touch = hears(side, first, second, now) && hears(side, second, first, now);
    if (are_in_touch && now - disturbed_at_ > limits_.hold + limits_.hello + limits_.slack) {
        violate(Property::one_answerer, now,
                "on the " + std::string(name_of(side)) + " " + member_name(first) + " and " +
                    member_name(second) + " answered one question, " + milliseconds(now - disturbed_at_) +
                    " after the last fault");
    }
}

void Properties::answer(Side side, VmacNumber vmac, size_t member, uint8_t island, TimePoint now) {
    if (vmac.value == 0 || vmac.value > limits_.n_vmacs) {
        return violate(Property::answers_live_vmacs, now,
                       "a host was given vMAC " + std::to_string(vmac.value) + ", which there is not");
    }
    check(now);
    const TimePoint since = vmacs_[index_of(side)][vmac.value - 1u].unowned_since[island];
    const Duration limit = limits_.hold + limits_.slack;
    // Who slept waits for as long as if it had not (protocol rule 12), and who had no link judges nobody
    // before a hold behind it (rule 6).
    const TimePoint linked_at = linked_at_[index_of(side)][member];
    if (since != kNever && now - std::max({since, woke_at_, misled_at_, linked_at}) > limit) {
        violate(Property::answers_live_vmacs, now,
                "a host was given " + vmac_name(index_of(side), vmac.value - 1u) + " by " + member_name(member) +
                    ", which has had no owner for " + milliseconds(now - since));
    }
}

void Properties::violate(Property property, TimePoint now, std::string text) {
    if (!violation_) {
        violation_ = Violation{property, now, std::move(text)};
    }
}

uint32_t Properties::most_taken() const {
    uint32_t most = 0;
    for (const auto& of_side : vmacs_) {
        for (const Vmac& vmac : of_side) {
            most = std::max(most, vmac.n_taken);
        }
    }
    return most;
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
