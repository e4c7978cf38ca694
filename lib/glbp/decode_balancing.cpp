// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "glbp/field_reader.hpp"
#include "glbp/wire.hpp"

namespace evengate::glbp::wire {

DecodeOutcome decode_load_report(std::span<const uint8_t> value, Message& message) {
    if (message.load_report) {
        return DecodeError::tlv_repeated;
    }
    if (value.size() != kLoadReportSize) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    LoadReport& report = message.load_report.emplace();
    report.counted_at_ns = fields.be64();
    report.packets = fields.be64();
    report.bytes = fields.be64();
    report.received = fields.be64();
    report.missed = fields.be64();
    report.n_counts = fields.u8();
    return {};
}

DecodeOutcome decode_vmac_counts(std::span<const uint8_t> value, Message& message) {
    if (!message.load_report) {
        return DecodeError::tlv_order;
    }
    if (!is_list_size(value.size(), kVmacCountSize)) {
        return DecodeError::tlv_size;
    }
    VmacBitmap seen;
    for (const VmacCount& count : message.vmac_counts) {
        seen.set(count.vmac);
    }
    FieldReader fields(value);
    while (fields.left() != 0) {
        const uint8_t vmac = fields.u8();
        if (vmac == 0) {
            return DecodeError::tlv_value;
        }
        if (seen.has(vmac)) {
            return DecodeError::tlv_repeated;
        }
        seen.set(vmac);
        // The report has no more than it says, in however many messages.
        if (message.vmac_counts.size() == message.load_report->n_counts) {
            return DecodeError::too_many;
        }
        VmacCount* added = message.vmac_counts.try_append();
        if (added == nullptr) {
            return DecodeError::too_many;
        }
        added->vmac = vmac;
        added->packets = fields.be64();
        added->bytes = fields.be64();
    }
    return {};
}

DecodeOutcome decode_wanted_moves(std::span<const uint8_t> value, Message& message) {
    if (!is_list_size(value.size(), kWantedMoveSize)) {
        return DecodeError::tlv_size;
    }
    FieldReader fields(value);
    while (fields.left() != 0) {
        const uint8_t reason = fields.u8();
        const uint8_t vmac = fields.u8();
        const MemberId to = fields.member();
        if (reason < static_cast<uint8_t>(WantedMove::Reason::operator_asks) ||
            reason > static_cast<uint8_t>(WantedMove::Reason::load) || vmac == 0 || to.value == 0) {
            return DecodeError::tlv_value;
        }
        WantedMove* added = message.wanted_moves.try_append();
        if (added == nullptr) {
            return DecodeError::too_many;
        }
        added->reason = static_cast<WantedMove::Reason>(reason);
        added->vmac = vmac;
        added->to = to;
    }
    return {};
}

}  // namespace evengate::glbp::wire
