// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: fragmentation of an IPv4 datagram (RFC 791 3.2). Thread: any. Used by: control.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace evengate::packet {

// The datagram in pieces of at most mtu bytes, each a whole IPv4 datagram with its own checksum;
// options with the copied flag are in every piece, the others in the first alone. A datagram that
// is a fragment itself is cut further. Empty when mtu leaves no room for 8 bytes behind the header,
// and when the fragment ends beyond the largest datagram: no host can reassemble it, and the offsets
// of its pieces would wrap round.
// Not checked: the datagram passed check_ipv4(), is longer than mtu, and may be fragmented.
std::vector<std::vector<uint8_t>> fragment_ipv4(std::span<const uint8_t> datagram, uint16_t mtu);

}  // namespace evengate::packet
