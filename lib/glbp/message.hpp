// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a message of the group protocol as a value: GLBP's header and TLVs 1 to 4, and the native
// TLVs (docs/protocol.md). Bounded, nothing is allocated. Thread: any. Used by: glbp, group, control.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>

#include "base/bounded_vector.hpp"
#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"

namespace evengate::glbp {

// Bytes of UDP payload: never fragmented by IP (protocol rule 3).
inline constexpr size_t kMaxMessageSize = 1232;
// Members of a segment; fits two member tables and the lists of a hello into one message.
inline constexpr size_t kMaxMembers = 30;
inline constexpr size_t kMaxVmacs = 255;

enum class Opcode : uint8_t { hello = 0, request = 1, reply = 2 };

// One-hot on the wire.
enum class VgState : uint8_t {
    disabled = 0x01,
    initial = 0x02,
    listen = 0x04,
    speak = 0x08,
    standby = 0x10,
    active = 0x20,
};
// Also 0 in requests and replies.
enum class VfState : uint8_t { none = 0, disabled = 0x01, initial = 0x02, listen = 0x04, active = 0x20 };

// TLV 1.
struct Hello {
    VgState state = VgState::initial;
    uint8_t priority = 100;
    uint32_t hello_ms = 0;
    uint32_t hold_ms = 0;
    uint16_t redirect_s = 0;
    uint16_t timeout_s = 0;
    IpAddress virtual_address;

    friend bool operator==(const Hello&, const Hello&) = default;
};

// TLV 2.
struct Forwarder {
    uint8_t number = 0;  // 0 in a request
    VfState state = VfState::none;
    uint8_t priority = 0;  // 167: the owner, 135: who took it over
    uint8_t weight = 0;
    uint16_t timeout_left_s = 0;
    uint16_t redirect_left_s = 0;
    MacAddress mac;

    friend bool operator==(const Forwarder&, const Forwarder&) = default;
};

// TLV 3.
enum class CiscoAuthType : uint8_t { none = 0, plain = 1, md5_string = 2, md5_chain = 3 };
struct CiscoAuthentication {
    CiscoAuthType type = CiscoAuthType::none;
    uint32_t key_id = 0;                  // of md5_chain
    BoundedVector<uint8_t, 64> secret;    // of plain: as on the wire. Of md5: the digest, 16 bytes

    friend bool operator==(const CiscoAuthentication&, const CiscoAuthentication&) = default;
};

// TLV 4.
struct CiscoNonces {
    struct Peer {
        MacAddress owner;
        uint32_t nonce = 0;
        friend bool operator==(const Peer&, const Peer&) = default;
    };
    uint8_t sequence = 0;
    uint32_t nonce = 0;
    BoundedVector<Peer, 20> peers;

    friend bool operator==(const CiscoNonces&, const CiscoNonces&) = default;
};

// One life of a member: a restart makes another (protocol rule 13).
struct Incarnation {
    MemberId member;
    uint64_t boot_nonce = 0;

    friend auto operator<=>(const Incarnation&, const Incarnation&) = default;
};

// TLV 0xE0: in every native message.
struct Sender {
    static constexpr uint8_t kVersion = 1;
    enum Flag : uint8_t {
        wants_answer = 1 << 0,  // challenge: say my boot nonce (rule 17)
        leaving = 1 << 1,       // the member leaves the group now: dead from here on (rule 15)
        draining = 1 << 2,      // give it no vMAC
        fenced = 1 << 3,        // listens, or its lease ran out: it forwards nothing (rule 12)
        preempting = 1 << 4,    // wants to be AVG in place of a lesser one
    };
    uint8_t version = kVersion;
    uint8_t flags = 0;
    uint16_t capabilities = 0;
    Incarnation self;
    uint64_t sequence = 0;
    uint64_t challenge = 0;  // to be echoed: drawn anew with each life that the sender meets

    [[nodiscard]] bool has(Flag flag) const { return (flags & flag) != 0; }
    friend bool operator==(const Sender&, const Sender&) = default;
};

// The name of an assignment; a later name is greater (rule 7).
struct AssignmentName {
    uint32_t term = 0;
    MemberId avg;
    uint32_t sequence = 0;

    friend auto operator<=>(const AssignmentName&, const AssignmentName&) = default;
};

// TLV 0xE1: what a hello says of the member in this group (rules 4, 5, 14, 28).
struct Standing {
    AssignmentName adopted;
    uint64_t adopted_digest = 0;
    uint8_t n_following = 0;   // live members that adopted an assignment of the sender's, itself included
    uint8_t weight = 0;        // 0: below the lower threshold, gives up its vMACs
    uint64_t capacity_pps = 0;
    uint64_t load_pps = 0;        // of the appliance
    uint64_t group_load_pps = 0;  // of this group
    uint64_t granted_pps = 0;     // of the capacity, to this group's AVG
    uint64_t parameters_digest = 0;
    uint32_t parameters_revision = 0;

