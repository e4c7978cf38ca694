// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the TLVs of services on the wire.
#include "glbp/authentication.hpp"
#include "glbp/print.hpp"
#include "wire_bytes.hpp"

using namespace evengate;
using namespace evengate::glbp;
using namespace evengate::glbp::testing;

namespace {

// Made by tests/oracle/glbp_codec.py from the same values.
const Bytes kHead = from_hex(
    "010000050000020000000007"
    "e026 01 16 0102 1122334455667788 99aabbccddeeff00 0102030405060708 a1a2a3a4a5a6a7a8");
const Bytes kPayload = kHead + from_hex(
    "f035 d1d2d3d4d5d6d7d8 00c8 0040 01 01020304 0102030405060708 00 00000000 0000000000000000"
    "02 00000001 ffffffffffffffff"
    "f126 01020304 0000000000000007 05060708 d1d2d3d4d5d6d7d8 01 0102 00 0000 02 0000 03 ffff"
    "f23d d1d2d3d4d5d6d7d8 c000020a cb007101 1234 0050 00ff 06 02 01 c000020b cb007101 0001 0035 0000 11 01 02"
    "c000020c cb007101 0002 0050 0003 06 03 02"
    "f30a 0003 0000 00ff 1234");
constexpr uint64_t kDigest = 0xD1D2D3D4D5D6D7D8;
const Bytes kSender(kHead.begin() + 12, kHead.end());

Message golden_header() {
    Message message;
    message.group = GroupId{5};
    message.owner = MacAddress::from_u64(0x0200'0000'0007);
    Sender& sender = message.sender.emplace();
    sender.flags = Sender::leaving | Sender::draining | Sender::preempting;
    sender.capabilities = 0x0102;
    sender.self = {MemberId{0x1122334455667788}, 0x99AABBCCDDEEFF00};
    sender.sequence = 0x0102030405060708;
    sender.challenge = 0xA1A2A3A4A5A6A7A8;
    return message;
}

uint32_t v4(const char* text) { return IpAddress::parse(text)->to_v4(); }

Message golden() {
    Message message = golden_header();
    TargetVerdicts& verdicts = message.target_verdicts.emplace();
    verdicts.services_digest = kDigest;
    verdicts.n_targets = 200;
    verdicts.first_target = 64;
    verdicts.targets = {{TargetHealth::up, 0x01020304, 0x0102030405060708},
                        {TargetHealth::unknown, 0, 0},
                        {TargetHealth::down, 1, ~uint64_t{0}}};
    TargetSet& set = message.target_set.emplace();
    set.name = {0x01020304, MemberId{7}, 0x05060708};
    set.services_digest = kDigest;
    set.targets = {{TargetState::up, 0x0102},
                   {TargetState::down, 0},
                   {TargetState::draining, 0},
                   {TargetState::drained, 65'535}};
    ConnectionList& list = message.connections.emplace();
    list.services_digest = kDigest;
    const uint32_t published = v4("203.0.113.1");
    list.connections = {{v4("192.0.2.10"), published, 0x1234, 80, 255, 6, ConnectionState::established,
                         ConnectionKind::shadow},
                        {v4("192.0.2.11"), published, 1, 53, 0, 17, ConnectionState::half_open,
                         ConnectionKind::returned},
                        {v4("192.0.2.12"), published, 2, 80, 3, 6, ConnectionState::closing,
                         ConnectionKind::returned}};
    message.ordered_weights = {{3, 0}, {255, 0x1234}};
    return message;
}

Bytes tlv(uint8_t type, const Bytes& value) {
    return Bytes{type, static_cast<uint8_t>(value.size() + 2)} + value;
}

Bytes times(size_t count, const Bytes& bytes) {
    Bytes all;
    for (size_t i = 0; i < count; ++i) {
        all = all + bytes;
    }
    return all;
}

Bytes changed(Bytes bytes, size_t at, uint8_t with) {
    bytes[at] = with;
    return bytes;
}

// The TLVs behind a sender.
std::optional<DecodeError> error_of(const Bytes& tlvs) { return decode_error(kHead + tlvs); }

// What a TLV of services begins with, and an entry behind it; both good.
struct Kind {
    uint8_t type;
    Bytes head;
    Bytes entry;
    size_t at_most;

    [[nodiscard]] Bytes with(size_t n_entries) const { return tlv(type, head + times(n_entries, entry)); }
};
const Kind kVerdicts{0xF0, from_hex("d1d2d3d4d5d6d7d8 0100 0000"), from_hex("01 00000000 0000000000000000"), 64};
const Kind kSet{0xF1, from_hex("01020304 0000000000000007 05060708 d1d2d3d4d5d6d7d8"), from_hex("01 0064"), 256};
const Kind kConnections{0xF2, from_hex("d1d2d3d4d5d6d7d8"),
                        from_hex("c000020a cb007101 1234 0050 0001 06 02 01"), 56};

// As many entries as asked for, in TLVs that are as full as they can be.
Bytes full_tlvs(const Kind& kind, size_t n_entries) {
    const size_t n_in_tlv = (253 - kind.head.size()) / kind.entry.size();
    Bytes all;
    for (; n_entries > n_in_tlv; n_entries -= n_in_tlv) {
        all = all + kind.with(n_in_tlv);
    }
    return n_entries == 0 ? all : all + kind.with(n_entries);
}

}  // namespace

TEST_CASE("what another implementation says of services is read, and written byte for byte") {
    CHECK(decode_good(kPayload).message == golden());
    CHECK(decode_good(kPayload).n_unknown_tlvs == 0);
    CHECK(encoded(golden()) == kPayload);
}

TEST_CASE("what is said of services is shown on the message's line") {
    CHECK(to_line(golden()).find(
              " verdicts digest d1d2d3d4d5d6d7d8 targets 64-66 of 200 up 16909060/72623859790382856 unknown 0/0 "
              "down 1/18446744073709551615 target-set 16909060/0000000000000007/84281096 digest d1d2d3d4d5d6d7d8 "
              "up 258 down 0 draining 0 drained 65535 connections digest d1d2d3d4d5d6d7d8 "
              "shadow established protocol 6 192.0.2.10:4660 to 203.0.113.1:80 target 255 "
              "returned half-open protocol 17 192.0.2.11:1 to 203.0.113.1:53 target 0 "
              "returned closing protocol 6 192.0.2.12:2 to 203.0.113.1:80 target 3 "
              "ordered-weight 3=0 ordered-weight 255=4660") != std::string::npos);
}

TEST_CASE("as much of services as a message may have fits with an HMAC, and is read as it was") {
    auto keys = KeyRing::make(AuthMethod::hmac_sha256, {{7, "a secret of the group"}});
    REQUIRE(keys.ok());
    const Binding binding{*IpAddress::parse("192.0.2.7"), 0x00070123};
    Message verdicts = golden_header();
    verdicts.target_verdicts.emplace().n_targets = kMaxTargets;
    verdicts.target_verdicts->first_target = 192;
    while (verdicts.target_verdicts->targets.try_push_back({TargetHealth::down, ~0u, ~uint64_t{0}})) {
    }
    CHECK(verdicts.target_verdicts->targets.size() == 64);
    Message set = golden_header();
    set.target_set.emplace().name = {~0u, MemberId{~uint64_t{0}}, ~0u};
    while (set.target_set->targets.try_push_back({TargetState::drained, 65'535})) {
    }
    CHECK(set.target_set->targets.size() == kMaxTargets);
    while (set.ordered_weights.try_push_back({static_cast<uint16_t>(set.ordered_weights.size()), 65'535})) {
    }
    CHECK(set.ordered_weights.size() == 48);
    Message connections = golden_header();
    const Connection last = golden().connections->connections.back();
    connections.connections.emplace().services_digest = ~uint64_t{0};
    while (connections.connections->connections.try_push_back(last)) {
    }
    CHECK(connections.connections->connections.size() == 56);
    for (const Message* message : {&verdicts, &set, &connections}) {
        std::array<uint8_t, kMaxMessageSize> buffer;
        const size_t size = keys.value().encode_signed(*message, binding, buffer);
        REQUIRE(size != 0);
        Decoded decoded = decode_good(Bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size)));
        decoded.message.hmac.reset();
        CHECK(decoded.message == *message);
    }
}

TEST_CASE("nothing that was said of services is left in a message that is decoded over it") {
    Decoded decoded = decode_good(kPayload);
    REQUIRE(decode(kHead, decoded).ok());
    CHECK(decoded.message == golden_header());
}

TEST_CASE("a TLV of services has its head, whole entries, at least one, and not too many") {
    for (const Kind& kind : {kVerdicts, kSet, kConnections}) {
        INFO("type " << unsigned{kind.type});
        for (size_t size = 0; size <= kind.head.size() + 2 * kind.entry.size(); ++size) {
            Bytes value = kind.head + times(2, kind.entry);
            value.resize(size);
            const bool is_whole = size == kind.head.size() + kind.entry.size() ||
                                  size == kind.head.size() + 2 * kind.entry.size();
            CHECK(error_of(tlv(kind.type, value)) ==
                  (is_whole ? std::nullopt : std::optional(DecodeError::tlv_size)));
        }
        CHECK(error_of(full_tlvs(kind, kind.at_most)) == std::nullopt);
        CHECK(error_of(full_tlvs(kind, kind.at_most + 1)) == DecodeError::too_many);
        CHECK(decode_error(Bytes(kHead.begin(), kHead.begin() + 12) + kind.with(1) + kSender) ==
              DecodeError::tlv_order);
    }
}

TEST_CASE("ordered weights are behind a target set, whole, and each target's but once") {
    const auto weights = [](const Bytes& value) { return kSet.with(1) + tlv(0xF3, value); };
    const Bytes one = from_hex("0000 0064");
    CHECK(error_of(tlv(0xF3, one)) == DecodeError::tlv_order);
    CHECK(error_of(tlv(0xF3, one) + kSet.with(1)) == DecodeError::tlv_order);
    CHECK(error_of(weights(one)) == std::nullopt);
    for (const char* const cut : {"", "00", "000000", "0000006400"}) {
        CHECK(error_of(weights(from_hex(cut))) == DecodeError::tlv_size);
    }
    CHECK(error_of(weights(from_hex("0100 0064"))) == DecodeError::tlv_value);
    CHECK(error_of(weights(one) + tlv(0xF3, one)) == DecodeError::tlv_repeated);
    Bytes many;
    for (uint8_t target = 0; target < 49; ++target) {
        many = many + Bytes{0, target, 0, 1};
    }
    CHECK(error_of(weights(Bytes(many.begin(), many.end() - 4))) == std::nullopt);
    CHECK(error_of(weights(many)) == DecodeError::too_many);
}

TEST_CASE("TLVs of services that carry on begin as the first one does") {
    for (const Kind& kind : {kVerdicts, kSet, kConnections}) {
        INFO("type " << unsigned{kind.type});
        CHECK(error_of(kind.with(2) + kind.with(1)) == std::nullopt);
        for (size_t i = 0; i < kind.head.size(); ++i) {
            Bytes other = kind.with(1);
            ++other[2 + i];
            CHECK(error_of(kind.with(2) + other) == DecodeError::tlv_repeated);
        }
    }
}

TEST_CASE("verdicts are of targets that there are, and of a health that there is") {
    const auto verdicts = [](Bytes numbers, size_t n_entries) {
        return Kind{0xF0, from_hex("d1d2d3d4d5d6d7d8") + numbers, kVerdicts.entry, 64}.with(n_entries);
    };
    CHECK(error_of(verdicts({0x00, 0x01, 0x00, 0x00}, 1)) == std::nullopt);
    CHECK(error_of(verdicts({0x00, 0x00, 0x00, 0x00}, 1)) == DecodeError::tlv_value);
    CHECK(error_of(verdicts({0x00, 0x01, 0x00, 0x00}, 2)) == DecodeError::tlv_value);
    CHECK(error_of(verdicts({0x01, 0x00, 0x00, 0xFE}, 2)) == std::nullopt);
    CHECK(error_of(verdicts({0x01, 0x00, 0x00, 0xFF}, 2)) == DecodeError::tlv_value);
    CHECK(error_of(verdicts({0x01, 0x00, 0xFF, 0xFF}, 1)) == DecodeError::tlv_value);
    CHECK(error_of(verdicts({0x01, 0x01, 0x00, 0x00}, 1)) == DecodeError::tlv_value);
    // Of all TLVs of the message together.
    const Bytes two = verdicts({0x00, 0x07, 0x00, 0x04}, 2);
    CHECK(error_of(two + verdicts({0x00, 0x07, 0x00, 0x04}, 1)) == std::nullopt);
    CHECK(error_of(two + two) == DecodeError::tlv_value);
    CHECK(error_of(changed(kVerdicts.with(1), 14, 2)) == std::nullopt);
    CHECK(error_of(changed(kVerdicts.with(1), 14, 3)) == DecodeError::tlv_value);
}

TEST_CASE("a target has a state that there is") {
    CHECK(error_of(changed(kSet.with(1), 26, 0)) == std::nullopt);
    CHECK(error_of(changed(kSet.with(1), 26, 3)) == std::nullopt);
    CHECK(error_of(changed(kSet.with(1), 26, 4)) == DecodeError::tlv_value);
}

TEST_CASE("a connection has a target, a protocol with ports, a state and a kind") {
    const Bytes one = kConnections.with(1);
    constexpr size_t kEntry = 10;  // its first byte in the TLV
    CHECK(error_of(changed(one, kEntry + 13, 255)) == std::nullopt);
    CHECK(error_of(changed(one, kEntry + 12, 1)) == DecodeError::tlv_value);
    for (unsigned byte = 0; byte <= 0xFF; ++byte) {
        const auto error = [&](size_t at, bool is_good) {
            INFO("byte " << at << " is " << byte);
            CHECK(error_of(changed(one, kEntry + at, static_cast<uint8_t>(byte))) ==
                  (is_good ? std::nullopt : std::optional(DecodeError::tlv_value)));
        };
        error(14, byte == 6 || byte == 17);
        error(15, byte >= 1 && byte <= 3);
        error(16, byte == 1 || byte == 2);
    }
}
