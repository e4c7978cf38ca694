// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: sockets that live in other network namespaces, and an owner for file descriptors.
// Thread: start-up, before other threads exist. Used by: the prober, the traffic of many hosts.
#pragma once

#include <netinet/in.h>

#include <string>
#include <utility>

#include "base/result.hpp"

namespace evengate::prober {

// Owns one file descriptor.
class Descriptor {
 public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor();

    [[nodiscard]] int get() const { return fd_; }

 private:
    int fd_;
};

// "198.51.100.1:7007". Fails: not an IPv4 address and a port.
Result<sockaddr_in> parse_endpoint(const std::string& text);

// A non-blocking UDP socket in the network namespace behind this path (/run/netns/NAME); a socket
// stays where it was made, so one process can serve hosts of many namespaces. An empty path is the
// own namespace. Fails: no such namespace, no right to enter it, the address cannot be bound.
Result<Descriptor> open_udp_socket(const std::string& netns_path, const sockaddr_in& bind_to);

// A non-blocking socket that sees all IPv4 that arrives at an interface of that namespace, from the
// IP header on; the sender's MAC address comes with each datagram (sockaddr_ll). What waits to be
// read may take buffer_bytes. Fails: as above, or no such interface.
Result<Descriptor> open_ipv4_tap(const std::string& netns_path, const std::string& interface,
                                 int buffer_bytes);

// SCHED_FIFO and locked memory for the calling process. Returns whether both were permitted.
bool try_become_realtime();

}  // namespace evengate::prober
