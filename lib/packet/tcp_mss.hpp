// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a lower maximum segment size in SYNs that pass (RFC 9293 3.7.1), so that segments fit a tunnel.
// Thread: any. Used by: dataplane.
#pragma once

#include <cstdint>

#include "packet/transport.hpp"

namespace evengate::packet {

// Lowers each MSS option above mss, in bytes of TCP data, in a SYN or SYN-ACK, with the checksum;
// returns whether there was one. A SYN without the option stays as it is (536 by default), and the
// walk ends at an option that claims more than there is. Cost: O(options), at most 40.
// Not checked: parse_transport() gave ok.
bool clamp_mss(Transport& transport, uint16_t mss);

}  // namespace evengate::packet
