// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a cold start of three of Cisco's routers as a public capture of packetlife.net shows it:
// when each said what, and the bytes. Used by: the tests of cisco mode.
#pragma once

#include <cstdint>

namespace evengate::group::test::packetlife {

enum Router : unsigned { R1 = 1, R2, R3 };
enum Kind : uint8_t { hello, forwarder, request, reply };
enum State : uint8_t { initial = 0x02, listen = 0x04, speak = 0x08, standby = 0x10, active = 0x20 };

struct Frame {
    uint32_t at_ms;  // since the first frame
    Router router;
    Kind kind;
    State state;      // of a hello
    unsigned number;  // of the one vMAC named, which is also the Ethernet source; 0: none
};

// The request of R2 and its reply were not on the wire that was captured.
inline constexpr Frame kFrames[] = {
    // clang-format off
    {0, R1, hello, listen, 0}, {536, R2, hello, listen, 0}, {1520, R3, hello, listen, 0},
    {3024, R1, hello, listen, 0}, {3512, R2, hello, listen, 0}, {4520, R3, hello, listen, 0},
    {6008, R1, hello, listen, 0}, {6536, R2, hello, listen, 0}, {7024, R1, hello, speak, 0},
    {7552, R3, hello, listen, 0}, {7552, R2, hello, speak, 0}, {8528, R3, hello, speak, 0},
    {10017, R1, hello, speak, 0}, {10545, R2, hello, listen, 0}, {11552, R3, hello, listen, 0},
    {13005, R1, hello, speak, 0}, {13533, R2, hello, listen, 0}, {14537, R3, hello, listen, 0},
    {16029, R1, hello, speak, 0}, {16557, R2, hello, listen, 0}, {17005, R1, hello, standby, 0},
    {17013, R1, hello, active, 0}, {17553, R3, hello, listen, 0}, {19537, R2, hello, listen, 0},
    {20025, R1, hello, active, 0}, {20553, R3, request, initial, 0},
    {20561, R3, hello, listen, 0}, {20561, R1, reply, initial, 2}, {22537, R2, hello, listen, 0},
    {23033, R1, hello, active, 0}, {23561, R3, hello, listen, 0}, {25537, R2, hello, listen, 0},
    {26025, R1, hello, active, 0}, {26537, R3, hello, listen, 0}, {27017, R3, hello, speak, 0},
    {27025, R1, forwarder, initial, 1}, {28562, R2, hello, listen, 0},
    {29010, R1, hello, active, 1}, {30018, R3, hello, speak, 0},
    {30602, R3, forwarder, initial, 2}, {31530, R2, hello, listen, 0},
    {32018, R1, hello, active, 1}, {32598, R2, forwarder, initial, 3},
    {33046, R3, hello, speak, 2}, {34550, R2, hello, listen, 3}, {35006, R1, hello, active, 1},
    {36026, R3, hello, speak, 2}, {37018, R3, hello, standby, 2}, {37550, R2, hello, listen, 3},
    {37998, R1, hello, active, 1}, {40042, R3, hello, standby, 2}, {40530, R2, hello, listen, 3},
    {41018, R1, hello, active, 1}, {43022, R3, hello, standby, 2}, {43551, R2, hello, listen, 3},
    {44007, R1, hello, active, 1}, {46015, R3, hello, standby, 2}, {46543, R2, hello, listen, 3},
    {47031, R1, hello, active, 1}, {49047, R3, hello, standby, 2}, {49535, R2, hello, listen, 3},
    {50023, R1, hello, active, 1}, {52031, R3, hello, standby, 2}, {52559, R2, hello, listen, 3},
    {53015, R1, hello, active, 1}, {55023, R3, hello, standby, 2}, {55547, R2, hello, listen, 3},
    {56035, R1, hello, active, 1}, {58023, R3, hello, standby, 2}, {58555, R2, hello, listen, 3},
    {59011, R1, hello, active, 1}, {61031, R3, hello, standby, 2}, {61555, R2, hello, listen, 3},
    {62011, R1, hello, active, 1}, {64028, R3, hello, standby, 2}, {64552, R2, hello, listen, 3},
    {65000, R1, hello, active, 1}, {67048, R3, hello, standby, 2}, {67536, R2, hello, listen, 3},
    {68024, R1, hello, active, 1},
    // clang-format on
};

// What the UDP payload of each kind of frame is.
struct Payload {
    Router router;
    Kind kind;
    State state;
    unsigned number;
    const char* hex;
};
inline constexpr Payload kPayloads[] = {
    // clang-format off
    {R1, hello, listen, 0,
     "010000010000c2007cb80000"
     "011c000400c8000000000bb8000027100258384000000104c0a80001"},
    {R2, hello, listen, 0,
     "010000010000c2017cb80000"
     "011c00040064000000000bb8000027100258384000000104c0a80001"},
    {R3, hello, listen, 0,
     "010000010000c2027cca0000"
     "011c00040064000000000bb8000027100258384000000104c0a80001"},
    {R1, hello, speak, 0,
     "010000010000c2007cb80000"
     "011c000800c8000000000bb8000027100258384000000104c0a80001"},
    {R2, hello, speak, 0,
     "010000010000c2017cb80000"
     "011c00080064000000000bb8000027100258384000000104c0a80001"},
    {R3, hello, speak, 0,
     "010000010000c2027cca0000"
     "011c00080064000000000bb8000027100258384000000104c0a80001"},
    {R1, hello, standby, 0,
     "010000010000c2007cb80000"
     "011c001000c8000000000bb8000027100258384000000104c0a80001"},
    {R1, hello, active, 0,
     "010000010000c2007cb80000"
     "011c002000c8000000000bb8000027100258384000000104c0a80001"},
    {R3, request, initial, 0,
     "010100010000c2027cca0000"
     "0214000000000000000000000000000000000000"},
    {R1, reply, initial, 2,
     "010200010000c2007cb80000"
     "02140200000000000000000000000007b4000102"},
    {R1, forwarder, initial, 1,
     "010000010000c2007cb80000"
     "0214012000a764003840025800000007b4000101"},
    {R1, hello, active, 1,
     "010000010000c2007cb80000"
     "011c002000c8000000000bb8000027100258384000000104c0a80001"
     "0214012000a764003840025800000007b4000101"},
    {R3, forwarder, initial, 2,
     "010000010000c2027cca0000"
     "0214022000a764003840025800000007b4000102"},
    {R2, forwarder, initial, 3,
     "010000010000c2017cb80000"
     "0214032000a764003840025800000007b4000103"},
    {R3, hello, speak, 2,
     "010000010000c2027cca0000"
     "011c00080064000000000bb8000027100258384000000104c0a80001"
     "0214022000a764003840025800000007b4000102"},
    {R2, hello, listen, 3,
     "010000010000c2017cb80000"
     "011c00040064000000000bb8000027100258384000000104c0a80001"
     "0214032000a764003840025800000007b4000103"},
    {R3, hello, standby, 2,
     "010000010000c2027cca0000"
     "011c00100064000000000bb8000027100258384000000104c0a80001"
     "0214022000a764003840025800000007b4000102"},
    // clang-format on
};

}  // namespace evengate::group::test::packetlife