    friend bool operator==(const Standing&, const Standing&) = default;
};

// TLV 0xE2, several where needed: whom the sender hears, and the newest life of each (rules 4, 17).
struct Heard {
    Incarnation who;
    uint64_t challenge = 0;  // the newest of it: the echo
    uint8_t is_live = 0;  // 1: proven, and within its hold. 0: only its nonce is echoed

    friend bool operator==(const Heard&, const Heard&) = default;
};

// TLV 0xE3: the vMACs that the sender forwards for now, by number (rule 4); and those that it gave up
// lately, as nobody may have heard that it ever claimed them.
struct VmacBitmap {
    std::array<uint8_t, 32> bytes{};

    // Units: number 0-255.
    [[nodiscard]] bool has(uint8_t number) const { return (bytes[number / 8] >> (number % 8) & 1) != 0; }
    void set(uint8_t number) { bytes[number / 8] = static_cast<uint8_t>(bytes[number / 8] | 1u << (number % 8)); }
    void clear(uint8_t number) { bytes[number / 8] = static_cast<uint8_t>(bytes[number / 8] & ~(1u << (number % 8))); }
    [[nodiscard]] bool empty() const { return *this == VmacBitmap{}; }
    friend bool operator==(const VmacBitmap&, const VmacBitmap&) = default;
};

// TLV 0xE4: for the vMACs from first_vmac on, who forwards (rule 8). Members are places in the
// member table; kNobody: none.
struct AssignmentPart {
    static constexpr uint8_t kNobody = 0xFF;
    struct Plan {
        uint8_t owner = kNobody;
        uint8_t previous = kNobody;
        std::array<uint8_t, 2> successors{kNobody, kNobody};
        friend bool operator==(const Plan&, const Plan&) = default;
    };
    AssignmentName name;
    uint8_t part = 0;     // from 0
    uint8_t n_parts = 0;
    uint8_t first_vmac = 1;
    BoundedVector<Plan, 56> plans;

    friend bool operator==(const AssignmentPart&, const AssignmentPart&) = default;
};

// TLV 0xE7: a step of a planned move (rule 16). It begins when an assignment names a previous owner.
struct HandOver {
    enum class Step : uint8_t {
        prepare = 1,   // new owner to the old: tell me your neighbours
        ready = 2,     // new owner to the old: I can forward
        released = 3,  // old owner to the new: I stopped
    };
    Step step = Step::prepare;
    uint8_t vmac = 0;
    AssignmentName name;
    MemberId from;
    MemberId to;

    friend bool operator==(const HandOver&, const HandOver&) = default;
};

// TLV 0xE8: hosts and routers that the old owner of vMACs knows, of all its segments (rule 16).
struct NeighbourList {
    struct Entry {
        IpAddress address;
        MacAddress mac;
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    AssignmentName name;
    uint8_t part = 0;  // from 0
    uint8_t n_parts = 0;
    BoundedVector<Entry, 80> entries;

    friend bool operator==(const NeighbourList&, const NeighbourList&) = default;
};

// TLV 0xE9, several where needed: which host was given which vMAC (rule 24).
struct Client {
    MacAddress host;
    uint8_t vmac = 0;

    friend bool operator==(const Client&, const Client&) = default;
};

// TLV 0xED: what the sender's gateway counted since its life began (balancing rules B1 to B3).
struct LoadReport {
    uint64_t counted_at_ns = 0;  // the sender's monotonic clock
    uint64_t packets = 0;        // forwarded, of whatever kind
    uint64_t bytes = 0;
    uint64_t received = 0;       // packets of the ports
    uint64_t missed = 0;         // packets that the ports had no room for
    uint8_t n_counts = 0;        // VmacCounts of this report, in however many messages

    friend bool operator==(const LoadReport&, const LoadReport&) = default;
};

// TLV 0xEE, several where needed: of the load report, what the sender forwarded for a vMAC since
// its life began. One that is not named has none.
struct VmacCount {
    uint8_t vmac = 0;
    uint64_t packets = 0;
    uint64_t bytes = 0;

    friend bool operator==(const VmacCount&, const VmacCount&) = default;
};

// TLV 0xEF, several where needed: moves of vMACs that the sender asks the AVG for.
struct WantedMove {
    enum class Reason : uint8_t { operator_asks = 1, load = 2 };
    Reason reason = Reason::operator_asks;
    uint8_t vmac = 0;
    MemberId to;

    friend bool operator==(const WantedMove&, const WantedMove&) = default;
};

// Targets of services, at most so many. Members number them from 0 in the order of (address, port),
// so that a number means the same to all with one digest of their services.
inline constexpr size_t kMaxTargets = 256;

// TLV 0xF0, several where needed: what the sender's own checks say of targets, and what it sends there
// (rerouting rules D2, D3). A part: the targets from first_target on.
enum class TargetHealth : uint8_t { unknown = 0, up = 1, down = 2 };
struct TargetVerdict {
    TargetHealth health = TargetHealth::unknown;
    uint32_t n_connections = 0;  // live now
    uint64_t packets = 0;        // sent there since the sender's life began

