// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <rte_ethdev.h>
#include <unistd.h>

#include "catch.hpp"
#include "eventually.hpp"
#include "mbuf_pool.hpp"
#include "port/port.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::port;  // NOLINT

namespace {

settings::Port settings_for(std::string device) {
    settings::Port settings;
    settings.name = "lan";
    settings.device = std::move(device);
    return settings;
}

}  // namespace

TEST_CASE("a null port comes up with a transmit queue for control and counts what it sends") {
    const test::MbufPool pool;
    auto port = Port::bring_up(settings_for("net_null7,copy=0"), PortIndex{0},
                               {.n_workers = 1, .pool = pool.get()});
    REQUIRE(port.ok());
    CHECK((*port)->queues().n_rx == 1);
    CHECK((*port)->kernel_interface() == 0);
    CHECK((*port)->try_read_link() == LinkState::up);

    const std::array<uint8_t, 60> bytes{};
    rte_mbuf* frame = pool.make_frame(bytes);
    REQUIRE((*port)->queues().control_has_own_tx_queue());
    CHECK((*port)->control_tx().fifo() == nullptr);
    REQUIRE((*port)->control_tx().try_send(frame));

    admin::PortReport report;
    (*port)->fill_report(report);
    CHECK(report.name == "lan");
    CHECK(report.driver == "net_null");
    CHECK(report.mtu == 1500);
    CHECK(report.tx_packets == 1);
    CHECK(
        std::any_of(report.xstats.begin(), report.xstats.end(), [](const admin::NamedCount& stat) {
            return stat.name == "tx_good_packets" && stat.count == 1;
        }));
    REQUIRE((*port)->clear_stats().ok());
    (*port)->fill_report(report);
    CHECK(report.tx_packets == 0);
}

TEST_CASE("a stopped port sends nothing, and sends again when it is started again") {
    const test::MbufPool pool;
    auto port = Port::bring_up(settings_for("net_null8"), PortIndex{0},
                               {.n_workers = 1, .pool = pool.get()});
    REQUIRE(port.ok());
    REQUIRE((*port)->stop().ok());
    const std::array<uint8_t, 60> bytes{};
    rte_mbuf* frame = pool.make_frame(bytes);
    CHECK_FALSE((*port)->control_tx().try_send(frame));
    REQUIRE((*port)->start().ok());
    CHECK((*port)->control_tx().try_send(frame));
}

TEST_CASE("a port that goes gives its device back, so that the next one can have it") {
    const test::MbufPool pool;
    const uint16_t n_before = rte_eth_dev_count_avail();
    for (int round = 0; round < 3; ++round) {
        auto port = Port::bring_up(settings_for("net_null9"), PortIndex{0},
                                   {.n_workers = 2, .pool = pool.get()});
        REQUIRE(port.ok());
        CHECK(rte_eth_dev_count_avail() == n_before + 1);
    }
    CHECK(rte_eth_dev_count_avail() == n_before);
    CHECK(pool.n_in_use() == 0);
}

TEST_CASE("a frame sent into a ring port comes out of it") {
    const test::MbufPool pool;
    auto port = Port::bring_up(settings_for("net_ring5"), PortIndex{0},
                               {.n_workers = 1, .pool = pool.get()});
    REQUIRE(port.ok());
    const std::array<uint8_t, 64> bytes{1, 2, 3};
    rte_mbuf* frame = pool.make_frame(bytes);
    const uint16_t id = (*port)->ethdev_id();
    REQUIRE(rte_eth_tx_burst(id, 0, &frame, 1) == 1);
    std::array<rte_mbuf*, 4> received{};
    REQUIRE(rte_eth_rx_burst(id, 0, received.data(), received.size()) == 1);
    CHECK(std::ranges::equal(test::bytes_of(received[0]), bytes));
    rte_pktmbuf_free(received[0]);
}

TEST_CASE("a capture is received over and over, frame for frame") {
    const std::string path =
        (std::filesystem::temp_directory_path() / fmt::format("evengate_{}.pcap", getpid()))
            .string();
    // A capture's header (microseconds, Ethernet), then one frame of 60 bytes.
    const std::array<uint32_t, 6> file_header = {0xA1B2C3D4, 0x0004'0002, 0, 0, 65535, 1};
    const std::array<uint32_t, 4> frame_header = {0, 0, 60, 60};
    std::array<uint8_t, 60> bytes{};
    bytes.fill(0x5A);
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(file_header.data()), sizeof file_header);
    file.write(reinterpret_cast<const char*>(frame_header.data()), sizeof frame_header);
    file.write(reinterpret_cast<const char*>(bytes.data()), sizeof bytes);
    file.close();

    const test::MbufPool pool;
    auto port = Port::bring_up(settings_for("net_pcap0,infinite_rx=1,rx_pcap=" + path),
                               PortIndex{0}, {.n_workers = 1, .pool = pool.get()});
    std::filesystem::remove(path);
    REQUIRE(port.ok());
    std::array<rte_mbuf*, 8> frames{};
    const uint16_t id = (*port)->ethdev_id();
    for (int round = 0; round < 3; ++round) {
        REQUIRE(rte_eth_rx_burst(id, 0, frames.data(), frames.size()) == frames.size());
        CHECK(std::ranges::equal(test::bytes_of(frames[7]), bytes));
        CHECK(rte_eth_tx_burst(id, 0, frames.data(), frames.size()) == frames.size());
    }
    admin::PortReport report;
    (*port)->set_filters({MacAddress::from_u64(0x0245'4700'0101)}, {});
    REQUIRE(test::eventually([&] { return (*port)->filters().settled; }));
    (*port)->fill_report(report);
    CHECK(report.rx_packets == 24);
    // Nothing stands between a capture and its reader: no filter is missing.
    CHECK(report.n_mac_filters_wanted == 2);
    CHECK(report.n_mac_filters_active == 2);
}

