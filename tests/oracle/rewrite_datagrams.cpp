// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a filter from datagrams to what rerouting makes of them, for the oracle. Thread: one.
// In: per datagram an operation (1 byte), two addresses (4 each), a port, identification or MSS (2), the
// size (2, all in network order) and bytes. Out: a verdict (1 byte), the size (2) and bytes that leave.
#include <array>
#include <cstdio>
#include <vector>

#include "base/bytes.hpp"
#include "packet/icmp_embedded.hpp"
#include "packet/nat.hpp"
#include "packet/tcp_mss.hpp"
#include "packet/transport.hpp"
#include "packet/tunnel.hpp"

using namespace evengate;  // NOLINT: a program

namespace {

enum class Operation : uint8_t {
    new_destination, new_source, error_about_destination, error_about_source, ipip, gre, decapsulate, mss,
};

struct Request {
    Operation operation{};
    uint32_t address = 0;
    uint32_t other_address = 0;
    uint16_t number = 0;
};

constexpr size_t kHeadroom = 24;

bool read_request(Request& request, std::vector<uint8_t>& memory) {
    std::array<uint8_t, 13> header;
    if (std::fread(header.data(), 1, header.size(), stdin) != header.size()) {
        return false;
    }
    request.operation = static_cast<Operation>(header[0]);
    request.address = load_be32(header.data() + 1);
    request.other_address = load_be32(header.data() + 5);
    request.number = load_be16(header.data() + 9);
    const size_t size = load_be16(header.data() + 11);
    memory.resize(kHeadroom + size);
    return std::fread(memory.data() + kHeadroom, 1, size, stdin) == size;
}

// The verdict, and in first where the datagram that leaves begins.
uint8_t rewrite(const Request& request, uint8_t*& first) {
    uint8_t* const ip = first;
    packet::Transport transport;
    const bool to_source = request.operation == Operation::new_source ||
                           request.operation == Operation::error_about_source;
    const packet::FlowEnd end = to_source ? packet::FlowEnd::source : packet::FlowEnd::destination;
    const packet::TunnelHeader tunnel = {request.address, request.other_address, request.number};
    switch (request.operation) {
        case Operation::new_destination:
        case Operation::new_source: {
            const packet::TransportVerdict verdict = packet::parse_transport(ip, transport);
            if (verdict == packet::TransportVerdict::ok) {
                packet::rewrite_end(ip, transport, end, request.address, request.number);
            } else if (verdict == packet::TransportVerdict::fragment_later) {
                packet::rewrite_address(ip, end, request.address);
            }
            return static_cast<uint8_t>(verdict);
        }
        case Operation::error_about_destination:
        case Operation::error_about_source: {
            packet::Quote quote;
            const packet::QuoteVerdict verdict = packet::find_quote(ip, quote);
            if (verdict == packet::QuoteVerdict::ok) {
                packet::translate_icmp_error(ip, quote, end, request.address, request.number);
            }
            return static_cast<uint8_t>(verdict);
        }
        case Operation::ipip: first = packet::encapsulate<packet::TunnelKind::ipip>(ip, tunnel); return 0;
        case Operation::gre: first = packet::encapsulate<packet::TunnelKind::gre>(ip, tunnel); return 0;
        case Operation::decapsulate: return static_cast<uint8_t>(packet::decapsulate(ip, first));
        case Operation::mss: break;
    }
    const bool is_parsed = packet::parse_transport(ip, transport) == packet::TransportVerdict::ok;
    return is_parsed && packet::clamp_mss(transport, request.number) ? 1 : 0;
}

}  // namespace

int main() {
    Request request;
    std::vector<uint8_t> memory;
    while (read_request(request, memory)) {
        uint8_t* first = memory.data() + kHeadroom;
        const uint8_t verdict = rewrite(request, first);
        const auto size = static_cast<size_t>(memory.data() + memory.size() - first);
        std::array<uint8_t, 3> header = {verdict};
        store_be16(header.data() + 1, static_cast<uint16_t>(size));
        std::fwrite(header.data(), 1, header.size(), stdout);
        std::fwrite(first, 1, size, stdout);
    }
    return std::ferror(stdout) != 0 || std::feof(stdin) == 0 ? 1 : 0;
}
