// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: whole gateways, several in one process, between ring ports; the test is the hosts.
#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <unistd.h>

#include "catch.hpp"
#include "dataplane/punt_tag.hpp"
#include "evengate/gateway.hpp"
#include "eventually.hpp"
#include "mbuf_pool.hpp"
#include "packet/arp.hpp"
#include "packet/ethernet.hpp"
#include "port/eal.hpp"
#include "ring_port.hpp"
#include "worker_frames.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT

namespace {

constexpr MacAddress kLanMac = MacAddress::from_u64(0x0200'0000'0011);
constexpr MacAddress kWanMac = MacAddress::from_u64(0x0200'0000'0012);
constexpr MacAddress kHostMac = MacAddress::from_u64(0x0200'0000'0002);
constexpr MacAddress kServerMac = MacAddress::from_u64(0x0200'0000'0099);
const IpAddress kHost = *IpAddress::parse("192.0.2.10");
const IpAddress kVip = *IpAddress::parse("192.0.2.254");
const IpAddress kServer = *IpAddress::parse("198.51.100.7");

settings::Settings settings_of(const std::string& name) {
    settings::Settings settings;
    settings.appliance.name = name;
    settings.appliance.hugepages = settings::Hugepages::never;
    settings.appliance.n_mbufs = 8191;
    settings.ports = {{.name = "lan", .device = "net_ring_" + name + "_lan"},
                      {.name = "wan", .device = "net_ring_" + name + "_wan"}};
    settings.interfaces = {{.name = "lan",
                            .port = "lan",
                            .mac = kLanMac,
                            .addresses = {*IpPrefix::parse("192.0.2.1/24")}},
                           {.name = "wan",
                            .port = "wan",
                            .mac = kWanMac,
                            .addresses = {*IpPrefix::parse("198.51.100.1/24")}}};
    settings::Group group;
    group.id = GroupId{5};
    group.interface = "lan";
    group.virtual_addresses = {kVip};
    group.n_vmacs = 4;
    settings.groups = {group};
    return settings;
}

Bytes arp_frame(const MacAddress& destination, const packet::Arp& arp) {
    const packet::ControlFrame frame = packet::make_arp_frame(destination, arp.sender_mac, arp);
    return {frame.begin(), frame.end()};
}

// A gateway with the wires that its ports end in.
class Lab {
 public:
    explicit Lab(const std::string& name, const MbufPool& pool)
        : pool_(pool), lan_(name + "_lan", {}), wan_(name + "_wan", {}) {
        auto made = Gateway::make(settings_of(name), {});
        if (!made) {
            FAIL(made.error().message);
        }
        gateway_ = std::move(made).value();
    }
    ~Lab() { stop(); }
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;

    [[nodiscard]] Gateway& gateway() { return *gateway_; }
    [[nodiscard]] const RingPort& lan() const { return lan_; }
    [[nodiscard]] const RingPort& wan() const { return wan_; }

    void start() {
        thread_ = std::thread([this] { ran_ = gateway_->run().ok(); });
    }
    void stop() {
        if (thread_.joinable()) {
            gateway_->request_quit();
            thread_.join();
        }
    }
    [[nodiscard]] bool ran() const { return ran_; }

    void send(const RingPort& port, const Bytes& bytes) {
        REQUIRE(port.to_port().put(pool_.make_frame(bytes)));
    }
    // The next frame of the gateway of which this holds, within the patience of a test.
    template <class Condition>
    std::optional<Bytes> await(const RingPort& port, Condition condition) {
        std::optional<Bytes> found;
        eventually([&] {
            while (rte_mbuf* const frame = found ? nullptr : port.from_port().take()) {
                const auto bytes = bytes_of(frame);
                Bytes copy(bytes.begin(), bytes.end());
                rte_pktmbuf_free(frame);
                if (condition(copy)) {
                    found = std::move(copy);
                }
            }
            return found.has_value();
        });
        return found;
    }
    std::optional<packet::Arp> await_arp(const RingPort& port, packet::ArpOperation operation,
                                         const IpAddress& target) {
        std::optional<packet::Arp> arp;
        const auto found = await(port, [&](const Bytes& frame) {
            arp = load_be16(frame.data() + 12) == packet::kEtherTypeArp
                      ? packet::parse_arp(std::span(frame).subspan(packet::kEthernetHeaderSize))
                      : std::nullopt;
            return arp && arp->operation == operation && arp->target_ip == target;
        });
        return found ? arp : std::nullopt;
    }
    // Control notices a while after the start that its links are up, listens, and owns the vMACs.
    bool await_service() {
        return eventually([&] {
            const auto reply = gateway_->mailbox().ask({.verb = admin::Verb::report});
            return reply.report &&
                   std::ranges::all_of(reply.report->interfaces, &admin::InterfaceReport::link_up) &&
                   std::ranges::all_of(reply.report->groups[0].vmacs,
                                       [](const auto& vmac) { return vmac.state == "own"; });
        });
    }

