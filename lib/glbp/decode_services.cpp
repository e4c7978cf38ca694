// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>

#include "glbp/field_reader.hpp"
#include "glbp/wire.hpp"

namespace evengate::glbp::wire {
namespace {

constexpr uint8_t kTcp = 6;
constexpr uint8_t kUdp = 17;

}  // namespace

DecodeOutcome decode_target_verdicts(std::span<const uint8_t> value, Message& message) {
    if (!is_headed_list_size(value.size(), kTargetVerdictsFixedSize, kTargetVerdictSize)) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    const uint64_t digest = fields.be64();
    const uint16_t n_targets = fields.be16();
    const uint16_t first_target = fields.be16();
    const bool is_first = !message.target_verdicts;
    TargetVerdicts& verdicts = is_first ? message.target_verdicts.emplace() : *message.target_verdicts;
    if (is_first) {
        verdicts.services_digest = digest;
        verdicts.n_targets = n_targets;
        verdicts.first_target = first_target;
    } else if (verdicts.services_digest != digest || verdicts.n_targets != n_targets ||
               verdicts.first_target != first_target) {
        return DecodeError::tlv_repeated;
    }
    const size_t n_in_tlv = fields.left() / kTargetVerdictSize;
    if (n_targets > kMaxTargets || first_target + verdicts.targets.size() + n_in_tlv > n_targets) {
        return DecodeError::tlv_value;
    }
    while (fields.left() != 0) {
        const uint8_t health = fields.u8();
        if (health > static_cast<uint8_t>(TargetHealth::down)) {
            return DecodeError::tlv_value;
        }
        TargetVerdict* added = verdicts.targets.try_append();
        if (added == nullptr) {
            return DecodeError::too_many;
        }
        added->health = static_cast<TargetHealth>(health);
        added->n_connections = fields.be32();
        added->packets = fields.be64();
    }
    return {};
}

DecodeOutcome decode_target_set(std::span<const uint8_t> value, Message& message) {
    if (!is_headed_list_size(value.size(), kTargetSetFixedSize, kTargetStandingSize)) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    const TargetSetName name = fields.assignment_name();
    const uint64_t digest = fields.be64();
    const bool is_first = !message.target_set;
    TargetSet& set = is_first ? message.target_set.emplace() : *message.target_set;
    if (is_first) {
        set.name = name;
        set.services_digest = digest;
    } else if (set.name != name || set.services_digest != digest) {
        return DecodeError::tlv_repeated;
    }
    while (fields.left() != 0) {
        const uint8_t state = fields.u8();
        if (state > static_cast<uint8_t>(TargetState::drained)) {
            return DecodeError::tlv_value;
        }
        TargetStanding* added = set.targets.try_append();
        if (added == nullptr) {
            return DecodeError::too_many;
        }
        added->state = static_cast<TargetState>(state);
        added->weight = fields.be16();
    }
    return {};
}

DecodeOutcome decode_connections(std::span<const uint8_t> value, Message& message) {
    if (!is_headed_list_size(value.size(), kConnectionsFixedSize, kConnectionSize)) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    const uint64_t digest = fields.be64();
    const bool is_first = !message.connections;
    ConnectionList& list = is_first ? message.connections.emplace() : *message.connections;
    if (is_first) {
        list.services_digest = digest;
    } else if (list.services_digest != digest) {
        return DecodeError::tlv_repeated;
    }
    while (fields.left() != 0) {
        Connection* added = list.connections.try_append();
        if (added == nullptr) {
            return DecodeError::too_many;
        }
        added->client = fields.be32();
        added->published = fields.be32();
        added->client_port = fields.be16();
        added->published_port = fields.be16();
        added->target = fields.be16();
        added->protocol = fields.u8();
        const uint8_t state = fields.u8();
        const uint8_t kind = fields.u8();
        if (added->target >= kMaxTargets || (added->protocol != kTcp && added->protocol != kUdp) ||
            state < static_cast<uint8_t>(ConnectionState::half_open) ||
            state > static_cast<uint8_t>(ConnectionState::closing) ||
            kind < static_cast<uint8_t>(ConnectionKind::shadow) ||
            kind > static_cast<uint8_t>(ConnectionKind::returned)) {
            return DecodeError::tlv_value;
        }
        added->state = static_cast<ConnectionState>(state);
        added->kind = static_cast<ConnectionKind>(kind);
    }
    return {};
}

DecodeOutcome decode_ordered_weights(std::span<const uint8_t> value, Message& message) {
    if (!message.target_set) {
        return DecodeError::tlv_order;
    }
    if (!is_list_size(value.size(), kOrderedWeightSize)) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    while (fields.left() != 0) {
        const uint16_t target = fields.be16();
        if (target >= kMaxTargets) {
            return DecodeError::tlv_value;
        }
        if (std::ranges::find(message.ordered_weights, target, &OrderedWeight::target) !=
            message.ordered_weights.end()) {
            return DecodeError::tlv_repeated;
        }
        OrderedWeight* added = message.ordered_weights.try_append();
        if (added == nullptr) {
            return DecodeError::too_many;
        }
        added->target = target;
        added->weight = fields.be16();
    }
    return {};
}

}  // namespace evengate::glbp::wire
