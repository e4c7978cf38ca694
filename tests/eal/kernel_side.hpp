// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the kernel's side of a port under test: shell commands, a wire, and a raw socket on an
// interface. Thread: the test's. Used by: EAL tests in a network namespace.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

namespace evengate::test {

inline bool shell(const std::string& command) {
    return std::system(command.c_str()) == 0;
}

// Two ends of a wire, eg0 and eg1; a port under test takes the first.
class VethPair {
 public:
    VethPair()
        : made_(shell("ip link add eg0 type veth peer name eg1 && ip link set eg0 up && "
                      "ip link set eg1 up")) {}
    ~VethPair() { shell("ip link del eg0 2>/dev/null"); }
    VethPair(const VethPair&) = delete;
    VethPair& operator=(const VethPair&) = delete;

    [[nodiscard]] bool is_made() const { return made_; }

 private:
    bool made_;
};

// Sends and receives frames of one EtherType, so that the kernel's own chatter stays out.
class PacketSocket {
 public:
    static constexpr uint16_t kEtherType = 0x88B5;  // IEEE 802: local experiments

    explicit PacketSocket(const std::string& interface)
        : socket_(::socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(kEtherType))) {
        sockaddr_ll address{};
        address.sll_family = AF_PACKET;
        address.sll_protocol = htons(kEtherType);
        address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
        bound_ = bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~PacketSocket() { close(socket_); }
    PacketSocket(const PacketSocket&) = delete;
    PacketSocket& operator=(const PacketSocket&) = delete;

    [[nodiscard]] bool is_bound() const { return bound_; }
    bool send(std::span<const uint8_t> frame) const {
        return ::send(socket_, frame.data(), frame.size(), 0) == static_cast<ssize_t>(frame.size());
    }
    // The next frame that came in from the wire, or nothing.
    std::optional<std::vector<uint8_t>> try_receive() const {
        std::vector<uint8_t> frame(2048);
        sockaddr_ll from{};
        socklen_t length = sizeof from;
        const ssize_t n = recvfrom(socket_, frame.data(), frame.size(), 0,
                                   reinterpret_cast<sockaddr*>(&from), &length);
        if (n < 0 || from.sll_pkttype == PACKET_OUTGOING) {
            return std::nullopt;
        }
        frame.resize(static_cast<size_t>(n));
        return frame;
    }

 private:
    int socket_;
    bool bound_ = false;
};

}  // namespace evengate::test
