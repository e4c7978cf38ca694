// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what a receiver must reject, by name (docs/protocol.md).
#include "random_message.hpp"
#include "wire_bytes.hpp"

using namespace evengate;
using namespace evengate::glbp;
using namespace evengate::glbp::testing;

namespace {

const Bytes kHeader = from_hex("010000010000020000000001");
const Bytes kHello = from_hex("011c 0020 0064 0000 00000bb8 00002710 0258 3840 0000 0104 c0a80001");
const Bytes kForwarder = from_hex("0214 01 20 00 a7 64 00 3840 0258 0000 0007b4000101");
const Bytes kSender = from_hex("e026 01 00 0000 0000000000000007 0000000000000077 0000000000000001 0000000000000002");
const Bytes kHmac = from_hex("eb26 00000001") + Bytes(32, 0);
const Bytes kName = from_hex("01020304 0000000000000007 05060708");

// A message with these TLVs, native where it begins with the sender.
std::optional<DecodeError> error_of(const Bytes& tlvs) { return decode_error(kHeader + tlvs); }

Bytes tlv(uint8_t type, const Bytes& value) {
    return Bytes{type, static_cast<uint8_t>(value.size() + 2)} + value;
}

Bytes changed(Bytes bytes, size_t at, std::initializer_list<uint8_t> with) {
    std::copy(with.begin(), with.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
    return bytes;
}

Bytes times(size_t count, const Bytes& bytes) {
    Bytes all;
    for (size_t i = 0; i < count; ++i) {
        all = all + bytes;
    }
    return all;
}

// The native TLV behind a sender.
std::optional<DecodeError> native_error(uint8_t type, const Bytes& value) {
    return error_of(kSender + tlv(type, value));
}

}  // namespace

TEST_CASE("the parts that these tests are made of are good") {
    CHECK(error_of({}) == std::nullopt);
    CHECK(error_of(kHello + kForwarder + kSender + kHmac) == std::nullopt);
    CHECK(native_error(0xE6, kName) == std::nullopt);
}

TEST_CASE("a payload is as long as a message may be") {
    for (size_t size = 0; size < kHeader.size(); ++size) {
        CHECK(decode_error(Bytes(kHeader.begin(), kHeader.begin() + static_cast<std::ptrdiff_t>(size))) ==
              DecodeError::too_short);
    }
    const Bytes padding = times(4, tlv(0x80, Bytes(253, 0)));  // 12 + 1020
    CHECK(error_of(padding + tlv(0x80, Bytes(198, 0))) == std::nullopt);
    CHECK(error_of(padding + tlv(0x80, Bytes(199, 0))) == DecodeError::too_long);
}

TEST_CASE("a header has version 1, a known opcode, a group and a station's MAC") {
    CHECK(decode_error(changed(kHeader, 0, {0})) == DecodeError::version_unknown);
    CHECK(decode_error(changed(kHeader, 0, {2})) == DecodeError::version_unknown);
    CHECK(decode_error(changed(kHeader, 1, {3})) == DecodeError::opcode_unknown);
    CHECK(decode_error(changed(kHeader, 2, {0x03, 0xFF})) == std::nullopt);
    CHECK(decode_error(changed(kHeader, 2, {0x04, 0x00})) == DecodeError::group_invalid);
    CHECK(decode_error(changed(kHeader, 6, {0x03})) == DecodeError::owner_invalid);
}

TEST_CASE("a TLV is whole") {
    CHECK(error_of({0x80}) == DecodeError::tlv_cut);
    CHECK(error_of({0x80, 0}) == DecodeError::tlv_cut);
    CHECK(error_of({0x80, 1}) == DecodeError::tlv_cut);
    CHECK(error_of({0x80, 3}) == DecodeError::tlv_cut);
    const Bytes good = kHeader + kHello + kForwarder + kSender + kHmac;
    const std::vector<size_t> ends = {12, 40, 60, 98, 136};
    for (size_t size = 12; size <= good.size(); ++size) {
        const bool between = std::find(ends.begin(), ends.end(), size) != ends.end();
        CHECK(decode_error(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))) ==
              (between ? std::nullopt : std::optional(DecodeError::tlv_cut)));
    }
}