    friend bool operator==(const TargetVerdict&, const TargetVerdict&) = default;
};
struct TargetVerdicts {
    uint64_t services_digest = 0;
    uint16_t n_targets = 0;     // of all parts
    uint16_t first_target = 0;
    BoundedVector<TargetVerdict, 64> targets;

    friend bool operator==(const TargetVerdicts&, const TargetVerdicts&) = default;
};

// TLV 0xF1, several where needed: the target set in force, whole (rule D2). Its name is made and
// compared as that of an assignment; the AVG in it is the sender.
using TargetSetName = AssignmentName;
enum class TargetState : uint8_t { down = 0, up = 1, draining = 2, drained = 3 };
struct TargetStanding {
    TargetState state = TargetState::down;
    uint16_t weight = 0;  // in effect, so with slow start and backups; 0: no new connections

    friend bool operator==(const TargetStanding&, const TargetStanding&) = default;
};
struct TargetSet {
    TargetSetName name;
    uint64_t services_digest = 0;
    BoundedVector<TargetStanding, kMaxTargets> targets;  // all

    friend bool operator==(const TargetSet&, const TargetSet&) = default;
};

// TLV 0xF3, several where needed, behind the target set: weights that an operator ordered in place of those that
// are configured, which who is AVG next goes on with.
struct OrderedWeight {
    uint16_t target = 0;
    uint16_t weight = 0;

    friend bool operator==(const OrderedWeight&, const OrderedWeight&) = default;
};
// As many as fit beside a set of all targets.
using OrderedWeights = BoundedVector<OrderedWeight, 48>;

// TLV 0xF2, several where needed: connections that the sender knows (rule D8).
enum class ConnectionState : uint8_t { half_open = 1, established = 2, closing = 3 };
enum class ConnectionKind : uint8_t {
    shadow = 1,    // in case the sender dies
    returned = 2,  // the receiver forwarded a packet of it to the sender, which knows it
};
// Units: addresses and ports in host order.
struct Connection {
    uint32_t client = 0;
    uint32_t published = 0;
    uint16_t client_port = 0;
    uint16_t published_port = 0;
    uint16_t target = 0;
    uint8_t protocol = 0;  // TCP or UDP
    ConnectionState state = ConnectionState::half_open;
    ConnectionKind kind = ConnectionKind::shadow;

    friend bool operator==(const Connection&, const Connection&) = default;
};
struct ConnectionList {
    uint64_t services_digest = 0;
    BoundedVector<Connection, 56> connections;  // four full TLVs

    friend bool operator==(const ConnectionList&, const ConnectionList&) = default;
};

// TLV 0xEA: the parameters of the group as its AVG has them in force (rule 5).
struct Parameters {
    uint32_t revision = 0;
    uint8_t n_vmacs = 0;
    std::array<uint8_t, 3> vmac_prefix{};
    BoundedVector<IpAddress, 8> virtual_addresses;

    friend bool operator==(const Parameters&, const Parameters&) = default;
};

// TLV 0xEC: what the operator calls the sender; printable ASCII.
inline constexpr size_t kMaxNameSize = 32;
using Name = BoundedVector<char, kMaxNameSize>;

// TLV 0xEB, the last TLV of a message (rule 17).
struct Hmac {
    uint32_t key_id = 0;
    std::array<uint8_t, 32> digest{};

    friend bool operator==(const Hmac&, const Hmac&) = default;
};

struct Message {
    Opcode opcode = Opcode::hello;
    GroupId group{0};
    MacAddress owner;  // the sender's interface MAC

    // GLBP's.
    std::optional<CiscoAuthentication> cisco_authentication;
    std::optional<CiscoNonces> cisco_nonces;
    std::optional<Hello> hello;
    BoundedVector<Forwarder, 60> forwarders;

    // Native.
    std::optional<Sender> sender;
    std::optional<Standing> standing;
    BoundedVector<Heard, kMaxMembers> heard;
    std::optional<VmacBitmap> forwarding;
    VmacBitmap given_up;  // within the last hold; behind forwarding, with which it goes
    BoundedVector<Incarnation, kMaxMembers> assignment_members;  // TLV 0xE5: the member table
    BoundedVector<AssignmentPart, 5> assignment_parts;
    std::optional<AssignmentName> assignment_request;            // TLV 0xE6: send the one after this
    BoundedVector<HandOver, 32> hand_overs;
    std::optional<NeighbourList> neighbours;
    BoundedVector<Client, 160> clients;
    std::optional<Parameters> parameters;
    Name name;
    std::optional<LoadReport> load_report;
    BoundedVector<VmacCount, 64> vmac_counts;
    BoundedVector<WantedMove, 32> wanted_moves;
    std::optional<TargetVerdicts> target_verdicts;
    std::optional<TargetSet> target_set;
    std::optional<ConnectionList> connections;
    OrderedWeights ordered_weights;
    std::optional<Hmac> hmac;

    [[nodiscard]] bool is_native() const { return sender.has_value(); }
    friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace evengate::glbp
