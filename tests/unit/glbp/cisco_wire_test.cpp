// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: GLBP as Cisco's routers speak it. The payloads are those of a capture of three routers.
#include "glbp/message.hpp"
#include "wire_bytes.hpp"

using namespace evengate;
using namespace evengate::glbp;
using namespace evengate::glbp::testing;

namespace {

constexpr MacAddress kR1 = MacAddress::from_u64(0xC200'7CB8'0000);
constexpr MacAddress kR3 = MacAddress::from_u64(0xC202'7CCA'0000);

struct Captured {
    VgState state;
    uint8_t priority;
    uint8_t n_forwarders;
    const char* payload;
};

// Each distinct hello with a TLV 1.
const Captured kHellos[] = {
    {VgState::listen, 200, 0, "010000010000c2007cb80000011c000400c8000000000bb8000027100258384000000104c0a80001"},
    {VgState::listen, 100, 0, "010000010000c2017cb80000011c00040064000000000bb8000027100258384000000104c0a80001"},
    {VgState::listen, 100, 0, "010000010000c2027cca0000011c00040064000000000bb8000027100258384000000104c0a80001"},
    {VgState::speak, 200, 0, "010000010000c2007cb80000011c000800c8000000000bb8000027100258384000000104c0a80001"},
    {VgState::speak, 100, 0, "010000010000c2017cb80000011c00080064000000000bb8000027100258384000000104c0a80001"},
    {VgState::speak, 100, 0, "010000010000c2027cca0000011c00080064000000000bb8000027100258384000000104c0a80001"},
    {VgState::standby, 200, 0, "010000010000c2007cb80000011c001000c8000000000bb8000027100258384000000104c0a80001"},
    {VgState::active, 200, 0, "010000010000c2007cb80000011c002000c8000000000bb8000027100258384000000104c0a80001"},
    {VgState::active, 200, 1,
     "010000010000c2007cb80000011c002000c8000000000bb8000027100258384000000104c0a80001"
     "0214012000a764003840025800000007b4000101"},
    {VgState::speak, 100, 1,
     "010000010000c2027cca0000011c00080064000000000bb8000027100258384000000104c0a80001"
     "0214022000a764003840025800000007b4000102"},
    {VgState::listen, 100, 1,
     "010000010000c2017cb80000011c00040064000000000bb8000027100258384000000104c0a80001"
     "0214032000a764003840025800000007b4000103"},
    {VgState::standby, 100, 1,
     "010000010000c2027cca0000011c00100064000000000bb8000027100258384000000104c0a80001"
     "0214022000a764003840025800000007b4000102"},
};

const char* const kForwarderHellos[] = {
    "010000010000c2007cb800000214012000a764003840025800000007b4000101",
    "010000010000c2027cca00000214022000a764003840025800000007b4000102",
    "010000010000c2017cb800000214032000a764003840025800000007b4000103",
};
const char* const kRequest = "010100010000c2027cca00000214000000000000000000000000000000000000";
const char* const kReply = "010200010000c2007cb8000002140200000000000000000000000007b4000102";

}  // namespace

TEST_CASE("captured hellos are read field by field, and written as they were") {
    for (const Captured& captured : kHellos) {
        INFO(captured.payload);
        const Bytes payload = from_hex(captured.payload);
        const Message message = decode_good(payload).message;
        CHECK(message.opcode == Opcode::hello);
        CHECK(message.group == GroupId{1});
        CHECK_FALSE(message.is_native());
        REQUIRE(message.hello);
        const Hello expected{captured.state, captured.priority, 3000, 10'000, 600, 14'400,
                             *IpAddress::parse("192.168.0.1")};
        CHECK(*message.hello == expected);
        CHECK(message.forwarders.size() == captured.n_forwarders);
        CHECK(encoded(message) == payload);
    }
}

TEST_CASE("captured hellos of a forwarder alone are read field by field, and written as they were") {
    uint8_t number = 1;
    for (const char* text : kForwarderHellos) {
        INFO(text);
        const Bytes payload = from_hex(text);
        const Message message = decode_good(payload).message;
        CHECK_FALSE(message.hello);
        REQUIRE(message.forwarders.size() == 1);
        const Forwarder expected{number, VfState::active, 167, 100, 14'400, 600,
                                 MacAddress::from_u64(0x0007'B400'0100u + number)};
        CHECK(message.forwarders[0] == expected);
        CHECK(encoded(message) == payload);
        ++number;
    }
}

TEST_CASE("a captured request and its reply are read field by field, and written as they were") {
    const Message request = decode_good(from_hex(kRequest)).message;
    CHECK(request.opcode == Opcode::request);
    CHECK(request.owner == kR3);
    REQUIRE(request.forwarders.size() == 1);
    CHECK(request.forwarders[0] == Forwarder{});
    CHECK(encoded(request) == from_hex(kRequest));

    const Message reply = decode_good(from_hex(kReply)).message;
    CHECK(reply.opcode == Opcode::reply);
    CHECK(reply.owner == kR1);
    REQUIRE(reply.forwarders.size() == 1);
    CHECK(reply.forwarders[0].number == 2);
    CHECK(reply.forwarders[0].state == VfState::none);
    CHECK(reply.forwarders[0].mac == MacAddress::from_u64(0x0007'B400'0102));
    CHECK(encoded(reply) == from_hex(kReply));
}

TEST_CASE("a hello may name an IPv6 address, and bytes behind an address are let pass") {
    const Bytes header = from_hex("010003fc0000020000000001");
    const Bytes fixed = from_hex("00200064000000000bb80000271002583840 0000 0210");
    const Bytes address = from_hex("fe80000000000000000000000000000a");
    const Bytes payload = header + from_hex("0128") + fixed + address;
    const Message message = decode_good(payload).message;
    REQUIRE(message.hello);
    CHECK(message.hello->virtual_address == *IpAddress::parse("fe80::a"));
    CHECK(message.group == GroupId{1020});
    CHECK(encoded(message) == payload);

    const Bytes longer = header + from_hex("012b") + fixed + address + from_hex("010203");
    CHECK(decode_good(longer).message == message);
}

TEST_CASE("what a sender left uninitialised is neither kept nor sent") {
    const Bytes dirty = from_hex(
        "01000001 beef c2007cb80000 011c ff20ff64beef00000bb80000271002583840beef0104c0a80001"
        "0214 0120ffa764 64 38400258 752d 0007b4000101"
        "0414 013df1c8bea4 aabbcc001400 5e96903f 0bb8");
    const Bytes clean = from_hex(
        "01000001 0000 c2007cb80000 0414 013df1c8bea4 aabbcc001400 5e96903f 0000"
        "011c 0020006400 0000000bb80000271002583840 0000 0104c0a80001"
        "0214 012000a764 00 38400258 0000 0007b4000101");
    CHECK(encoded(decode_good(dirty).message) == clean);
}

TEST_CASE("a message that does not fit its buffer is not written") {
    const Message message = decode_good(from_hex(kHellos[8].payload)).message;
    std::array<uint8_t, 60> buffer;
    CHECK(encode(message, buffer) == 60);
    for (size_t size = 0; size < buffer.size(); ++size) {
        CHECK(encode(message, std::span(buffer).first(size)) == 0);
    }
}
