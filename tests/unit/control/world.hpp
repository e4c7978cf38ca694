// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a Control over memory: a LAN with a VIP, an uplink with a default route, and what it sends
// and installs recorded. Used by: the tests and the benchmark of control.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "control/control.hpp"
#include "packet/arp.hpp"
#include "packet/ethernet.hpp"
#include "packet/group_message.hpp"
#include "packet/ipv4.hpp"

namespace evengate::control::test {

using namespace std::chrono_literals;

inline IpAddress ip(std::string_view text) {
    return *IpAddress::parse(text);
}
inline IpPrefix prefix(std::string_view text) {
    return *IpPrefix::parse(text);
}
inline MacAddress mac(uint64_t value) {
    return MacAddress::from_u64(value);
}

struct SentFrame {
    InterfaceId egress;
    std::vector<uint8_t> bytes;

    [[nodiscard]] MacAddress destination() const { return MacAddress::from_bytes(bytes.data()); }
    [[nodiscard]] MacAddress source() const { return MacAddress::from_bytes(bytes.data() + 6); }
    [[nodiscard]] uint16_t ethertype() const { return load_be16(bytes.data() + 12); }
    [[nodiscard]] std::span<const uint8_t> payload() const {
        return std::span(bytes).subspan(packet::kEthernetHeaderSize);
    }
    // A group message to all, or the keep-alive of a vMAC.
    [[nodiscard]] bool is_of_group() const {
        return destination() == packet::kGroupMulticastIpv4 ||
               ethertype() == packet::kEtherTypeRarp;
    }
    [[nodiscard]] std::optional<packet::Arp> arp() const {
        return ethertype() == packet::kEtherTypeArp ? packet::parse_arp(payload()) : std::nullopt;
    }
};

class RecordingTransmitter : public Transmitter {
 public:
    bool try_transmit(InterfaceId egress, std::span<const uint8_t> frame) override {
        if (full) {
            return false;
        }
        ++n_frames;
        if (recording) {
            frames.push_back({egress, {frame.begin(), frame.end()}});
        }
        return true;
    }

    bool full = false;
    bool recording = true;
    uint64_t n_frames = 0;
    std::vector<SentFrame> frames;
};

class RecordingTables : public ForwardingTables {
 public:
    Result<void> bind_slots(std::span<const SlotBinding> new_bindings) override {
        bindings.assign(new_bindings.begin(), new_bindings.end());
        return {};
    }
    void publish(std::span<const packet::SlotAction> new_actions, TimePoint new_lease) override {
        actions.assign(new_actions.begin(), new_actions.end());
        lease = new_lease;
        ++n_publications;
    }
    void set_adjacency(AdjacencyIndex index, const packet::Adjacency& adjacency) override {
        adjacencies[index.value] = adjacency;
    }
    Result<void> add_route(const IpPrefix& prefix, AdjacencyIndex adjacency) override {
        if (routes.size() >= max_routes && !routes.contains(prefix)) {
            return Error{"the route table is full"};
        }
        routes[prefix] = adjacency;
        return {};
    }
    Result<void> remove_route(const IpPrefix& prefix) override {
        if (routes.erase(prefix) == 0) {
            return Error{"there is no such route"};
        }
        return {};
    }

    // What a worker would find for this destination; nothing without a route.
    [[nodiscard]] std::optional<packet::Adjacency> look_up(const IpAddress& destination) const {
        for (int length = 32; length >= 0; --length) {
            const auto found =
                routes.find(IpPrefix{destination, static_cast<uint8_t>(length)}.network());
            if (found != routes.end()) {
                return adjacencies.at(found->second.value);
            }
        }
        return std::nullopt;
    }

    size_t max_routes = SIZE_MAX;
    std::vector<SlotBinding> bindings;
    std::vector<packet::SlotAction> actions;
    TimePoint lease{};
    unsigned n_publications = 0;
    std::map<uint16_t, packet::Adjacency> adjacencies;
    std::map<IpPrefix, AdjacencyIndex> routes;
};

class RecordingAppliance : public Appliance {
 public:
    [[nodiscard]] SlotCounts slot_counts(SlotIndex slot) const override {
        return {.packets = packets(slot),
                .bytes = 64u * packets(slot),
                .linger_packets = 0,
                .foreign_packets = 0,
                .returned_packets = returned(slot),
                .returned_bytes = 1500u * returned(slot)};
    }
    void describe(admin::Report& report) override { report.generation = 7; }
    void set_forwarding(bool enabled) override { forwarding = enabled; }
    Result<void> clear_port_stats() override {
        cleared = true;
        return {};
    }
    void quit() override { quitting = true; }
    [[nodiscard]] Duration worker_lag() const override { return lag(); }