TEST_CASE("a hello's size, state, times and address are right") {
    CHECK(error_of(tlv(1, Bytes(21, 1))) == DecodeError::tlv_size);
    for (const uint8_t state : std::initializer_list<uint8_t>{0x00, 0x03, 0x40, 0x80, 0xFF, 0x24}) {
        CHECK(error_of(changed(kHello, 3, {state})) == DecodeError::tlv_value);
    }
    CHECK(error_of(changed(kHello, 8, {0, 0, 0, 0})) == DecodeError::tlv_value);
    CHECK(error_of(changed(kHello, 12, {0, 0, 0, 0})) == DecodeError::tlv_value);
    CHECK(error_of(changed(kHello, 8, {0x00, 0x09, 0x27, 0xC0})) == std::nullopt);
    CHECK(error_of(changed(kHello, 8, {0x00, 0x09, 0x27, 0xC1})) == DecodeError::tlv_value);
    CHECK(error_of(changed(kHello, 12, {0x00, 0x09, 0x27, 0xC1})) == DecodeError::tlv_value);
    CHECK(error_of(changed(kHello, 22, {0, 4})) == DecodeError::tlv_value);
    CHECK(error_of(changed(kHello, 22, {3, 4})) == DecodeError::tlv_value);
    CHECK(error_of(changed(kHello, 22, {1, 16})) == DecodeError::tlv_value);
    CHECK(error_of(changed(kHello, 22, {2, 4})) == DecodeError::tlv_value);
    CHECK(error_of(changed(kHello, 22, {2, 16})) == DecodeError::tlv_size);
}

TEST_CASE("a forwarder's size, state, MAC and number are right") {
    CHECK(error_of(tlv(2, Bytes(17, 0))) == DecodeError::tlv_size);
    CHECK(error_of(tlv(2, Bytes(19, 0))) == DecodeError::tlv_size);
    for (const uint8_t state : std::initializer_list<uint8_t>{0x03, 0x08, 0x10, 0x40, 0xFF}) {
        CHECK(error_of(changed(kForwarder, 3, {state})) == DecodeError::tlv_value);
    }
    CHECK(error_of(changed(kForwarder, 14, {1})) == DecodeError::tlv_value);
    CHECK(error_of(kForwarder + kForwarder) == DecodeError::tlv_repeated);
    Bytes many;
    for (uint8_t number = 0; number < 60; ++number) {
        many = many + changed(kForwarder, 2, {number});
    }
    CHECK(error_of(many) == std::nullopt);
    CHECK(error_of(many + changed(kForwarder, 2, {60})) == DecodeError::too_many);
}

TEST_CASE("Cisco's authentication has the size of its type") {
    CHECK(error_of(from_hex("0303 00")) == DecodeError::tlv_size);
    CHECK(error_of(from_hex("0304 0000")) == std::nullopt);
    CHECK(error_of(from_hex("0304 0400")) == DecodeError::tlv_value);
    CHECK(error_of(from_hex("0305 000100")) == DecodeError::tlv_size);
    CHECK(error_of(from_hex("0304 0100")) == DecodeError::tlv_size);
    CHECK(error_of(from_hex("0305 010000")) == DecodeError::tlv_size);
    CHECK(error_of(from_hex("0305 010200")) == DecodeError::tlv_size);
    CHECK(error_of(tlv(3, Bytes{1, 64} + Bytes(64, 'x'))) == std::nullopt);
    CHECK(error_of(tlv(3, Bytes{1, 65} + Bytes(65, 'x'))) == DecodeError::tlv_size);
    for (const size_t size : {0, 15, 17, 20}) {
        CHECK(error_of(tlv(3, Bytes{2, static_cast<uint8_t>(size)} + Bytes(size, 0))) == DecodeError::tlv_size);
    }
    for (const size_t size : {0, 16, 19, 21}) {
        CHECK(error_of(tlv(3, Bytes{3, static_cast<uint8_t>(size)} + Bytes(size, 0))) == DecodeError::tlv_size);
    }
}

