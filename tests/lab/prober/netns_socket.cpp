// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "netns_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <functional>

namespace evengate::prober {
namespace {

// Above ordinary processes, below the kernel's own real-time threads.
constexpr int kRealtimePriority = 20;

Error system_error(const std::string& doing) {
    return {fmt::format("{}: {}", doing, std::strerror(errno))};
}

Result<Descriptor> open_own_udp_socket(const sockaddr_in& bind_to) {
    Descriptor udp(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (udp.get() < 0) {
        return system_error("socket");
    }
    sockaddr address{};
    std::memcpy(&address, &bind_to, sizeof address);
    if (bind(udp.get(), &address, sizeof address) != 0) {
        return system_error("bind");
    }
    return udp;
}

Result<Descriptor> open_own_ipv4_tap(const std::string& interface, int buffer_bytes) {
    const uint16_t protocol = htons(ETH_P_IP);
    Descriptor tap(socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
    if (tap.get() < 0) {
        return system_error("packet socket");
    }
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = protocol;
    address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
    if (address.sll_ifindex == 0 ||
        setsockopt(tap.get(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes) !=
            0 ||
        bind(tap.get(), static_cast<const sockaddr*>(static_cast<const void*>(&address)),
             sizeof address) != 0) {
        return system_error(fmt::format("interface '{}'", interface));
    }
    return tap;
}

// A socket stays in the namespace in which it was made.
Result<Descriptor> open_in_netns(const std::string& netns_path,
                                 const std::function<Result<Descriptor>()>& open_own) {
    if (netns_path.empty()) {
        return open_own();
    }
    const Descriptor home(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    const Descriptor there(open(netns_path.c_str(), O_RDONLY | O_CLOEXEC));
    if (home.get() < 0 || there.get() < 0 || setns(there.get(), CLONE_NEWNET) != 0) {
        return system_error(fmt::format("enter network namespace '{}'", netns_path));
    }
    Result<Descriptor> made = open_own();
    if (setns(home.get(), CLONE_NEWNET) != 0) {
        return system_error("return to the own network namespace");
    }
    return made;
}

}  // namespace

Descriptor::~Descriptor() {
    if (fd_ >= 0) {
        close(fd_);
    }
}

Result<sockaddr_in> parse_endpoint(const std::string& text) {
    const size_t colon = text.rfind(':');
    sockaddr_in endpoint{};
    endpoint.sin_family = AF_INET;
    uint16_t port = 0;
    if (colon != std::string::npos) {
        const char* end = text.data() + text.size();
        const auto [parsed_to, error] = std::from_chars(text.data() + colon + 1, end, port);
        endpoint.sin_port = htons(port);
        if (error == std::errc{} && parsed_to == end &&
            inet_pton(AF_INET, text.substr(0, colon).c_str(), &endpoint.sin_addr) == 1) {
            return endpoint;
        }
    }
    return Error{fmt::format("'{}' is not an IPv4 address and a port (198.51.100.1:7007)", text)};
}

Result<Descriptor> open_udp_socket(const std::string& netns_path, const sockaddr_in& bind_to) {
    return open_in_netns(netns_path, [&bind_to] { return open_own_udp_socket(bind_to); });
}

Result<Descriptor> open_ipv4_tap(const std::string& netns_path, const std::string& interface,
                                 int buffer_bytes) {
    return open_in_netns(netns_path, [&] { return open_own_ipv4_tap(interface, buffer_bytes); });
}

bool try_become_realtime() {
    sched_param parameters{};
    parameters.sched_priority = kRealtimePriority;
    const bool scheduled = sched_setscheduler(0, SCHED_FIFO, &parameters) == 0;
    const bool locked = mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
    return scheduled && locked;
}

}  // namespace evengate::prober
