// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the numbers of the wire format (docs/protocol.md) that decoding, encoding and signing share.
// Thread: any. Used by: glbp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "glbp/message.hpp"

namespace evengate::glbp::wire {

inline constexpr uint8_t kVersion = 1;
inline constexpr uint16_t kMaxGroup = 1023;
inline constexpr size_t kHeaderSize = 12;
// Type and length; the length counts them.
inline constexpr size_t kTlvHeaderSize = 2;
inline constexpr size_t kMaxTlvValue = 253;

enum TlvType : uint8_t {
    hello = 1,
    forwarder = 2,
    cisco_authentication = 3,
    cisco_nonces = 4,
    sender = 0xE0,
    standing = 0xE1,
    heard = 0xE2,
    forwarding = 0xE3,
    assignment_part = 0xE4,
    assignment_members = 0xE5,
    assignment_request = 0xE6,
    hand_over = 0xE7,
    neighbours = 0xE8,
    clients = 0xE9,
    parameters = 0xEA,
    hmac = 0xEB,
    name = 0xEC,
    load_report = 0xED,
    vmac_counts = 0xEE,
    wanted_moves = 0xEF,
    target_verdicts = 0xF0,
    target_set = 0xF1,
    connections = 0xF2,
    ordered_weights = 0xF3,
};
inline constexpr TlvType kLastNative = ordered_weights;

// Bytes of values, or of entries in them, without the TLV's header.
inline constexpr size_t kHelloFixedSize = 22;
inline constexpr size_t kForwarderSize = 18;
inline constexpr size_t kCiscoAuthenticationFixedSize = 2;
inline constexpr size_t kCiscoNoncesFixedSize = 6;
inline constexpr size_t kCiscoPeerSize = 12;
inline constexpr size_t kMd5Size = 16;
inline constexpr size_t kMd5ChainSize = 20;
inline constexpr size_t kSenderSize = 36;
inline constexpr size_t kStandingSize = 72;
inline constexpr size_t kHeardSize = 25;
inline constexpr size_t kForwardingSize = 32;
inline constexpr size_t kAssignmentNameSize = 16;
inline constexpr size_t kAssignmentPartFixedSize = 19;
inline constexpr size_t kPlanSize = 4;
inline constexpr size_t kIncarnationSize = 16;
inline constexpr size_t kHandOverSize = 34;
inline constexpr size_t kNeighboursFixedSize = 18;
inline constexpr size_t kClientSize = 7;
inline constexpr size_t kParametersFixedSize = 8;
inline constexpr size_t kLoadReportSize = 41;
inline constexpr size_t kVmacCountSize = 17;
inline constexpr size_t kWantedMoveSize = 10;
inline constexpr size_t kTargetVerdictsFixedSize = 12;
inline constexpr size_t kTargetVerdictSize = 13;
inline constexpr size_t kTargetSetFixedSize = 24;
inline constexpr size_t kTargetStandingSize = 3;
inline constexpr size_t kConnectionsFixedSize = 8;
inline constexpr size_t kConnectionSize = 17;
inline constexpr size_t kOrderedWeightSize = 4;
inline constexpr size_t kHmacDigestSize = 32;
inline constexpr size_t kHmacSize = 4 + kHmacDigestSize;

// Addresses are their type, and the bytes of the family; in TLV 1 with the length between them.
inline constexpr uint8_t kAddressIpv4 = 1;
inline constexpr uint8_t kAddressIpv6 = 2;

// Milliseconds of hello and hold; far above what any implementation lets one configure.
inline constexpr uint32_t kMaxInterval = 600'000;

// What a message carries to prove itself, apart from the message, so that signing copies nothing.
struct Credentials {
    const std::optional<CiscoAuthentication>& cisco;
    const std::optional<Hmac>& hmac;
};

// As glbp::encode(), with these credentials in place of the message's own.
[[nodiscard]] size_t encode_with(const Message& message, const Credentials& credentials,
                                 std::span<uint8_t> buffer);

}  // namespace evengate::glbp::wire
