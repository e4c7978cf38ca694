// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the path of a frame through lib/packet, in the order of the data plane but without its tables:
// a fixed router with a few interfaces, addresses and routes. Thread: any.
// Used by: the fuzz targets, the frame storm, the oracle.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/mac_address.hpp"
#include "packet/drop_reason.hpp"
#include "packet/ethernet.hpp"
#include "packet/punt.hpp"
#include "packet/rewrite.hpp"

namespace evengate::fuzz {

using Bytes = std::vector<uint8_t>;

// The router. make_seeds.py and oracle.py know the same numbers.
inline constexpr MacAddress kRouterMac = MacAddress::from_u64(0x0200'0000'0001);
inline constexpr MacAddress kOwnVmac = MacAddress::from_u64(0x0245'4700'0101);
inline constexpr MacAddress kForeignVmac = MacAddress::from_u64(0x0245'4700'0102);
inline constexpr MacAddress kNextHopMac = MacAddress::from_u64(0x0200'0000'0099);
inline constexpr uint32_t kRouterAddress = 0xC000'0201;  // 192.0.2.1
inline constexpr uint32_t kVipAddress = 0xC000'02FE;     // 192.0.2.254
inline constexpr uint32_t kGroupAddress = 0xE000'0066;   // 224.0.0.102
inline constexpr std::array<packet::VlanIds, 3> kInterfaces = {{{}, {100, 0}, {200, 300}}};

enum class Fate : uint8_t { forward, punt, drop };

// What became of a frame: exactly one of the three.
struct Outcome {
    Fate fate = Fate::drop;
    packet::PuntReason punt_reason{};
    packet::DropReason drop_reason{};
    std::span<uint8_t> frame;      // as it would be transmitted; as it came, unless forwarded
    uint16_t network_offset = 0;   // of the IP header or the ARP in frame; 0 if it was not found
    uint16_t mtu = 0;              // of the route, for too_big
};

inline constexpr size_t kPuntReasonCount = static_cast<size_t>(packet::PuntReason::no_route) + 1;
inline constexpr size_t kOutcomeCount = 1 + kPuntReasonCount + packet::kDropReasonCount;

// Outcomes as dense numbers, to count them, and their names.
size_t outcome_index(const Outcome& outcome);
std::string_view outcome_name(size_t index);

// Whether this path can come to the outcome at all; rings, leases and buffers are not part of it.
bool outcome_is_reachable(size_t index);

// Where a frame lies for the path: room for tags in front, as in an mbuf, and nothing behind its last
// byte, so that a sanitizer sees a read too far.
class FrameBuffer {
 public:
    static constexpr size_t kMaxFrame = 2048;

    FrameBuffer() : memory_(kHeadroom + kMaxFrame) {}

    // Not checked: that the frame has at most kMaxFrame bytes.
    std::span<uint8_t> load(std::span<const uint8_t> frame);

 private:
    static constexpr size_t kHeadroom = 128;
    std::vector<uint8_t> memory_;
};

// Parses, classifies, checks, routes and rewrites a frame in place.
// Not checked: room for two tags in front of the frame.
Outcome forward_frame(std::span<uint8_t> frame);

enum class AnswerKind : uint8_t { none, echo_reply, icmp_error, fragments };

struct Answer {
    AnswerKind kind = AnswerKind::none;
    std::vector<Bytes> datagrams;
};

// What control makes of a punted frame.
Answer answer_punted(const Outcome& outcome);

}  // namespace evengate::fuzz
