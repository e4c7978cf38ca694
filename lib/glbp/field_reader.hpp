// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: takes fields in order from bytes whose number was checked beforehand; and what decoding the
// native TLVs offers to decoding a message. Thread: any. Used by: glbp.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "glbp/decode.hpp"

namespace evengate::glbp::wire {

// Not checked: that the bytes are there.
class FieldReader {
 public:
    explicit FieldReader(std::span<const uint8_t> bytes)
        : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    [[nodiscard]] size_t left() const { return static_cast<size_t>(end_ - at_); }
    const uint8_t* bytes(size_t count) {
        const uint8_t* first = at_;
        at_ += count;
        return first;
    }
    uint8_t u8() { return *bytes(1); }
    uint16_t be16() { return load_be16(bytes(2)); }
    uint32_t be32() { return load_be32(bytes(4)); }
    uint64_t be64() { return load_be64(bytes(8)); }
    MacAddress mac() { return MacAddress::from_bytes(bytes(MacAddress::kSize)); }
    MemberId member() { return MemberId{be64()}; }
    Incarnation incarnation() {
        const MemberId who = member();
        return {who, be64()};
    }
    AssignmentName assignment_name() {
        const uint32_t term = be32();
        const MemberId avg = member();
        return {term, avg, be32()};
    }
    IpAddress ipv4() { return IpAddress::v4(be32()); }
    IpAddress ipv6() {
        std::array<uint8_t, IpAddress::kIpv6Size> address;
        std::memcpy(address.data(), bytes(address.size()), address.size());
        return IpAddress::v6(address);
    }

 private:
    const uint8_t* at_;
    const uint8_t* end_;
};

using DecodeOutcome = Result<void, DecodeError>;

// The size of a list in one TLV: whole entries, at least one.
inline bool is_list_size(size_t size, size_t entry_size) {
    return size != 0 && size % entry_size == 0;
}

// The size of a list behind what all its TLVs repeat.
inline bool is_headed_list_size(size_t size, size_t head_size, size_t entry_size) {
    return size > head_size && is_list_size(size - head_size, entry_size);
}

// One TLV of types 0xE0 to 0xF3 into the message. Not checked: its place among the others.
DecodeOutcome decode_native(uint8_t type, std::span<const uint8_t> value, Message& message);
// Of these, 0xED to 0xEF: decode_balancing.cpp.
DecodeOutcome decode_load_report(std::span<const uint8_t> value, Message& message);
DecodeOutcome decode_vmac_counts(std::span<const uint8_t> value, Message& message);
DecodeOutcome decode_wanted_moves(std::span<const uint8_t> value, Message& message);
// And 0xF0 to 0xF3: decode_services.cpp.
DecodeOutcome decode_target_verdicts(std::span<const uint8_t> value, Message& message);
DecodeOutcome decode_target_set(std::span<const uint8_t> value, Message& message);
DecodeOutcome decode_connections(std::span<const uint8_t> value, Message& message);
DecodeOutcome decode_ordered_weights(std::span<const uint8_t> value, Message& message);

}  // namespace evengate::glbp::wire
