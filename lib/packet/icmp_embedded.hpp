// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the datagram that an ICMP error quotes (RFC 792, RFC 1122 3.2.2): whose flow it is, and its
// translation behind NAT (RFC 5508 4). Thread: any. Used by: dataplane, control.
#pragma once

#include <cstddef>
#include <cstdint>

#include "packet/nat.hpp"

namespace evengate::packet {

// All in host order; the ports are 0 where has_ports() says no.
struct QuotedFlow {
    uint32_t source = 0;
    uint32_t destination = 0;
    uint16_t source_port = 0;
    uint16_t destination_port = 0;
    uint8_t protocol = 0;
};

// A quote within an ICMP error, which keeps the bytes.
struct Quote {
    uint8_t* ip_header = nullptr;
    uint8_t* transport = nullptr;  // behind it; null unless it is TCP or UDP with its ports
    uint16_t available = 0;        // bytes behind the quoted IP header, at most as many as it claims
    QuotedFlow flow;

    [[nodiscard]] bool has_ports() const { return transport != nullptr; }
};

enum class QuoteVerdict : uint8_t {
    ok,
    not_an_error,    // not ICMP, or not of type 3, 4, 11, 12
    fragment_later,  // of the error itself
    too_short,       // less than the quoted IP header, or than 8 bytes behind it
    header_invalid,  // the quoted one
    misdirected,     // not sent to the source of what it quotes
};

// Finds the quote. A datagram of another protocol, or a later fragment, is a quote without ports.
// Not checked: check_ipv4() passed; the checksums of ICMP and of the quote, which routers and NICs
// leave wrong (RFC 5508 4.1 does without the latter).
QuoteVerdict find_quote(uint8_t* ip_header, Quote& quote);

// The quote within a quote of protocol 4, or 47 without options: about which datagram the tunnel's error is (RFC 2003 4).
// Not misdirected, as the outer source is the tunnel's. Not checked: outer comes from find_quote().
QuoteVerdict find_tunnelled_quote(const Quote& outer, Quote& quote);

// Gives one end of the quoted flow another address and port (not used without ports), and the error's
// own address on the other side the same address, if it was that end's: an error about what was sent
// to an end may come from there, and one about what it sent goes there. Updates the checksums of both IP
// headers, of ICMP, and of the quoted TCP or UDP as far as the quote has it; flow follows.
// So a client's error about an answer (end: source, the published address) reaches the target, and
// one about a request (end: destination, the target) reaches the client as if from the published one.
// Not checked: quote comes from find_quote() of this datagram.
void translate_icmp_error(uint8_t* ip_header, Quote& quote, FlowEnd end, uint32_t address, uint16_t port);

}  // namespace evengate::packet
