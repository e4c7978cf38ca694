// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/peers.hpp"

#include <algorithm>
#include <utility>

#include "group/mix.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;

// A life that does not answer is echoed for so long; one more is asked for so often.
constexpr Duration kCandidateLife = 3s;
constexpr Duration kChallengeInterval = 10ms;

}  // namespace

bool SequenceWindow::admit(uint64_t sequence) {
    constexpr uint64_t kWidth = 64;
    if (sequence > highest_) {
        const uint64_t ahead = sequence - highest_;
        seen_ = ahead >= kWidth ? 0 : seen_ << ahead;
        seen_ |= 1;
        highest_ = sequence;
        return true;
    }
    const uint64_t behind = highest_ - sequence;
    if (behind >= kWidth || (seen_ >> behind & 1) != 0) {
        return false;
    }
    seen_ |= uint64_t{1} << behind;
    return true;
}

void SequenceWindow::restart(uint64_t sequence) {
    highest_ = sequence;
    // What came before the proof counts as seen.
    seen_ = ~uint64_t{0};
}

bool Peer::hears_live(const glbp::Incarnation& who) const {
    return std::any_of(hears.begin(), hears.end(), [&](const glbp::Heard& heard) {
        return heard.is_live != 0 && heard.who == who;
    });
}

Peers::Peers(const SegmentOptions& options)
    : options_(options) {
    challenges_[0] = mix(options.seed ^ options.self.boot_nonce);
}

void Peers::draw_challenge() {
    const uint64_t next = mix(challenge() + kMixSalt);
    challenges_[n_drawn_++ % kKeptChallenges] = next;
}

// When many meet at once, the echo of one is on its way while another proves itself.
bool Peers::is_echo_for(const Peer& peer, const glbp::Heard& heard) const {
    const uint64_t oldest = n_drawn_ - std::min<uint64_t>(n_drawn_, kKeptChallenges);
    bool is_echo = false;
    for (uint64_t n = std::max(peer.least_echo, oldest); n < n_drawn_; ++n) {
        is_echo = is_echo || heard.challenge == challenges_[n % kKeptChallenges];
    }
    return is_echo && heard.who == options_.self;
}

Peers::Admission Peers::admit(const glbp::Message& message, const IpAddress& source,
                              const MacAddress& source_mac, TimePoint now) {
    Admission admission;
    const glbp::Sender& sender = *message.sender;
    if (sender.self.member == options_.self.member) {
        admission.refusal = sender.self.boot_nonce == options_.self.boot_nonce || source == options_.address
                                ? MessageRefusal::own_message
                                : MessageRefusal::member_id_doubled;
        return admission;
    }
    Peer* peer = find_or_add(sender.self.member, now);
    if (peer == nullptr) {
        admission.refusal = MessageRefusal::too_many_members;
        return admission;
    }
    if (!peer->is_proven || peer->life != sender.self) {
        const bool is_echo = std::any_of(
            message.heard.begin(), message.heard.end(), [&](const glbp::Heard& heard) {
                return is_echo_for(*peer, heard);
            });
        if (!is_echo && !options_.weaknesses.test(static_cast<size_t>(Weakness::no_echo))) {
            admission.refusal = MessageRefusal::not_proven;
            peer->candidate = sender.self;
            peer->candidate_challenge = sender.challenge;
            peer->candidate_until = now + kCandidateLife;
            if (!peer->is_proven) {
                peer->address = source;
                peer->mac = source_mac;
            }
            if (now >= peer->challenged_at + kChallengeInterval) {
                peer->challenged_at = now;
                admission.to_challenge = peer;
            }
            return admission;
        }
        admission.is_new_life = peer->is_proven;
        prove(*peer, sender);
    } else if (!peer->window.admit(sender.sequence) &&
               !options_.weaknesses.test(static_cast<size_t>(Weakness::no_sequence_window))) {
        admission.refusal = MessageRefusal::replayed;
        return admission;
    }
    admission.peer = peer;
    peer->challenge = sender.challenge;
    // One that comes behind a newer one, late or recorded and sent again, says nothing of the present.
    if (sender.sequence == peer->window.highest()) {
        peer->heard_at = now;
        peer->slept.reset();
        peer->is_live = true;
        peer->address = source;
        peer->mac = source_mac;
        if (!message.heard.empty()) {
            peer->hears = message.heard;
        }
        if (!message.name.empty()) {
            peer->name = message.name;
        }
    }
    if (message.hello) {
        const Duration hold = std::chrono::milliseconds(message.hello->hold_ms);
        peer->hold = peer->hold == Duration::zero() || admission.is_new_life ? hold
                                                                              : std::min(peer->hold, hold);
    }
    return admission;
}

