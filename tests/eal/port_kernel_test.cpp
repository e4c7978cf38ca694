// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <net/if.h>
#include <rte_ethdev.h>

#include "catch.hpp"
#include "eventually.hpp"
#include "kernel_side.hpp"
#include "mbuf_pool.hpp"
#include "port/port.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::port;  // NOLINT
using test::eventually;
using test::shell;
using test::VethPair;

namespace {

const MacAddress kVmac = MacAddress::from_u64(0x0245'4700'0101);
const MacAddress kGroup = MacAddress::from_u64(0x0100'5e00'0066);

std::vector<uint8_t> frame_for(const MacAddress& destination, uint8_t mark) {
    std::vector<uint8_t> frame(64, mark);
    std::copy(destination.bytes.begin(), destination.bytes.end(), frame.begin());
    std::fill_n(frame.begin() + 6, 6, uint8_t{2});
    frame[12] = test::PacketSocket::kEtherType >> 8;
    frame[13] = test::PacketSocket::kEtherType & 0xFF;
    return frame;
}

settings::Port settings_for(std::string device) {
    settings::Port settings;
    settings.name = "lan";
    settings.device = std::move(device);
    settings.rx_descriptors = 512;
    settings.tx_descriptors = 512;
    return settings;
}

// The next frame with this mark that any receive queue of the port delivers, within the patience.
bool receives(const Port& port, const std::vector<uint8_t>& expected) {
    return eventually([&] {
        bool found = false;
        for (uint16_t q = 0; q < port.queues().n_rx; ++q) {
            std::array<rte_mbuf*, 32> frames{};
            const uint16_t n = rte_eth_rx_burst(port.ethdev_id(), q, frames.data(), frames.size());
            for (uint16_t i = 0; i < n; ++i) {
                found = found || std::ranges::equal(test::bytes_of(frames[i]), expected);
                rte_pktmbuf_free(frames[i]);
            }
        }
        return found;
    });
}

// Sends as control does; a FIFO is emptied as worker 0 does.
bool send_by_control(Port& port, rte_mbuf* frame) {
    if (!port.control_tx().try_send(frame)) {
        return false;
    }
    FrameFifo* fifo = port.control_tx().fifo();
    std::array<rte_mbuf*, 4> frames{};
    const uint16_t n = fifo == nullptr ? uint16_t{0} : fifo->take_burst(frames);
    return fifo == nullptr ||
           (n == 1 && rte_eth_tx_burst(port.ethdev_id(), 0, frames.data(), n) == n);
}

void check_both_ways(Port& port, const test::MbufPool& pool, const test::PacketSocket& peer) {
    port.set_filters({kVmac}, {kGroup});
    REQUIRE(eventually([&] { return port.filters().settled; }));
    CHECK_FALSE(port.filters().state.deaf);
    uint8_t mark = 0x10;
    for (const MacAddress& destination : {port.mac(), kVmac, kGroup, kBroadcastMac}) {
        INFO(destination.to_string());
        const auto in = frame_for(destination, mark++);
        REQUIRE(peer.send(in));
        CHECK(receives(port, in));
    }
    const auto out = frame_for(kBroadcastMac, 0x77);
    REQUIRE(send_by_control(port, pool.make_frame(out)));
    CHECK(eventually([&] { return peer.try_receive() == out; }));
}

}  // namespace

TEST_CASE("net_af_packet carries frames both ways and takes vMACs by promiscuous mode") {
    const VethPair wire;
    REQUIRE(wire.is_made());
    const test::MbufPool pool;
    auto port = Port::bring_up(settings_for("net_af_packet0,iface=eg0,framecnt=512"), PortIndex{0},
                               {.n_workers = 1, .pool = pool.get()});
    REQUIRE(port.ok());
    CHECK((*port)->queues().n_rx == 1);
    CHECK((*port)->kernel_interface() == if_nametoindex("eg0"));
    const test::PacketSocket peer("eg1");
    REQUIRE(peer.is_bound());
    check_both_ways(**port, pool, peer);
    CHECK((*port)->filters().state.promiscuous == Switch::on);

    admin::PortReport report;
    (*port)->fill_report(report);
    CHECK(report.promiscuous);
    CHECK(report.n_mac_filters_wanted == 2);
    CHECK(report.n_mac_filters_active == 1);
    CHECK(report.rx_packets >= 4);
    CHECK(report.tx_packets == 1);

    SECTION("and again after a restart") {
        REQUIRE((*port)->stop().ok());
        REQUIRE((*port)->start().ok());
        check_both_ways(**port, pool, peer);
    }
}

TEST_CASE("net_af_packet uses all its queue pairs, whose fan-out the kernel fills") {
    const VethPair wire;
    REQUIRE(wire.is_made());
    const test::MbufPool pool;
    auto port = Port::bring_up(settings_for("net_af_packet1,iface=eg0,qpairs=3,framecnt=512"),
                               PortIndex{0}, {.n_workers = 2, .pool = pool.get()});
    REQUIRE(port.ok());
    CHECK((*port)->queues().n_rx == 3);
    CHECK((*port)->queues().n_tx == 3);
    CHECK((*port)->control_tx().fifo() == nullptr);
    const test::PacketSocket peer("eg1");
    check_both_ways(**port, pool, peer);
}

TEST_CASE("the MTU of a kernel-backed port is the configured one") {
    const VethPair wire;
    REQUIRE(wire.is_made());
    const test::MbufPool pool;
    settings::Port settings = settings_for("net_af_packet2,iface=eg0");
    settings.mtu = 1400;
    auto port = Port::bring_up(settings, PortIndex{0}, {.n_workers = 1, .pool = pool.get()});
    REQUIRE(port.ok());
    CHECK(shell("ip link show eg0 | grep -q 'mtu 1400'"));
}

TEST_CASE("net_tap carries frames both ways") {
    const test::MbufPool pool;
    auto port = Port::bring_up(settings_for("net_tap0,iface=egtap"), PortIndex{0},
                               {.n_workers = 1, .pool = pool.get()});
    REQUIRE(port.ok());
    CHECK((*port)->kernel_interface() == if_nametoindex("egtap"));
    REQUIRE(shell("ip link set egtap up"));
    const test::PacketSocket peer("egtap");
    REQUIRE(peer.is_bound());
    check_both_ways(**port, pool, peer);
}

TEST_CASE("net_af_xdp in copy mode carries frames both ways on a veth") {
    const VethPair wire;
    REQUIRE(wire.is_made());
    const test::MbufPool pool;
    auto port = Port::bring_up(settings_for("net_af_xdp0,iface=eg0,busy_budget=0,force_copy=1"),
                               PortIndex{0}, {.n_workers = 1, .pool = pool.get()});
    REQUIRE(port.ok());
    CHECK((*port)->kernel_interface() == if_nametoindex("eg0"));
    const test::PacketSocket peer("eg1");
    check_both_ways(**port, pool, peer);
}
