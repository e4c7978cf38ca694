// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "glbp/encode.hpp"

#include <algorithm>

#include "glbp/message_writer.hpp"

namespace evengate::glbp {
namespace {

using wire::MessageWriter;

void write_header(MessageWriter& out, const Message& message) {
    out.u8(wire::kVersion);
    out.u8(static_cast<uint8_t>(message.opcode));
    out.be16(message.group.value);
    out.zeros(2);
    out.mac(message.owner);
}

void write_hello(MessageWriter& out, const Hello& hello) {
    out.begin(wire::hello);
    out.zeros(1);
    out.u8(static_cast<uint8_t>(hello.state));
    out.zeros(1);
    out.u8(hello.priority);
    out.zeros(2);
    out.be32(hello.hello_ms);
    out.be32(hello.hold_ms);
    out.be16(hello.redirect_s);
    out.be16(hello.timeout_s);
    out.zeros(2);
    const bool is_v4 = hello.virtual_address.is_v4();
    out.u8(is_v4 ? wire::kAddressIpv4 : wire::kAddressIpv6);
    out.u8(is_v4 ? IpAddress::kIpv4Size : IpAddress::kIpv6Size);
    out.address(hello.virtual_address);
    out.end();
}

void write_forwarder(MessageWriter& out, const Forwarder& forwarder) {
    out.begin(wire::forwarder);
    out.u8(forwarder.number);
    out.u8(static_cast<uint8_t>(forwarder.state));
    out.zeros(1);
    out.u8(forwarder.priority);
    out.u8(forwarder.weight);
    out.zeros(1);
    out.be16(forwarder.timeout_left_s);
    out.be16(forwarder.redirect_left_s);
    out.zeros(2);
    out.mac(forwarder.mac);
    out.end();
}

void write_cisco_authentication(MessageWriter& out, const CiscoAuthentication& authentication) {
    const bool has_key_id = authentication.type == CiscoAuthType::md5_chain;
    out.begin(wire::cisco_authentication);
    out.u8(static_cast<uint8_t>(authentication.type));
    out.u8(static_cast<uint8_t>(authentication.secret.size() + (has_key_id ? 4 : 0)));
    if (has_key_id) {
        out.be32(authentication.key_id);
    }
    out.bytes(authentication.secret);
    out.end();
}

void write_cisco_nonces(MessageWriter& out, const CiscoNonces& nonces) {
    out.begin(wire::cisco_nonces);
    out.u8(static_cast<uint8_t>(nonces.peers.size()));
    out.u8(nonces.sequence);
    out.be32(nonces.nonce);
    for (const CiscoNonces::Peer& peer : nonces.peers) {
        out.mac(peer.owner);
        out.be32(peer.nonce);
        out.zeros(2);
    }
    out.end();
}

void write_sender(MessageWriter& out, const Sender& sender) {
    out.begin(wire::sender);
    out.u8(sender.version);
    out.u8(sender.flags);
    out.be16(sender.capabilities);
    out.incarnation(sender.self);
    out.be64(sender.sequence);
    out.be64(sender.challenge);
    out.end();
}

void write_standing(MessageWriter& out, const Standing& standing) {
    out.begin(wire::standing);
    out.name(standing.adopted);
    out.be64(standing.adopted_digest);
    out.u8(standing.n_following);
    out.u8(standing.weight);
    out.zeros(2);
    out.be64(standing.capacity_pps);
    out.be64(standing.load_pps);
    out.be64(standing.group_load_pps);
    out.be64(standing.granted_pps);
    out.be64(standing.parameters_digest);
    out.be32(standing.parameters_revision);
    out.end();
}

void write_assignment_part(MessageWriter& out, const AssignmentPart& part) {
    out.begin(wire::assignment_part);
    out.name(part.name);
    out.u8(part.part);
    out.u8(part.n_parts);
    out.u8(part.first_vmac);
    for (const AssignmentPart::Plan& plan : part.plans) {
        out.u8(plan.owner);
        out.u8(plan.previous);
        out.bytes(plan.successors);
    }
    out.end();
}

// Entries differ in size, and each TLV repeats what they belong to.
void write_neighbours(MessageWriter& out, const NeighbourList& list) {
    const auto entry_size = [](const NeighbourList::Entry& entry) {
        return 1 + MacAddress::kSize +
               (entry.address.is_v4() ? IpAddress::kIpv4Size : IpAddress::kIpv6Size);
    };
    size_t index = 0;
    do {
        size_t room = wire::kMaxTlvValue - wire::kNeighboursFixedSize;
        out.begin(wire::neighbours);
        out.name(list.name);
        out.u8(list.part);
        out.u8(list.n_parts);
        for (; index < list.entries.size(); ++index) {
            const NeighbourList::Entry& entry = list.entries[index];
            if (entry_size(entry) > room) {
                break;
            }
            room -= entry_size(entry);
            out.typed_address(entry.address);
            out.mac(entry.mac);
        }
        out.end();
    } while (index < list.entries.size());
}

void write_parameters(MessageWriter& out, const Parameters& parameters) {
    out.begin(wire::parameters);
    out.be32(parameters.revision);
    out.u8(parameters.n_vmacs);
    out.bytes(parameters.vmac_prefix);
    for (const IpAddress& address : parameters.virtual_addresses) {
        out.typed_address(address);
    }
    out.end();
}

void write_name(MessageWriter& out, const Name& name) {
    out.begin(wire::name);
    for (const char c : name) {
        out.u8(static_cast<uint8_t>(c));
    }
    out.end();
}

void write_load_report(MessageWriter& out, const LoadReport& report) {
    out.begin(wire::load_report);
    out.be64(report.counted_at_ns);
    out.be64(report.packets);
    out.be64(report.bytes);
    out.be64(report.received);
    out.be64(report.missed);
    out.u8(report.n_counts);
    out.end();
}

void write_balancing(MessageWriter& out, const Message& message) {
    if (message.load_report) {
        write_load_report(out, *message.load_report);
    }
    out.list<VmacCount>(wire::vmac_counts, message.vmac_counts, wire::kVmacCountSize,
                        [&](const VmacCount& count) {
                            out.u8(count.vmac);
                            out.be64(count.packets);
                            out.be64(count.bytes);
                        });
    out.list<WantedMove>(wire::wanted_moves, message.wanted_moves, wire::kWantedMoveSize,
                         [&](const WantedMove& move) {
                             out.u8(static_cast<uint8_t>(move.reason));
                             out.u8(move.vmac);
                             out.be64(move.to.value);
                         });
}

void write_hmac(MessageWriter& out, const Hmac& hmac) {
    out.begin(wire::hmac);
    out.be32(hmac.key_id);
    out.bytes(hmac.digest);
    out.end();
}

void write_assignment(MessageWriter& out, const Message& message) {
    for (const AssignmentPart& part : message.assignment_parts) {
        write_assignment_part(out, part);
    }
    out.list<Incarnation>(wire::assignment_members, message.assignment_members,
                          wire::kIncarnationSize,
                          [&](const Incarnation& who) { out.incarnation(who); });
    if (message.assignment_request) {
        out.begin(wire::assignment_request);
        out.name(*message.assignment_request);
        out.end();
    }
}

void write_native(MessageWriter& out, const Message& message) {
    if (message.sender) {
        write_sender(out, *message.sender);
    }
    if (message.standing) {
        write_standing(out, *message.standing);
    }
    out.list<Heard>(wire::heard, message.heard, wire::kHeardSize, [&](const Heard& heard) {
        out.incarnation(heard.who);
        out.be64(heard.challenge);
        out.u8(heard.is_live);
    });
    if (message.forwarding) {
        out.begin(wire::forwarding);
        out.bytes(message.forwarding->bytes);
        if (!message.given_up.empty()) {
            out.bytes(message.given_up.bytes);
        }
        out.end();
    }
    write_assignment(out, message);
    out.list<HandOver>(wire::hand_over, message.hand_overs, wire::kHandOverSize,
                       [&](const HandOver& hand_over) {
                           out.u8(static_cast<uint8_t>(hand_over.step));
                           out.u8(hand_over.vmac);
                           out.name(hand_over.name);
                           out.be64(hand_over.from.value);
                           out.be64(hand_over.to.value);
                       });
    if (message.neighbours) {
        write_neighbours(out, *message.neighbours);
    }
    out.list<Client>(wire::clients, message.clients, wire::kClientSize, [&](const Client& client) {
        out.mac(client.host);
        out.u8(client.vmac);
    });
    if (message.parameters) {
        write_parameters(out, *message.parameters);
    }
    if (!message.name.empty()) {
        write_name(out, message.name);
    }
    write_balancing(out, message);
    wire::write_services(out, message);
}

}  // namespace

size_t wire::encode_with(const Message& message, const Credentials& credentials,
                         std::span<uint8_t> buffer) {
    MessageWriter out(buffer.first(std::min(buffer.size(), kMaxMessageSize)));
    write_header(out, message);
    if (credentials.cisco) {
        write_cisco_authentication(out, *credentials.cisco);
    }
    if (message.cisco_nonces) {
        write_cisco_nonces(out, *message.cisco_nonces);
    }
    if (message.hello) {
        write_hello(out, *message.hello);
    }
    for (const Forwarder& forwarder : message.forwarders) {
        write_forwarder(out, forwarder);
    }
    write_native(out, message);
    if (credentials.hmac) {
        write_hmac(out, *credentials.hmac);
    }
    return out.overflowed() ? 0 : out.size();
}

size_t encode(const Message& message, std::span<uint8_t> buffer) {
    return wire::encode_with(message, {message.cisco_authentication, message.hmac}, buffer);
}

}  // namespace evengate::glbp
