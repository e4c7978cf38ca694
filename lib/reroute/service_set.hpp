// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: one immutable version of services and targets, as workers need them (rerouting rules 1, 2, 5,
// 6, 12, 14 to 16). Pure. Thread: built by control, then immutable; any may read. Used by: control,
// table, dataplane.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/mac_address.hpp"
#include "packet/ipv4.hpp"
#include "packet/tunnel.hpp"
#include "reroute/classes.hpp"
#include "reroute/connection_policy.hpp"
#include "reroute/flow.hpp"
#include "reroute/slots.hpp"

namespace evengate::reroute {

// Of all services of an appliance.
inline constexpr size_t kMaxTargetsOfAll = 256;
inline constexpr uint16_t kNoService = 0xFFFF;
inline constexpr uint16_t kNoPool = 0xFFFF;

enum class Rewrite : uint8_t {
    mac,   // the destination MAC alone (rule 11)
    nat,   // destination address and port (rule 12)
    ipip,  // an outer IPv4 header (rule 13)
    gre,   // and one of GRE behind it
};
[[nodiscard]] constexpr bool is_tunnel(Rewrite rewrite) { return rewrite == Rewrite::ipip || rewrite == Rewrite::gre; }
// Not checked: it is a tunnel.
[[nodiscard]] constexpr packet::TunnelKind tunnel_of(Rewrite rewrite) {
    return rewrite == Rewrite::gre ? packet::TunnelKind::gre : packet::TunnelKind::ipip;
}
// Bytes that it puts in front.
[[nodiscard]] constexpr size_t overhead_of(Rewrite rewrite) {
    return is_tunnel(rewrite) ? packet::tunnel_overhead(tunnel_of(rewrite)) : size_t{0};
}
enum class Criterion : uint8_t {
    stateless,         // the slot of the flow's hash (rule 5)
    stateful,          // the connection's target, or for a new one as stateless (rule 6)
    spray,             // any target, a new one for each packet (rule 17)
    source_mac,        // the bucket of the sender's MAC (rule 16)
    symmetric_flow,    // the bucket of the flow, the same for both directions (rule 16)
};
enum class FragmentPolicy : uint8_t { track, addresses, drop };
enum class AnswerWay : uint8_t {
    direct,  // the target answers the client itself
    route,   // answers pass a member, which restores the source without state
    snat,    // the target sees an address of this member, and answers there
};

enum class TargetUse : uint8_t {
    flushed,   // nothing goes there; its connections are forgotten
    down,      // only what is established, in case it lives after all
    draining,  // only what it has already
    up,
};

struct TargetRow {
    uint32_t address = 0;     // host byte order
    uint16_t port = 0;        // 0: the one that was asked for
    AdjacencyIndex adjacency = kNoAdjacency;  // to it, or to the member that it sits behind
    uint16_t path_mtu = UINT16_MAX;  // of tunnels: bytes that routers on the way said they take
    TargetUse use = TargetUse::flushed;
    bool is_behind_member = false;  // handed to that member, whatever the service's rewrite
    uint32_t weight = 0;      // for the least loaded

    [[nodiscard]] TargetCondition condition() const {
        using enum TargetCondition;
        return use == TargetUse::up ? up : use == TargetUse::draining ? draining : down;
    }
};

// Host byte order, both ends belong to it.
struct AddressRange {
    uint32_t first = 0;
    uint32_t last = 0;

    [[nodiscard]] bool contains(uint32_t address) const { return first <= address && address <= last; }
};

struct ServiceRow {
    Rewrite rewrite = Rewrite::mac;
    Criterion criterion = Criterion::stateless;
    FragmentPolicy fragments = FragmentPolicy::track;
    AnswerWay answers = AnswerWay::direct;
    bool by_client = false;  // sticky without state: the hash of the client's address alone
    bool chooses_least_loaded = false;
    bool tells_members = false;  // what they could not know by hash (rule 8)
    bool has_classes = false;
    bool goes_by_hash = false;  // see ServiceSet::seal()
    bool keeps_rest = false;  // of buckets: what leads to no target is routed on here (rule D15)
    uint32_t n_slots = 0;   // of a class
    uint16_t mss = 0;       // 0: not clamped
    uint32_t tunnel_source = 0;
    uint16_t first_pool = 0;  // of the addresses that targets see; answers: snat
    uint16_t n_pools = 0;
    uint32_t idle_s = 900;
    uint32_t sticky_s = 0;
    uint32_t first_bucket = 0;  // counter of a dispatcher's first slot
    Classes classes;
    // Slot -> target, class by class: index class * n_slots + slot.
    std::vector<uint16_t> slots;
    // Under which a connection began that nobody knows, while that is remembered; else empty. Of a dispatcher's bucket that
    // does not move: kNoTarget.
    std::vector<uint16_t> previous_slots;
    // One class: only targets that are not behind another member, for frames from members.
    std::vector<uint16_t> own_slots;

    [[nodiscard]] size_t class_of(uint8_t tos, uint32_t client) const {
        return has_classes ? classes.class_of(tos >> 2, client) : size_t{0};
    }
    [[nodiscard]] size_t slot_of(uint64_t hash) const { return place_of(hash, n_slots); }
    // Where in slots, or previous_slots, a packet looks.
    [[nodiscard]] size_t place_in_slots(uint8_t tos, uint32_t client, uint64_t hash) const {
        return class_of(tos, client) * n_slots + slot_of(hash);
    }
    // Whether a packet's client and flow count, not its hash alone.
    [[nodiscard]] bool knows_flows() const {
        return criterion != Criterion::stateless || answers == AnswerWay::snat || has_classes;
    }
    // Whether the slot is that of the addresses alone, not of the flow.
    [[nodiscard]] bool chooses_by_addresses() const {
        return by_client || fragments == FragmentPolicy::addresses;
    }
};

// Ports of one published address that belong to one service.
struct PortMatch {
    uint16_t first = 0;
    uint16_t last = 0;
    uint16_t service = kNoService;
};

struct PublishedRow {
    uint32_t address = 0;  // host byte order
    uint16_t spray = kNoService;  // takes whatever comes for the address ...
    InterfaceId spray_interface = kNoInterface;  // ... by this interface
    uint16_t pool = kNoPool;  // it is the address of this pool: what comes for it are answers of targets
    std::vector<PortMatch> tcp;
    std::vector<PortMatch> udp;