void Peers::prove(Peer& peer, const glbp::Sender& sender) {
    peer.life = sender.self;
    peer.is_proven = true;
    peer.candidate = {};
    peer.candidate_until = {};
    peer.window.restart(sender.sequence);
    peer.hears.clear();
    peer.hold = Duration::zero();
    // Recordings of the life that is over echo older ones.
    draw_challenge();
    peer.least_echo = n_drawn_ - 1;
}

void Peers::expire(TimePoint now) {
    if (link_ == Link::down) {
        return;
    }
    for (Peer& peer : all()) {
        if (peer.is_live && now >= peer.heard_at + peer.slept.total() + peer.hold) {
            peer.is_live = false;
            peer.died_at = now;
        }
    }
}

void Peers::on_link(Link link, TimePoint now) {
    if (std::exchange(link_, link) == link || link == Link::down) {
        return;
    }
    for (Peer& peer : all()) {
        peer.slept.reset();
        peer.slept.add(now - peer.heard_at);
    }
}

void Peers::on_overslept(Duration slept) {
    for (Peer& peer : all()) {
        peer.slept.add(slept);
    }
}

TimePoint Peers::next_expiry() const {
    TimePoint next = kNever;
    for (const Peer& peer : all()) {
        if (peer.is_live && link_ == Link::up) {
            next = std::min(next, peer.heard_at + peer.slept.total() + peer.hold);
        }
    }
    return next;
}

glbp::Sender Peers::next_sender(uint8_t flags) {
    glbp::Sender sender;
    sender.flags = flags;
    sender.self = options_.self;
    sender.sequence = ++sequence_;
    sender.challenge = challenge();
    return sender;
}

void Peers::fill_heard(glbp::Message& message, TimePoint now) const {
    for (const Peer& peer : all()) {
        if (peer.is_proven) {
            // What others rely on is what we heard, whatever we slept through.
            const bool was_heard = peer.is_live && now < peer.heard_at + peer.hold;
            static_cast<void>(message.heard.try_push_back({.who = peer.life,
                                                           .challenge = peer.challenge,
                                                           .is_live = was_heard ? uint8_t{1} : uint8_t{0}}));
        }
    }
    for (const Peer& peer : all()) {
        if (now < peer.candidate_until) {
            static_cast<void>(message.heard.try_push_back(
                {.who = peer.candidate, .challenge = peer.candidate_challenge, .is_live = 0}));
        }
    }
}

const Peer* Peers::find(MemberId member) const {
    const auto found = std::find_if(all().begin(), all().end(),
                                    [member](const Peer& peer) { return peer.id() == member; });
    return found == all().end() ? nullptr : &*found;
}

bool Peers::has_live() const {
    return std::any_of(all().begin(), all().end(), [](const Peer& peer) { return peer.is_live; });
}

// A member that proved itself keeps its place from strangers; a dead one gives it to one that would
// otherwise find none.
Peer* Peers::find_or_add(MemberId member, TimePoint now) {
    for (Peer& peer : all()) {
        if (peer.id() == member) {
            return &peer;
        }
    }
    Peer* place = nullptr;
    if (n_peers_ < kMaxPeers) {
        place = &peers_[n_peers_++];
    } else {
        for (Peer& peer : all()) {
            const bool is_free = !peer.is_live && now >= peer.candidate_until;
            if (is_free && (place == nullptr || peer.heard_at < place->heard_at)) {
                place = &peer;
            }
        }
    }
    if (place != nullptr) {
        if (place->is_proven) {
            // Whoever is forgotten may come back; recordings of it must not.
            draw_challenge();
            least_echo_of_new_ = n_drawn_ - 1;
        }
        *place = {};
        place->life.member = member;
        place->least_echo = least_echo_of_new_;
    }
    return place;
}

}  // namespace evengate::group
