// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: bytes of UDP payload to a message; strict, bounded, without allocation (docs/protocol.md).
// Thread: any. Used by: control, evengate-decode.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "glbp/message.hpp"

namespace evengate::glbp {

// name, what it means to an operator
#define EVENGATE_DECODE_ERRORS(X)                                               \
    X(too_short, "shorter than the header")                                     \
    X(too_long, "longer than a message may be")                                 \
    X(version_unknown, "a version of GLBP that is not 1")                       \
    X(opcode_unknown, "an opcode that is not 0, 1 or 2")                        \
    X(group_invalid, "a group above 1023")                                      \
    X(owner_invalid, "an owner that is a multicast MAC")                        \
    X(tlv_cut, "a TLV that reaches beyond the message, or shorter than itself") \
    X(tlv_size, "a TLV whose size does not fit its type")                       \
    X(tlv_value, "a TLV with a value that is not allowed")                      \
    X(tlv_repeated, "a TLV, a forwarder or a vMAC's count that stands twice, or two heads of a list") \
    X(tlv_order, "the HMAC is not the last TLV, the sender not the first native one, or " \
                 "counts stand before their load report")                       \
    X(too_many, "more entries than a message may have")                         \
    X(native_version_unknown, "a version of the native protocol that is not 1")

enum class DecodeError : uint8_t {
#define X(name, text) name,
    EVENGATE_DECODE_ERRORS(X)
#undef X
};
std::string_view to_text(DecodeError error);

struct Decoded {
    Message message;
    uint16_t n_unknown_tlvs = 0;   // skipped
    uint16_t hmac_offset = 0;      // of the digest's 32 bytes, the payload's last; 0: no HMAC
    uint16_t md5_offset = 0;       // of TLV 3's digest, 16 bytes; 0: there is none
};

// Writes into out, whose old content does not matter, so that a caller can keep one.
// Fails: with the first fault; out is then undefined. Unknown TLVs are no fault.
[[nodiscard]] Result<void, DecodeError> decode(std::span<const uint8_t> payload, Decoded& out);

}  // namespace evengate::glbp