TEST_CASE("frames of several workers leave a FIFO in the order of each, and none is lost or kept") {
    const test::MbufPool pool(255);
    constexpr unsigned kFrames = 100;
    {
        auto fifo = FrameFifo::make("hand_over", kFrames, FrameFifo::Producers::several);
        REQUIRE(fifo.ok());
        CHECK((*fifo)->is_empty());
        CHECK_FALSE(FrameFifo::make("hand_over", 8, FrameFifo::Producers::several).ok());
        std::vector<rte_mbuf*> in;
        for (unsigned i = 0; i <= kFrames; ++i) {
            in.push_back(pool.make_frame(std::array{static_cast<uint8_t>(i)}));
        }
        // One more than it holds.
        CHECK((*fifo)->put_burst(in) == kFrames);
        rte_pktmbuf_free(in.back());
        std::array<rte_mbuf*, 60> out{};
        REQUIRE((*fifo)->take_burst(out) == out.size());
        for (size_t i = 0; i < out.size(); ++i) {
            CHECK(out[i] == in[i]);
            rte_pktmbuf_free(out[i]);
        }
        CHECK(pool.n_in_use() == kFrames - out.size());
    }
    CHECK(pool.n_in_use() == 0);
}

TEST_CASE(
    "control's frames wait in a FIFO where the port has no queue for them, and a full one says "
    "so") {
    const test::MbufPool pool(8191);
    // A ring port has 16 queues of each kind: the workers take them all.
    auto port = Port::bring_up(settings_for("net_ring6"), PortIndex{0},
                               {.n_workers = 16, .pool = pool.get()});
    REQUIRE(port.ok());
    FrameFifo* fifo = (*port)->control_tx().fifo();
    REQUIRE(fifo != nullptr);
    const std::array<uint8_t, 60> bytes{};
    for (unsigned i = 0; i < ControlTx::kFifoFrames; ++i) {
        REQUIRE((*port)->control_tx().try_send(pool.make_frame(bytes)));
    }
    rte_mbuf* one_too_many = pool.make_frame(bytes);
    CHECK_FALSE((*port)->control_tx().try_send(one_too_many));
    rte_pktmbuf_free(one_too_many);
    port->reset();
    CHECK(pool.n_in_use() == 0);
}

TEST_CASE("a missing device is refused in words that name the port and what is missing") {
    const test::MbufPool pool;
    const PortNeeds needs{.n_workers = 1, .pool = pool.get()};
    const auto no_interface =
        Port::bring_up(settings_for("net_af_packet5,iface=no-such-if"), PortIndex{0}, needs);
    REQUIRE_FALSE(no_interface.ok());
    CHECK_THAT(no_interface.error().message,
               Catch::Contains("port lan") && Catch::Contains("'no-such-if'"));
    const auto no_pci = Port::bring_up(settings_for("0000:7f:1f.7"), PortIndex{0}, needs);
    REQUIRE_FALSE(no_pci.ok());
    CHECK_THAT(no_pci.error().message, Catch::Contains("dpdk-devbind.py"));
    CHECK_FALSE(Port::bring_up(settings_for("net_nothing0"), PortIndex{0}, needs).ok());
    CHECK_FALSE(Port::bring_up(settings_for(""), PortIndex{0}, needs).ok());
}

TEST_CASE("an MTU beyond the buffers is refused with the largest that fits") {
    const test::MbufPool pool;
    settings::Port settings = settings_for("net_null6");
    settings.mtu = 9000;
    const auto port = Port::bring_up(settings, PortIndex{0}, {.n_workers = 1, .pool = pool.get()});
    REQUIRE_FALSE(port.ok());
    CHECK_THAT(port.error().message, Catch::Contains("2022"));
    settings.mtu = 2022;
    CHECK(Port::bring_up(settings, PortIndex{0}, {.n_workers = 1, .pool = pool.get()}).ok());
}
