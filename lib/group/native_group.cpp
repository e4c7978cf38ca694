// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/native_group.hpp"

#include <algorithm>
#include <utility>

#include "group/mix.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;

// An interval of client replication (rule 24); the answers of one fit a message.
constexpr Duration kClientInterval = 100ms;

uint32_t to_ms(Duration duration) {
    return static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

NativeGroup::NativeGroup(const SegmentOptions& segment, Peers& peers, GroupOptions options)
    : segment_(segment),
      peers_(peers),
      options_(std::move(options)),
      full_weight_(std::max<uint8_t>(options_.weight, 1)),
      capacity_pps_(options_.capacity_pps),
      parameters_digest_(compute_parameters_digest()),
      vmacs_(options_.parameters.n_vmacs) {}

void NativeGroup::note(Actions& actions, NoteKind kind, MemberId member, uint8_t vmac_number) const {
    actions.push_back(action::Note{.kind = kind,
                                   .group = options_.id,
                                   .member = member,
                                   .vmac = VmacNumber(vmac_number),
                                   .state = state_});
}

// Hearing.

void NativeGroup::on_message(const glbp::Message& message, const Peer& peer, TimePoint now,
                             Actions& actions) {
    GroupPeer& said = said_[peers_.index_of(peer)];
    if (said.life != peer.life) {
        if (said.life.member == peer.id() && said.life.boot_nonce != 0 &&
            !has_weakness(Weakness::restart_unseen)) {
            note(actions, NoteKind::member_restarted, peer.id());
            if (loads_) {
                loads_->note_failure(now);
            }
            said = {};
        } else if (said.life.member != peer.id()) {
            said = {};
        }
        said.life = peer.life;
        note_roles_due();
    }
    if (message.hello && message.standing && message.forwarding) {
        hear_hello(message, peer, said, now, actions);
    }
    if (message.sender->has(glbp::Sender::Flag::wants_answer)) {
        contact(peer, Contact::echo, now, actions);
    }
    if (message.assignment_request && adopted_.name > *message.assignment_request) {
        send_assignment(actions, &peer);
    }
    if (!message.assignment_parts.empty()) {
        hear_assignment(message, now, actions);
    }
    if (message.neighbours) {
        hear_neighbours(*message.neighbours, peer, actions);
    }
    for (const glbp::HandOver& step : message.hand_overs) {
        hear_hand_over(step, peer, now, actions);
    }
    hear_load(message, peer, now);
    hear_services(message, peer, actions);
    for (const glbp::Client& client : message.clients) {
        actions.push_back(action::AdoptClient{options_.id, client});
    }
}

void NativeGroup::hear_hello(const glbp::Message& message, const Peer& peer, GroupPeer& said,
                             TimePoint now, Actions& actions) {
    if (message.sender->sequence < said.hello_sequence) {
        return;  // overtaken by a newer one
    }
    heard_since_fence_ = true;
    const bool took_part = said.takes_part();
    const glbp::VmacBitmap before = std::exchange(said.claims, *message.forwarding);
    said.hello_sequence = message.sender->sequence;
    said.hello_at = now;
    said.slept.reset();
    said.hello = std::chrono::milliseconds(message.hello->hello_ms);
    said.hold = std::chrono::milliseconds(message.hello->hold_ms);
    said.state = message.hello->state;
    said.priority = message.hello->priority;
    said.flags = message.sender->flags;
    said.standing = *message.standing;
    said.n_vmacs = message.parameters ? message.parameters->n_vmacs : n_vmacs();
    if (said.has(glbp::Sender::Flag::leaving)) {
        if (!said.has_left) {
            note(actions, NoteKind::member_left, peer.id());
        }
        said.has_left = true;
        said.claims = {};
    } else {
        said.has_left = false;
    }
    if (peer.hears_live(self())) {
        said.lists_us_at = now;
        said.is_one_way = false;
    }
    highest_heard_ = std::max(highest_heard_, said.standing.adopted);
    if (said.standing.adopted == adopted_.name && adopted_.name.term != 0 &&
        said.standing.adopted_digest != adopted_digest_) {
        note(actions, NoteKind::name_clash, peer.id());
    }
    const bool differs = said.standing.parameters_digest != parameters_digest_;
    if (differs && !said.differs) {
        note(actions, NoteKind::parameters_differ, peer.id());
    }
    said.differs = differs;
    if (said.claims != before || said.takes_part() != took_part) {
        note_roles_due();
    }
    glbp::VmacBitmap lost = before;
    for (size_t i = 0; i < lost.bytes.size(); ++i) {
        lost.bytes[i] = static_cast<uint8_t>((lost.bytes[i] & ~said.claims.bytes[i]) |
                                             (message.given_up.bytes[i] & ~said.given_up.bytes[i]));
    }
    said.given_up = message.given_up;
    announce_again(lost, actions);
}

// Rules 11, 14. Whoever claimed one of ours may have drawn the switches to itself. Its claim may have
// been lost on the way, so it says in its hellos for a while what it gave up.
void NativeGroup::announce_again(const glbp::VmacBitmap& vmacs, Actions& actions) const {
    if (has_weakness(Weakness::no_heal_announcement)) {
        return;
    }
    for (const uint8_t n : numbers()) {
        if (vmacs.has(n) && vmac(n).role == Role::own) {
            actions.push_back(action::Announce{options_.id, VmacNumber(n)});
        }
    }
}

void NativeGroup::hear_assignment(const glbp::Message& message, TimePoint now, Actions& actions) {
    for (const glbp::AssignmentPart& part : message.assignment_parts) {
        highest_heard_ = std::max(highest_heard_, part.name);
        if (!may_adopt(part.name) && !has_weakness(Weakness::no_name_check)) {
            if (part.name < adopted_.name) {
                actions.push_back(action::Refuse{MessageRefusal::name_not_newer});
            } else if (contradicts(part, message)) {
                actions.push_back(action::Refuse{MessageRefusal::name_clash});
                note(actions, NoteKind::name_clash, part.name.avg);
            }
            continue;
        }
        switch (assembler_.add(part, message.assignment_members)) {
            case AssignmentAssembler::Step::incomplete:
                break;
            case AssignmentAssembler::Step::complete:
                compare_rounds(assembler_.assembled(), now);
                adopt(assembler_.assembled(), now);
                break;
            case AssignmentAssembler::Step::invalid:
                actions.push_back(action::Refuse{MessageRefusal::assignment_invalid});
                break;
        }
    }
}

bool NativeGroup::contradicts(const glbp::AssignmentPart& part, const glbp::Message& message) const {
    if (part.name != adopted_.name) {
        return false;
    }
    for (size_t i = 0; i < part.plans.size(); ++i) {
        const VmacPlan* ours = adopted_.plan(static_cast<uint8_t>(part.first_vmac + i));
        if (ours == nullptr || !(*ours == part.plans[i])) {
            return true;
        }
    }
    // The table may have come in another message.
    return !message.assignment_members.empty() && !(message.assignment_members == adopted_.members);
}

// Rules 7 and 14. While two AVGs are heard, each member stays with its own, and an AVG with itself, so
// that the one that more members follow keeps them until the other has stepped down.
bool NativeGroup::may_adopt(const glbp::AssignmentName& name) const {
    if (name <= adopted_.name || state_ == glbp::VgState::active) {
        return false;
    }
    const Peer* followed = name.avg == adopted_.name.avg ? nullptr : peers_.find(adopted_.name.avg);
    if (followed == nullptr) {
        return true;
    }
    const GroupPeer& said = said_[peers_.index_of(*followed)];
    return !said.takes_part() || said.state != glbp::VgState::active;
}

void NativeGroup::adopt(const Assignment& assignment, TimePoint now) {
    note_moves(assignment, now);
    adopted_ = assignment;
    adopted_digest_ = assignment.digest();
    highest_heard_ = std::max(highest_heard_, adopted_.name);
    for (Vmac& mine : vmacs_) {
        mine.unclaimed_since = kNever;
    }
    for (IncomingMove& move : moves_.of_vmac) {
        // What was prepared stays prepared; who must let go is said anew.
        move.repeat_at = {};
    }
    hello_wanted_ = true;
    next_plan_ = now;
    roles_due_ = true;
    moves_due_ = true;
}

// Saying.

uint8_t NativeGroup::flags() const {
    using Flag = glbp::Sender::Flag;
    uint8_t flags = 0;
    const auto set = [&flags](Flag flag, bool is_set) {
        flags = static_cast<uint8_t>(flags | (is_set ? flag : 0));
    };
    set(Flag::draining, is_draining_);
    set(Flag::fenced, phase_ != Phase::taking_part);
    set(Flag::leaving, phase_ == Phase::left);
    set(Flag::preempting, is_preempting_);
    return flags;
}

uint64_t NativeGroup::compute_parameters_digest() const {
    uint64_t digest = mix(options_.parameters.n_vmacs);
    for (const uint8_t byte : options_.parameters.vmac_prefix) {
        digest = mix(digest + byte);
    }
    for (const IpAddress& address : options_.parameters.virtual_addresses) {
        for (const uint8_t byte : address.bytes()) {
            digest = mix(digest + byte);
        }
    }
    return digest;
}

glbp::Message NativeGroup::make_message() const {
    glbp::Message message;
    message.group = options_.id;
    message.owner = segment_.mac;
    message.sender = peers_.next_sender(flags());
    return message;
}

glbp::Message NativeGroup::make_hello(TimePoint now) const {
    glbp::Message message = make_message();
    message.hello = glbp::Hello{.state = state_,
                                .priority = options_.priority,
                                .hello_ms = to_ms(options_.hello),
                                .hold_ms = to_ms(options_.hold),
                                .redirect_s = 0,
                                .timeout_s = 0,
                                .virtual_address = options_.parameters.virtual_addresses.empty()
                                                       ? IpAddress{}
                                                       : options_.parameters.virtual_addresses[0]};
    message.standing = glbp::Standing{.adopted = adopted_.name,
                                      .adopted_digest = adopted_digest_,
                                      .n_following = n_following(),
                                      .weight = options_.weight,
                                      .capacity_pps = capacity_pps_,
                                      .load_pps = load_pps_,
                                      .group_load_pps = group_load_pps_,
                                      .granted_pps = granted_pps_,
                                      .parameters_digest = parameters_digest_,
                                      .parameters_revision = options_.parameters.revision};
    message.forwarding = owned_;
    for (const uint8_t n : numbers()) {
        if (vmac(n).role == Role::linger && now - vmac(n).since < options_.hold) {
            message.given_up.set(n);
        }
    }
    peers_.fill_heard(message, now);
    message.parameters = options_.parameters;
    message.name = segment_.name;
    return message;
}

void NativeGroup::send(glbp::Message message, Actions& actions) const {
    for (const IpAddress& peer : segment_.peers) {
        actions.push_back(action::Send{.message = message, .to = peer, .to_mac = {}, .from = VmacNumber{0}});
    }
    action::Send to_all;  // made with a list of its members it would be cleared first, 10 KiB
    to_all.message = std::move(message);
    actions.push_back(std::move(to_all));
}

void NativeGroup::send_to(const Peer& peer, glbp::Message message, Actions& actions) const {
    actions.push_back(action::Send{.message = std::move(message),
                                   .to = peer.address,
                                   .to_mac = peer.mac,
                                   .from = VmacNumber{0}});
}

void NativeGroup::send_hello(TimePoint now, Actions& actions) {
    send(make_hello(now), actions);
    hello_sent_at_ = now;
    hello_wanted_ = false;
    next_hello_ = next_hello_ + options_.hello > now && next_hello_ <= now ? next_hello_ + options_.hello
                                                                            : now + options_.hello;
}

void NativeGroup::contact(const Peer& peer, Contact contact, TimePoint now, Actions& actions) {
    if (phase_ == Phase::down || phase_ == Phase::left) {
        return;
    }
    glbp::Message message = make_hello(now);
    if (contact == Contact::challenge) {
        message.sender->flags |= glbp::Sender::Flag::wants_answer;
    }
    send_to(peer, std::move(message), actions);
}

void NativeGroup::send_assignment(Actions& actions, const Peer* to) {
    std::vector<glbp::Message> messages;
    append_parts(adopted_, make_message(), messages);
    for (size_t i = 0; i < messages.size(); ++i) {
        if (i != 0) {
            messages[i].sender = peers_.next_sender(flags());
        }
        if (to != nullptr) {
            send_to(*to, std::move(messages[i]), actions);
        } else {
            send(std::move(messages[i]), actions);
        }
    }
}

// Rule 24. To all: whoever becomes AVG knows them.
void NativeGroup::send_clients(TimePoint now, Actions& actions) {
    if (fresh_clients_.empty() || (now < next_clients_ && !fresh_clients_.full())) {
        return;
    }
    next_clients_ = now + kClientInterval;
    if (has_live_peer()) {
        glbp::Message message = make_message();
        message.clients = fresh_clients_;
        send(std::move(message), actions);
    }
    fresh_clients_.clear();
}

// Other events.

void NativeGroup::on_host_answered(const HostAnswered& event) {
    for (glbp::Client& client : fresh_clients_) {
        if (client.host == event.client.host) {
            client = event.client;
            return;
        }
    }
    static_cast<void>(fresh_clients_.try_push_back(event.client));
}

void NativeGroup::on_weight(uint8_t weight) {
    hello_wanted_ = hello_wanted_ || weight != options_.weight;
    options_.weight = weight;
}

void NativeGroup::on_priority(uint8_t priority) {
    hello_wanted_ = hello_wanted_ || priority != options_.priority;
    options_.priority = priority;
}

void NativeGroup::on_drain() {
    hello_wanted_ = hello_wanted_ || !is_draining_;
    is_draining_ = true;
    was_drained_ = false;
}

void NativeGroup::on_undrain() {
    hello_wanted_ = hello_wanted_ || is_draining_;
    is_draining_ = false;
}

void NativeGroup::on_leave(TimePoint now) {
    constexpr Duration kPatience = 2s;
    if (leave_by_ == kNever) {
        on_drain();
        leave_by_ = now + kPatience;
    }
}

// Reading.

Role NativeGroup::role(VmacNumber number) const {
    return number.value >= 1 && number.value <= n_vmacs() ? vmac(number.value).role : Role::other;
}

bool NativeGroup::answers_hosts() const {
    return phase_ == Phase::taking_part &&
           (state_ == glbp::VgState::active || has_weakness(Weakness::all_answer));
}

bool NativeGroup::owns_any() const {
    return owned_ != glbp::VmacBitmap{};
}

bool NativeGroup::has_live_peer() const {
    return std::any_of(said().begin(), said().end(), [](const GroupPeer& each) { return each.is_live; });
}

bool NativeGroup::is_busy() const {
    if (phase_ == Phase::left) {
        return !is_gone_;
    }
    return phase_ == Phase::taking_part && ((is_draining_ && owns_any()) || leave_by_ != kNever);
}

}  // namespace evengate::group
