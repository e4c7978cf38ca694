// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/segment.hpp"

#include <algorithm>
#include <utility>

#include "group/cisco_group.hpp"
#include "group/native_group.hpp"
#include "group/peers.hpp"

namespace evengate::group {
namespace {

// Later than this is late, however slow the hellos are.
constexpr Duration kMostPatience = std::chrono::milliseconds(50);

template <class... Visitors>
struct Overloaded : Visitors... {
    using Visitors::operator()...;
};

}  // namespace

struct Segment::State {
    State(SegmentOptions given, std::vector<GroupOptions> groups)
        : options(std::move(given)), peers(options) {
        for (GroupOptions& group : groups) {
            ids.push_back(group.id);
            patience = std::min<Duration>(patience, group.hello / 2);
            if (group.mode == Mode::native) {
                native.push_back(std::make_unique<NativeGroup>(options, peers, std::move(group)));
            } else {
                cisco.push_back({group.id, std::make_unique<CiscoGroup>(options, std::move(group))});
            }
        }
    }

    void notice_sleep(TimePoint now) {
        if (due == kNever || now <= due || now - due <= patience) {
            return;
        }
        // Since the turn before: how much of it was sleep, nobody knows.
        const Duration slept = now - turned_at;
        peers.on_overslept(slept);
        for (const auto& group : native) {
            group->on_overslept(slept, now);
        }
    }

    NativeGroup* find(GroupId id) {
        const auto found = std::find_if(native.begin(), native.end(),
                                        [id](const auto& group) { return group->options().id == id; });
        return found == native.end() ? nullptr : found->get();
    }
    CiscoGroup* find_cisco(GroupId id) {
        const auto found =
            std::find_if(cisco.begin(), cisco.end(), [id](const auto& group) { return group.id == id; });
        return found == cisco.end() ? nullptr : found->machine.get();
    }
    // What answer(group) says of the group with this id, whichever mode it has.
    template <class Answer, class Ask>
    Answer ask(GroupId id, Answer unknown, Ask&& ask_group) {
        if (const NativeGroup* group = find(id); group != nullptr) {
            return ask_group(*group);
        }
        const CiscoGroup* group = find_cisco(id);
        return group == nullptr ? unknown : ask_group(*group);
    }

    void receive(const MessageReceived& received, TimePoint now, Actions& actions) {
        NativeGroup* group = find(received.message.group);
        CiscoGroup* foreign = find_cisco(received.message.group);
        if (group == nullptr && foreign == nullptr) {
            actions.push_back(action::Refuse{MessageRefusal::group_unknown});
            return;
        }
        if (received.message.is_native() != (group != nullptr)) {
            actions.push_back(action::Refuse{MessageRefusal::mode_foreign});
            return;
        }
        if (foreign != nullptr) {
            foreign->step(received, now, actions);
            return;
        }
        const Peers::Admission admission =
            peers.admit(received.message, received.source, received.source_mac, now);
        if (admission.refusal) {
            actions.push_back(action::Refuse{*admission.refusal});
        }
        if (admission.to_challenge != nullptr) {
            group->contact(*admission.to_challenge, NativeGroup::Contact::challenge, now, actions);
        }
        if (admission.peer != nullptr) {
            group->on_message(received.message, *admission.peer, now, actions);
        }
    }

