// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// Load: reports, rounds, and the moves that the AVG is asked for (balancing rules B1 to B11).
#include <algorithm>
#include <utility>

#include "group/mix.hpp"
#include "group/native_group.hpp"

namespace evengate::group {
namespace {

// Switches that watch for addresses that flap freeze one that moved five times in three minutes
// (protocol rule 22); one move is left for a member that dies.
constexpr Duration kFlapWindow = std::chrono::seconds(180);

constexpr LoadBook::Place kSelf = 0;

// Members report when they hear the AVG's report; for those that do not, an interval's end waits for
// this part of it.
constexpr int kClosingPart = 4;

}  // namespace

// Reports.

// The report may begin a round, which takes what is granted as all said it before.
void NativeGroup::on_load(const LoadMeasured& event, TimePoint now, Actions& actions) {
    if (options_.balance.use == BalanceSettings::Use::on && phase_ != Phase::down && phase_ != Phase::left) {
        report_load(event, now, actions);
    }
    capacity_pps_ = event.capacity_pps * std::min(options_.weight, full_weight_) / full_weight_;
    load_pps_ = event.load_pps;
    group_load_pps_ = event.group_load_pps;
    granted_pps_ = std::min(event.granted_pps, std::max(capacity_pps_, group_load_pps_));
}

void NativeGroup::report_load(const LoadMeasured& event, TimePoint now, Actions& actions) {
    glbp::LoadReport report = event.report;
    report.n_counts = static_cast<uint8_t>(event.counts.size());
    hear_report(kSelf, self().boot_nonce, report, event.counts, now);
    if (!has_live_peer()) {
        return;
    }
    size_t n_sent = 0;
    do {
        glbp::Message message = make_message();
        message.load_report = report;
        while (n_sent < event.counts.size() && message.vmac_counts.try_push_back(event.counts[n_sent])) {
            ++n_sent;
        }
        send(std::move(message), actions);
    } while (n_sent < event.counts.size());
}

void NativeGroup::hear_load(const glbp::Message& message, const Peer& peer, TimePoint now) {
    if (message.load_report && options_.balance.use == BalanceSettings::Use::on) {
        hear_report(place_of(peers_.index_of(peer)), peer.life.boot_nonce, *message.load_report,
                    {message.vmac_counts.begin(), message.vmac_counts.end()}, now);
    }
    const bool may_ask = options_.balance.decide == Decider::lowest_id && lowest_id() == peer.id();
    for (const glbp::WantedMove& wanted : message.wanted_moves) {
        if (state_ != glbp::VgState::active || wanted.vmac > n_vmacs()) {
            continue;
        }
        if (wanted.reason == glbp::WantedMove::Reason::operator_asks) {
            pin(wanted.vmac, wanted.to);
        } else if (may_ask) {
            want(wanted.vmac, wanted.to);
        }
    }
}

// The AVG's report begins the interval's end for all, so that all see much the same.
void NativeGroup::hear_report(LoadBook::Place place, uint64_t boot_nonce, const glbp::LoadReport& report,
                              std::span<const glbp::VmacCount> counts, TimePoint now) {
    if (!loads_) {
        loads_ = std::make_unique<LoadBook>(options_.balance, n_vmacs());
    }
    note_owners(now);
    if (loads_->hear(place, boot_nonce, report, counts, now) == LoadBook::Step::incomplete) {
        return;
    }
    const Peer* avg = state_ == glbp::VgState::active ? nullptr : find_avg();
    if (place != (avg == nullptr ? kSelf : place_of(peers_.index_of(*avg)))) {
        return;
    }
    if (closed_at_ == kNever) {
        closing_since_ = now;
        closed_at_ = now + options_.balance.estimate.interval / kClosingPart;
        note_kept();
    }
    if (avg != nullptr) {
        avg_reported_at_ = now;
    }
}

// By now all said what they grant behind their last measurement, if hellos come more often than rounds. Until the
// round's end some would say the next, and some not: what one of them grants less would look like load of it alone.
void NativeGroup::note_kept() {
    const auto kept = [](uint64_t capacity_pps, uint64_t granted_pps) {
        return granted_pps == 0 ? balance::Load{0} : balance::to_load(capacity_pps) - balance::to_load(granted_pps);
    };
    kept_in_round_.fill(0);
    kept_in_round_[kSelf] = kept(capacity_pps_, granted_pps_);
    for (const Peer& peer : peers_.all()) {
        const size_t index = peers_.index_of(peer);
        const glbp::Standing& standing = said_[index].standing;
        kept_in_round_[place_of(index)] = kept(standing.capacity_pps, standing.granted_pps);
    }
}

bool NativeGroup::all_reported() const {
    bool all = loads_->reported_at(kSelf) >= closing_since_;
    for (const Peer& peer : peers_.all()) {
        const size_t index = peers_.index_of(peer);
        all = all && (!said_[index].takes_part() || loads_->reported_at(place_of(index)) >= closing_since_);
    }
    return all;
}

void NativeGroup::on_balance(const BalanceSettings& settings) {
    options_.balance = settings;
    closed_at_ = kNever;
    if (settings.use == BalanceSettings::Use::off) {
        loads_.reset();
    } else if (loads_) {
        loads_->set(settings);
    }
}

// Rounds.

std::optional<MemberId> NativeGroup::lowest_id() const {
    std::optional<MemberId> lowest;
    const auto consider = [&](MemberId member) {
        lowest = lowest ? std::min(*lowest, member) : member;
    };
    if (phase_ == Phase::taking_part) {
        consider(self().member);
    }
    for (const Peer& peer : peers_.all()) {
        if (said_[peers_.index_of(peer)].takes_part()) {
            consider(peer.id());
        }
    }
    return lowest;
}

bool NativeGroup::decides_rounds() const {
    switch (options_.balance.decide) {
        case Decider::avg:
            return state_ == glbp::VgState::active;
        case Decider::lowest_id:
            return lowest_id() == self().member;
        case Decider::everyone:
            break;
    }
    return phase_ == Phase::taking_part;
}

LoadBook::Place NativeGroup::place_of(const glbp::Incarnation& life) const {
    const Peer* peer = life == self() ? nullptr : peers_.find(life.member);
    if (life == self()) {
        return kSelf;
    }
    return peer == nullptr ? balance::unassigned : place_of(peers_.index_of(*peer));
}

LoadBook::Field NativeGroup::balance_field(TimePoint now) const {
    LoadBook::Field field;
    field.seed = mix(mix(adopted_.name.term ^ adopted_.name.avg.value) + adopted_.name.sequence);
    const auto share_of = [&](const glbp::Name& name) {
        const auto& shares = options_.balance.shares;
        const auto found = std::ranges::find_if(shares, [&](const BalanceSettings::Share& share) {
            return std::ranges::equal(share.member, name);
        });
        return found == shares.end() ? 0 : static_cast<balance::Load>(found->share);
    };
    field.members[kSelf] = self().member;
    field.shares[kSelf] = share_of(segment_.name);
    field.kept = kept_in_round_;
    if (phase_ == Phase::taking_part && !is_draining_ && options_.weight != 0) {
        field.capacities[kSelf] = balance::to_load(capacity_pps_);
    }
    for (const Peer& peer : peers_.all()) {
        const GroupPeer& said = said_[peers_.index_of(peer)];
        const LoadBook::Place place = place_of(peers_.index_of(peer));
        field.members[place] = peer.id();
        field.shares[place] = share_of(peer.name);
        if (said.takes_part() && !said.is_one_way && !said.has(glbp::Sender::Flag::draining) &&
            said.standing.weight != 0) {
            field.capacities[place] = balance::to_load(said.standing.capacity_pps);
        }
    }
    for (const uint8_t n : numbers()) {
        field.may_move[n] = may_be_balanced(n, now);
    }
    return field;
}

bool NativeGroup::flaps(uint8_t number, TimePoint now) const {
    const TimePoint fourth_last = vmac(number).moved_at.front();
    return fourth_last != TimePoint{} && now - fourth_last < kFlapWindow;
}

// During a change of their number some members know fewer (protocol rule 5).
bool NativeGroup::all_know(uint8_t number) const {
    return std::ranges::all_of(said(), [number](const GroupPeer& said) {
        return !said.takes_part() || said.n_vmacs >= number;
    });
}

bool NativeGroup::may_be_balanced(uint8_t number, TimePoint now) const {
    const Vmac& known = vmac(number);
    const VmacPlan* plan = adopted_.plan(number);
    if (plan == nullptr || plan->owner == kNobody || !is_claimed_by(adopted_.at(plan->owner), number)) {
        return false;
    }
    return !flaps(number, now) && all_know(number) && known.pinned_to == MemberId{} && known.wanted_at == MemberId{} &&
           now >= known.no_move_before;
}

void NativeGroup::note_owners(TimePoint now) {
    const Places alive = alive_places(adopted_);
    for (const uint8_t n : numbers()) {
        const MemberPlace owner = rightful(n, alive);
        loads_->set_owner(n, owner == kNobody ? balance::unassigned : place_of(adopted_.at(owner)),
                          options_.linger, now);
    }
}

void NativeGroup::compare_rounds(const Assignment& assignment, TimePoint now) {
    if (!loads_ || options_.balance.decide != Decider::everyone || state_ == glbp::VgState::active) {
        return;
    }
    std::vector<uint8_t> moved;
    for (const uint8_t n : numbers_of(assignment)) {
        const bool is_for_load = begins_move(assignment, n) && !loads_->is_idle(n) &&
                                 !is_leaving(assignment.at(assignment.plans[n - 1u].previous));
        if (is_for_load) {
            moved.push_back(n);
        }
    }
    if (!moved.empty() && closed_at_ != kNever) {
        static_cast<void>(end_interval(now));  // the AVG has heard all
    }
    const auto& history = loads_->history();
    const auto was_ours = [&](uint8_t n) {
        return std::any_of(history.rbegin(), history.rend(), [&](const BalanceRound& round) {
            return std::ranges::any_of(round.moves, [&](const BalanceMove& move) {
                return move.vmac.value == n && move.to == assignment.at(assignment.plans[n - 1u].owner).member;
            });
        });
    };
    n_disagreements_ += std::ranges::all_of(moved, was_ours) ? 0 : 1;
}

const BalanceRound* NativeGroup::end_interval(TimePoint now) {
    closed_at_ = kNever;
    loads_->end_interval();
    if (!decides_rounds() || now < next_round_) {
        return nullptr;
    }
    // A little early, as reports do not come to the tick.
    next_round_ = now + options_.balance.plan_interval - options_.balance.estimate.interval / 2;
    return &loads_->round(balance_field(now), now);
}

void NativeGroup::balance(TimePoint now, Actions& actions) {
    if (!loads_ || closed_at_ == kNever || (now < closed_at_ && !all_reported())) {
        return;
    }
    const BalanceRound* round = end_interval(now);
    if (round == nullptr || round->moves.empty()) {
        return;
    }
    if (state_ == glbp::VgState::active) {
        for (const BalanceMove& move : round->moves) {
            want(move.vmac.value, move.to);
        }
        return;
    }
    const Peer* avg = find_avg();
    if (options_.balance.decide == Decider::lowest_id && avg != nullptr) {
        for (size_t n_sent = 0; n_sent < round->moves.size();) {
            glbp::Message message = make_message();
            while (n_sent < round->moves.size() &&
                   message.wanted_moves.try_push_back({.reason = glbp::WantedMove::Reason::load,
                                                       .vmac = round->moves[n_sent].vmac.value,
                                                       .to = round->moves[n_sent].to})) {
                ++n_sent;
            }
            send_to(*avg, std::move(message), actions);
        }
    }
}

// Moves.

void NativeGroup::want(uint8_t number, MemberId to) {
    if (vmac(number).pinned_to == MemberId{}) {
        vmac(number).wanted_at = to;
        next_plan_ = {};
    }
}

void NativeGroup::pin(uint8_t number, MemberId to) {
    Vmac& moved = vmac(number);
    moved.pinned_to = to;
    moved.wanted_at = {};
    moved.no_move_before = {};
    next_plan_ = {};
}

void NativeGroup::on_move(const MoveVmac& event, Actions& actions) {
    const Peer* to = event.to == self().member ? nullptr : peers_.find(event.to);
    const GroupPeer* said = to == nullptr ? nullptr : &said_[peers_.index_of(*to)];
    const bool lives = said == nullptr ? event.to == self().member
                                       : said->takes_part() && said->n_vmacs >= event.vmac.value;
    const Peer* avg = find_avg();
    const bool is_avg = state_ == glbp::VgState::active;
    if ((!is_avg && avg == nullptr) || event.vmac.value == 0 || event.vmac.value > n_vmacs() || !lives) {
        note(actions, NoteKind::move_refused, event.to, event.vmac.value);
        return;
    }
    if (is_avg) {
        pin(event.vmac.value, event.to);
        return;
    }
    glbp::Message message = make_message();
    static_cast<void>(
        message.wanted_moves.try_push_back({.reason = glbp::WantedMove::Reason::operator_asks,
                                            .vmac = event.vmac.value,
                                            .to = event.to}));
    send_to(*avg, std::move(message), actions);
}

// What is shown.

BalanceView NativeGroup::balance_view(TimePoint now) const {
    BalanceView view;
    view.settings = options_.balance;
    view.n_moves = n_moves_;
    view.n_disagreements = n_disagreements_;
    const Peer* avg = find_avg();
    switch (options_.balance.decide) {
        case Decider::avg:
        case Decider::everyone:
            if (state_ == glbp::VgState::active) {
                view.decider = self().member;
            } else if (avg != nullptr) {
                view.decider = avg->id();
            }
            break;
        case Decider::lowest_id:
            view.decider = lowest_id();
            break;
    }
    view.decides_here = decides_rounds();
    if (!loads_) {
        return view;
    }
    view.alpha = loads_->alpha();
    view.n_rounds = loads_->n_rounds();
    view.history.assign(loads_->history().begin(), loads_->history().end());
    const LoadBook::Field field = balance_field(now);
    view.dry_run = loads_->dry_run(field, now);
    const auto add_gateway = [&](LoadBook::Place place) {
        BalanceGatewayView shown{.member = field.members[place],
                                 .capacity_pps = static_cast<uint64_t>(field.capacities[place]),
                                 .load_pps = 0,
                                 .background_pps = static_cast<uint64_t>(loads_->beside(field, place)),
                                 .n_vmacs = 0,
                                 .is_saturated = loads_->is_saturated(place)};
        for (const uint8_t n : numbers()) {
            if (loads_->owner(n) == place) {
                shown.load_pps += static_cast<uint64_t>(loads_->load(n));
                ++shown.n_vmacs;
            }
        }
        view.gateways.push_back(shown);
    };
    add_gateway(kSelf);
    for (const Peer& peer : peers_.all()) {
        if (said_[peers_.index_of(peer)].is_live) {
            add_gateway(place_of(peers_.index_of(peer)));
        }
    }
    view.loads = vmac_loads();
    return view;
}

std::vector<uint64_t> NativeGroup::vmac_loads() const {
    std::vector<uint64_t> loads;
    for (const uint8_t n : numbers()) {
        if (loads_) {
            loads.push_back(static_cast<uint64_t>(loads_->load(n)));
        }
    }
    return loads;
}

}  // namespace evengate::group
