// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the services of a gateway over memory, with targets on its LAN that answer as they are told
// to, in virtual time. Thread: the test's. Used by: the tests of control.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>

#include "catch.hpp"
#include "control/parts.hpp"
#include "packet/tcp_segment.hpp"
#include "packet/transport.hpp"
#include "world.hpp"

namespace evengate::control::test {

class MemoryPlane : public ServicePlane {
 public:
    void publish(std::unique_ptr<reroute::ServiceSet> next) override {
        set = std::move(next);
        ++n_publications;
    }
    void set_live_elsewhere(uint16_t, uint32_t) override {}
    [[nodiscard]] TargetCounts counts(uint16_t target) const override { return of_targets.at(target); }
    [[nodiscard]] uint64_t bucket_packets(size_t bucket) const override {
        return bucket < of_buckets.size() ? of_buckets[bucket] : 0;
    }
    size_t take_told(std::span<reroute::ToldFlow>) override { return 0; }
    void teach(const reroute::ToldFlow&) override {}
    [[nodiscard]] std::optional<reroute::ToldFlow> find(const reroute::ToldFlow& flow, uint64_t hash) const override {
        const auto found = flows.find({flow.ends, hash});
        return found != flows.end() ? std::optional(found->second) : std::nullopt;
    }
    void for_each_flow(const Visit& visit) const override {
        for (const auto& [key, flow] : flows) {
            if (!visit(flow, 1)) {
                return;
            }
        }
    }
    [[nodiscard]] std::optional<reroute::ToldFlow> find_source(uint16_t pool, uint16_t port) const override {
        const auto found = sources.find({pool, port});
        return found != sources.end() ? std::optional(found->second) : std::nullopt;
    }
    void describe(admin::RerouteReport&) const override {}

    std::unique_ptr<reroute::ServiceSet> set;
    unsigned n_publications = 0;
    std::array<TargetCounts, 8> of_targets{};
    std::vector<uint64_t> of_buckets;
    std::map<std::pair<uint16_t, uint16_t>, reroute::ToldFlow> sources;  // by pool and port
    std::map<std::pair<uint64_t, uint64_t>, reroute::ToldFlow> flows;  // by ends and hash
};

// Scripts that end as the test says.
class ToldScripts : public ScriptRunner {
 public:
    bool start(uint16_t target, const ScriptCall& call) override {
        calls[target].push_back(call);
        is_running[target] = can_start;
        return can_start;
    }
    ScriptState look(uint16_t target) override {
        REQUIRE(is_running[target]);
        const ScriptState state = states[target];
        is_running[target] = state == ScriptState::running;
        return state;
    }
    void stop(uint16_t target) override {
        is_running[target] = false;
        ++n_stopped;
    }

