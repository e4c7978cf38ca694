// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "glbp/decode.hpp"

#include <new>
#include <type_traits>

#include "glbp/field_reader.hpp"
#include "glbp/wire.hpp"

namespace evengate::glbp {
namespace {

using wire::DecodeOutcome;
using wire::FieldReader;

bool is_vg_state(uint8_t value) {
    return value != 0 && (value & (value - 1)) == 0 && value <= static_cast<uint8_t>(VgState::active);
}

bool is_vf_state(uint8_t value) {
    switch (static_cast<VfState>(value)) {
        case VfState::none:
        case VfState::disabled:
        case VfState::initial:
        case VfState::listen:
        case VfState::active:
            return true;
    }
    return false;
}

bool is_interval(uint32_t milliseconds) {
    return milliseconds != 0 && milliseconds <= wire::kMaxInterval;
}

DecodeOutcome decode_header(std::span<const uint8_t> payload, Message& message) {
    if (payload.size() < wire::kHeaderSize) {
        return DecodeError::too_short;
    }
    if (payload.size() > kMaxMessageSize) {
        return DecodeError::too_long;
    }
    FieldReader fields(payload);
    if (fields.u8() != wire::kVersion) {
        return DecodeError::version_unknown;
    }
    const uint8_t opcode = fields.u8();
    if (opcode > static_cast<uint8_t>(Opcode::reply)) {
        return DecodeError::opcode_unknown;
    }
    message.opcode = static_cast<Opcode>(opcode);
    message.group = GroupId{fields.be16()};
    if (message.group.value > wire::kMaxGroup) {
        return DecodeError::group_invalid;
    }
    fields.bytes(2);
    message.owner = fields.mac();
    return message.owner.is_multicast() ? DecodeOutcome(DecodeError::owner_invalid) : DecodeOutcome();
}

DecodeOutcome decode_hello(std::span<const uint8_t> value, Message& message) {
    if (message.hello) {
        return DecodeError::tlv_repeated;
    }
    if (value.size() < wire::kHelloFixedSize) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    Hello& hello = message.hello.emplace();
    fields.bytes(1);
    const uint8_t state = fields.u8();
    fields.bytes(1);
    hello.priority = fields.u8();
    fields.bytes(2);
    hello.hello_ms = fields.be32();
    hello.hold_ms = fields.be32();
    hello.redirect_s = fields.be16();
    hello.timeout_s = fields.be16();
    fields.bytes(2);
    const uint8_t address_type = fields.u8();
    const uint8_t address_size = fields.u8();
    const bool is_v4 = address_type == wire::kAddressIpv4 && address_size == IpAddress::kIpv4Size;
    const bool is_v6 = address_type == wire::kAddressIpv6 && address_size == IpAddress::kIpv6Size;
    if (!is_vg_state(state) || !is_interval(hello.hello_ms) || !is_interval(hello.hold_ms) ||
        (!is_v4 && !is_v6)) {
        return DecodeError::tlv_value;
    }
    // Bytes behind the address are let pass, as others do.
    if (fields.left() < address_size) {
        return DecodeError::tlv_size;
    }
    hello.state = static_cast<VgState>(state);
    hello.virtual_address = is_v4 ? fields.ipv4() : fields.ipv6();
    return {};
}

DecodeOutcome decode_forwarder(std::span<const uint8_t> value, VmacBitmap& seen, Message& message) {
    if (value.size() != wire::kForwarderSize) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    Forwarder forwarder;
    forwarder.number = fields.u8();
    const uint8_t state = fields.u8();
    fields.bytes(1);
    forwarder.priority = fields.u8();
    forwarder.weight = fields.u8();
    fields.bytes(1);
    forwarder.timeout_left_s = fields.be16();
    forwarder.redirect_left_s = fields.be16();
    fields.bytes(2);
    forwarder.mac = fields.mac();
    if (!is_vf_state(state) || forwarder.mac.is_multicast()) {
        return DecodeError::tlv_value;
    }
    forwarder.state = static_cast<VfState>(state);
    if (seen.has(forwarder.number)) {
        return DecodeError::tlv_repeated;
    }
    seen.set(forwarder.number);
    if (!message.forwarders.try_push_back(forwarder)) {
        return DecodeError::too_many;
    }
    return {};
}

DecodeOutcome decode_cisco_authentication(std::span<const uint8_t> value, size_t offset,
                                          Decoded& out) {
    if (out.message.cisco_authentication) {
        return DecodeError::tlv_repeated;
    }
    if (value.size() < wire::kCiscoAuthenticationFixedSize) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    const uint8_t type = fields.u8();
    const uint8_t size = fields.u8();
    if (type > static_cast<uint8_t>(CiscoAuthType::md5_chain)) {
        return DecodeError::tlv_value;
    }
    CiscoAuthentication& authentication = out.message.cisco_authentication.emplace();
    authentication.type = static_cast<CiscoAuthType>(type);
    const bool fits = authentication.type == CiscoAuthType::none         ? size == 0
                      : authentication.type == CiscoAuthType::md5_string ? size == wire::kMd5Size
                      : authentication.type == CiscoAuthType::md5_chain  ? size == wire::kMd5ChainSize
                      : size != 0 && size <= authentication.secret.capacity();
    if (!fits || fields.left() != size) {
        return DecodeError::tlv_size;
    }
    if (authentication.type == CiscoAuthType::md5_chain) {
        authentication.key_id = fields.be32();
    }
    if (authentication.type == CiscoAuthType::md5_chain ||
        authentication.type == CiscoAuthType::md5_string) {
        out.md5_offset = static_cast<uint16_t>(offset + value.size() - wire::kMd5Size);
    }
    while (fields.left() != 0) {
        static_cast<void>(authentication.secret.try_push_back(fields.u8()));
    }
    return {};
}

DecodeOutcome decode_cisco_nonces(std::span<const uint8_t> value, Message& message) {
    if (message.cisco_nonces) {
        return DecodeError::tlv_repeated;
    }
    if (value.size() < wire::kCiscoNoncesFixedSize ||
        value.size() != wire::kCiscoNoncesFixedSize + wire::kCiscoPeerSize * value[0]) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    CiscoNonces& nonces = message.cisco_nonces.emplace();
    fields.bytes(1);
    nonces.sequence = fields.u8();
    nonces.nonce = fields.be32();
    while (fields.left() != 0) {
        const MacAddress owner = fields.mac();
        const uint32_t nonce = fields.be32();
        fields.bytes(2);
        if (!nonces.peers.try_push_back({owner, nonce})) {
            return DecodeError::too_many;
        }
    }
    return {};
}

bool is_native(uint8_t type) { return type >= wire::sender && type <= wire::kLastNative; }

// What the order of the TLVs promises: the sender is known before what it says, and nothing stands
// behind the HMAC.
DecodeOutcome check_place(uint8_t type, const Message& message) {
    const bool sender_missing = is_native(type) && type != wire::sender && !message.sender;
    const bool behind_hmac = message.hmac && type != wire::hmac;
    return sender_missing || behind_hmac ? DecodeOutcome(DecodeError::tlv_order) : DecodeOutcome();
}

// Without clearing what the message has room for, as "= Message{}" would: 10 KiB, of which few are used.
void reset(Message& message) {
    static_assert(std::is_trivially_destructible_v<Message>);
    ::new (static_cast<void*>(&message)) Message;
}

}  // namespace

std::string_view to_text(DecodeError error) {
    switch (error) {
#define X(name, text)        \
    case DecodeError::name: \
        return #name;
        EVENGATE_DECODE_ERRORS(X)
#undef X
    }
    return "unknown";
}

Result<void, DecodeError> decode(std::span<const uint8_t> payload, Decoded& out) {
    reset(out.message);
    out.n_unknown_tlvs = 0;
    out.hmac_offset = 0;
    out.md5_offset = 0;
    if (const auto header = decode_header(payload, out.message); !header) {
        return header;
    }
    VmacBitmap forwarders_seen;
    size_t at = wire::kHeaderSize;
    while (at < payload.size()) {
        const size_t left = payload.size() - at;
        if (left < wire::kTlvHeaderSize || payload[at + 1] < wire::kTlvHeaderSize ||
            payload[at + 1] > left) {
            return DecodeError::tlv_cut;
        }
        const uint8_t type = payload[at];
        const size_t offset = at + wire::kTlvHeaderSize;
        const auto value = payload.subspan(offset, payload[at + 1] - wire::kTlvHeaderSize);
        at = offset + value.size();
        DecodeOutcome outcome = check_place(type, out.message);
        if (!outcome) {
            return outcome;
        }
        switch (type) {
            case wire::hello:
                outcome = decode_hello(value, out.message);
                break;
            case wire::forwarder:
                outcome = decode_forwarder(value, forwarders_seen, out.message);
                break;
            case wire::cisco_authentication:
                outcome = decode_cisco_authentication(value, offset, out);
                break;
            case wire::cisco_nonces:
                outcome = decode_cisco_nonces(value, out.message);
                break;
            default:
                if (is_native(type)) {
                    outcome = wire::decode_native(type, value, out.message);
                } else {
                    ++out.n_unknown_tlvs;
                }
        }
        if (!outcome) {
            return outcome;
        }
    }
    if (out.message.hmac) {
        out.hmac_offset = static_cast<uint16_t>(payload.size() - wire::kHmacDigestSize);
    }
    return {};
}

}  // namespace evengate::glbp