    struct Cisco {
        GroupId id;
        std::unique_ptr<CiscoGroup> machine;
    };
    SegmentOptions options;
    Peers peers;
    Duration patience = kMostPatience;
    TimePoint turned_at{};
    TimePoint due = kNever;  // when the next turn was wanted
    std::vector<GroupId> ids;
    std::vector<std::unique_ptr<NativeGroup>> native;
    std::vector<Cisco> cisco;
};

Segment::Segment(SegmentOptions options, std::vector<GroupOptions> groups)
    : state_(std::make_unique<State>(std::move(options), std::move(groups))) {}
Segment::~Segment() = default;
Segment::Segment(Segment&&) noexcept = default;

void Segment::step(const Event& event, TimePoint now, Actions& actions) {
    State& state = *state_;
    state.notice_sleep(now);
    for (const auto& group : state.native) {
        group->check_lease(now, actions);
    }
    state.peers.expire(now);
    const auto with_group = [&](GroupId id, auto&& act) {
        if (NativeGroup* group = state.find(id); group != nullptr) {
            act(*group);
        }
    };
    const auto with_all = [&](auto&& act) {
        for (const auto& group : state.native) {
            act(*group);
        }
    };
    std::visit(
        Overloaded{
            [&](const MessageReceived& e) { state.receive(e, now, actions); },
            [&](const TimersDue&) {},
            [&](const LinkChanged& e) {
                state.peers.on_link(e.link, now);
                with_all([&](NativeGroup& g) { g.on_link(e.link, now); });
            },
            [&](const VmacPrepared& e) { with_group(e.group, [&](NativeGroup& g) { g.on_prepared(e, now); }); },
            [&](const NeighboursCollected& e) {
                with_group(e.group, [&](NativeGroup& g) { g.on_collected(e, now, actions); });
            },
            [&](const HostAnswered& e) { with_group(e.group, [&](NativeGroup& g) { g.on_host_answered(e); }); },
            [&](const LoadMeasured& e) { with_group(e.group, [&](NativeGroup& g) { g.on_load(e, now, actions); }); },
            [&](const BalanceChanged& e) {
                with_group(e.group, [&](NativeGroup& g) { g.on_balance(e.settings); });
            },
            [&](const WeightChanged& e) { with_group(e.group, [&](NativeGroup& g) { g.on_weight(e.weight); }); },
            [&](const TellVerdicts& e) { with_group(e.group, [&](NativeGroup& g) { g.tell(e, actions); }); },
            [&](const TellTargetSet& e) { with_group(e.group, [&](NativeGroup& g) { g.tell(e, actions); }); },
            [&](const TellConnections& e) { with_group(e.group, [&](NativeGroup& g) { g.tell(e, actions); }); },
            [&](const Drain&) { with_all([&](NativeGroup& g) { g.on_drain(); }); },
            [&](const Undrain&) { with_all([&](NativeGroup& g) { g.on_undrain(); }); },
            [&](const Leave&) { with_all([&](NativeGroup& g) { g.on_leave(now); }); },
            [&](const MoveVmac& e) { with_group(e.group, [&](NativeGroup& g) { g.on_move(e, actions); }); },
            [&](const SetPriority& e) {
                with_group(e.group, [&](NativeGroup& g) { g.on_priority(e.priority); });
            },
        },
        event);
    for (const auto& group : state.native) {
        group->settle(now, actions);
    }
    if (!std::holds_alternative<MessageReceived>(event)) {
        for (const auto& group : state.cisco) {
            group.machine->step(event, now, actions);
        }
    }
    state.turned_at = now;
    state.due = next_deadline();
}

TimePoint Segment::next_deadline() const {
    TimePoint next = state_->peers.next_expiry();
    for (const auto& group : state_->native) {
        next = std::min(next, group->next_deadline());
    }
    for (const auto& group : state_->cisco) {
        next = std::min(next, group.machine->next_deadline());
    }
    return next;
}

Role Segment::role(GroupId group, VmacNumber vmac) const {
    return state_->ask(group, Role::other, [vmac](const auto& found) { return found.role(vmac); });
}

// Cisco's routers have no lease.
TimePoint Segment::lease() const {
    TimePoint lease = kNever;
    for (const auto& group : state_->native) {
        lease = std::min(lease, group->lease());
    }
    return lease;
}

bool Segment::answers_hosts(GroupId group) const {
    return state_->ask(group, false, [](const auto& found) { return found.answers_hosts(); });
}

std::span<const VmacNumber> Segment::answerable(GroupId group) const {
    return state_->ask(group, std::span<const VmacNumber>{}, [](const auto& found) { return found.answerable(); });
}

uint64_t Segment::answerable_revision(GroupId group) const {
    return state_->ask(group, uint64_t{0}, [](const auto& found) { return found.answerable_revision(); });
}

std::optional<glbp::AssignmentName> Segment::assignment_name(GroupId group) const {
    const NativeGroup* found = state_->find(group);
    return found == nullptr ? std::nullopt : std::optional(found->assignment_name());
}

Duration Segment::patience() const {
    return state_->patience;
}

std::span<const GroupId> Segment::groups() const {
    return state_->ids;
}

GroupView Segment::view(GroupId group, TimePoint now) const {
    return state_->ask(group, GroupView{}, [now](const auto& found) { return found.view(now); });
}

std::optional<BalanceView> Segment::balance_view(GroupId group, TimePoint now) const {
    const NativeGroup* found = state_->find(group);
    return found == nullptr ? std::nullopt : std::optional(found->balance_view(now));
}

std::vector<uint64_t> Segment::vmac_loads(GroupId group) const {
    const NativeGroup* found = state_->find(group);
    return found == nullptr ? std::vector<uint64_t>{} : found->vmac_loads();
}

TimePoint Segment::avg_reported_at(GroupId group) const {
    const NativeGroup* found = state_->find(group);
    return found == nullptr ? TimePoint{} : found->avg_reported_at();
}

bool Segment::is_busy() const {
    const auto is_busy = [](const auto& group) { return group->is_busy(); };
    return std::any_of(state_->native.begin(), state_->native.end(), is_busy) ||
           std::any_of(state_->cisco.begin(), state_->cisco.end(),
                       [](const auto& group) { return group.machine->is_busy(); });
}

}  // namespace evengate::group