    std::function<uint64_t(SlotIndex)> packets = [](SlotIndex slot) { return slot.value; };
    std::function<uint64_t(SlotIndex)> returned = [](SlotIndex) { return uint64_t{0}; };
    std::function<Duration()> lag = [] { return Duration(); };
    bool forwarding = true;
    bool cleared = false;
    bool quitting = false;
};

inline constexpr InterfaceId kLan{0};
inline constexpr InterfaceId kWan{1};
inline constexpr PortIndex kLanPort{0};
inline constexpr PortIndex kWanPort{1};
inline const MacAddress kLanMac = mac(0x0200'0000'0A01);
inline const MacAddress kWanMac = mac(0x0200'0000'0B01);
inline const MacAddress kHostMac = mac(0x5254'0000'0011);
inline const MacAddress kUplinkMac = mac(0x5254'0000'00FE);
inline const IpAddress kVip = ip("10.0.0.1");
inline const IpAddress kLanAddress = ip("10.0.0.2");
inline const IpAddress kWanAddress = ip("192.0.2.1");
inline const IpAddress kUplink = ip("192.0.2.254");
inline const IpAddress kHost = ip("10.0.0.11");
inline const IpAddress kFarAway = ip("203.0.113.9");

// A hold to listen, and the announcements of what is owned then.
inline constexpr Duration kUntilOwner = 900ms;

inline settings::Settings lan_and_uplink() {
    settings::Settings settings;
    settings.ports.resize(2);
    settings.ports[0].name = "p0";
    settings.ports[1].name = "p1";
    settings.interfaces.resize(2);
    settings.interfaces[0].name = "lan";
    settings.interfaces[0].port = "p0";
    settings.interfaces[0].addresses = {prefix("10.0.0.2/24"), prefix("2001:db8::2/64")};
    settings.interfaces[1].name = "wan";
    settings.interfaces[1].port = "p1";
    settings.interfaces[1].addresses = {prefix("192.0.2.1/24")};
    settings.routes = {{prefix("0.0.0.0/0"), kUplink}};
    settings::Group group;
    group.policy = settings::VmacPolicy::host_hash;
    group.id = GroupId(5);
    group.interface = "lan";
    group.virtual_addresses = {kVip};
    group.n_vmacs = 4;
    settings.groups = {group};
    return settings;
}

// What an IPv4 datagram of a test has besides its payload.
struct Ipv4Fields {
    IpAddress source;
    IpAddress destination;
    uint8_t protocol = packet::kIpProtocolUdp;
    uint8_t ttl = 64;
    uint16_t fragment = 0;
};

inline std::vector<uint8_t> make_datagram(const Ipv4Fields& fields, size_t payload_size = 32) {
    std::vector<uint8_t> datagram(packet::kIpv4HeaderSize + payload_size);
    datagram[0] = packet::kIpv4VersionAndNoOptions;
    store_be16(&datagram[packet::ipv4_offset::total_length],
               static_cast<uint16_t>(datagram.size()));
    store_be16(&datagram[packet::ipv4_offset::fragment], fields.fragment);
    datagram[packet::ipv4_offset::ttl] = fields.ttl;
    datagram[packet::ipv4_offset::protocol] = fields.protocol;
    store_be32(&datagram[packet::ipv4_offset::source], fields.source.to_v4());
    store_be32(&datagram[packet::ipv4_offset::destination], fields.destination.to_v4());
    for (size_t i = 0; i < payload_size; ++i) {
        datagram[packet::kIpv4HeaderSize + i] = static_cast<uint8_t>(i);
    }
    packet::set_ipv4_checksum(datagram.data(), packet::kIpv4HeaderSize);
    return datagram;
}

inline std::vector<uint8_t> make_echo_request(const IpAddress& source,
                                              const IpAddress& destination) {
    auto datagram = make_datagram(
        {.source = source, .destination = destination, .protocol = packet::kIpProtocolIcmp});
    uint8_t* icmp = datagram.data() + packet::kIpv4HeaderSize;
    icmp[0] = 8;
    icmp[1] = 0;
    store_raw<uint16_t>(icmp + 2, 0);
    store_raw(icmp + 2, packet::internet_checksum(icmp, datagram.size() - packet::kIpv4HeaderSize));
    return datagram;
}

class World {
 public:
    explicit World(const settings::Settings& settings = lan_and_uplink(),
                   std::vector<PortFacts> ports = {{.mac = kLanMac}, {.mac = kWanMac}})
        : control(settings,
                  {.version = "test", .config = "a: 1\n", .seed = 42, .boot_nonce = 4711}, ports, transmitter,
                  tables, appliance) {}

