// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/link_message.hpp"

#include <optional>

#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/bytes.hpp"

namespace evengate::port {

namespace {

// The kernel sets IFF_RUNNING from operstate: up, or unknown where the driver cannot tell (RFC
// 2863).
constexpr unsigned kCarriesTraffic = IFF_UP | IFF_RUNNING;

LinkState state_of(unsigned flags) {
    return (flags & kCarriesTraffic) == kCarriesTraffic ? LinkState::up : LinkState::down;
}

// False: too short for what it says it is. Nothing: it says nothing about a link.
bool read_link(uint16_t type, std::span<const uint8_t> body, std::optional<LinkMessage>& message) {
    if (body.size() < sizeof(ifinfomsg)) {
        return false;
    }
    const auto link = load_raw<ifinfomsg>(body.data());
    // A bridge tells of its ports in messages of the same types: leaving a bridge is no lost link.
    if (link.ifi_family == AF_UNSPEC && link.ifi_index > 0) {
        message = LinkMessage{static_cast<unsigned>(link.ifi_index),
                              type == RTM_NEWLINK ? state_of(link.ifi_flags) : LinkState::down};
    }
    return true;
}

// The answer to a question about an interface that is gone carries the question.
bool read_error(std::span<const uint8_t> body, std::optional<LinkMessage>& message) {
    if (body.size() < sizeof(nlmsgerr)) {
        return false;
    }
    const auto error = load_raw<nlmsgerr>(body.data());
    if (error.error == 0 || error.msg.nlmsg_type != RTM_GETLINK) {
        return true;
    }
    return read_link(RTM_DELLINK, body.subspan(sizeof(nlmsgerr)), message);
}

bool read_message(uint16_t type, std::span<const uint8_t> body,
                  std::optional<LinkMessage>& message) {
    switch (type) {
        case RTM_NEWLINK:
        case RTM_DELLINK:
            return read_link(type, body, message);
        case NLMSG_ERROR:
            return read_error(body, message);
        default:
            return true;
    }
}

}  // namespace

bool parse_link_messages(std::span<const uint8_t> datagram,
                         const std::function<void(const LinkMessage&)>& on_link) {
    while (!datagram.empty()) {
        if (datagram.size() < sizeof(nlmsghdr)) {
            return false;
        }
        const auto header = load_raw<nlmsghdr>(datagram.data());
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size()) {
            return false;
        }
        std::optional<LinkMessage> message;
        if (!read_message(header.nlmsg_type,
                          datagram.subspan(sizeof header, header.nlmsg_len - sizeof header),
                          message)) {
            return false;
        }
        if (message) {
            on_link(*message);
        }
        // The padding of the last message may be left out.
        const size_t padded =
            (size_t{header.nlmsg_len} + NLMSG_ALIGNTO - 1) / NLMSG_ALIGNTO * NLMSG_ALIGNTO;
        datagram = datagram.subspan(std::min(padded, datagram.size()));
    }
    return true;
}

}  // namespace evengate::port
