// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what a packet does to its connection's entry, and what becomes of the packet (rules D6 and
// D7). Constant expressions over plain values. Thread: any. Used by: table, dataplane.
#pragma once

#include <cstdint>

namespace evengate::reroute {

enum class ConnectionState : uint8_t {
    half_open,    // a SYN was seen; the entry may be overwritten by another half-open one
    established,  // the client answered the target: it is where it says it is
    client_done,  // a FIN of the client; only where the target's packets are seen as well
    target_done,  // a FIN of the target
    closing,      // both have ended it, or one of them where only one is seen, or a reset
    datagrams,    // of UDP: there is nothing but time that ends it
};

// Which packets of a connection pass here. With mac, ipip and gre servers answer the client directly.
enum class Sight : uint8_t { client_only, both_sides };
enum class Sender : uint8_t { client, target };

// A TCP segment by the flags that matter here (RFC 9293, section 3.1).
enum class Segment : uint8_t {
    syn,
    syn_ack,
    ack,  // data or not
    fin,
    rst,
    invalid,  // SYN with FIN, or none of SYN, ACK and RST: no TCP sends it
};

[[nodiscard]] constexpr Segment segment_of(uint8_t tcp_flags) {
    constexpr uint8_t kFin = 0x01;
    constexpr uint8_t kSyn = 0x02;
    constexpr uint8_t kRst = 0x04;
    constexpr uint8_t kAck = 0x10;
    switch (tcp_flags & (kFin | kSyn | kRst | kAck)) {
        case kAck:
            return Segment::ack;
        case kSyn:
            return Segment::syn;
        case kSyn | kAck:
            return Segment::syn_ack;
        case kFin | kAck:
            return Segment::fin;
        case kRst:
        case kRst | kAck:
            return Segment::rst;
        default:
            return Segment::invalid;
    }
}

// The state behind a segment that is passed on along its entry. A SYN that is given a target anew
// makes the entry half_open instead. A closing entry stays so: whoever forges a reset shortens the
// idle time of a connection, and does not cut it.
// A target's SYN-ACK does not promote: it answers forged SYNs as well, and only what is promoted
// takes room in the table of established connections. Its ACK does, since a target sends none
// before the client's. A reset of what is half open leaves it where it may be overwritten.
[[nodiscard]] constexpr ConnectionState next_state(ConnectionState state, Segment segment,
                                                   Sender sender, Sight sight) {
    if (state == ConnectionState::closing || state == ConnectionState::datagrams) {
        return state;
    }
    switch (segment) {
        case Segment::rst:
            return state == ConnectionState::half_open ? state : ConnectionState::closing;
        case Segment::ack:
            return state == ConnectionState::half_open ? ConnectionState::established : state;
        case Segment::fin:
            if (sight == Sight::client_only) {
                return ConnectionState::closing;
            }
            if (sender == Sender::client) {
                return state == ConnectionState::target_done ? ConnectionState::closing
                                                             : ConnectionState::client_done;
            }
            return state == ConnectionState::client_done ? ConnectionState::closing
                                                         : ConnectionState::target_done;
        case Segment::syn:
        case Segment::syn_ack:
        case Segment::invalid:
            break;
    }
    return state;
}

enum class TargetCondition : uint8_t {
    up,
    draining,  // keeps its connections, gets no new ones
    down,
};

enum class Decision : uint8_t {
    keep,     // to the entry's target; the entry follows next_state()
    anew,     // choose a target, and begin the entry again
    ask,      // no entry: other workers, then the second chance (rule D8)
    discard,  // drop and count
};

// What a client's segment with an entry comes to. A SYN for an established connection is passed on
// as it is: the target knows whether it is new (RFC 5961, section 4), and a forged one harms
// nobody. Only where the target is down, nobody could tell.
[[nodiscard]] constexpr Decision decide(ConnectionState state, Segment segment,
                                        TargetCondition target) {
    if (segment == Segment::invalid) {
        return Decision::discard;
    }
    if (segment != Segment::syn) {
        return Decision::keep;
    }
    switch (state) {
        case ConnectionState::half_open:
            return target == TargetCondition::up ? Decision::keep : Decision::anew;
        case ConnectionState::closing:
            return Decision::anew;
        case ConnectionState::established:
        case ConnectionState::client_done:
        case ConnectionState::target_done:
        case ConnectionState::datagrams:
            break;
    }
    return target == TargetCondition::down ? Decision::anew : Decision::keep;
}

// What a client's datagram with an entry comes to: no connection breaks when its target is gone.
[[nodiscard]] constexpr Decision decide_datagram(TargetCondition target) {
    return target == TargetCondition::down ? Decision::anew : Decision::keep;
}

// What a client's segment without an entry in this worker's table comes to.
[[nodiscard]] constexpr Decision decide_unknown(Segment segment) {
    switch (segment) {
        case Segment::syn:
            return Decision::anew;
        case Segment::invalid:
            return Decision::discard;
        case Segment::syn_ack:
        case Segment::ack:
        case Segment::fin:
        case Segment::rst:
            break;
    }
    return Decision::ask;
}

// Units: seconds since the entry's last packet.
struct IdleTimes {
    uint32_t half_open_s = 10;
    uint32_t established_s = 15 * 60;
    uint32_t one_side_done_s =
        120;  // the other side may still send, and may be seen elsewhere only
    uint32_t closing_s = 60;
    uint32_t datagrams_s = 60;
};

[[nodiscard]] constexpr uint32_t idle_limit_s(ConnectionState state, const IdleTimes& times) {
    switch (state) {
        case ConnectionState::half_open:
            return times.half_open_s;
        case ConnectionState::established:
            return times.established_s;
        case ConnectionState::client_done:
        case ConnectionState::target_done:
            return times.one_side_done_s;
        case ConnectionState::closing:
            return times.closing_s;
        case ConnectionState::datagrams:
            return times.datagrams_s;
    }
    return 0;
}

// Whether the entry has ended. Units: seconds of a clock that may wrap around. A packet that is
// newer than now, since workers read their clocks at different moments, keeps its entry.
[[nodiscard]] constexpr bool is_expired(ConnectionState state, const IdleTimes& times,
                                        uint32_t last_seen_s, uint32_t now_s) {
    constexpr uint32_t kHalfRound = 0x8000'0000;
    const uint32_t idle_s = now_s - last_seen_s;
    return idle_s < kHalfRound && idle_s >= idle_limit_s(state, times);
}

// Whether the entry counts as a live connection of its target, for its load and its limit.
[[nodiscard]] constexpr bool is_live(ConnectionState state) {
    return state != ConnectionState::half_open && state != ConnectionState::closing;
}

// Whether the entry lives in the bounded table that new SYNs overwrite (rule D6).
[[nodiscard]] constexpr bool may_be_overwritten(ConnectionState state) {
    return state == ConnectionState::half_open;
}

}  // namespace evengate::reroute