    bool can_start = true;
    std::map<uint16_t, ScriptState> states;  // running, if not said
    std::map<uint16_t, std::vector<ScriptCall>> calls;
    std::map<uint16_t, bool> is_running;
    unsigned n_stopped = 0;
};

class ServiceAppliance : public RecordingAppliance {
 public:
    [[nodiscard]] ServicePlane* services() override { return &plane; }
    [[nodiscard]] ScriptRunner* scripts() override { return &told_scripts; }
    MemoryPlane plane;
    ToldScripts told_scripts;
};

inline const IpAddress kPublished = ip("198.51.100.7");
inline constexpr size_t kTargets = 4;
inline IpAddress target_address(size_t target) { return IpAddress::v4(0x0A00'0015 + static_cast<uint32_t>(target)); }
inline MacAddress target_mac(size_t target) { return mac(0x5254'0000'0100 + target); }

// One service on port 80 with the targets t0 to t3 on the LAN; the way back is at once.
inline settings::Settings with_service(settings::Rewrite mode = settings::Rewrite::mac,
                                       settings::Probe probe = settings::Probe::tcp) {
    auto settings = lan_and_uplink();
    settings::Service service;
    service.name = "web";
    service.addresses = {kPublished};
    service.ports = {{80, 80}};
    service.mode = mode;
    service.health.probe = probe;
    service.slow_start = settings::Milliseconds{0};
    for (size_t i = 0; i < kTargets; ++i) {
        settings::Target& target = service.targets.emplace_back();
        target.name = "t" + std::to_string(i);
        target.address = target_address(i);
        target.port = mode == settings::Rewrite::nat ? 8080 : 0;
    }
    settings.services = {service};
    return settings;
}

class ServiceWorld {
 public:
    enum class Behaviour : uint8_t { serves, silent, refuses, fails };

    explicit ServiceWorld(const settings::Settings& settings) : settings_(settings) {
        const std::vector<PortFacts> ports = {{.mac = kLanMac}, {.mac = kWanMac}};
        auto made = Parts::make(settings_, {.incarnation = {}, .name = "gw1", .seed = 42}, ports,
                                {transmitter, tables, appliance});
        REQUIRE(made.ok());
        parts_ = std::move(made).value();
        std::vector<AdjacencyIndex> next_hops;
        for (size_t i = 0; i < kTargets; ++i) {
            parts_->neighbours.fix({kLan, target_address(i)}, target_mac(i), now);
        }
        for (const NeighbourKey& next_hop : parts_->routes.next_hops()) {
            next_hops.push_back(parts_->neighbours.pin(next_hop, now));
        }
        REQUIRE(parts_->routes.install(next_hops).ok());
        REQUIRE(services().start(next_hops, now).ok());
    }

    [[nodiscard]] Services& services() { return parts_->services; }
    [[nodiscard]] MemoryPlane& plane() { return appliance.plane; }
    [[nodiscard]] const reroute::ServiceSet& set() { return *appliance.plane.set; }
    [[nodiscard]] reroute::TargetUse use(size_t target) { return set().targets[target].use; }
    [[nodiscard]] double share_of_slots(uint16_t target) {
        const auto& slots = set().services[0].slots;
        return static_cast<double>(std::count(slots.begin(), slots.end(), target)) /
               static_cast<double>(slots.size());
    }

    // A neighbour that needs no asking.
    void know(const NeighbourKey& key, const MacAddress& mac) { parts_->neighbours.fix(key, mac, now); }
    // A datagram that a worker punted; the datagrams that left at once, by the MAC that they went to.
    std::vector<std::pair<MacAddress, std::vector<uint8_t>>> punt(packet::PuntReason reason, InterfaceId interface,
                                                                  std::span<const uint8_t> datagram,
                                                                  AdjacencyIndex adjacency = kNoAdjacency) {
        transmitter.frames.clear();
        static_cast<void>(parts_->ipv4.on_frame({.reason = reason,
                                                 .interface = interface,
                                                 .slot = kNoSlot,
                                                 .adjacency = adjacency,
                                                 .destination = kLanMac,
                                                 .source = kLanMac,
                                                 .ethertype = packet::kEtherTypeIpv4,
                                                 .payload = datagram},
                                                now));
        return take_datagrams();
    }
    std::vector<std::pair<MacAddress, std::vector<uint8_t>>> take_datagrams() {
        std::vector<std::pair<MacAddress, std::vector<uint8_t>>> sent;
        for (const SentFrame& frame : std::exchange(transmitter.frames, {})) {
            if (frame.ethertype() == packet::kEtherTypeIpv4) {
                const auto length = load_be16(frame.payload().data() + packet::ipv4_offset::total_length);
                sent.push_back({frame.destination(), {frame.payload().begin(), frame.payload().begin() + length}});
            }
        }
        return sent;
    }
    void hear(const NeighbourKey& key, const MacAddress& mac) {
        parts_->neighbours.observe(key, mac, Sighting::answer, now);
    }
    // Time in which nobody answers ARP.
    void wait_in_silence(Duration duration) {
        for (const TimePoint end = now + duration; now < end; now += 100ms) {
            parts_->neighbours.on_timers(now);
            parts_->ipv4.report_unreachable(now);
        }
    }

    void pass(Duration duration) {
        const TimePoint end = now + duration;
        for (;;) {
            services().on_timers(now);
            answer();
            const TimePoint next = services().next_deadline();
            if (next > end) {
                break;
            }
            now = std::max(next, now + 1us);
        }
        now = end;
    }

    // What a probe of the target was, from the address asked on.
    struct Asked {
        std::vector<uint8_t> outer;  // header; of ipip
        std::vector<uint8_t> datagram;
    };

    std::array<Behaviour, kTargets> behaviours{};
    std::array<std::vector<Asked>, kTargets> asked;
    TimePoint now{1h};
    RecordingTransmitter transmitter;
    RecordingTables tables;
    ServiceAppliance appliance;

 private:
    void answer() {
        for (bool any = true; any;) {
            any = false;
            for (const SentFrame& frame : std::exchange(transmitter.frames, {})) {
                for (size_t i = 0; i < kTargets; ++i) {
                    if (frame.destination() == target_mac(i) && frame.ethertype() == packet::kEtherTypeIpv4) {
                        any = true;
                        take(i, {frame.payload().begin(), frame.payload().end()});
                    }
                }
            }
        }
    }
    void take(size_t target, std::vector<uint8_t> datagram) {
        Asked& one = asked[target].emplace_back();
        if (datagram[9] == packet::kIpProtocolIpip || datagram[9] == packet::kIpProtocolGre) {
            const auto overhead = datagram[9] == packet::kIpProtocolGre ? 24 : 20;
            one.outer.assign(datagram.begin(), datagram.begin() + overhead);
            datagram.erase(datagram.begin(), datagram.begin() + overhead);
        }
        one.datagram = datagram;
        const Behaviour behaviour = behaviours[target];
        if (behaviour == Behaviour::silent) {
            return;
        }
        if (datagram[9] == packet::kIpProtocolIcmp) {
            // An echo reply is the request turned around, of type 0.
            std::swap_ranges(datagram.begin() + 12, datagram.begin() + 16, datagram.begin() + 16);
            datagram[20] = 0;
            store_raw<uint16_t>(&datagram[22], 0);
            store_raw(&datagram[22], packet::internet_checksum(&datagram[20], datagram.size() - 20));
            static_cast<void>(services().take(datagram, now));
            return;
        }
        const auto segment = packet::parse_tcp_segment(datagram);
        REQUIRE(segment.has_value());
        if ((segment->flags & packet::tcp_flag::rst) != 0) {
            return;
        }
        const bool is_syn = segment->flags == packet::tcp_flag::syn;
        packet::TcpSegment answer{.source = kPublished,
                                  .destination = segment->source,
                                  .source_port = 80,
                                  .destination_port = segment->source_port,
                                  .sequence = is_syn ? 7000u : 7001u,
                                  .acknowledgement = segment->sequence + (is_syn ? 1 : 0),
                                  .flags = packet::tcp_flag::ack,
                                  .payload = {}};
        if (is_syn) {
            answer.flags |= behaviour == Behaviour::refuses ? packet::tcp_flag::rst : packet::tcp_flag::syn;
        } else if (!segment->payload.empty()) {
            answer.payload = behaviour == Behaviour::fails ? "HTTP/1.1 503 No\r\n\r\n" : "HTTP/1.0 200 OK\r\n\r\n";
        }
        static_cast<void>(services().take(packet::make_tcp_segment(answer), now));
    }

    settings::Settings settings_;
    std::unique_ptr<Parts> parts_;
};

}  // namespace evengate::control::test