TEST_CASE("Cisco's nonces have as many peers as they say") {
    CHECK(error_of(tlv(4, from_hex("00 01 000000"))) == DecodeError::tlv_size);
    CHECK(error_of(tlv(4, from_hex("00 01 00000000"))) == std::nullopt);
    CHECK(error_of(tlv(4, from_hex("01 01 00000000"))) == DecodeError::tlv_size);
    CHECK(error_of(tlv(4, from_hex("00 01 00000000") + Bytes(12, 0))) == DecodeError::tlv_size);
    CHECK(error_of(tlv(4, from_hex("01 01 00000000") + Bytes(11, 0))) == DecodeError::tlv_size);
    CHECK(error_of(tlv(4, from_hex("14 01 00000000") + Bytes(240, 0))) == std::nullopt);
}

TEST_CASE("the sender is of version 1, of its size, and somebody") {
    CHECK(error_of(changed(kSender, 2, {0})) == DecodeError::native_version_unknown);
    CHECK(error_of(changed(kSender, 2, {2})) == DecodeError::native_version_unknown);
    CHECK(error_of(tlv(0xE0, {2})) == DecodeError::native_version_unknown);
    CHECK(error_of(tlv(0xE0, {})) == DecodeError::tlv_size);
    CHECK(error_of(tlv(0xE0, Bytes(35, 1))) == DecodeError::tlv_size);
    CHECK(error_of(tlv(0xE0, Bytes(37, 1))) == DecodeError::tlv_size);
    CHECK(error_of(changed(kSender, 13, {0})) == DecodeError::tlv_value);
}

TEST_CASE("native TLVs stand behind the sender, and the HMAC behind all") {
    const Bytes bitmap = tlv(0xE3, Bytes(32, 0));
    CHECK(error_of(bitmap) == DecodeError::tlv_order);
    CHECK(error_of(bitmap + kSender) == DecodeError::tlv_order);
    CHECK(error_of(kHmac) == DecodeError::tlv_order);
    CHECK(error_of(kHello + bitmap) == DecodeError::tlv_order);
    CHECK(error_of(kSender + kHmac + kHello) == DecodeError::tlv_order);
    CHECK(error_of(kSender + kHmac + bitmap) == DecodeError::tlv_order);
    CHECK(error_of(kSender + kHmac + tlv(0x80, {})) == DecodeError::tlv_order);
    CHECK(error_of(kSender + bitmap + kHello + kHmac) == std::nullopt);
}

TEST_CASE("what may stand once does not stand twice") {
    const Bytes standing = tlv(0xE1, Bytes(72, 0));
    for (const Bytes& once :
         {kHello, tlv(3, {0, 0}), tlv(4, Bytes(6, 0)), kSender, standing, tlv(0xE3, Bytes(32, 0)), tlv(0xE6, kName),
          tlv(0xEA, from_hex("00000009 01 024547")), kHmac, tlv(0xEC, {'x'}),
          tlv(0xED, Bytes(41, 0))}) {
        INFO("type " << unsigned{once[0]});
        const Bytes first = once == kSender ? Bytes() : kSender;
        CHECK(error_of(first + once) == std::nullopt);
        CHECK(error_of(first + once + once) == DecodeError::tlv_repeated);
    }
}

