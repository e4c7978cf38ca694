// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the bytes of a followed datagram, made where a control plane needs to see them, and read
// back from what it sends. Thread: any. Used by: sim.
#pragma once

#include <optional>
#include <span>

#include "sim/frame.hpp"

namespace evengate::sim {

// Units: host byte order.
struct DatagramAddresses {
    uint32_t source = 0;
    uint32_t destination = 0;
};
DatagramAddresses addresses_of(const Parcel& parcel, size_t n_servers);

// Writes Ethernet, IPv4 and UDP of the parcel into the frame's bytes, if they are not there.
void write_bytes(Frame& frame, const MacNumbers& macs, size_t n_servers);

// The parcel in an IPv4 datagram; nothing when it is none of ours.
std::optional<Parcel> read_parcel(std::span<const uint8_t> datagram);

}  // namespace evengate::sim
