// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what is written beside a frame that a worker hands to control, or control to a worker, in the
// mbuf's private area. Thread: who hands over writes before the ring, the other reads behind it.
// Used by: dataplane, the app.
#pragma once

#include <cstdint>

#include <rte_mbuf.h>

#include "base/ids.hpp"
#include "packet/punt.hpp"

namespace evengate::dataplane {

// Of a frame on its way from control to a worker, only the interface has a meaning: where it leaves.
struct PuntTag {
    uint64_t received_tsc = 0;
    InterfaceId interface = kNoInterface;
    SlotIndex slot = kNoSlot;
    AdjacencyIndex adjacency = kNoAdjacency;
    uint16_t payload_offset = 0;  // from the start of the frame, behind all tags
    uint16_t ethertype = 0;
    packet::PuntReason reason{};
};

// Bytes of private area that every pool whose frames reach a worker must give its mbufs.
inline constexpr uint16_t kMbufPrivateSize = 64;
static_assert(sizeof(PuntTag) <= kMbufPrivateSize && kMbufPrivateSize % RTE_MBUF_PRIV_ALIGN == 0);

inline PuntTag& punt_tag(rte_mbuf* frame) { return *static_cast<PuntTag*>(rte_mbuf_to_priv(frame)); }

}  // namespace evengate::dataplane
