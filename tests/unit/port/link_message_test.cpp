// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/link_message.hpp"

#include <cstring>
#include <vector>

#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "catch.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::port;  // NOLINT

namespace {

using Bytes = std::vector<uint8_t>;

// A link message as the kernel sends it, with one attribute (IFLA_IFNAME "veth0", padded to 4).
Bytes link_message(uint16_t type, int interface, unsigned flags, uint8_t family = AF_UNSPEC) {
    const uint8_t name[] = {10, 0, IFLA_IFNAME, 0, 'v', 'e', 't', 'h', '0', 0, 0, 0};
    nlmsghdr header{};
    header.nlmsg_len = sizeof(nlmsghdr) + sizeof(ifinfomsg) + sizeof name;
    header.nlmsg_type = type;
    ifinfomsg link{};
    link.ifi_family = family;
    link.ifi_index = interface;
    link.ifi_flags = flags;
    Bytes bytes(header.nlmsg_len);
    std::memcpy(bytes.data(), &header, sizeof header);
    std::memcpy(bytes.data() + sizeof header, &link, sizeof link);
    std::memcpy(bytes.data() + sizeof header + sizeof link, name, sizeof name);
    return bytes;
}

// The answer to a question about an interface that is gone: error, then the question.
Bytes error_message(int32_t error, uint16_t asked_type, int interface) {
    const Bytes question = link_message(asked_type, interface, 0);
    Bytes bytes(sizeof(nlmsghdr) + sizeof error + question.size());
    nlmsghdr header{};
    header.nlmsg_len = static_cast<uint32_t>(bytes.size());
    header.nlmsg_type = NLMSG_ERROR;
    std::memcpy(bytes.data(), &header, sizeof header);
    std::memcpy(bytes.data() + sizeof header, &error, sizeof error);
    std::memcpy(bytes.data() + sizeof header + sizeof error, question.data(), question.size());
    return bytes;
}

struct Parsed {
    bool whole = false;
    std::vector<LinkMessage> links;
};

Parsed parse(const Bytes& bytes) {
    Parsed parsed;
    parsed.whole =
        parse_link_messages(bytes, [&](const LinkMessage& link) { parsed.links.push_back(link); });
    return parsed;
}

}  // namespace

TEST_CASE("a link is up when it is switched on and running, and down otherwise") {
    CHECK(parse(link_message(RTM_NEWLINK, 7, IFF_UP | IFF_RUNNING | IFF_LOWER_UP))
              .links.at(0)
              .state == LinkState::up);
    CHECK(parse(link_message(RTM_NEWLINK, 7, IFF_UP)).links.at(0).state == LinkState::down);
    CHECK(parse(link_message(RTM_NEWLINK, 7, IFF_RUNNING)).links.at(0).state == LinkState::down);
    CHECK(parse(link_message(RTM_NEWLINK, 7, 0)).links.at(0).interface == 7);
}

TEST_CASE("an interface that is removed has no link") {
    CHECK(parse(link_message(RTM_DELLINK, 7, IFF_UP | IFF_RUNNING)).links.at(0).state ==
          LinkState::down);
    const Parsed unknown = parse(error_message(-ENODEV, RTM_GETLINK, 7));
    REQUIRE(unknown.links.size() == 1);
    CHECK(unknown.links[0].interface == 7);
    CHECK(unknown.links[0].state == LinkState::down);
}

TEST_CASE(
    "a bridge's messages on its ports, other kinds and acknowledgements say nothing about a link") {
    for (const Bytes& bytes :
         {link_message(RTM_DELLINK, 7, IFF_UP | IFF_RUNNING, AF_BRIDGE),
          link_message(RTM_NEWADDR, 7, 0), link_message(RTM_NEWLINK, 0, 0),
          error_message(0, RTM_GETLINK, 7), error_message(-EPERM, RTM_SETLINK, 7)}) {
        const Parsed parsed = parse(bytes);
        CHECK(parsed.whole);
        CHECK(parsed.links.empty());
    }
}

TEST_CASE("several messages of one datagram are read in order") {
    Bytes bytes = link_message(RTM_NEWLINK, 7, IFF_UP | IFF_RUNNING);
    const Bytes second = link_message(RTM_NEWLINK, 7, IFF_UP);
    bytes.insert(bytes.end(), second.begin(), second.end());
    const Parsed parsed = parse(bytes);
    CHECK(parsed.whole);
    REQUIRE(parsed.links.size() == 2);
    CHECK(parsed.links[0].state == LinkState::up);
    CHECK(parsed.links[1].state == LinkState::down);
}

TEST_CASE(
    "no datagram cut short or with a wrong length is taken for whole, and none is read beyond its "
    "end") {
    const Bytes whole = link_message(RTM_NEWLINK, 7, IFF_UP);
    for (size_t length = 1; length < whole.size(); ++length) {
        // A copy of exactly that size, so that a sanitizer sees a read behind it.
        const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length));
        INFO(length);
        CHECK_FALSE(parse(cut).whole);
    }
    const uint32_t bad_lengths[] = {0, 15, 31, static_cast<uint32_t>(whole.size() + 1), UINT32_MAX};
    for (const uint32_t length : bad_lengths) {
        Bytes bytes = whole;
        std::memcpy(bytes.data(), &length, sizeof length);
        INFO(length);
        CHECK_FALSE(parse(bytes).whole);
    }
    const Bytes answer = error_message(-ENODEV, RTM_GETLINK, 7);
    for (uint32_t length = sizeof(nlmsghdr);
         length < sizeof(nlmsghdr) + sizeof(nlmsgerr) + sizeof(ifinfomsg); ++length) {
        Bytes bytes(answer.begin(), answer.begin() + length);
        std::memcpy(bytes.data(), &length, sizeof length);
        INFO(length);
        CHECK_FALSE(parse(bytes).whole);
    }
}
