// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a learning Ethernet switch: learns sources, forgets them, floods what it does not know.
// Thread: any. Used by: sim.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"
#include "sim/frame.hpp"

namespace evengate::sim {

class LanSwitch {
 public:
    using PortMask = uint32_t;
    static constexpr uint8_t kMaxPorts = 32;

    struct Egress {
        PortMask ports = 0;
        bool flooded = false;  // a unicast frame, as its destination was not known
    };

    LanSwitch(uint8_t n_ports, Duration ageing);

    // Learns the source and says where the frame leaves.
    Egress receive(uint8_t port, MacId destination, MacId source, TimePoint now);

    void flush();
    void flush_port(uint8_t port);
    // Where frames for it leave; kMaxPorts when they are flooded.
    [[nodiscard]] uint8_t port_of(MacId mac, TimePoint now) const;

 private:
    struct Entry {
        TimePoint learnt;
        uint8_t port = kMaxPorts;
    };

    PortMask all_ports_;
    Duration ageing_;
    std::array<Entry, MacNumbers::kMaxMacs> entries_;
};

}  // namespace evengate::sim
