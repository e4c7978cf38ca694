// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/cisco_nonce_book.hpp"

#include <algorithm>

namespace evengate::group {
namespace {

// SplitMix64: each state another, well mixed number.
uint64_t next_number(uint64_t& state) {
    state += 0x9E37'79B9'7F4A'7C15;
    uint64_t value = state;
    value = (value ^ value >> 30) * 0xBF58'476D'1CE4'E5B9;
    value = (value ^ value >> 27) * 0x94D0'49BB'1331'11EB;
    return value ^ value >> 31;
}

// Nonces that a member may have missed in a row and still count as the one that we knew.
constexpr uint8_t kMaxMissedNonces = 2;

}  // namespace

CiscoNonceBook::CiscoNonceBook(uint64_t seed) : state_(seed) {
    sequence_ = static_cast<uint8_t>(next_number(state_));
}

void CiscoNonceBook::rotate(TimePoint now) {
    nonces_[1] = nonces_[0];
    nonces_[0] = static_cast<uint32_t>(next_number(state_));
    ++sequence_;
    n_nonces_ = static_cast<uint8_t>(std::min<size_t>(n_nonces_ + 1u, nonces_.size()));
    rotated_at_ = now;
}

glbp::CiscoNonces CiscoNonceBook::make(const CiscoMembers& members, Duration hold, TimePoint now) {
    if (n_nonces_ == 0 || rotated_at_ + hold <= now) {
        rotate(now);
    }
    glbp::CiscoNonces result;
    result.sequence = sequence_;
    result.nonce = nonces_[0];
    for (const CiscoMember& member : members.all()) {
        if (member.nonces && member.last_seen + hold > now) {
            static_cast<void>(result.peers.try_push_back({member.owner, member.nonces->nonce}));
        }
    }
    return result;
}

bool CiscoNonceBook::is_echoed(const glbp::CiscoNonces& said, const MacAddress& self) const {
    return std::ranges::any_of(said.peers, [&](const glbp::CiscoNonces::Peer& peer) {
        const auto known = nonces_.begin();
        return peer.owner == self &&
               std::find(known, known + n_nonces_, peer.nonce) != known + n_nonces_;
    });
}

CiscoNonceBook::Verdict CiscoNonceBook::judge(const std::optional<glbp::CiscoNonces>& said,
                                              const MacAddress& self, CiscoMember& sender) const {
    if (!said) {
        return Verdict::not_proven;
    }
    const auto remember = [&] {
        sender.nonces.emplace();
        sender.nonces->sequence = said->sequence;
        sender.nonces->nonce = said->nonce;
    };
    if (is_echoed(*said, self)) {
        remember();
        return Verdict::fresh;
    }
    if (!sender.is_live() || !sender.nonces) {
        remember();
        return Verdict::not_proven;
    }
    const auto ahead = static_cast<uint8_t>(said->sequence - sender.nonces->sequence);
    const bool same = ahead == 0 && said->nonce == sender.nonces->nonce;
    if (!same && (ahead == 0 || ahead > kMaxMissedNonces)) {
        return Verdict::replayed;
    }
    remember();
    return Verdict::fresh;
}

}  // namespace evengate::group