 private:
    const MbufPool& pool_;
    RingPort lan_;
    RingPort wan_;
    std::unique_ptr<Gateway> gateway_;
    std::thread thread_;
    std::atomic<bool> ran_{false};
};

// A host asks for the VIP; the vMAC that it is told.
MacAddress ask_for_vip(Lab& lab) {
    lab.send(lab.lan(), arp_frame(kBroadcastMac, {.operation = packet::ArpOperation::request,
                                                  .sender_mac = kHostMac,
                                                  .sender_ip = kHost,
                                                  .target_mac = {},
                                                  .target_ip = kVip}));
    const auto answer = lab.await_arp(lab.lan(), packet::ArpOperation::reply, kHost);
    REQUIRE(answer.has_value());
    CHECK(answer->sender_ip == kVip);
    const Bytes group_prefix = {0x02, 0x45, 0x47, 0x00, 0x05};
    CHECK(std::equal(group_prefix.begin(), group_prefix.end(), answer->sender_mac.bytes.begin()));
    return answer->sender_mac;
}

void send_to_server(Lab& lab, const MacAddress& vmac) {
    lab.send(lab.lan(), link(vmac, kHostMac, kIpv4Type + to("198.51.100.7")));
}

bool reaches_server(Lab& lab) {
    const Bytes datagram = with_ttl(63, to("198.51.100.7"));
    const Bytes expected = link(kServerMac, kWanMac, kIpv4Type + datagram);
    return lab.await(lab.wan(), [&](const Bytes& frame) { return frame == expected; }).has_value();
}

void check_serves(Lab& lab) {
    REQUIRE(lab.await_service());
    const MacAddress vmac = ask_for_vip(lab);
    send_to_server(lab, vmac);
    const auto question = lab.await_arp(lab.wan(), packet::ArpOperation::request, kServer);
    REQUIRE(question.has_value());
    lab.send(lab.wan(), arp_frame(question->sender_mac, {.operation = packet::ArpOperation::reply,
                                                         .sender_mac = kServerMac,
                                                         .sender_ip = kServer,
                                                         .target_mac = question->sender_mac,
                                                         .target_ip = question->sender_ip}));
    // The one that waited for the answer comes from control, the next from the worker.
    CHECK(reaches_server(lab));
    send_to_server(lab, vmac);
    CHECK(reaches_server(lab));
}

}  // namespace

TEST_CASE("two gateways of one process are up at once, serve in turn, and leave nothing behind") {
    settings::Settings both = settings_of("gate_" + std::to_string(getpid()));
    both.ports.clear();
    const auto eal = port::Eal::start(both, 2 * compute_memory_mb(settings_of("size")) + 64);
    REQUIRE(eal.ok());
    const MbufPool pool(4095, RTE_MBUF_DEFAULT_BUF_SIZE, dataplane::kMbufPrivateSize);
    for (int round = 0; round < 2; ++round) {
        Lab first("gate_a", pool);
        Lab second("gate_b", pool);
        first.start();
        check_serves(first);
        // The lcore of its worker is taken; that is said, and ends neither.
        CHECK_FALSE(second.gateway().run().ok());
        send_to_server(first, ask_for_vip(first));
        CHECK(reaches_server(first));
        first.stop();
        CHECK(first.ran());
        second.start();
        check_serves(second);
        second.stop();
        CHECK(second.ran());
    }
    CHECK(pool.n_in_use() == 0);
    CHECK(rte_eth_dev_count_avail() == 0);
}
