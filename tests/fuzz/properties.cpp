// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "properties.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/bytes.hpp"
#include "packet/icmp.hpp"
#include "packet/ipv4.hpp"

namespace evengate::fuzz {
namespace {

using packet::Ipv4Verdict;
namespace at = packet::ipv4_offset;

constexpr size_t kMaxDatagram = 65535;

bool well_formed(std::span<const uint8_t> datagram) {
    return packet::check_ipv4(datagram.data(), datagram.size()) == Ipv4Verdict::ok &&
           load_be16(datagram.data() + at::total_length) == datagram.size();
}

// The data of a datagram that is well formed.
std::span<const uint8_t> data_of(std::span<const uint8_t> datagram) {
    const size_t header_length = packet::ipv4_header_length(datagram.data());
    return datagram.subspan(header_length, load_be16(datagram.data() + at::total_length) - header_length);
}

bool icmp_checksum_ok(std::span<const uint8_t> datagram) {
    const auto icmp = data_of(datagram);
    return packet::fold_checksum(packet::add_checksum(icmp.data(), icmp.size())) == 0xFFFF;
}

std::string_view check_forwarded(std::span<const uint8_t> original, const Outcome& outcome) {
    packet::EthernetPayload before;
    packet::EthernetPayload after;
    packet::parse_ethernet(original.data(), original.size(), before);
    packet::parse_ethernet(outcome.frame.data(), outcome.frame.size(), after);
    const auto in = original.subspan(before.offset);
    const auto out = outcome.frame.subspan(outcome.network_offset);
    if (after.offset != outcome.network_offset || after.ethertype != packet::kEtherTypeIpv4 ||
        MacAddress::from_bytes(outcome.frame.data()) != kNextHopMac ||
        MacAddress::from_bytes(outcome.frame.data() + MacAddress::kSize) != kRouterMac) {
        return "a forwarded frame has the link header of its adjacency";
    }
    if (packet::check_ipv4(out.data(), out.size()) != Ipv4Verdict::ok) {
        return "a forwarded datagram is still right";
    }
    if (load_be16(out.data() + at::checksum) == 0xFFFF) {
        return "an updated checksum is not the zero that a computed one never is (RFC 1624 3)";
    }
    if (out[at::ttl] + 1 != in[at::ttl]) {
        return "a forwarded datagram lost one TTL";
    }
    const bool same = in.size() == out.size() && std::equal(in.begin(), in.begin() + at::ttl, out.begin()) &&
                      in[at::protocol] == out[at::protocol] &&
                      std::equal(in.begin() + at::source, in.end(), out.begin() + at::source);
    return same ? "" : "nothing but TTL and checksum of a forwarded datagram changed";
}

std::string_view check_error(std::span<const uint8_t> offending, std::span<const uint8_t> error) {
    constexpr size_t kQuoteOffset = 28;
    constexpr size_t kMaxErrorSize = 576;
    if (!well_formed(error) || !icmp_checksum_ok(error)) {
        return "an ICMP error is well formed";
    }
    const auto quoted = error.subspan(kQuoteOffset);
    const size_t whole = load_be16(offending.data() + at::total_length);
    if (error.size() > kMaxErrorSize || quoted.size() != std::min(whole, kMaxErrorSize - kQuoteOffset) ||
        !std::equal(quoted.begin(), quoted.end(), offending.begin())) {
        return "an ICMP error quotes the datagram as far as 576 bytes allow";
    }
    if (load_be32(error.data() + at::destination) != load_be32(offending.data() + at::source)) {
        return "an ICMP error goes to the sender";
    }
    return packet::may_cause_icmp_error(error) ? "no ICMP error is sent about an ICMP error" : "";
}

std::string_view check_echo(std::span<const uint8_t> request, std::span<const uint8_t> reply) {
    if (!well_formed(reply) || !icmp_checksum_ok(reply)) {
        return "an echo reply is well formed";
    }
    constexpr size_t kAfterChecksum = 4;
    const auto asked = data_of(request).subspan(kAfterChecksum);
    const auto answered = data_of(reply).subspan(kAfterChecksum);
    return std::equal(asked.begin(), asked.end(), answered.begin(), answered.end())
               ? ""
               : "an echo reply returns what was sent";
}

std::string_view check_answer(const Outcome& outcome, const Answer& answer) {
    const std::span<const uint8_t> datagram = outcome.frame.subspan(outcome.network_offset);
    switch (answer.kind) {
        case AnswerKind::none: return "";
        case AnswerKind::echo_reply: return check_echo(datagram, answer.datagrams.front());
        case AnswerKind::icmp_error: return check_error(datagram, answer.datagrams.front());
        case AnswerKind::fragments: break;
    }
    return check_fragments(datagram, outcome.mtu, answer.datagrams);
}

}  // namespace

std::string_view check_ipv4_paths_agree(std::span<const uint8_t> datagram) {
    if (datagram.size() < packet::kIpv4HeaderSize) {
        return "";
    }
    const bool plain = packet::is_plain_ipv4(datagram.data(), datagram.size());
    const bool right = packet::check_ipv4(datagram.data(), datagram.size()) == Ipv4Verdict::ok;
    return plain == (right && datagram[0] == packet::kIpv4VersionAndNoOptions)
               ? ""
               : "the short check of a header without options says what the long one says";
}

std::string_view check_icmp(std::span<const uint8_t> datagram) {
    if (packet::may_cause_icmp_error(datagram)) {
        const Bytes error = packet::make_icmp_error(packet::IcmpError::fragmentation_needed(1280),
                                                    IpAddress::v4(kRouterAddress), datagram);
        const std::string_view violation = check_error(datagram, error);
        if (!violation.empty()) {
            return violation;
        }
    }
    const auto reply = packet::make_echo_reply(datagram);
    // An echo reply comes from whatever address was asked, which the caller knows to be its own.
    const bool asked_one_host = !packet::is_martian_source(datagram[at::destination]);
    return reply && asked_one_host ? check_echo(datagram, *reply) : "";
}

std::string_view check_fragments(std::span<const uint8_t> datagram, uint16_t mtu, std::span<const Bytes> pieces) {
    const auto data = data_of(datagram);
    const uint16_t original = load_be16(datagram.data() + at::fragment);
    const size_t first_offset = (original & packet::kIpv4FragmentOffsetMask) * size_t{8};
    const size_t header_length = packet::ipv4_header_length(datagram.data());
    if (pieces.empty()) {
        const bool refused = mtu < header_length + 8 || header_length + first_offset + data.size() > kMaxDatagram ||
                             data.empty();
        return refused ? "" : "a datagram is cut unless there is no room or it ends too far";
    }
    size_t done = 0;
    for (const Bytes& piece : pieces) {
        if (piece.size() > mtu || !well_formed(piece)) {
            return "a fragment is well formed and fits";
        }
        const auto part = data_of(piece);
        const uint16_t fragment = load_be16(piece.data() + at::fragment);
        const bool last = &piece == &pieces.back();
        if (((fragment & packet::kIpv4MoreFragments) != 0) !=
            (!last || (original & packet::kIpv4MoreFragments) != 0)) {
            return "the more flag stands in all fragments but the datagram's last";
        }
        if ((fragment & packet::kIpv4FragmentOffsetMask) * size_t{8} != first_offset + done ||
            part.size() > data.size() - done ||
            !std::equal(part.begin(), part.end(), data.begin() + static_cast<std::ptrdiff_t>(done))) {
            return "fragments hold the datagram in order";
        }
        done += part.size();
    }
    return done == data.size() ? "" : "fragments make up the datagram";
}

Checked check_frame(std::span<const uint8_t> frame, FrameBuffer& buffer) {
    const Outcome outcome = forward_frame(buffer.load(frame));
    Checked checked;
    checked.outcome_index = outcome_index(outcome);
    packet::EthernetPayload payload;
    if (packet::parse_ethernet(frame.data(), frame.size(), payload) == packet::EthernetVerdict::ok) {
        checked.violation = check_ipv4_paths_agree(frame.subspan(payload.offset));
    }
    if (!checked.violation.empty()) {
        return checked;
    }
    if (outcome.fate == Fate::forward) {
        checked.violation = check_forwarded(frame, outcome);
        return checked;
    }
    if (!std::equal(frame.begin(), frame.end(), outcome.frame.begin(), outcome.frame.end())) {
        checked.violation = "a frame that is not forwarded stays as it came";
        return checked;
    }
    if (outcome.fate == Fate::punt) {
        const Answer answer = answer_punted(outcome);
        checked.answer = answer.kind;
        checked.violation = check_answer(outcome, answer);
    }
    return checked;
}

void require(std::string_view violation) {
    if (!violation.empty()) {
        std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(violation.size()), violation.data());
        std::abort();
    }
}

}  // namespace evengate::fuzz
