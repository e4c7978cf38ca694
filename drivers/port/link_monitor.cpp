// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/link_monitor.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

namespace evengate::port {

namespace {

// A link message with all its attributes is about 1.5 kB; virtual functions make it longer.
constexpr size_t kDatagramSize = 32 * 1024;
// Room for the answers about some hundred ports at once.
constexpr int kReceiveBuffer = 1 << 20;
// What one call reads at most, so that a storm of changes elsewhere on the machine does not hold
// control.
constexpr int kDatagramsPerCall = 64;

}  // namespace

Result<std::unique_ptr<LinkMonitor>> LinkMonitor::make(std::vector<Watch> watches) {
    const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (socket < 0) {
        return Error{fmt::format("no netlink socket to watch links: {}", std::strerror(errno))};
    }
    std::unique_ptr<LinkMonitor> monitor(new LinkMonitor(socket, std::move(watches)));
    // The kernel gives what its limit allows; lost messages are asked for again.
    static_cast<void>(
        setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer));
    sockaddr_nl self{};
    self.nl_family = AF_NETLINK;
    self.nl_groups = RTMGRP_LINK;
    if (bind(socket, reinterpret_cast<const sockaddr*>(&self), sizeof self) != 0) {
        return Error{fmt::format("cannot watch links by netlink: {}", std::strerror(errno))};
    }
    for (const Port& port : monitor->ports_) {
        if (port.watch.kernel_interface == 0) {
            continue;
        }
        if (auto asked = monitor->ask_for(port.watch.kernel_interface); !asked) {
            return asked.error();
        }
    }
    return monitor;
}

LinkMonitor::LinkMonitor(int socket, std::vector<Watch> watches) : socket_(socket) {
    for (Watch& watch : watches) {
        ports_.push_back({std::move(watch), std::nullopt, std::nullopt});
    }
}

LinkMonitor::~LinkMonitor() {
    close(socket_);
}

// One question for each interface and no dump: the machine may have thousands of others.
Result<void> LinkMonitor::ask_for(unsigned interface) const {
    struct {
        nlmsghdr header{};
        ifinfomsg link{};
    } question;
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = RTM_GETLINK;
    question.header.nlmsg_flags = NLM_F_REQUEST;
    question.link.ifi_family = AF_UNSPEC;
    question.link.ifi_index = static_cast<int>(interface);
    if (send(socket_, &question, sizeof question, 0) != static_cast<ssize_t>(sizeof question)) {
        return Error{fmt::format("cannot ask for a link's state: {}", std::strerror(errno))};
    }
    return {};
}

void LinkMonitor::take_changes(TimePoint now, const OnChange& on_change) {
    read_netlink();
    read_drivers(now);
    for (Port& port : ports_) {
        if (port.known && port.known != port.reported) {
            port.reported = port.known;
            on_change(port.watch.port, *port.known);
        }
    }
}

void LinkMonitor::read_netlink() {
    std::array<uint8_t, kDatagramSize> buffer;
    for (int i = 0; i < kDatagramsPerCall && read_datagram(buffer); ++i) {
    }
}

bool LinkMonitor::read_datagram(std::span<uint8_t> buffer) {
    sockaddr_nl sender{};
    iovec room{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_name = &sender;
    message.msg_namelen = sizeof sender;
    message.msg_iov = &room;
    message.msg_iovlen = 1;
    const ssize_t length = recvmsg(socket_, &message, 0);
    if (length < 0) {
        if (errno == ENOBUFS) {
            lost_ = true;
            return true;
        }
        // Nothing is left, so there is room for answers; before, the kernel would drop them in
        // silence.
        return std::exchange(lost_, false) && resync();
    }
    // Any process may send to this socket; only the kernel has port 0.
    if (sender.nl_pid != 0) {
        return true;
    }
    const bool whole = (message.msg_flags & MSG_TRUNC) == 0;
    if (!whole || !parse_link_messages(buffer.first(static_cast<size_t>(length)),
                                       [this](const LinkMessage& link) { note(link); })) {
        lost_ = true;
    }
    return true;
}

bool LinkMonitor::resync() {
    ++n_resyncs_;
    for (const Port& port : ports_) {
        if (port.watch.kernel_interface != 0 && !ask_for(port.watch.kernel_interface)) {
            lost_ = true;
            return false;
        }
    }
    return true;
}

void LinkMonitor::note(const LinkMessage& message) {
    for (Port& port : ports_) {
        if (port.watch.kernel_interface == message.interface) {
            port.known = message.state;
        }
    }
}

void LinkMonitor::read_drivers(TimePoint now) {
    if (next_poll_ && now < *next_poll_) {
        return;
    }
    next_poll_ = now + kPollInterval;
    for (Port& port : ports_) {
        if (port.watch.kernel_interface != 0) {
            continue;
        }
        if (const auto state = port.watch.read_driver()) {
            port.known = state;
        }
    }
}

}  // namespace evengate::port