TEST_CASE("lists have whole entries, at least one, and not too many") {
    struct List {
        uint8_t type;
        size_t entry_size;
        size_t at_most;
    };
    // Entries of ones are good of each type.
    for (const List list : {List{0xE2, 25, 30}, List{0xE5, 16, 30}, List{0xE7, 34, 32}}) {
        INFO("type " << unsigned{list.type});
        const Bytes one(list.entry_size, 1);
        CHECK(native_error(list.type, {}) == DecodeError::tlv_size);
        CHECK(native_error(list.type, Bytes(list.entry_size - 1, 1)) == DecodeError::tlv_size);
        CHECK(native_error(list.type, Bytes(list.entry_size + 1, 1)) == DecodeError::tlv_size);
        CHECK(error_of(kSender + times(list.at_most, tlv(list.type, one))) == std::nullopt);
        if (12 + kSender.size() + (list.at_most + 1) * (list.entry_size + 2) <= kMaxMessageSize) {
            CHECK(error_of(kSender + times(list.at_most + 1, tlv(list.type, one))) == DecodeError::too_many);
        }
    }
    const Bytes hand_over(34, 1);
    const Bytes hand_overs = times(4, tlv(0xE7, times(7, hand_over)));
    CHECK(error_of(kSender + hand_overs + tlv(0xE7, times(4, hand_over))) == std::nullopt);
    CHECK(error_of(kSender + hand_overs + tlv(0xE7, times(5, hand_over))) == DecodeError::too_many);
    const Bytes move(10, 1);
    CHECK(native_error(0xEF, {}) == DecodeError::tlv_size);
    CHECK(native_error(0xEF, Bytes(9, 1)) == DecodeError::tlv_size);
    CHECK(native_error(0xEF, Bytes(11, 1)) == DecodeError::tlv_size);
    CHECK(error_of(kSender + tlv(0xEF, times(25, move)) + tlv(0xEF, times(7, move))) == std::nullopt);
    CHECK(error_of(kSender + tlv(0xEF, times(25, move)) + tlv(0xEF, times(8, move))) == DecodeError::too_many);
    const Bytes client = from_hex("0200000000aa 01");
    const Bytes clients = times(4, tlv(0xE9, times(36, client)));
    CHECK(native_error(0xE9, {}) == DecodeError::tlv_size);
    CHECK(native_error(0xE9, Bytes(6, 0)) == DecodeError::tlv_size);
    CHECK(error_of(kSender + clients + tlv(0xE9, times(16, client))) == std::nullopt);
    CHECK(error_of(kSender + clients + tlv(0xE9, times(17, client))) == DecodeError::too_many);
}

TEST_CASE("fields of native TLVs are in their ranges") {
    const Bytes standing(72, 0);
    CHECK(native_error(0xE1, changed(standing, 24, {30})) == std::nullopt);
    CHECK(native_error(0xE1, changed(standing, 24, {31})) == DecodeError::tlv_value);
    CHECK(native_error(0xE1, Bytes(71, 0)) == DecodeError::tlv_size);
    CHECK(native_error(0xE2, changed(Bytes(25, 0), 24, {2})) == DecodeError::tlv_value);
    CHECK(native_error(0xE3, changed(Bytes(32, 0), 0, {1})) == DecodeError::tlv_value);
    CHECK(native_error(0xE3, Bytes(33, 0)) == DecodeError::tlv_size);
    CHECK(native_error(0xE3, changed(Bytes(64, 0), 33, {1})) == std::nullopt);
    CHECK(native_error(0xE3, Bytes(64, 0)) == DecodeError::tlv_value);
    CHECK(native_error(0xE3, changed(Bytes(64, 0), 32, {1})) == DecodeError::tlv_value);
    CHECK(native_error(0xE6, Bytes(15, 0)) == DecodeError::tlv_size);
    const Bytes hand_over(34, 1);
    CHECK(native_error(0xE7, changed(hand_over, 0, {0})) == DecodeError::tlv_value);
    CHECK(native_error(0xE7, changed(hand_over, 0, {4})) == DecodeError::tlv_value);
    CHECK(native_error(0xE7, changed(hand_over, 1, {0})) == DecodeError::tlv_value);
    CHECK(native_error(0xE9, from_hex("0200000000aa 00")) == DecodeError::tlv_value);
    CHECK(native_error(0xE9, from_hex("0300000000aa 01")) == DecodeError::tlv_value);
    CHECK(native_error(0xE9, from_hex("000000000000 01")) == DecodeError::tlv_value);
    CHECK(native_error(0xEB, Bytes(35, 0)) == DecodeError::tlv_size);
    CHECK(native_error(0xEC, {}) == DecodeError::tlv_size);
    CHECK(native_error(0xEC, Bytes(32, 'x')) == std::nullopt);
    CHECK(native_error(0xEC, Bytes(33, 'x')) == DecodeError::tlv_size);
    for (const uint8_t byte : std::initializer_list<uint8_t>{0x00, 0x0A, 0x1F, 0x7F, 0x80}) {
        CHECK(native_error(0xEC, {'x', byte}) == DecodeError::tlv_value);
    }
}

