// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "glbp/field_reader.hpp"
#include "glbp/wire.hpp"

namespace evengate::glbp::wire {
namespace {

// Of the six bytes of a MAC. Whole words: a list has up to 160 of them.
bool is_station(const uint8_t* mac) {
    const bool is_zero = (load_raw<uint32_t>(mac) | load_raw<uint16_t>(mac + sizeof(uint32_t))) == 0;
    return (mac[0] & 1) == 0 && !is_zero;
}

// Takes an address with its type in front. Fails: no such type, or cut.
DecodeOutcome decode_address(FieldReader& fields, IpAddress& address) {
    if (fields.left() == 0) {
        return DecodeError::tlv_size;
    }
    const uint8_t type = fields.u8();
    if (type != kAddressIpv4 && type != kAddressIpv6) {
        return DecodeError::tlv_value;
    }
    if (fields.left() < (type == kAddressIpv4 ? IpAddress::kIpv4Size : IpAddress::kIpv6Size)) {
        return DecodeError::tlv_size;
    }
    address = type == kAddressIpv4 ? fields.ipv4() : fields.ipv6();
    return {};
}

DecodeOutcome decode_sender(std::span<const uint8_t> value, Message& message) {
    if (message.sender) {
        return DecodeError::tlv_repeated;
    }
    if (value.empty()) {
        return DecodeError::tlv_size;
    }
    // First, as another version may have another size.
    if (value[0] != Sender::kVersion) {
        return DecodeError::native_version_unknown;
    }
    if (value.size() != kSenderSize) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    Sender& sender = message.sender.emplace();
    sender.version = fields.u8();
    sender.flags = fields.u8();
    sender.capabilities = fields.be16();
    sender.self = fields.incarnation();
    sender.sequence = fields.be64();
    sender.challenge = fields.be64();
    return sender.self.member.value == 0 ? DecodeOutcome(DecodeError::tlv_value) : DecodeOutcome();
}

DecodeOutcome decode_standing(std::span<const uint8_t> value, Message& message) {
    if (message.standing) {
        return DecodeError::tlv_repeated;
    }
    if (value.size() != kStandingSize) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    Standing& standing = message.standing.emplace();
    standing.adopted = fields.assignment_name();
    standing.adopted_digest = fields.be64();
    standing.n_following = fields.u8();
    standing.weight = fields.u8();
    fields.bytes(2);
    standing.capacity_pps = fields.be64();
    standing.load_pps = fields.be64();
    standing.group_load_pps = fields.be64();
    standing.granted_pps = fields.be64();
    standing.parameters_digest = fields.be64();
    standing.parameters_revision = fields.be32();
    return standing.n_following > kMaxMembers ? DecodeOutcome(DecodeError::tlv_value)
                                              : DecodeOutcome();
}

DecodeOutcome decode_heard(std::span<const uint8_t> value, Message& message) {
    if (!is_list_size(value.size(), kHeardSize)) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    while (fields.left() != 0) {
        const Incarnation who = fields.incarnation();
        const uint64_t challenge = fields.be64();
        const uint8_t is_live = fields.u8();
        if (is_live > 1) {
            return DecodeError::tlv_value;
        }
        if (!message.heard.try_push_back({who, challenge, is_live})) {
            return DecodeError::too_many;
        }
    }
    return {};
}

DecodeOutcome decode_forwarding(std::span<const uint8_t> value, Message& message) {
    if (message.forwarding) {
        return DecodeError::tlv_repeated;
    }
    if (value.size() != kForwardingSize && value.size() != 2 * kForwardingSize) {
        return DecodeError::tlv_size;
    }
    VmacBitmap& forwarding = message.forwarding.emplace();
    std::memcpy(forwarding.bytes.data(), value.data(), kForwardingSize);
    const bool has_both = value.size() > kForwardingSize;
    if (has_both) {
        std::memcpy(message.given_up.bytes.data(), &value[kForwardingSize], kForwardingSize);
    }
    const bool is_wrong = forwarding.has(0) || message.given_up.has(0) || (has_both && message.given_up.empty());
    return is_wrong ? DecodeOutcome(DecodeError::tlv_value) : DecodeOutcome();
}

// Nobody is one below the first, in eight bits.
bool is_member_place(uint8_t place) {
    static_assert(static_cast<uint8_t>(AssignmentPart::kNobody + 1) == 0);
    return static_cast<uint8_t>(place + 1) <= kMaxMembers;
}

DecodeOutcome decode_assignment_part(std::span<const uint8_t> value, Message& message) {
    if (value.size() <= kAssignmentPartFixedSize ||
        (value.size() - kAssignmentPartFixedSize) % kPlanSize != 0) {
        return DecodeError::tlv_size;
    }
    if (!message.assignment_parts.try_push_back({})) {
        return DecodeError::too_many;
    }
    FieldReader fields(value);
    AssignmentPart& part = message.assignment_parts.back();
    part.name = fields.assignment_name();
    part.part = fields.u8();
    part.n_parts = fields.u8();
    part.first_vmac = fields.u8();
    const size_t n_plans = fields.left() / kPlanSize;
    if (part.part >= part.n_parts || part.n_parts > message.assignment_parts.capacity() ||
        part.first_vmac == 0 || part.first_vmac + n_plans - 1 > kMaxVmacs) {
        return DecodeError::tlv_value;
    }
    while (fields.left() != 0) {
        const uint8_t* places = fields.bytes(kPlanSize);
        if (!is_member_place(places[0]) || !is_member_place(places[1]) ||
            !is_member_place(places[2]) || !is_member_place(places[3])) {
            return DecodeError::tlv_value;
        }
        AssignmentPart::Plan* plan = part.plans.try_append();
        if (plan == nullptr) {
            return DecodeError::too_many;
        }
        plan->owner = places[0];
        plan->previous = places[1];
        plan->successors = {places[2], places[3]};
    }
    return {};
}

DecodeOutcome decode_assignment_members(std::span<const uint8_t> value, Message& message) {
    if (!is_list_size(value.size(), kIncarnationSize)) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    while (fields.left() != 0) {
        if (!message.assignment_members.try_push_back(fields.incarnation())) {
            return DecodeError::too_many;
        }
    }
    return {};
}

DecodeOutcome decode_assignment_request(std::span<const uint8_t> value, Message& message) {
    if (message.assignment_request) {
        return DecodeError::tlv_repeated;
    }
    if (value.size() != kAssignmentNameSize) {
        return DecodeError::tlv_size;
    }
    message.assignment_request = FieldReader(value).assignment_name();
    return {};
}

DecodeOutcome decode_hand_overs(std::span<const uint8_t> value, Message& message) {
    if (!is_list_size(value.size(), kHandOverSize)) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    while (fields.left() != 0) {
        HandOver hand_over;
        const uint8_t step = fields.u8();
        hand_over.vmac = fields.u8();
        hand_over.name = fields.assignment_name();
        hand_over.from = fields.member();
        hand_over.to = fields.member();
        if (step < static_cast<uint8_t>(HandOver::Step::prepare) ||
            step > static_cast<uint8_t>(HandOver::Step::released) || hand_over.vmac == 0) {
            return DecodeError::tlv_value;
        }
        hand_over.step = static_cast<HandOver::Step>(step);
        if (!message.hand_overs.try_push_back(hand_over)) {
            return DecodeError::too_many;
        }
    }
    return {};
}

DecodeOutcome decode_neighbours(std::span<const uint8_t> value, Message& message) {
    if (value.size() < kNeighboursFixedSize) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    const bool is_first = !message.neighbours;
    NeighbourList& list = is_first ? message.neighbours.emplace() : *message.neighbours;
    const AssignmentName name = fields.assignment_name();
    const uint8_t part = fields.u8();
    const uint8_t n_parts = fields.u8();
    if (is_first) {
        list.name = name;
        list.part = part;
        list.n_parts = n_parts;
    } else if (list.name != name || list.part != part || list.n_parts != n_parts) {
        return DecodeError::tlv_repeated;
    }
    if (part >= n_parts) {
        return DecodeError::tlv_value;
    }
    while (fields.left() != 0) {
        NeighbourList::Entry entry;
        if (const auto address = decode_address(fields, entry.address); !address) {
            return address;
        }
        if (fields.left() < MacAddress::kSize) {
            return DecodeError::tlv_size;
        }
        entry.mac = fields.mac();
        if (!is_station(entry.mac.bytes.data())) {
            return DecodeError::tlv_value;
        }
        if (!list.entries.try_push_back(entry)) {
            return DecodeError::too_many;
        }
    }
    return {};
}

DecodeOutcome decode_clients(std::span<const uint8_t> value, Message& message) {
    if (!is_list_size(value.size(), kClientSize)) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    while (fields.left() != 0) {
        const uint8_t* client = fields.bytes(kClientSize);
        const uint8_t vmac = client[MacAddress::kSize];
        if (!is_station(client) || vmac == 0) {
            return DecodeError::tlv_value;
        }
        Client* added = message.clients.try_append();
        if (added == nullptr) {
            return DecodeError::too_many;
        }
        added->host = MacAddress::from_bytes(client);
        added->vmac = vmac;
    }
    return {};
}

DecodeOutcome decode_parameters(std::span<const uint8_t> value, Message& message) {
    if (message.parameters) {
        return DecodeError::tlv_repeated;
    }
    if (value.size() < kParametersFixedSize) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    Parameters& parameters = message.parameters.emplace();
    parameters.revision = fields.be32();
    parameters.n_vmacs = fields.u8();
    std::memcpy(parameters.vmac_prefix.data(), fields.bytes(parameters.vmac_prefix.size()),
                parameters.vmac_prefix.size());
    if (parameters.n_vmacs == 0 || (parameters.vmac_prefix[0] & 1) != 0) {
        return DecodeError::tlv_value;
    }
    while (fields.left() != 0) {
        IpAddress address;
        if (const auto outcome = decode_address(fields, address); !outcome) {
            return outcome;
        }
        if (!parameters.virtual_addresses.try_push_back(address)) {
            return DecodeError::too_many;
        }
    }
    return {};
}

DecodeOutcome decode_hmac(std::span<const uint8_t> value, Message& message) {
    if (message.hmac) {
        return DecodeError::tlv_repeated;
    }
    if (value.size() != kHmacSize) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    Hmac& hmac = message.hmac.emplace();
    hmac.key_id = fields.be32();
    std::memcpy(hmac.digest.data(), fields.bytes(hmac.digest.size()), hmac.digest.size());
    return {};
}

bool is_printable_ascii(uint8_t byte) { return byte >= ' ' && byte <= '~'; }

DecodeOutcome decode_name(std::span<const uint8_t> value, Message& message) {
    if (!message.name.empty()) {
        return DecodeError::tlv_repeated;
    }
    if (value.empty() || value.size() > kMaxNameSize) {
        return DecodeError::tlv_size;
    }
    for (const uint8_t byte : value) {
        if (!is_printable_ascii(byte)) {
            return DecodeError::tlv_value;
        }
        static_cast<void>(message.name.try_push_back(static_cast<char>(byte)));
    }
    return {};
}

}  // namespace

DecodeOutcome decode_native(uint8_t type, std::span<const uint8_t> value, Message& message) {
    using Decode = DecodeOutcome (*)(std::span<const uint8_t>, Message&);
    // In the order of the types.
    static constexpr Decode kDecode[] = {
        decode_sender,      decode_standing,           decode_heard,
        decode_forwarding,  decode_assignment_part,    decode_assignment_members,
        decode_assignment_request, decode_hand_overs,  decode_neighbours,
        decode_clients,     decode_parameters,         decode_hmac,
        decode_name,        decode_load_report,        decode_vmac_counts,
        decode_wanted_moves, decode_target_verdicts,   decode_target_set,
        decode_connections, decode_ordered_weights,
    };
    static_assert(std::size(kDecode) == kLastNative - TlvType::sender + 1);
    return kDecode[type - TlvType::sender](value, message);
}

}  // namespace evengate::glbp::wire
