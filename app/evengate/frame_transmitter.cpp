// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate/frame_transmitter.hpp"

#include <rte_mbuf.h>

#include "base/bytes.hpp"
#include "dataplane/punt_tag.hpp"
#include "packet/rewrite.hpp"

namespace evengate {

bool FrameTransmitter::try_transmit(InterfaceId egress, std::span<const uint8_t> frame) {
    const PlannedInterface& interface = interfaces_[egress.value];
    const size_t tags_size = packet::n_vlan_tags(interface.vlans) * packet::kVlanTagSize;
    rte_mbuf* const buffer = rte_pktmbuf_alloc(pool_);
    if (buffer == nullptr) {
        return false;
    }
    char* const start = rte_pktmbuf_append(buffer, static_cast<uint16_t>(frame.size() + tags_size));
    if (start == nullptr) {
        rte_pktmbuf_free(buffer);
        return false;
    }
    // The frame goes behind the room for the tags; then its link header is written again, tags included.
    auto* const untagged = reinterpret_cast<uint8_t*>(start) + tags_size;
    std::memcpy(untagged, frame.data(), frame.size());
    if (tags_size != 0) {
        packet::write_link_header(untagged + packet::kEthernetHeaderSize, load_be16(frame.data() + 12), interface.vlans,
                                  MacAddress::from_bytes(frame.data()),
                                  MacAddress::from_bytes(frame.data() + MacAddress::kSize));
    }
    dataplane::punt_tag(buffer) = {.interface = egress};
    port::ControlTx& tx = ports_[interface.port.value]->control_tx();
    if (!tx.try_send(buffer)) {
        rte_pktmbuf_free(buffer);
        return false;
    }
    if (tx.fifo() != nullptr) {
        wake_worker_();
    }
    return true;
}

}  // namespace evengate
