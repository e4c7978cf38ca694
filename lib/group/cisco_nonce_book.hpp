// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: TLV 4 of cisco mode: our nonces, and whether a message is fresh (docs/cisco-mode.md).
// Thread: control. Used by: group.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "glbp/message.hpp"
#include "group/cisco_members.hpp"

namespace evengate::group {

class CiscoNonceBook {
 public:
    // The nonces follow from the seed, which no other life of any member may share.
    explicit CiscoNonceBook(uint64_t seed);

    // What to send now: a new nonce after each hold, and those of members seen within the hold.
    [[nodiscard]] glbp::CiscoNonces make(const CiscoMembers& members, Duration hold, TimePoint now);

    enum class Verdict : uint8_t {
        fresh,       // counts
        not_proven,  // of a member that is not known to live, and that has not echoed us
        replayed,    // older than what the living member said last
    };
    // Remembers the sender's nonce, so that it is echoed, unless the message is replayed.
    [[nodiscard]] Verdict judge(const std::optional<glbp::CiscoNonces>& said,
                                const MacAddress& self, CiscoMember& sender) const;

 private:
    void rotate(TimePoint now);
    [[nodiscard]] bool is_echoed(const glbp::CiscoNonces& said, const MacAddress& self) const;

    uint64_t state_;
    uint8_t sequence_ = 0;
    std::array<uint32_t, 2> nonces_{};  // now, and before
    uint8_t n_nonces_ = 0;
    TimePoint rotated_at_{};
};

}  // namespace evengate::group
