// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what a probe carries behind its UDP header. Thread: any. Used by: the prober.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.hpp"

namespace evengate::prober {

struct ProbePayload {
    uint64_t run = 0;  // random, so that answers to an earlier run are not counted
    uint32_t flow = 0;
    uint64_t sequence = 0;
};

inline constexpr uint32_t kProbeMagic = 0x6547'7072;  // "eGpr"
inline constexpr size_t kProbePayloadSize = 24;

inline std::array<uint8_t, kProbePayloadSize> encode_probe(const ProbePayload& probe) {
    std::array<uint8_t, kProbePayloadSize> bytes{};
    ByteWriter writer(bytes);
    writer.be32(kProbeMagic);
    writer.be32(probe.flow);
    writer.be64(probe.run);
    writer.be64(probe.sequence);
    return bytes;
}

// Fails: nothing, when the bytes are too few or not a probe.
inline std::optional<ProbePayload> decode_probe(std::span<const uint8_t> bytes) {
    if (bytes.size() < kProbePayloadSize || load_be32(bytes.data()) != kProbeMagic) {
        return std::nullopt;
    }
    return ProbePayload{.run = load_be64(bytes.data() + 8),
                        .flow = load_be32(bytes.data() + 4),
                        .sequence = load_be64(bytes.data() + 16)};
}

}  // namespace evengate::prober