    // What comes for the address is for its services, or for us.
    [[nodiscard]] bool is_plain() const { return spray == kNoService && pool == kNoPool; }
    [[nodiscard]] uint16_t find(uint8_t protocol, uint16_t port) const {
        for (const PortMatch& match : protocol == packet::kIpProtocolTcp ? tcp : udp) {
            if (match.first <= port && port <= match.last) {
                return match.service;
            }
        }
        return kNoService;
    }
};

// What a target's answers become on their way back.
struct AnswerRow {
    uint32_t published = 0;
    uint16_t published_port = 0;
    uint16_t published_index = 0;
};

// Built by control, row by row; then handed to the publisher.
class ServiceSet {
 public:
    std::vector<PublishedRow> published;  // by the number in the adjacency
    std::vector<ServiceRow> services;
    std::vector<TargetRow> targets;
    HashKey key;
    // The other members that a flow nobody knows may be asked of; kNoAdjacency: none. By the flow's hash,
    // so that all but that one ask the same (rule 8). Empty: alone.
    std::vector<AdjacencyIndex> homes;
    // Whether connections that nobody knows may be those of a member that left lately: then they become our own.
    bool adopts_unknown = false;
    std::vector<InterfaceId> tunnel_interfaces;
    std::vector<AddressRange> tunnel_sources;  // outer sources from which tunnels are taken off
    // By interface: the service of buckets that takes what would be routed on from there; empty: none.
    std::vector<uint16_t> dispatchers;
    std::vector<uint32_t> pools;  // the address of each
    // Who is on a link of ours needs no gateway.
    std::vector<AddressRange> connected;
    uint64_t number = 0;  // the publisher's

    // Behind the last change of its rows, before workers see them: notes whose target the flow's hash alone chooses, and
    // nothing but the MACs changes.
    void seal();

    [[nodiscard]] bool is_empty() const { return published.empty() && dispatchers.empty(); }
    [[nodiscard]] bool dispatches() const { return !dispatchers.empty(); }
    [[nodiscard]] uint16_t dispatcher_of(InterfaceId interface) const {
        return interface.value < dispatchers.size() ? dispatchers[interface.value] : kNoService;
    }
    [[nodiscard]] bool restores_answers() const { return !answers_.empty(); }

    // Not checked: a (target, port, protocol) is added once.
    void add_answer(uint32_t target, uint16_t port, uint8_t protocol, const AnswerRow& answer);
    [[nodiscard]] const AnswerRow* find_answer(uint32_t source, uint16_t port, uint8_t protocol) const {
        return find_in(answers_, answer_key(source, port, protocol));
    }

    // All of a client's connections with a service come from one address (RFC 4787 4.1), and so its later fragments.
    // Not checked: the service has pools.
    [[nodiscard]] uint16_t pool_of(const ServiceRow& service, uint32_t client) const {
        const uint64_t hash = address_hash(key, client, number_of(service));
        return static_cast<uint16_t>(service.first_pool + reroute::place_of(hash, service.n_pools));
    }
    // Not checked: it is one of services.
    [[nodiscard]] uint16_t number_of(const ServiceRow& service) const {
        return static_cast<uint16_t>(&service - services.data());
    }

    // The MAC of another member, as it lies in a frame's source (rule 14).
    void add_member(const MacAddress& mac);
    [[nodiscard]] bool is_member(const uint8_t* source_mac) const {
        return !members_.empty() && find_in(members_, mac_key(source_mac)) != nullptr;
    }

 private:
    template <class Value>
    struct Cell {
        uint64_t key = 0;  // 0: free
        Value value;
    };
    struct Nothing {};
    template <class Value>
    using Cells = std::vector<Cell<Value>>;  // a power of two, at most a quarter full

    static uint64_t answer_key(uint32_t source, uint16_t port, uint8_t protocol) {
        return uint64_t{source} << 32 | uint64_t{port} << 8 | protocol;
    }
    static uint64_t mac_key(const uint8_t* mac) {
        constexpr uint64_t kUsed = uint64_t{1} << 48;
        return (load_raw<uint32_t>(mac) | uint64_t{load_raw<uint16_t>(mac + 4)} << 32) | kUsed;
    }
    template <class Value>
    static size_t place_of(const Cells<Value>& cells, uint64_t key) {
        return static_cast<size_t>(key * 0x9E37'79B9'7F4A'7C15 >> 32) & (cells.size() - 1);
    }
    template <class Value>
    static const Value* find_in(const Cells<Value>& cells, uint64_t key) {
        for (size_t at = place_of(cells, key); cells[at].key != 0; at = (at + 1) & (cells.size() - 1)) {
            if (cells[at].key == key) {
                return &cells[at].value;
            }
        }
        return nullptr;
    }
    template <class Value>
    static void add_to(Cells<Value>& cells, size_t& n_used, uint64_t key, const Value& value);

    Cells<AnswerRow> answers_;
    size_t n_answers_ = 0;
    Cells<Nothing> members_;
    size_t n_members_ = 0;
};

}  // namespace evengate::reroute
