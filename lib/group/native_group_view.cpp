// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What a native group shows of itself.
#include "group/native_group.hpp"

namespace evengate::group {
namespace {

std::string to_string(const glbp::Name& name) {
    return {name.begin(), name.end()};
}

}  // namespace

GroupView NativeGroup::view(TimePoint now) const {
    const Peer* avg = find_avg();
    GroupView view{.id = options_.id,
                   .state = state_,
                   .priority = options_.priority,
                   .weight = options_.weight,
                   .n_state_changes = n_state_changes_,
                   .avg = std::nullopt,
                   .standby = std::nullopt,
                   .name = adopted_.name,
                   .is_draining = is_draining_,
                   .is_fenced = phase_ == Phase::fenced,
                   .hello = options_.hello,
                   .hold = options_.hold,
                   .members = {},
                   .vmacs = {}};
    if (state_ == glbp::VgState::active) {
        view.avg = self().member;
    } else if (avg != nullptr) {
        view.avg = avg->id();
    }
    MemberView own{.id = self().member,
                   .name = to_string(segment_.name),
                   .address = segment_.address,
                   .mac = segment_.mac,
                   .is_self = true,
                   .is_live = phase_ == Phase::taking_part,
                   .is_proven = true,
                   .hears_us = true,
                   .is_draining = is_draining_,
                   .is_fenced = phase_ == Phase::fenced,
                   .state = state_,
                   .priority = options_.priority,
                   .weight = options_.weight,
                   .boot_nonce = self().boot_nonce,
                   .capacity_pps = capacity_pps_,
                   .load_pps = load_pps_,
                   .granted_pps = granted_pps_,
                   .silence = {},
                   .hears = {}};
    std::optional<Rank> best;
    const auto consider_standby = [&](MemberId member, const Rank& rank) {
        if (view.avg != member && (!best || rank > *best)) {
            best = rank;
            view.standby = member;
        }
    };
    if (phase_ == Phase::taking_part) {
        consider_standby(self().member, own_rank());
    }
    view.members.push_back(std::move(own));
    for (const Peer& peer : peers_.all()) {
        const GroupPeer& said = said_[peers_.index_of(peer)];
        if (peer.is_live) {
            view.members.front().hears.push_back(peer.id());
        }
        if (said.hello_sequence == 0 || said.life != peer.life) {
            continue;
        }
        MemberView member{.id = peer.id(),
                          .name = to_string(peer.name),
                          .address = peer.address,
                          .mac = peer.mac,
                          .is_self = false,
                          .is_live = said.is_live,
                          .is_proven = peer.is_proven,
                          .hears_us = peer.hears_live(self()),
                          .is_draining = said.has(glbp::Sender::Flag::draining),
                          .is_fenced = said.has(glbp::Sender::Flag::fenced),
                          .state = said.state,
                          .priority = said.priority,
                          .weight = said.standing.weight,
                          .boot_nonce = peer.life.boot_nonce,
                          .capacity_pps = said.standing.capacity_pps,
                          .load_pps = said.standing.load_pps,
                          .granted_pps = said.standing.granted_pps,
                          .silence = now - peer.heard_at,
                          .hears = {}};
        for (const glbp::Heard& heard : peer.hears) {
            if (heard.is_live != 0) {
                member.hears.push_back(heard.who.member);
            }
        }
        if (said.takes_part()) {
            consider_standby(peer.id(), rank_of(peer, said));
        }
        view.members.push_back(std::move(member));
    }
    const Places alive = alive_places(adopted_);
    for (const uint8_t n : numbers()) {
        VmacView shown;
        shown.number = VmacNumber(n);
        const auto& prefix = options_.parameters.vmac_prefix;
        shown.mac = MacAddress::from_u64(uint64_t{prefix[0]} << 40 | uint64_t{prefix[1]} << 32 |
                                         uint64_t{prefix[2]} << 24 | uint64_t{options_.id.value} << 8 | n);
        shown.role = vmac(n).role;
        shown.since = now - vmac(n).since;
        const MemberPlace owner = rightful(n, alive);
        if (owner != kNobody) {
            shown.owner = adopted_.at(owner).member;
        }
        if (shown.role == Role::own) {
            shown.claimant = self().member;
        }
        for (const Peer& peer : peers_.all()) {
            const GroupPeer& said = said_[peers_.index_of(peer)];
            if (!shown.claimant && said.takes_part() && said.claims.has(n)) {
                shown.claimant = peer.id();
            }
        }
        if (const VmacPlan* plan = adopted_.plan(n); plan != nullptr) {
            if (plan->previous != kNobody && is_claimed_by(adopted_.at(plan->previous), n)) {
                shown.previous = adopted_.at(plan->previous).member;
            }
            for (const MemberPlace successor : plan->successors) {
                if (successor != kNobody) {
                    shown.successors.push_back(adopted_.at(successor).member);
                }
            }
        }
        view.vmacs.push_back(std::move(shown));
    }
    return view;
}

}  // namespace evengate::group
