// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "glbp/authentication.hpp"

#include "wire_bytes.hpp"

using namespace evengate;
using namespace evengate::glbp;
using namespace evengate::glbp::testing;

namespace {

// A frame of two Cisco IOL routers with key chains, between which nothing is secret any more.
const Bytes kChainPayload = from_hex(
    "010000010000aabbcc000a00 0318031400000001 865e3d0c969304fa3e8e6a00b1abb0a9 0414013df1c8bea4aabbcc0014005e96903f0bb8"
    "011c00200082000000000bb80000271002583840000001040a010201 0214012000a764013840025800870007b4000101");
const IpAddress kChainSource = *IpAddress::parse("10.1.2.2");
constexpr const char* kChainSecret = "password12345";

constexpr uint32_t kSegment = 0x00070123;
const Binding kBinding{*IpAddress::parse("192.0.2.7"), kSegment};

KeyRing ring(AuthMethod method, std::vector<Key> keys) {
    auto made = KeyRing::make(method, std::move(keys));
    REQUIRE(made.ok());
    return std::move(made.value());
}

KeyRing native_ring() { return ring(AuthMethod::hmac_sha256, {{7, "a secret of the group"}, {8, "older"}}); }

Message native_message() {
    Message message;
    message.group = GroupId{5};
    message.owner = MacAddress::from_u64(0x0200'0000'0007);
    message.hello = Hello{VgState::active, 200, 10, 30, 600, 14'400, *IpAddress::parse("192.0.2.1")};
    message.sender.emplace();
    message.sender->self = {MemberId{7}, 0x1122334455667788};
    message.sender->sequence = 99;
    message.forwarding.emplace();
    message.forwarding->set(3);
    return message;
}

Bytes signed_by(const KeyRing& keys, const Message& message, const Binding& binding = kBinding) {
    std::array<uint8_t, kMaxMessageSize> buffer;
    const size_t size = keys.encode_signed(message, binding, buffer);
    REQUIRE(size != 0);
    return {buffer.begin(), buffer.begin() + size};
}

Verdict verdict(const KeyRing& keys, const Bytes& payload, const Binding& binding = kBinding) {
    return keys.verify(payload, decode_good(payload), binding);
}

}  // namespace

TEST_CASE("the digest of a Cisco router's key chain is right for its key and source, and no other") {
    const KeyRing keys = ring(AuthMethod::md5, {{1, kChainSecret}});
    CHECK(verdict(keys, kChainPayload, {kChainSource, 0}) == Verdict::authentic);
    CHECK(verdict(keys, kChainPayload, {*IpAddress::parse("10.1.2.3"), 0}) == Verdict::wrong_digest);
    CHECK(verdict(ring(AuthMethod::md5, {{1, "password12346"}}), kChainPayload, {kChainSource, 0}) ==
          Verdict::wrong_digest);
    CHECK(verdict(ring(AuthMethod::md5, {{2, kChainSecret}}), kChainPayload, {kChainSource, 0}) ==
          Verdict::no_key);
    CHECK(verdict(ring(AuthMethod::hmac_sha256, {{1, kChainSecret}}), kChainPayload, {kChainSource, 0}) ==
          Verdict::unexpected_method);
}

TEST_CASE("a message signed with a key chain is, but for bytes that are not ours, the router's own") {
    const KeyRing keys = ring(AuthMethod::md5, {{1, kChainSecret}});
    Message message = decode_good(kChainPayload).message;
    message.cisco_authentication.reset();
    const Bytes ours = signed_by(keys, message, {kChainSource, 0});
    REQUIRE(ours.size() == kChainPayload.size());
    const std::vector<size_t> not_ours = {54, 55, 91, 96, 97};  // uninitialised there
    for (size_t i = 0; i < ours.size(); ++i) {
        const bool in_digest = i >= 20 && i < 36;
        const bool left_out = std::find(not_ours.begin(), not_ours.end(), i) != not_ours.end();
        INFO("byte " << i);
        CHECK((in_digest || left_out || ours[i] == kChainPayload[i]));
    }
    CHECK(verdict(keys, ours, {kChainSource, 0}) == Verdict::authentic);
}

TEST_CASE("with no bit of a native message changed it is authentic, and with any it is not") {
    const KeyRing keys = native_ring();
    const Bytes payload = signed_by(keys, native_message());
    CHECK(verdict(keys, payload) == Verdict::authentic);
    for (size_t bit = 0; bit < 8 * payload.size(); ++bit) {
        Bytes changed = payload;
        changed[bit / 8] = static_cast<uint8_t>(changed[bit / 8] ^ 1u << bit % 8);
        Decoded decoded;
        if (!decode(changed, decoded)) {
            continue;
        }
        INFO("bit " << bit);
        CHECK(keys.verify(changed, decoded, kBinding) != Verdict::authentic);
    }
}

TEST_CASE("a native digest is bound to source, segment, group and key") {
    const KeyRing keys = native_ring();
    const Bytes payload = signed_by(keys, native_message());
    CHECK(verdict(keys, payload, {*IpAddress::parse("192.0.2.8"), kSegment}) == Verdict::wrong_digest);
    CHECK(verdict(keys, payload, {*IpAddress::parse("fe80::7"), kSegment}) == Verdict::wrong_digest);
    CHECK(verdict(keys, payload, {kBinding.source, kSegment + 1}) == Verdict::wrong_digest);
    Bytes other_group = payload;
    ++other_group[3];
    CHECK(verdict(keys, other_group) == Verdict::wrong_digest);
    CHECK(verdict(ring(AuthMethod::hmac_sha256, {{9, "a secret of the group"}}), payload) == Verdict::no_key);
    CHECK(verdict(ring(AuthMethod::hmac_sha256, {{7, "a secret of another"}}), payload) ==
          Verdict::wrong_digest);
}

TEST_CASE("an IPv4 source counts as the IPv6 address it is mapped to") {
    const KeyRing keys = native_ring();
    const Bytes payload = signed_by(keys, native_message());
    CHECK(verdict(keys, payload, {*IpAddress::parse("::ffff:192.0.2.7"), kSegment}) == Verdict::authentic);
}

TEST_CASE("the first key signs, and each key of the ring verifies") {
    const Bytes by_old = signed_by(ring(AuthMethod::hmac_sha256, {{8, "older"}}), native_message());
    const Bytes by_new = signed_by(native_ring(), native_message());
    CHECK(decode_good(by_new).message.hmac->key_id == 7);
    CHECK(decode_good(by_old).message.hmac->key_id == 8);
    CHECK(verdict(native_ring(), by_old) == Verdict::authentic);
    CHECK(verdict(native_ring(), by_new) == Verdict::authentic);
}

TEST_CASE("a message without authentication is not authentic where a key is asked for") {
    const Bytes payload = encoded(native_message());
    CHECK(verdict(native_ring(), payload) == Verdict::missing);
    CHECK(verdict(ring(AuthMethod::md5, {{1, "x"}}), payload) == Verdict::missing);
    CHECK(verdict(ring(AuthMethod::plain, {{1, "x"}}), payload) == Verdict::missing);
    CHECK(verdict(KeyRing(), payload) == Verdict::authentic);
    Message with_none = native_message();
    with_none.cisco_authentication.emplace();
    CHECK(verdict(native_ring(), encoded(with_none)) == Verdict::missing);
    CHECK(verdict(ring(AuthMethod::plain, {{1, "x"}}), encoded(with_none)) == Verdict::missing);
}

TEST_CASE("another kind of authentication than the ring's is no authentication") {
    const Bytes hmac = signed_by(native_ring(), native_message());
    const Bytes plain = signed_by(ring(AuthMethod::plain, {{7, "x"}}), native_message());
    CHECK(verdict(ring(AuthMethod::md5, {{7, "x"}}), hmac) == Verdict::unexpected_method);
    CHECK(verdict(ring(AuthMethod::plain, {{7, "x"}}), hmac) == Verdict::unexpected_method);
    CHECK(verdict(ring(AuthMethod::md5, {{7, "x"}}), plain) == Verdict::unexpected_method);
    CHECK(verdict(native_ring(), plain) == Verdict::unexpected_method);
}

TEST_CASE("a plain password is sent with a zero byte, and compared whole") {
    const KeyRing keys = ring(AuthMethod::plain, {{0, "cisco"}, {1, "other"}});
    const Bytes payload = signed_by(keys, native_message());
    CHECK(Bytes(payload.begin() + 12, payload.begin() + 22) == from_hex("030a 0106 636973636f00"));
    CHECK(verdict(keys, payload) == Verdict::authentic);
    CHECK(verdict(ring(AuthMethod::plain, {{1, "other"}, {0, "cisco"}}), payload) == Verdict::authentic);
    for (const char* wrong : {"cisc", "ciscoo", "Cisco", "c"}) {
        CHECK(verdict(ring(AuthMethod::plain, {{0, wrong}}), payload) == Verdict::wrong_digest);
    }
    const Bytes without_zero = from_hex("010000010000c2007cb80000 0309 0105 636973636f");
    CHECK(verdict(keys, without_zero) == Verdict::authentic);
}

TEST_CASE("a key string's digest binds message and source, with any key of the ring") {
    const KeyRing keys = ring(AuthMethod::md5_string, {{0, "first"}, {1, "second"}});
    const Bytes payload = signed_by(keys, native_message());
    CHECK(Bytes(payload.begin() + 12, payload.begin() + 16) == from_hex("03140210"));
    CHECK(verdict(ring(AuthMethod::md5_string, {{0, "second"}, {1, "first"}}), payload) == Verdict::authentic);
    CHECK(verdict(ring(AuthMethod::md5_string, {{0, "third"}}), payload) == Verdict::wrong_digest);
    CHECK(verdict(keys, payload, {*IpAddress::parse("192.0.2.8"), 0}) == Verdict::wrong_digest);
    CHECK(verdict(ring(AuthMethod::md5, {{0, "first"}}), payload) == Verdict::unexpected_method);
}

TEST_CASE("each byte that a key chain covers is covered") {
    const KeyRing keys = ring(AuthMethod::md5, {{1, kChainSecret}});
    for (size_t i = 0; i < kChainPayload.size(); ++i) {
        Bytes changed = kChainPayload;
        changed[i] ^= 1;
        Decoded decoded;
        if (decode(changed, decoded)) {
            INFO("byte " << i);
            CHECK(keys.verify(changed, decoded, {kChainSource, 0}) != Verdict::authentic);
        }
    }
}

TEST_CASE("signing replaces the authentication that a message had") {
    Message message = native_message();
    message.hmac.emplace();
    message.hmac->key_id = 55;
    message.cisco_authentication.emplace();
    CHECK_FALSE(decode_good(signed_by(KeyRing(), message)).message.hmac);
    CHECK_FALSE(decode_good(signed_by(KeyRing(), message)).message.cisco_authentication);
    const Message by_hmac = decode_good(signed_by(native_ring(), message)).message;
    CHECK(by_hmac.hmac->key_id == 7);
    CHECK_FALSE(by_hmac.cisco_authentication);
    CHECK_FALSE(decode_good(signed_by(ring(AuthMethod::md5, {{1, "x"}}), message)).message.hmac);
}

TEST_CASE("what cannot be signed is not sent") {
    std::array<uint8_t, kMaxMessageSize> buffer;
    Message foreign = native_message();
    foreign.sender.reset();
    foreign.forwarding.reset();
    CHECK(native_ring().encode_signed(foreign, kBinding, buffer) == 0);
    const Bytes payload = signed_by(native_ring(), native_message());
    CHECK(native_ring().encode_signed(native_message(), kBinding,
                                      std::span(buffer).first(payload.size() - 1)) == 0);
}

TEST_CASE("a ring refuses keys that it could not use") {
    const auto refused = [](AuthMethod method, std::vector<Key> keys) {
        return !KeyRing::make(method, std::move(keys)).ok();
    };
    CHECK(refused(AuthMethod::hmac_sha256, {}));
    CHECK(refused(AuthMethod::plain, {}));
    CHECK(refused(AuthMethod::hmac_sha256, {{1, "a"}, {1, "b"}}));
    CHECK(refused(AuthMethod::hmac_sha256, {{1, ""}}));
    CHECK(refused(AuthMethod::hmac_sha256, {{1, std::string(256, 'x')}}));
    CHECK(refused(AuthMethod::md5, {{1, std::string(56, 'x')}}));
    CHECK(refused(AuthMethod::md5_string, {{1, std::string(56, 'x')}}));
    CHECK(refused(AuthMethod::plain, {{1, std::string(9, 'x')}}));
    CHECK(refused(AuthMethod::plain, {{1, std::string("a\0", 2)}}));
    CHECK_FALSE(refused(AuthMethod::hmac_sha256, {{1, std::string(255, 'x')}}));
    CHECK_FALSE(refused(AuthMethod::md5, {{1, std::string(55, 'x')}}));
    CHECK_FALSE(refused(AuthMethod::plain, {{1, std::string(8, 'x')}}));
    CHECK_FALSE(refused(AuthMethod::none, {}));
    CHECK(ring(AuthMethod::none, {{1, "unused"}}).method() == AuthMethod::none);
}
