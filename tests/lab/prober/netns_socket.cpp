// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "netns_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

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
    if (netns_path.empty()) {
        return open_own_udp_socket(bind_to);
    }
    const Descriptor home(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    const Descriptor there(open(netns_path.c_str(), O_RDONLY | O_CLOEXEC));
    if (home.get() < 0 || there.get() < 0 || setns(there.get(), CLONE_NEWNET) != 0) {
        return system_error(fmt::format("enter network namespace '{}'", netns_path));
    }
    Result<Descriptor> udp = open_own_udp_socket(bind_to);
    if (setns(home.get(), CLONE_NEWNET) != 0) {
        return system_error("return to the own network namespace");
    }
    return udp;
}

bool try_become_realtime() {
    sched_param parameters{};
    parameters.sched_priority = kRealtimePriority;
    const bool scheduled = sched_setscheduler(0, SCHED_FIFO, &parameters) == 0;
    const bool locked = mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
    return scheduled && locked;
}

}  // namespace evengate::prober
