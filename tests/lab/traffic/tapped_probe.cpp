// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "tapped_probe.hpp"

namespace evengate::traffic {
namespace {

constexpr size_t kMinIpHeader = 20;
constexpr size_t kUdpHeader = 8;
constexpr uint8_t kProtocolUdp = 17;
constexpr uint16_t kFragmentMask = 0x3FFF;  // more fragments, or an offset

}  // namespace

std::optional<prober::ProbePayload> find_probe(std::span<const uint8_t> datagram, uint16_t port) {
    if (datagram.size() < kMinIpHeader + kUdpHeader) {
        return std::nullopt;
    }
    const size_t ip_header = size_t{datagram[0] & 0x0Fu} * 4;
    if (datagram[0] >> 4 != 4 || ip_header < kMinIpHeader || datagram[9] != kProtocolUdp ||
        (load_be16(datagram.data() + 6) & kFragmentMask) != 0 ||
        datagram.size() < ip_header + kUdpHeader ||
        load_be16(datagram.data() + ip_header + 2) != port) {
        return std::nullopt;
    }
    return prober::decode_probe(datagram.subspan(ip_header + kUdpHeader));
}

}  // namespace evengate::traffic