    // Control after a start that must succeed, with what it sent at start taken away: the only
    // member, which has listened for one hold and taken all vMACs.
    void start() {
        begin();
        pass(kUntilOwner);
        transmitter.frames.clear();
    }
    // The same at the moment of its start.
    void begin() {
        started = control.start(now).ok();
        next_deadline = control.on_timers(now);
        transmitter.frames.clear();
    }
    // Lets the time pass, with every timer served when it is due.
    void pass(Duration duration) {
        const TimePoint end = now + duration;
        next_deadline = control.on_timers(now);
        while (next_deadline <= end) {
            now = std::max(now, next_deadline);
            next_deadline = control.on_timers(now);
        }
        now = end;
    }
    void receive_arp(InterfaceId interface, const packet::Arp& arp,
                     const MacAddress& destination = kBroadcastMac, SlotIndex slot = kNoSlot) {
        const auto frame = packet::make_arp_frame(destination, arp.sender_mac, arp);
        control.on_frame({.reason = packet::PuntReason::arp,
                          .interface = interface,
                          .slot = slot,
                          .adjacency = kNoAdjacency,
                          .destination = destination,
                          .source = arp.sender_mac,
                          .ethertype = packet::kEtherTypeArp,
                          .payload = std::span(frame).subspan(packet::kEthernetHeaderSize)},
                         now);
    }
    void receive_ipv4(InterfaceId interface, std::span<const uint8_t> datagram,
                      packet::PuntReason reason = packet::PuntReason::unresolved) {
        control.on_frame({.reason = reason,
                          .interface = interface,
                          .slot = SlotIndex(interface.value),
                          .adjacency = kNoAdjacency,
                          .destination = interface == kLan ? kLanMac : kWanMac,
                          .source = interface == kLan ? kHostMac : kUplinkMac,
                          .ethertype = packet::kEtherTypeIpv4,
                          .payload = datagram},
                         now);
    }
    void ask(const MacAddress& host_mac, const IpAddress& host, const IpAddress& target) {
        receive_arp(kLan, {.operation = packet::ArpOperation::request,
                           .sender_mac = host_mac,
                           .sender_ip = host,
                           .target_mac = {},
                           .target_ip = target});
    }
    // The answer of a neighbour to a request of ours.
    void reply(InterfaceId interface, const MacAddress& host_mac, const IpAddress& host) {
        const MacAddress own = interface == kLan ? kLanMac : kWanMac;
        receive_arp(interface,
                    {.operation = packet::ArpOperation::reply,
                     .sender_mac = host_mac,
                     .sender_ip = host,
                     .target_mac = own,
                     .target_ip = interface == kLan ? kLanAddress : kWanAddress},
                    own);
    }
    void resolve_uplink() {
        reply(kWan, kUplinkMac, kUplink);
        transmitter.frames.clear();
    }
    // But those of the group, which has its own tests.
    std::vector<SentFrame> take_frames() {
        auto frames = take_all_frames();
        std::erase_if(frames, [](const SentFrame& frame) { return frame.is_of_group(); });
        return frames;
    }
    std::vector<SentFrame> take_all_frames() { return std::exchange(transmitter.frames, {}); }
    std::shared_ptr<const admin::Report> report() {
        return control.on_request({.verb = admin::Verb::report}, now).report;
    }
    [[nodiscard]] uint64_t refused(Refusal refusal) const {
        return control.counts().refused[static_cast<size_t>(refusal)];
    }

    RecordingTransmitter transmitter;
    RecordingTables tables;
    RecordingAppliance appliance;
    TimePoint now{1h};
    TimePoint next_deadline = kNever;
    bool started = false;
    Control control;
};

// The conservation equation of Counts.
inline bool is_conserved(const Counts& counts) {
    uint64_t sum = counts.answered + counts.noted + counts.forwarded + counts.held;
    for (const uint64_t refused : counts.refused) {
        sum += refused;
    }
    return sum == counts.received;
}

}  // namespace evengate::control::test
