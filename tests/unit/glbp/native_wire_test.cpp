// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the native TLVs on the wire.
#include "glbp/authentication.hpp"
#include "glbp/print.hpp"
#include "random_message.hpp"
#include "wire_bytes.hpp"

using namespace evengate;
using namespace evengate::glbp;
using namespace evengate::glbp::testing;

namespace {

// All made by tests/oracle/glbp_codec.py from the same values. The hello's HMAC: key 7, "a secret of the group",
// from 192.0.2.7, segment 0x00070123.
const Bytes kHelloPayload = from_hex(
    "010000050000020000000007"
    "011c 002000c80000 0000000a 0000001e 0258 3840 0000 0104 c0000201"
    "e026 01 16 0102 1122334455667788 99aabbccddeeff00 0102030405060708 a1a2a3a4a5a6a7a8"
    "e14a 01020304 0000000000000007 05060708 b1b2b3b4b5b6b7b8 03 64 0000 00000000000f4240 00000000000007d0"
    "000000000000012c 0000000000009c40 c1c2c3c4c5c6c7c8 00000009"
    "e234 0000000000000008 0000000000000088 0000000000008888 01 0000000000000009 0000000000000099 0000000000009999 00"
    "e322 0e02000000000000 0000000000000000 0000000000000000 0000000000000080"
    "ec06 67772d31"
    "eb26 00000007 faebfa038325c5386684460754e555d2221c6e57ecab3ecc717673ce579e2b46");
const Bytes kMovePayload = from_hex(
    "010000050000020000000007"
    "e026 01 16 0102 1122334455667788 99aabbccddeeff00 0102030405060708 a1a2a3a4a5a6a7a8"
    "e41d 01020304 0000000000000007 05060708 01 02 39 000102ff 01ff0002"
    "e532 0000000000000007 0000000000000077 0000000000000008 0000000000000088 0000000000000009 0000000000000099"
    "e612 01020304 0000000000000007 05060708"
    "e724 02 3a 01020304 0000000000000007 05060708 0000000000000008 0000000000000009"
    "e836 01020304 0000000000000007 05060708 00 01 01c000020a 02000000000a"
    "0220010db800000000000000000000000b 02000000000b"
    "e909 02000000000a 39"
    "ea20 00000009 3a 024547 01c0000201 02fe800000000000000000000000000001");
const Bytes kReportPayload = from_hex(
    "010000050000020000000007"
    "e026 01 16 0102 1122334455667788 99aabbccddeeff00 0102030405060708 a1a2a3a4a5a6a7a8"
    "ed2b 00000002dfdc1c35 00000000000003e8 000000000000fa00 000000000000044c 0000000000000003 c8"
    "ee24 01 00000000000001f4 0000000000007d00 ff 0102030405060708 ffffffffffffffff"
    "ef16 01 39 0000000000000009 02 ff 1122334455667788");

const AssignmentName kName{0x01020304, MemberId{7}, 0x05060708};

Sender golden_sender() {
    Sender sender;
    sender.flags = Sender::leaving | Sender::draining | Sender::preempting;
    sender.capabilities = 0x0102;
    sender.self = {MemberId{0x1122334455667788}, 0x99AABBCCDDEEFF00};
    sender.sequence = 0x0102030405060708;
    sender.challenge = 0xA1A2A3A4A5A6A7A8;
    return sender;
}

Message golden_header() {
    Message message;
    message.group = GroupId{5};
    message.owner = MacAddress::from_u64(0x0200'0000'0007);
    message.sender = golden_sender();
    return message;
}

Message golden_hello() {
    Message message = golden_header();
    message.hello = Hello{VgState::active, 200, 10, 30, 600, 14'400, *IpAddress::parse("192.0.2.1")};
    message.standing = Standing{kName, 0xB1B2B3B4B5B6B7B8, 3, 100, 1'000'000, 2000, 300, 40'000,
                                0xC1C2C3C4C5C6C7C8, 9};
    message.heard = {{{MemberId{8}, 0x88}, 0x8888, 1}, {{MemberId{9}, 0x99}, 0x9999, 0}};
    message.forwarding.emplace();
    for (const uint8_t number : std::initializer_list<uint8_t>{1, 2, 3, 9, 255}) {
        message.forwarding->set(number);
    }
    message.name = {'g', 'w', '-', '1'};
    return message;
}

Message golden_move() {
    Message message = golden_header();
    message.assignment_members = {{MemberId{7}, 0x77}, {MemberId{8}, 0x88}, {MemberId{9}, 0x99}};
    AssignmentPart part;
    part.name = kName;
    part.part = 1;
    part.n_parts = 2;
    part.first_vmac = 57;
    part.plans = {{0, 1, {2, 255}}, {1, 255, {0, 2}}};
    message.assignment_parts = {part};
    message.assignment_request = kName;
    message.hand_overs = {{HandOver::Step::ready, 58, kName, MemberId{8}, MemberId{9}}};
    message.neighbours.emplace();
    message.neighbours->name = kName;
    message.neighbours->n_parts = 1;
    message.neighbours->entries = {{*IpAddress::parse("192.0.2.10"), MacAddress::from_u64(0x0200'0000'000A)},
                                   {*IpAddress::parse("2001:db8::b"), MacAddress::from_u64(0x0200'0000'000B)}};
    message.clients = {{MacAddress::from_u64(0x0200'0000'000A), 57}};
    message.parameters.emplace();
    message.parameters->revision = 9;
    message.parameters->n_vmacs = 58;
    message.parameters->vmac_prefix = {0x02, 0x45, 0x47};
    message.parameters->virtual_addresses = {*IpAddress::parse("192.0.2.1"), *IpAddress::parse("fe80::1")};
    return message;
}

Message golden_report() {
    Message message = golden_header();
    message.load_report = LoadReport{12'345'678'901, 1000, 64'000, 1100, 3, 200};
    message.vmac_counts = {{1, 500, 32'000}, {255, 0x0102030405060708, ~uint64_t{0}}};
    message.wanted_moves = {{WantedMove::Reason::operator_asks, 57, MemberId{9}},
                            {WantedMove::Reason::load, 255, MemberId{0x1122334455667788}}};
    return message;
}

}  // namespace

TEST_CASE("a native hello from another implementation is read, and written and signed byte for byte") {
    auto keys = KeyRing::make(AuthMethod::hmac_sha256, {{7, "a secret of the group"}});
    REQUIRE(keys.ok());
    const Binding binding{*IpAddress::parse("192.0.2.7"), 0x00070123};
    Decoded decoded = decode_good(kHelloPayload);
    CHECK(keys.value().verify(kHelloPayload, decoded, binding) == Verdict::authentic);
    CHECK(decoded.hmac_offset == kHelloPayload.size() - 32);
    std::array<uint8_t, kMaxMessageSize> buffer;
    const size_t size = keys.value().encode_signed(golden_hello(), binding, buffer);
    CHECK(Bytes(buffer.begin(), buffer.begin() + size) == kHelloPayload);
    REQUIRE(decoded.message.hmac);
    CHECK(decoded.message.hmac->key_id == 7);
    decoded.message.hmac.reset();
    CHECK(decoded.message == golden_hello());
}

TEST_CASE("native assignments and moves from another implementation are read, and written byte for byte") {
    CHECK(decode_good(kMovePayload).message == golden_move());
    CHECK(encoded(golden_move()) == kMovePayload);
}

TEST_CASE("load reports and wanted moves from another implementation are read, and written byte for byte") {
    CHECK(decode_good(kReportPayload).message == golden_report());
    CHECK(encoded(golden_report()) == kReportPayload);
}

TEST_CASE("a load report with all counts that a message may have fits with an HMAC, and one more move does not") {
    auto keys = KeyRing::make(AuthMethod::hmac_sha256, {{7, "a secret of the group"}});
    REQUIRE(keys.ok());
    const Binding binding{*IpAddress::parse("192.0.2.7"), 0x00070123};
    Message message = golden_header();
    message.load_report.emplace().n_counts = kMaxVmacs;
    while (!message.vmac_counts.full()) {
        const size_t size = message.vmac_counts.size();
        REQUIRE(message.vmac_counts.try_push_back({static_cast<uint8_t>(kMaxVmacs - size), size, ~uint64_t{0}}));
    }
    CHECK(message.vmac_counts.size() == 64);
    std::array<uint8_t, kMaxMessageSize> buffer;
    const size_t size = keys.value().encode_signed(message, binding, buffer);
    REQUIRE(size != 0);
    Decoded decoded = decode_good(Bytes(buffer.begin(), buffer.begin() + size));
    decoded.message.hmac.reset();
    CHECK(decoded.message == message);
    message.wanted_moves = {{WantedMove::Reason::load, 1, MemberId{9}}};
    CHECK(keys.value().encode_signed(message, binding, buffer) == 0);
}

TEST_CASE("a hello of a full segment fits, whatever its sender forwards and gave up") {
    auto keys = KeyRing::make(AuthMethod::hmac_sha256, {{7, "a secret of the group"}});
    REQUIRE(keys.ok());
    const Binding binding{*IpAddress::parse("192.0.2.7"), 0x00070123};
    Message message = golden_hello();
    message.name.clear();
    while (message.name.try_push_back('n')) {
    }
    message.heard.clear();
    while (message.heard.size() + 1 < kMaxMembers) {  // all but the sender
        REQUIRE(message.heard.try_push_back({{MemberId{message.heard.size() + 1}, 1}, 1, 1}));
    }
    for (unsigned number = 1; number <= kMaxVmacs; ++number) {
        message.forwarding->set(static_cast<uint8_t>(number));
        message.given_up.set(static_cast<uint8_t>(number));
    }
    message.parameters.emplace().n_vmacs = kMaxVmacs;
    message.parameters->virtual_addresses = {*IpAddress::parse("192.0.2.1"), *IpAddress::parse("192.0.2.2")};
    std::array<uint8_t, kMaxMessageSize> buffer;
    const size_t size = keys.value().encode_signed(message, binding, buffer);
    REQUIRE(size != 0);
    Decoded decoded = decode_good(Bytes(buffer.begin(), buffer.begin() + size));
    decoded.message.hmac.reset();
    CHECK(decoded.message == message);
}

TEST_CASE("nothing of an earlier message is left in one that is decoded over it") {
    const Bytes request = from_hex("010100010000c2027cca00000214000000000000000000000000000000000000");
    for (const Bytes& earlier : {kHelloPayload, kMovePayload, kReportPayload}) {
        Decoded decoded = decode_good(earlier);
        REQUIRE(decode(request, decoded).ok());
        CHECK(decoded.message == decode_good(request).message);
    }
}

TEST_CASE("unknown TLVs are skipped and counted") {
    const Bytes unknown = from_hex("8002 df06 01020304 f403 ff");
    const Bytes header(kMovePayload.begin(), kMovePayload.begin() + 12);
    const Bytes tlvs(kMovePayload.begin() + 12, kMovePayload.end());
    const Decoded decoded = decode_good(header + unknown + tlvs + unknown);
    CHECK(decoded.n_unknown_tlvs == 6);
    CHECK(decoded.message == golden_move());
}

TEST_CASE("a message is shown on one line, without its secrets") {
    CHECK(to_line(golden_hello()) ==
          "hello group 5 owner 02:00:00:00:00:07 Active prio 200 hello 10ms hold 30ms redirect 600s timeout 14400s "
          "vip 192.0.2.1 name gw-1 member 1122334455667788 boot 99aabbccddeeff00 seq 72623859790382856 "
          "challenge a1a2a3a4a5a6a7a8 capabilities 258 leaving draining preempting "
          "adopted 16909060/0000000000000007/84281096 digest b1b2b3b4b5b6b7b8 following 3 weight 100 "
          "capacity 1000000 load 2000 group-load 300 granted 40000 parameters 9 digest c1c2c3c4c5c6c7c8 "
          "forwards 1-3,9,255 hears 0000000000000008 0000000000000009?");
    CHECK(to_line(golden_move()).find(
              "assignment 16909060/0000000000000007/84281096 part 2/2 vmacs 57-58 owners 0,1 of members "
              "0000000000000007 0000000000000008 0000000000000009 asks-behind 16909060/0000000000000007/84281096 "
              "hand-over ready vmac 58 of 16909060/0000000000000007/84281096 from 0000000000000008 "
              "to 0000000000000009 neighbours 2 of 16909060/0000000000000007/84281096 part 1/1 clients 1 "
              "parameters revision 9 vmacs 58 prefix 02:45:47 vips 192.0.2.1,fe80::1") != std::string::npos);
    CHECK(to_line(golden_report()).find(
              " load-report at 12.345s forwarded 1000/64000 received 1100 missed 3 counts 200 vmac 1 500/32000 "
              "vmac 255 72623859790382856/18446744073709551615 wants-move operator vmac 57 to 0000000000000009 "
              "wants-move load vmac 255 to 1122334455667788") != std::string::npos);
    const Message plain = decode_good(from_hex("010000010000c2007cb80000 030a 0106 636973636f00")).message;
    CHECK(to_line(plain) == "hello group 1 owner c2:00:7c:b8:00:00 auth plain of 6 bytes");
    RandomMessages random(2);
    for (size_t i = 0; i < 200; ++i) {
        CHECK(to_line(random.native()).find('\n') == std::string::npos);
    }
}

TEST_CASE("a message that was written is read as it was") {
    RandomMessages random(1);
    size_t largest = 0;
    for (size_t i = 0; i < 5000; ++i) {
        const Message message = i % 4 == 0 ? random.cisco() : random.native();
        const Bytes payload = encoded(message);
        largest = std::max(largest, payload.size());
        INFO("message " << i << ": " << to_line(message));
        const Decoded decoded = decode_good(payload);
        REQUIRE(decoded.message == message);
        REQUIRE(decoded.n_unknown_tlvs == 0);
        REQUIRE(encoded(decoded.message) == payload);
    }
    CHECK(largest > 1100);
}