TEST_CASE("a part of an assignment has plans for vMACs that there are") {
    const auto part = [](Bytes numbers, const Bytes& plans) { return kName + numbers + plans; };
    const Bytes plan = {0, 29, 255, 255};
    CHECK(native_error(0xE4, part({0, 1, 1}, plan)) == std::nullopt);
    CHECK(native_error(0xE4, part({0, 1, 1}, {})) == DecodeError::tlv_size);
    CHECK(native_error(0xE4, part({0, 1, 1}, {0, 0, 0})) == DecodeError::tlv_size);
    CHECK(native_error(0xE4, part({0, 1}, {})) == DecodeError::tlv_size);
    CHECK(native_error(0xE4, part({0, 0, 1}, plan)) == DecodeError::tlv_value);
    CHECK(native_error(0xE4, part({1, 1, 1}, plan)) == DecodeError::tlv_value);
    CHECK(native_error(0xE4, part({4, 5, 1}, plan)) == std::nullopt);
    CHECK(native_error(0xE4, part({4, 6, 1}, plan)) == DecodeError::tlv_value);
    CHECK(native_error(0xE4, part({0, 1, 0}, plan)) == DecodeError::tlv_value);
    CHECK(native_error(0xE4, part({0, 1, 254}, plan + plan)) == std::nullopt);
    CHECK(native_error(0xE4, part({0, 1, 255}, plan + plan)) == DecodeError::tlv_value);
    for (size_t i = 0; i < plan.size(); ++i) {
        CHECK(native_error(0xE4, part({0, 1, 1}, changed(plan, i, {30}))) == DecodeError::tlv_value);
        CHECK(native_error(0xE4, part({0, 1, 1}, changed(plan, i, {254}))) == DecodeError::tlv_value);
    }
    CHECK(native_error(0xE4, part({0, 1, 1}, times(56, plan))) == std::nullopt);
    CHECK(native_error(0xE4, part({0, 1, 1}, times(57, plan))) == DecodeError::too_many);
    CHECK(error_of(kSender + times(6, tlv(0xE4, part({0, 1, 1}, plan)))) == DecodeError::too_many);
}

