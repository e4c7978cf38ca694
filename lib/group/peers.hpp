// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the members heard on a segment: the proof that a life of theirs is the present one
// (protocol rules 13 and 17), who is live (rule 6) and whom they hear. Shared by the segment's
// groups. Thread: control. Used by: segment, native_group.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "glbp/message.hpp"
#include "group/action.hpp"
#include "group/event.hpp"
#include "group/options.hpp"

namespace evengate::group {

// What of a wait of ours we slept through, which does not count. The first few sleeps of each wait, however
// long: whoever is always late has to come to an end, too.
class Sleep {
 public:
    void add(Duration slept) {
        if (n_ < kMost) {
            total_ += slept;
            ++n_;
        }
    }
    void reset() { *this = {}; }
    [[nodiscard]] Duration total() const { return total_; }

 private:
    static constexpr uint8_t kMost = 3;

    Duration total_{};
    uint8_t n_ = 0;
};

// Which of the last 64 sequence numbers were seen.
class SequenceWindow {
 public:
    // Whether the number is new; notes it. One far behind the highest counts as seen.
    bool admit(uint64_t sequence);
    void restart(uint64_t sequence);
    [[nodiscard]] uint64_t highest() const { return highest_; }

 private:
    uint64_t highest_ = 0;
    uint64_t seen_ = 0;  // bit n: highest - n
};

struct Peer {
    glbp::Incarnation life;  // the proven one, else of no meaning but the member's id
    bool is_proven = false;
    bool is_live = false;  // proven, and heard within its hold
    uint64_t challenge = 0;           // of its proven life: what we echo
    glbp::Incarnation candidate;      // another life that was heard and has not proven itself
    uint64_t candidate_challenge = 0;
    uint64_t least_echo = 0;  // the first of our challenges, by number, that proves another life
    TimePoint candidate_until{};      // while it is echoed
    TimePoint challenged_at{};
    SequenceWindow window;
    TimePoint heard_at{};
    Sleep slept;           // since then
    TimePoint died_at{};   // last became not live; the start if it never was
    Duration hold{};       // the shortest of its groups'
    IpAddress address;
    MacAddress mac;
    glbp::Name name;
    BoundedVector<glbp::Heard, glbp::kMaxMembers> hears;

    [[nodiscard]] MemberId id() const { return life.member; }
    [[nodiscard]] bool hears_live(const glbp::Incarnation& who) const;
};

class Peers {
 public:
    explicit Peers(const SegmentOptions& options);

    struct Admission {
        Peer* peer = nullptr;  // whose message counts; nullptr: it does not
        std::optional<MessageRefusal> refusal;
        bool is_new_life = false;       // the peer proved another life than before
        Peer* to_challenge = nullptr;   // who is to be asked for an echo, now
    };
    // Decides about a native message and takes what is said of the segment: address, heard list.
    // Not checked: message.sender is there, and the digest is right.
    Admission admit(const glbp::Message& message, const IpAddress& source, const MacAddress& source_mac,
                    TimePoint now);

    // Marks those whose hold is over. Cost: O(members).
    void expire(TimePoint now);
    [[nodiscard]] TimePoint next_expiry() const;
    // Silence while we have no link proves nothing: it is counted from when it is up.
    void on_link(Link link, TimePoint now);
    // Nor does silence while we slept, as what was sent then may still wait in our queues.
    void on_overslept(Duration slept);

    // The sender's part of our next message; each has its own sequence number.
    glbp::Sender next_sender(uint8_t flags);
    void fill_heard(glbp::Message& message, TimePoint now) const;

    [[nodiscard]] std::span<Peer> all() { return {peers_.data(), n_peers_}; }
    [[nodiscard]] std::span<const Peer> all() const { return {peers_.data(), n_peers_}; }
    [[nodiscard]] size_t index_of(const Peer& peer) const { return static_cast<size_t>(&peer - peers_.data()); }
    [[nodiscard]] const Peer* find(MemberId member) const;
    [[nodiscard]] const glbp::Incarnation& self() const { return options_.self; }
    [[nodiscard]] bool has_live() const;

 private:
    static constexpr size_t kMaxPeers = glbp::kMaxMembers - 1;

    static constexpr size_t kKeptChallenges = 32;

    Peer* find_or_add(MemberId member, TimePoint now);
    void prove(Peer& peer, const glbp::Sender& sender);
    void draw_challenge();
    [[nodiscard]] uint64_t challenge() const { return challenges_[(n_drawn_ - 1) % kKeptChallenges]; }
    [[nodiscard]] bool is_echo_for(const Peer& peer, const glbp::Heard& heard) const;

    const SegmentOptions& options_;
    Link link_ = Link::down;
    uint64_t sequence_ = 0;
    std::array<uint64_t, kKeptChallenges> challenges_{};  // by number, the newest ones
    uint64_t n_drawn_ = 1;
    uint64_t least_echo_of_new_ = 0;  // of members that are not known, or not any more
    std::array<Peer, kMaxPeers> peers_{};
    size_t n_peers_ = 0;
};

}  // namespace evengate::group
