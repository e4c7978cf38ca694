// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: writes TLVs and the fields in them; and what encoding the TLVs of services offers to encoding a
// message. Thread: any. Used by: glbp.
#pragma once

#include <algorithm>
#include <span>

#include "base/bytes.hpp"
#include "glbp/wire.hpp"

namespace evengate::glbp::wire {

// A ByteWriter that knows TLVs: what is written between begin() and end() is one.
class MessageWriter : public ByteWriter {
 public:
    using ByteWriter::ByteWriter;

    void begin(TlvType type) {
        start_ = size();
        u8(type);
        u8(0);
    }
    void end() {
        if (!overflowed()) {
            written()[start_ + 1] = static_cast<uint8_t>(size() - start_);
        }
    }

    void mac(const MacAddress& address) { bytes(address.bytes); }
    void address(const IpAddress& address) {
        bytes(std::span(address.bytes()).first(address.is_v4() ? IpAddress::kIpv4Size
                                                               : IpAddress::kIpv6Size));
    }
    void typed_address(const IpAddress& value) {
        u8(value.is_v4() ? kAddressIpv4 : kAddressIpv6);
        address(value);
    }
    void name(const AssignmentName& name) {
        be32(name.term);
        be64(name.avg.value);
        be32(name.sequence);
    }
    void incarnation(const Incarnation& who) {
        be64(who.member.value);
        be64(who.boot_nonce);
    }

    // As many TLVs as the entries need, each as full as it can be; none for no entries.
    template <class Entry, class WriteEntry>
    void list(TlvType type, std::span<const Entry> entries, size_t entry_size,
              WriteEntry write_entry) {
        headed_list<Entry>(type, 0, [] {}, entries, entry_size, write_entry);
    }
    // The same, where each TLV begins with the same head.
    template <class Entry, class WriteHead, class WriteEntry>
    void headed_list(TlvType type, size_t head_size, WriteHead write_head,
                     std::span<const Entry> entries, size_t entry_size, WriteEntry write_entry) {
        const size_t n_in_tlv = (kMaxTlvValue - head_size) / entry_size;
        while (!entries.empty()) {
            begin(type);
            write_head();
            const size_t count = std::min(entries.size(), n_in_tlv);
            for (const Entry& entry : entries.first(count)) {
                write_entry(entry);
            }
            end();
            entries = entries.subspan(count);
        }
    }

 private:
    size_t start_ = 0;
};

// TLVs 0xF0 to 0xF3, those that the message has.
void write_services(MessageWriter& out, const Message& message);

}  // namespace evengate::glbp::wire
