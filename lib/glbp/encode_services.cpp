// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "glbp/message_writer.hpp"

namespace evengate::glbp::wire {
namespace {

void write_target_verdicts(MessageWriter& out, const TargetVerdicts& verdicts) {
    const auto write_head = [&] {
        out.be64(verdicts.services_digest);
        out.be16(verdicts.n_targets);
        out.be16(verdicts.first_target);
    };
    out.headed_list<TargetVerdict>(
        target_verdicts, kTargetVerdictsFixedSize, write_head, verdicts.targets,
        kTargetVerdictSize, [&](const TargetVerdict& verdict) {
            out.u8(static_cast<uint8_t>(verdict.health));
            out.be32(verdict.n_connections);
            out.be64(verdict.packets);
        });
}

void write_target_set(MessageWriter& out, const TargetSet& set) {
    const auto write_head = [&] {
        out.name(set.name);
        out.be64(set.services_digest);
    };
    out.headed_list<TargetStanding>(
        target_set, kTargetSetFixedSize, write_head, set.targets, kTargetStandingSize,
        [&](const TargetStanding& target) {
            out.u8(static_cast<uint8_t>(target.state));
            out.be16(target.weight);
        });
}

void write_connections(MessageWriter& out, const ConnectionList& list) {
    const auto write_head = [&] { out.be64(list.services_digest); };
    out.headed_list<Connection>(
        connections, kConnectionsFixedSize, write_head, list.connections, kConnectionSize,
        [&](const Connection& connection) {
            out.be32(connection.client);
            out.be32(connection.published);
            out.be16(connection.client_port);
            out.be16(connection.published_port);
            out.be16(connection.target);
            out.u8(connection.protocol);
            out.u8(static_cast<uint8_t>(connection.state));
            out.u8(static_cast<uint8_t>(connection.kind));
        });
}

}  // namespace

void write_services(MessageWriter& out, const Message& message) {
    if (message.target_verdicts) {
        write_target_verdicts(out, *message.target_verdicts);
    }
    if (message.target_set) {
        write_target_set(out, *message.target_set);
    }
    if (message.connections) {
        write_connections(out, *message.connections);
    }
    out.list<OrderedWeight>(ordered_weights, message.ordered_weights, kOrderedWeightSize,
                            [&](const OrderedWeight& ordered) {
                                out.be16(ordered.target);
                                out.be16(ordered.weight);
                            });
}

}  // namespace evengate::glbp::wire
