// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the source ports that one worker gives to connections (rerouting rule 12, return: snat): which are free,
// and which may be taken from a connection that was never confirmed. Pure. Thread: the worker that owns it.
// Used by: dataplane.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace evengate::reroute {

// Ports of pool addresses (RFC 6056 3.2: the unprivileged ones), in equal ranges for workers.
inline constexpr uint32_t kFirstPoolPort = 1024;
inline constexpr uint32_t kPoolPorts = 65536 - kFirstPoolPort;

struct PortSplit {
    uint32_t n_workers = 1;

    [[nodiscard]] constexpr uint32_t n_ports() const { return kPoolPorts / n_workers; }  // of a worker
    [[nodiscard]] constexpr uint32_t first(uint32_t worker) const { return kFirstPoolPort + worker * n_ports(); }
    // n_workers for a port that is nobody's.
    [[nodiscard]] constexpr uint32_t worker_of(uint16_t port) const {
        const uint32_t worker = port < kFirstPoolPort ? n_workers : (port - kFirstPoolPort) / n_ports();
        return worker < n_workers ? worker : n_workers;
    }
    // Where a worker's ports of all pools lie one behind the other.
    [[nodiscard]] constexpr uint32_t source(uint32_t pool, uint32_t port_place) const {
        return pool * n_ports() + port_place;
    }
};

// Places 0, 1, ... of address and port. A place is free, half open, or held. One that was given back is taken
// again only after all that were free before it, so that a target has long forgotten the connection before.
class PortPool {
 public:
    struct Taken {
        uint32_t place = 0;
        bool was_half_open = false;  // it was another connection's, which is forgotten
    };

    // The first order is drawn by the seed: who does not know it cannot guess the next port (RFC 6056 3.3).
    // Cost: 9 bytes a place.
    PortPool(uint32_t n_places, uint64_t seed);

    // A place, half open; nothing where all are held. Cost: O(1); so for the others.
    std::optional<Taken> try_take();
    // It is taken from nobody any more. Not checked: it is half open or held.
    void hold(uint32_t place);
    // It may be taken again, where nothing is free. Not checked: it is half open or held.
    void let_go(uint32_t place);
    // Not checked: it is half open or held.
    void give_back(uint32_t place);

    [[nodiscard]] uint32_t n_places() const { return n_places_; }
    [[nodiscard]] uint32_t n_free() const { return n_free_; }
    [[nodiscard]] bool is_free(uint32_t place) const { return standings_[place] == Standing::free; }

 private:
    enum class Standing : uint8_t { free, half_open, held };

    // Two rings through next_ and previous_, oldest first; their heads lie behind the places.
    [[nodiscard]] uint32_t free_head() const { return n_places_; }
    [[nodiscard]] uint32_t half_open_head() const { return n_places_ + 1; }
    void append(uint32_t head, uint32_t place);
    void unlink(uint32_t place);

    uint32_t n_places_;
    uint32_t n_free_;
    std::vector<uint32_t> next_;
    std::vector<uint32_t> previous_;
    std::vector<Standing> standings_;
};

}  // namespace evengate::reroute
