// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <fcntl.h>
#include <net/if.h>
#include <poll.h>

#include "catch.hpp"
#include "eventually.hpp"
#include "kernel_side.hpp"
#include "port/link_monitor.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::port;  // NOLINT
using test::eventually;
using test::shell;
using test::VethPair;

namespace {

// Follows the monitor; its own ports' drivers are asked at a virtual time.
struct Follower {
    std::unique_ptr<LinkMonitor> monitor;
    std::map<uint16_t, LinkState> links;
    int n_changes = 0;

    void take(TimePoint now = TimePoint{}) {
        monitor->take_changes(now, [this](PortIndex port, LinkState state) {
            links[port.value] = state;
            ++n_changes;
        });
    }
    bool becomes(uint16_t port, LinkState state) {
        return eventually([&] {
            pollfd readable{monitor->fd(), POLLIN, 0};
            poll(&readable, 1, 10);
            take();
            return links.contains(port) && links[port] == state;
        });
    }
};

Follower follow(unsigned interface) {
    auto monitor = LinkMonitor::make({{PortIndex{3}, interface, {}}});
    REQUIRE(monitor.ok());
    return {std::move(monitor).value(), {}, 0};
}

}  // namespace

TEST_CASE("a port's link follows the other end of its wire, from the first state on") {
    const VethPair wire;
    REQUIRE(wire.is_made());
    Follower follower = follow(if_nametoindex("eg0"));
    CHECK(follower.becomes(3, LinkState::up));
    REQUIRE(shell("ip link set eg1 down"));
    CHECK(follower.becomes(3, LinkState::down));
    REQUIRE(shell("ip link set eg1 up"));
    CHECK(follower.becomes(3, LinkState::up));
    REQUIRE(shell("ip link set eg0 down"));
    CHECK(follower.becomes(3, LinkState::down));
    CHECK(follower.n_changes == 4);
}

TEST_CASE("an interface that is deleted loses its link, one that never was has none") {
    const VethPair wire;
    REQUIRE(wire.is_made());
    Follower follower = follow(if_nametoindex("eg0"));
    CHECK(follower.becomes(3, LinkState::up));
    REQUIRE(shell("ip link del eg0"));
    CHECK(follower.becomes(3, LinkState::down));

    Follower nothing = follow(9999);
    CHECK(nothing.becomes(3, LinkState::down));
}

TEST_CASE("leaving a bridge is no lost link") {
    const VethPair wire;
    REQUIRE(wire.is_made());
    REQUIRE(shell("ip link add egbr type bridge && ip link set eg0 master egbr"));
    Follower follower = follow(if_nametoindex("eg0"));
    CHECK(follower.becomes(3, LinkState::up));
    REQUIRE(shell("ip link set eg0 nomaster && ip link set eg0 mtu 1400"));
    // The MTU's message comes behind those of leaving.
    follower.take();
    CHECK(follower.links[3] == LinkState::up);
    CHECK(follower.n_changes == 1);
    shell("ip link del egbr");
}

TEST_CASE("when the kernel had more to say than the socket holds, the true state is asked for") {
    const VethPair wire;
    REQUIRE(wire.is_made());
    Follower follower = follow(if_nametoindex("eg0"));
    CHECK(follower.becomes(3, LinkState::up));
    const int smallest = 1;
    REQUIRE(setsockopt(follower.monitor->fd(), SOL_SOCKET, SO_RCVBUF, &smallest, sizeof smallest) ==
            0);
    // Unread meanwhile; the last change is not among those that still fit.
    REQUIRE(shell(
        "for i in 1 2 3 4 5 6 7 8; do ip link set eg0 mtu 140$i; done; ip link set eg1 down"));
    CHECK(follower.becomes(3, LinkState::down));
    CHECK(follower.monitor->n_resyncs() > 0);
}

TEST_CASE("a driver's own link is asked for ten times a second, and 'not now' changes nothing") {
    std::optional<LinkState> answer = LinkState::up;
    int n_asked = 0;
    auto monitor = LinkMonitor::make({{PortIndex{1}, 0, [&] {
                                           ++n_asked;
                                           return answer;
                                       }}});
    REQUIRE(monitor.ok());
    Follower follower{std::move(monitor).value(), {}, 0};
    const TimePoint start{std::chrono::seconds{5}};
    follower.take(start);
    CHECK(follower.links[1] == LinkState::up);
    answer = LinkState::down;
    follower.take(start + std::chrono::milliseconds{99});
    CHECK(n_asked == 1);
    CHECK(follower.links[1] == LinkState::up);
    answer = std::nullopt;
    follower.take(start + std::chrono::milliseconds{100});
    CHECK(n_asked == 2);
    CHECK(follower.links[1] == LinkState::up);
    answer = LinkState::down;
    follower.take(start + std::chrono::milliseconds{200});
    CHECK(follower.links[1] == LinkState::down);
}