TEST_CASE("neighbours are of one list, each an address and a station") {
    const Bytes head = kName + Bytes{0, 1};
    const Bytes entry = from_hex("01 c000020a 02000000000a");
    CHECK(native_error(0xE8, head) == std::nullopt);
    CHECK(native_error(0xE8, head + entry) == std::nullopt);
    CHECK(native_error(0xE8, Bytes(17, 0)) == DecodeError::tlv_size);
    CHECK(native_error(0xE8, kName + Bytes{0, 0}) == DecodeError::tlv_value);
    CHECK(native_error(0xE8, kName + Bytes{2, 2}) == DecodeError::tlv_value);
    CHECK(native_error(0xE8, head + changed(entry, 0, {0})) == DecodeError::tlv_value);
    CHECK(native_error(0xE8, head + changed(entry, 0, {3})) == DecodeError::tlv_value);
    CHECK(native_error(0xE8, head + changed(entry, 0, {2})) == DecodeError::tlv_size);
    for (size_t size = 1; size < entry.size(); ++size) {
        const Bytes cut(entry.begin(), entry.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK(native_error(0xE8, head + cut) == DecodeError::tlv_size);
    }
    CHECK(native_error(0xE8, head + changed(entry, 5, {1})) == DecodeError::tlv_value);
    CHECK(native_error(0xE8, head + changed(entry, 5, {0, 0, 0, 0, 0, 0})) == DecodeError::tlv_value);
    const Bytes twenty = tlv(0xE8, head + times(20, entry));
    CHECK(error_of(kSender + times(4, twenty)) == std::nullopt);
    CHECK(error_of(kSender + times(4, twenty) + tlv(0xE8, head + entry)) == DecodeError::too_many);
    for (size_t i = 0; i < head.size(); ++i) {
        Bytes other = tlv(0xE8, head);
        ++other[2 + i];
        CHECK(error_of(kSender + twenty + other) == DecodeError::tlv_repeated);
    }
}

TEST_CASE("parameters have vMACs, a prefix of stations, and addresses") {
    const Bytes head = from_hex("00000009 10 024547");
    const Bytes address = from_hex("01 c0000201");
    CHECK(native_error(0xEA, head) == std::nullopt);
    CHECK(native_error(0xEA, Bytes(7, 2)) == DecodeError::tlv_size);
    CHECK(native_error(0xEA, changed(head, 4, {0})) == DecodeError::tlv_value);
    CHECK(native_error(0xEA, changed(head, 5, {1})) == DecodeError::tlv_value);
    CHECK(native_error(0xEA, head + times(8, address)) == std::nullopt);
    CHECK(native_error(0xEA, head + times(9, address)) == DecodeError::too_many);
    CHECK(native_error(0xEA, head + Bytes{7}) == DecodeError::tlv_value);
    CHECK(native_error(0xEA, head + Bytes{1, 2, 3, 4}) == DecodeError::tlv_size);
}

TEST_CASE("a load report has its size, and wanted moves a reason, a vMAC and a member") {
    CHECK(native_error(0xED, {}) == DecodeError::tlv_size);
    CHECK(native_error(0xED, Bytes(40, 0)) == DecodeError::tlv_size);
    CHECK(native_error(0xED, Bytes(42, 0)) == DecodeError::tlv_size);
    const Bytes move = from_hex("02 39 0000000000000009");
    CHECK(native_error(0xEF, move) == std::nullopt);
    CHECK(native_error(0xEF, changed(move, 0, {0})) == DecodeError::tlv_value);
    CHECK(native_error(0xEF, changed(move, 0, {3})) == DecodeError::tlv_value);
    CHECK(native_error(0xEF, changed(move, 1, {0})) == DecodeError::tlv_value);
    CHECK(native_error(0xEF, changed(move, 9, {0})) == DecodeError::tlv_value);
}

TEST_CASE("counts stand behind their load report, each of a vMAC of its own, and no more than it says") {
    const auto report = [](uint8_t n_counts) { return tlv(0xED, Bytes(40, 0) + Bytes{n_counts}); };
    // Of the vMACs from a number on.
    const auto counts = [](uint8_t first, size_t n_counts) {
        Bytes value;
        for (size_t i = 0; i < n_counts; ++i) {
            value = value + Bytes{static_cast<uint8_t>(first + i)} + Bytes(16, 0);
        }
        return tlv(0xEE, value);
    };
    CHECK(error_of(kSender + report(255)) == std::nullopt);
    CHECK(error_of(kSender + report(0)) == std::nullopt);
    CHECK(error_of(kSender + report(1) + counts(1, 1)) == std::nullopt);
    CHECK(error_of(kSender + report(2) + counts(255, 1) + counts(1, 1)) == std::nullopt);
    CHECK(error_of(kSender + counts(1, 1)) == DecodeError::tlv_order);
    CHECK(error_of(kSender + counts(1, 1) + report(1)) == DecodeError::tlv_order);
    CHECK(error_of(kSender + report(1) + tlv(0xEE, {})) == DecodeError::tlv_size);
    CHECK(error_of(kSender + report(1) + tlv(0xEE, Bytes(16, 1))) == DecodeError::tlv_size);
    CHECK(error_of(kSender + report(1) + tlv(0xEE, Bytes(18, 1))) == DecodeError::tlv_size);
    CHECK(error_of(kSender + report(1) + counts(0, 1)) == DecodeError::tlv_value);
    CHECK(error_of(kSender + report(2) + tlv(0xEE, times(2, Bytes(17, 7)))) == DecodeError::tlv_repeated);
    CHECK(error_of(kSender + report(3) + counts(6, 2) + counts(7, 1)) == DecodeError::tlv_repeated);
    CHECK(error_of(kSender + report(0) + counts(1, 1)) == DecodeError::too_many);
    CHECK(error_of(kSender + report(2) + counts(1, 2) + counts(3, 1)) == DecodeError::too_many);
    const Bytes most = kSender + report(255) + counts(1, 14) + counts(15, 14) + counts(29, 14) + counts(43, 14);
    CHECK(error_of(most + counts(57, 8)) == std::nullopt);
    CHECK(error_of(most + counts(57, 9)) == DecodeError::too_many);
}

TEST_CASE("each fault has its name") {
    CHECK(to_text(DecodeError::too_short) == "too_short");
    CHECK(to_text(DecodeError::native_version_unknown) == "native_version_unknown");
}
