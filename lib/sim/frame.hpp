// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a frame of the simulated network, the pool in which frames live, and short numbers for MAC
// addresses. Thread: any. Used by: sim.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "base/ids.hpp"
#include "base/mac_address.hpp"
#include "packet/group_message.hpp"

namespace evengate::sim {

// Of the gateways: towards the hosts, and towards the servers. A network and a group each.
enum class Side : uint8_t { lan, wan };
inline constexpr size_t kSideCount = 2;
constexpr size_t index_of(Side side) { return static_cast<size_t>(side); }
constexpr const char* name_of(Side side) { return side == Side::lan ? "lan" : "wan"; }

// Who is attached to a side: members first, then hosts or servers, then the attacker.
using StationId = Id<struct StationIdTag, uint16_t>;
using MacId = Id<struct MacIdTag, uint16_t>;
using FrameIndex = Id<struct FrameIndexTag, uint32_t>;

inline constexpr MacId kBroadcastId{0};
inline constexpr MacId kGroupMulticastId{1};

// Numbers MAC addresses from 0, so that tables can be arrays.
class MacNumbers {
 public:
    static constexpr size_t kMaxMacs = 512;

    MacNumbers() {
        static_cast<void>(number(kBroadcastMac));
        static_cast<void>(number(packet::kGroupMulticastIpv4));
    }
    MacId number(const MacAddress& mac) {
        const auto [entry, is_new] =
            by_mac_.try_emplace(mac.to_u64(), MacId(static_cast<uint16_t>(macs_.size())));
        if (is_new) {
            macs_.push_back(mac);
        }
        return entry->second;
    }
    [[nodiscard]] const MacAddress& mac(MacId id) const { return macs_[id.value]; }
    [[nodiscard]] size_t size() const { return macs_.size(); }

 private:
    std::unordered_map<uint64_t, MacId> by_mac_;
    std::vector<MacAddress> macs_;
};

enum class FrameKind : uint8_t { group_message, arp, announcement, datagram, other };
enum class Direction : uint8_t { to_server, to_host };

// A datagram between a host and its server: which one.
struct Parcel {
    uint16_t host = 0;
    Direction direction = Direction::to_server;
    uint32_t sequence = 0;
};

struct Frame {
    static constexpr size_t kMaxBytes = 1400;

    MacId destination;
    MacId source;
    StationId origin;  // who put it on this side
    // Of a group message: who said it first, and which of all that it ever said here; 0: for switches.
    StationId speaker;
    uint32_t message = 0;
    FrameKind kind = FrameKind::other;
    bool flooded = false;  // by a switch that did not know the destination
    Parcel parcel;         // of a datagram
    uint32_t n_references = 0;
    uint16_t size = 0;  // bytes; 0 for a datagram, which has none until control sees it
    std::array<uint8_t, kMaxBytes> bytes;
};

class FramePool {
 public:
    // A frame with one reference, its bytes as they were.
    FrameIndex take() {
        if (free_.empty()) {
            frames_.emplace_back();
            free_.push_back(static_cast<uint32_t>(frames_.size() - 1));
        }
        const FrameIndex index(free_.back());
        free_.pop_back();
        Frame& frame = at(index);
        frame.n_references = 1;
        frame.flooded = false;
        frame.message = 0;
        frame.size = 0;
        return index;
    }
    void hold(FrameIndex index) { ++at(index).n_references; }
    void release(FrameIndex index) {
        if (--at(index).n_references == 0) {
            free_.push_back(index.value);
        }
    }
    [[nodiscard]] Frame& at(FrameIndex index) { return frames_[index.value]; }
    [[nodiscard]] size_t n_in_use() const { return frames_.size() - free_.size(); }

 private:
    std::deque<Frame> frames_;
    std::vector<uint32_t> free_;
};

}  // namespace evengate::sim
