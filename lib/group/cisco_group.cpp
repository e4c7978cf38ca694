// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/cisco_group.hpp"

#include <algorithm>
#include <utility>

namespace evengate::group {

using glbp::VgState;

CiscoGroup::CiscoGroup(const SegmentOptions& segment, GroupOptions options)
    : self_id_(segment.self.member),
      name_(segment.name),
      mac_(segment.mac),
      address_(segment.address),
      boot_nonce_(segment.self.boot_nonce),
      options_(std::move(options)),
      jitter_state_(segment.seed),
      priority_(options_.priority),
      tracked_weight_(options_.weight),
      hello_(options_.hello),
      hold_(options_.hold),
      election_(self(), hold_),
      forwarders_({.who = mac_, .address = address_, .weight = weight()},
                  {.hold = hold_,
                   .redirect = options_.redirect,
                   .timeout = options_.timeout,
                   .preempt_delay = options_.forwarder_preempt_delay,
                   .linger = options_.linger}),
      nonces_(segment.self.boot_nonce ^ segment.seed) {
    if (options_.parameters.virtual_addresses.empty()) {
        election_.stop(VgState::disabled);
    }
}

void CiscoGroup::step(const Event& event, TimePoint now, Actions& actions) {
    if (has_slept(now)) {
        // The others have taken our vMACs over: they are not ours before we have listened again.
        note(NoteKind::fenced, actions);
        stop(now, actions);
        start(now, actions);
    }
    std::visit([&](const auto& happened) { on(happened, now, actions); }, event);
    run_due(now, actions);
    note_new_avg(actions);
    refresh_answerable(now);
    stepped_at_ = now;
}

void CiscoGroup::on(const LinkChanged& event, TimePoint now, Actions& actions) {
    if (presence_ == Presence::left) {
        return;
    }
    if (event.link == Link::up && presence_ == Presence::link_down) {
        presence_ = Presence::present;
        start(now, actions);
    }
    if (event.link == Link::down && presence_ == Presence::present) {
        presence_ = Presence::link_down;
        stop(now, actions);
    }
}

void CiscoGroup::on(const WeightChanged& event, TimePoint now, Actions& actions) {
    if (event.group == options_.id) {
        tracked_weight_ = event.weight;
        change_weight(now, actions);
    }
}

void CiscoGroup::on(const Drain&, TimePoint now, Actions& actions) {
    duty_ = Duty::drained;
    change_weight(now, actions);
    if (!is_busy()) {
        note(NoteKind::drained, actions);
    }
}

void CiscoGroup::on(const Undrain&, TimePoint now, Actions& actions) {
    duty_ = Duty::normal;
    change_weight(now, actions);
}

void CiscoGroup::on(const Leave&, TimePoint now, Actions& actions) {
    if (takes_part()) {
        if (forwarders_.give_up(now) > 0) {
            actions.emplace_back(action::Publish{});
        }
        // The others have no word for a good-bye. An AVG that only listens is none.
        send_hello(VgState::listen, now, actions);
    }
    presence_ = Presence::left;
    hello_due_ = kNever;
    forwarders_.self().able_since = kNever;
    members_.clear();
    if (election_.state() != VgState::disabled) {
        election_.stop(VgState::initial);
        ++n_state_changes_;
        note(NoteKind::state_changed, actions);
    }
}

void CiscoGroup::on(const MoveVmac& event, TimePoint, Actions& actions) {
    if (event.group == options_.id) {
        note(NoteKind::move_refused, actions, {}, event.vmac);
    }
}

void CiscoGroup::on(const SetPriority& event, TimePoint, Actions&) {
    if (event.group == options_.id) {
        priority_ = event.priority;
        election_.set_priority(priority_);
    }
}

void CiscoGroup::start(TimePoint now, Actions& actions) {
    set_timers(options_.hello, options_.hold);
    if (!takes_part()) {
        return;
    }
    election_.start(now);
    forwarders_.self().listening_since = now;
    forwarders_.self().able_since = now;
    apply(CiscoElection::Change::announced, now, actions);
}

void CiscoGroup::stop(TimePoint now, Actions& actions) {
    if (forwarders_.drop(now) > 0) {
        actions.emplace_back(action::Publish{});
    }
    forwarders_.self().able_since = kNever;
    members_.clear();
    n_avg_hellos_ = 0;
    asked_at_.reset();
    hello_due_ = kNever;
    if (election_.state() != VgState::disabled && election_.state() != VgState::initial) {
        election_.stop(VgState::initial);
        ++n_state_changes_;
        note(NoteKind::state_changed, actions);
    }
}

void CiscoGroup::run_due(TimePoint now, Actions& actions) {
    while (const CiscoMember* silent = members_.expire_one(hold_, now)) {
        note(NoteKind::member_down, actions, silent->owner);
    }
    if (forwarders_.expire(members_, now) > 0) {
        actions.emplace_back(action::Publish{});
        if (duty_ == Duty::drained && !is_busy()) {
            note(NoteKind::drained, actions);
        }
    }
    while (true) {
        const CiscoElection::Change change = election_.run_due(n_better(), now);
        if (change == CiscoElection::Change::none) {
            break;
        }
        apply(change, now, actions);
    }
    while (const std::optional<VmacNumber> taken = forwarders_.take_one(members_, now)) {
        actions.emplace_back(action::Publish{});
        const CiscoForwarder* forwarder = forwarders_.find(*taken);
        if (forwarder->owner != mac_) {
            note(NoteKind::took_over, actions, forwarder->owner, *taken);
        }
        send_forwarder_hello(*taken, now, actions);
    }
    if (hello_due_ <= now) {
        if (election_.state() == VgState::active) {
            take_number_as_avg(now);
        } else {
            send_request_if_wanted(now, actions);
        }
        send_hello(election_.state(), now, actions);
    }
}

void CiscoGroup::apply(CiscoElection::Change change, TimePoint now, Actions& actions) {
    if (change == CiscoElection::Change::none) {
        return;
    }
    ++n_state_changes_;
    note(NoteKind::state_changed, actions);
    if (election_.state() == VgState::active) {
        set_timers(options_.hello, options_.hold);
        take_number_as_avg(now);
    }
    if (change == CiscoElection::Change::announced) {
        send_hello(election_.state(), now, actions);
    }
}

void CiscoGroup::change_weight(TimePoint now, Actions& actions) {
    CiscoContender& contender = forwarders_.self();
    const uint8_t before = std::exchange(contender.weight, weight());
    if (!takes_part() || (before == 0) == (contender.weight == 0)) {
        return;
    }
    if (contender.weight > 0) {
        contender.able_since = now;
        return;
    }
    if (forwarders_.give_up(now) > 0) {
        actions.emplace_back(action::Publish{});
        send_hello(election_.state(), now, actions);  // without them: the others take over at once
    }
}

void CiscoGroup::take_number_as_avg(TimePoint now) {
    if (weight() == 0 || forwarders_.number_of(mac_)) {
        return;
    }
    if (const std::optional<VmacNumber> number = forwarders_.find_free(n_vmacs())) {
        forwarders_.assign(*number, vmac(*number), mac_, now);
    }
}

void CiscoGroup::set_timers(Duration hello, Duration hold) {
    hello_ = hello;
    hold_ = hold;
    election_.set_hold(hold);
    forwarders_.set_hold(hold);
}

TimePoint CiscoGroup::next_deadline() const {
    return std::min({hello_due_, members_.next_deadline(hold_), election_.next_deadline(n_better()),
                     forwarders_.next_deadline(members_, stepped_at_)});
}

bool CiscoGroup::has_slept(TimePoint now) const {
    return takes_part() && members_.has_live() && hello_sent_at_ + hold_ <= now;
}

bool CiscoGroup::takes_part() const {
    return options_.mode == Mode::cisco && presence_ == Presence::present &&
           !options_.parameters.virtual_addresses.empty();
}

size_t CiscoGroup::n_better() const {
    return members_.n_better(self(), election_.avg());
}

CiscoCandidate CiscoGroup::self() const {
    return {mac_, priority_, address_};
}

uint8_t CiscoGroup::weight() const {
    const bool gives = duty_ == Duty::normal && options_.mode == Mode::cisco;
    return gives ? tracked_weight_ : uint8_t{0};
}

uint8_t CiscoGroup::n_vmacs() const {
    const uint8_t wanted = options_.parameters.n_vmacs;
    return wanted == 0 ? kMaxCiscoForwarders : std::min(wanted, kMaxCiscoForwarders);
}

MacAddress CiscoGroup::vmac(VmacNumber number) const {
    const auto& prefix = options_.parameters.vmac_prefix;
    const uint16_t id = options_.id.value;
    return MacAddress{{prefix[0], prefix[1], prefix[2], static_cast<uint8_t>(id >> 8),
                       static_cast<uint8_t>(id), number.value}};
}

Role CiscoGroup::role(VmacNumber vmac) const {
    const CiscoForwarder* forwarder = forwarders_.find(vmac);
    return forwarder == nullptr ? Role::other : forwarder->role;
}

bool CiscoGroup::answers_hosts() const {
    return election_.state() == VgState::active;
}

bool CiscoGroup::is_busy() const {
    return std::ranges::find(forwarders_.all(), Role::linger, &CiscoForwarder::role) !=
           forwarders_.all().end();
}

void CiscoGroup::note(NoteKind kind, Actions& actions, std::optional<MacAddress> member,
                      VmacNumber vmac) const {
    actions.emplace_back(action::Note{.kind = kind,
                                      .group = options_.id,
                                      .member = member ? member_id(*member) : MemberId{},
                                      .vmac = vmac,
                                      .state = election_.state()});
}

void CiscoGroup::note_new_avg(Actions& actions) {
    const std::optional<MacAddress> now_avg = avg();
    if (now_avg == noted_avg_) {
        return;
    }
    noted_avg_ = now_avg;
    note(NoteKind::avg_changed, actions, now_avg);
}

void CiscoGroup::refresh_answerable(TimePoint now) {
    std::vector<VmacNumber> numbers;
    std::vector<Served> served;
    for (const CiscoForwarder& forwarder : forwarders_.all()) {
        if (!forwarder.is_answerable(now)) {
            continue;
        }
        const bool ours = forwarder.role == Role::own;
        numbers.push_back(forwarder.number);
        served.push_back({forwarder.number, ours ? mac_ : forwarder.holder->who,
                          ours ? weight() : forwarder.holder->weight});
    }
    if (served != served_) {
        served_ = std::move(served);
        answerable_ = std::move(numbers);
        ++answerable_revision_;
    }
}

}  // namespace evengate::group
