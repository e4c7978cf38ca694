// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the fields of a message by name, for whatever walks over them: an archive is called with each
// name and field, or with what kind of field it is. Thread: any. Used by: evengate-decode, the oracle.
#pragma once

#include <array>
#include <concepts>
#include <string_view>
#include <type_traits>
#include <utility>

#include "glbp/message.hpp"

namespace evengate::decode {

// T or const T: the same walk reads and writes.
template <class Field, class T>
concept Of = std::same_as<std::remove_const_t<Field>, T>;

template <class Enum, size_t kSize>
using Choices = std::array<std::pair<Enum, std::string_view>, kSize>;

inline constexpr Choices<glbp::Opcode, 3> kOpcodes{{{glbp::Opcode::hello, "hello"},
                                                    {glbp::Opcode::request, "request"},
                                                    {glbp::Opcode::reply, "reply"}}};
inline constexpr Choices<glbp::VgState, 6> kVgStates{{{glbp::VgState::disabled, "disabled"},
                                                      {glbp::VgState::initial, "initial"},
                                                      {glbp::VgState::listen, "listen"},
                                                      {glbp::VgState::speak, "speak"},
                                                      {glbp::VgState::standby, "standby"},
                                                      {glbp::VgState::active, "active"}}};
inline constexpr Choices<glbp::VfState, 5> kVfStates{{{glbp::VfState::none, "none"},
                                                      {glbp::VfState::disabled, "disabled"},
                                                      {glbp::VfState::initial, "initial"},
                                                      {glbp::VfState::listen, "listen"},
                                                      {glbp::VfState::active, "active"}}};
inline constexpr Choices<glbp::CiscoAuthType, 4> kCiscoAuthTypes{
    {{glbp::CiscoAuthType::none, "none"},
     {glbp::CiscoAuthType::plain, "plain"},
     {glbp::CiscoAuthType::md5_string, "md5_string"},
     {glbp::CiscoAuthType::md5_chain, "md5_chain"}}};
inline constexpr Choices<glbp::HandOver::Step, 3> kSteps{{{glbp::HandOver::Step::prepare, "prepare"},
                                                          {glbp::HandOver::Step::ready, "ready"},
                                                          {glbp::HandOver::Step::released, "released"}}};
inline constexpr Choices<glbp::WantedMove::Reason, 2> kReasons{
    {{glbp::WantedMove::Reason::operator_asks, "operator"}, {glbp::WantedMove::Reason::load, "load"}}};
inline constexpr Choices<glbp::TargetHealth, 3> kHealths{{{glbp::TargetHealth::unknown, "unknown"},
                                                          {glbp::TargetHealth::up, "up"},
                                                          {glbp::TargetHealth::down, "down"}}};
inline constexpr Choices<glbp::TargetState, 4> kTargetStates{{{glbp::TargetState::down, "down"},
                                                              {glbp::TargetState::up, "up"},
                                                              {glbp::TargetState::draining, "draining"},
                                                              {glbp::TargetState::drained, "drained"}}};
inline constexpr Choices<glbp::ConnectionState, 3> kConnectionStates{
    {{glbp::ConnectionState::half_open, "half_open"},
     {glbp::ConnectionState::established, "established"},
     {glbp::ConnectionState::closing, "closing"}}};
inline constexpr Choices<glbp::ConnectionKind, 2> kConnectionKinds{
    {{glbp::ConnectionKind::shadow, "shadow"}, {glbp::ConnectionKind::returned, "returned"}}};

template <class Archive, Of<glbp::Hello> T>
void describe(Archive& archive, T& hello) {
    archive.choice("state", hello.state, kVgStates);
    archive("priority", hello.priority);
    archive("hello_ms", hello.hello_ms);
    archive("hold_ms", hello.hold_ms);
    archive("redirect_s", hello.redirect_s);
    archive("timeout_s", hello.timeout_s);
    archive("virtual_address", hello.virtual_address);
}

template <class Archive, Of<glbp::Forwarder> T>
void describe(Archive& archive, T& forwarder) {
    archive("number", forwarder.number);
    archive.choice("state", forwarder.state, kVfStates);
    archive("priority", forwarder.priority);
    archive("weight", forwarder.weight);
    archive("timeout_left_s", forwarder.timeout_left_s);
    archive("redirect_left_s", forwarder.redirect_left_s);
    archive("mac", forwarder.mac);
}

template <class Archive, Of<glbp::CiscoAuthentication> T>
void describe(Archive& archive, T& authentication) {
    archive.choice("type", authentication.type, kCiscoAuthTypes);
    archive("key_id", authentication.key_id);
    archive.secret("secret", authentication.secret, authentication.type);
}

template <class Archive, Of<glbp::CiscoNonces::Peer> T>
void describe(Archive& archive, T& peer) {
    archive("owner", peer.owner);
    archive("nonce", peer.nonce);
}

template <class Archive, Of<glbp::CiscoNonces> T>
void describe(Archive& archive, T& nonces) {
    archive("sequence", nonces.sequence);
    archive("nonce", nonces.nonce);
    archive("peers", nonces.peers);
}

template <class Archive, Of<glbp::Incarnation> T>
void describe(Archive& archive, T& who) {
    archive("member", who.member);
    archive.hex("boot_nonce", who.boot_nonce);
}

template <class Archive, Of<glbp::Sender> T>
void describe(Archive& archive, T& sender) {
    archive("version", sender.version);
    archive("flags", sender.flags);
    archive("capabilities", sender.capabilities);
    archive("self", sender.self);
    archive("sequence", sender.sequence);
    archive.hex("challenge", sender.challenge);
}

template <class Archive, Of<glbp::AssignmentName> T>
void describe(Archive& archive, T& name) {
    archive("term", name.term);
    archive("avg", name.avg);
    archive("sequence", name.sequence);
}

template <class Archive, Of<glbp::Standing> T>
void describe(Archive& archive, T& standing) {
    archive("adopted", standing.adopted);
    archive.hex("adopted_digest", standing.adopted_digest);
    archive("n_following", standing.n_following);
    archive("weight", standing.weight);
    archive("capacity_pps", standing.capacity_pps);
    archive("load_pps", standing.load_pps);
    archive("group_load_pps", standing.group_load_pps);
    archive("granted_pps", standing.granted_pps);
    archive.hex("parameters_digest", standing.parameters_digest);
    archive("parameters_revision", standing.parameters_revision);
}

template <class Archive, Of<glbp::Heard> T>
void describe(Archive& archive, T& heard) {
    archive("who", heard.who);
    archive.hex("challenge", heard.challenge);
    archive("is_live", heard.is_live);
}

template <class Archive, Of<glbp::AssignmentPart::Plan> T>
void describe(Archive& archive, T& plan) {
    archive("owner", plan.owner);
    archive("previous", plan.previous);
    archive("successor_1", plan.successors[0]);
    archive("successor_2", plan.successors[1]);
}

template <class Archive, Of<glbp::AssignmentPart> T>
void describe(Archive& archive, T& part) {
    archive("name", part.name);
    archive("part", part.part);
    archive("n_parts", part.n_parts);
    archive("first_vmac", part.first_vmac);
    archive("plans", part.plans);
}

template <class Archive, Of<glbp::HandOver> T>
void describe(Archive& archive, T& hand_over) {
    archive.choice("step", hand_over.step, kSteps);
    archive("vmac", hand_over.vmac);
    archive("name", hand_over.name);
    archive("from", hand_over.from);
    archive("to", hand_over.to);
}

template <class Archive, Of<glbp::NeighbourList::Entry> T>
void describe(Archive& archive, T& entry) {
    archive("address", entry.address);
    archive("mac", entry.mac);
}

template <class Archive, Of<glbp::NeighbourList> T>
void describe(Archive& archive, T& list) {
    archive("name", list.name);
    archive("part", list.part);
    archive("n_parts", list.n_parts);
    archive("entries", list.entries);
}

template <class Archive, Of<glbp::Client> T>
void describe(Archive& archive, T& client) {
    archive("host", client.host);
    archive("vmac", client.vmac);
}

template <class Archive, Of<glbp::Parameters> T>
void describe(Archive& archive, T& parameters) {
    archive("revision", parameters.revision);
    archive("n_vmacs", parameters.n_vmacs);
    archive("vmac_prefix", parameters.vmac_prefix);
    archive("virtual_addresses", parameters.virtual_addresses);
}

template <class Archive, Of<glbp::LoadReport> T>
void describe(Archive& archive, T& report) {
    archive("counted_at_ns", report.counted_at_ns);
    archive("packets", report.packets);
    archive("bytes", report.bytes);
    archive("received", report.received);
    archive("missed", report.missed);
    archive("n_counts", report.n_counts);
}

template <class Archive, Of<glbp::VmacCount> T>
void describe(Archive& archive, T& count) {
    archive("vmac", count.vmac);
    archive("packets", count.packets);
    archive("bytes", count.bytes);
}

template <class Archive, Of<glbp::OrderedWeight> T>
void describe(Archive& archive, T& ordered) {
    archive("target", ordered.target);
    archive("weight", ordered.weight);
}

template <class Archive, Of<glbp::WantedMove> T>
void describe(Archive& archive, T& move) {
    archive.choice("reason", move.reason, kReasons);
    archive("vmac", move.vmac);
    archive("to", move.to);
}

template <class Archive, Of<glbp::TargetVerdict> T>
void describe(Archive& archive, T& verdict) {
    archive.choice("health", verdict.health, kHealths);
    archive("n_connections", verdict.n_connections);
    archive("packets", verdict.packets);
}

template <class Archive, Of<glbp::TargetVerdicts> T>
void describe(Archive& archive, T& verdicts) {
    archive.hex("services_digest", verdicts.services_digest);
    archive("n_targets", verdicts.n_targets);
    archive("first_target", verdicts.first_target);
    archive("targets", verdicts.targets);
}

template <class Archive, Of<glbp::TargetStanding> T>
void describe(Archive& archive, T& target) {
    archive.choice("state", target.state, kTargetStates);
    archive("weight", target.weight);
}

template <class Archive, Of<glbp::TargetSet> T>
void describe(Archive& archive, T& set) {
    archive("name", set.name);
    archive.hex("services_digest", set.services_digest);
    archive("targets", set.targets);
}

template <class Archive, Of<glbp::Connection> T>
void describe(Archive& archive, T& connection) {
    archive.ipv4("client", connection.client);
    archive.ipv4("published", connection.published);
    archive("client_port", connection.client_port);
    archive("published_port", connection.published_port);
    archive("target", connection.target);
    archive("protocol", connection.protocol);
    archive.choice("state", connection.state, kConnectionStates);
    archive.choice("kind", connection.kind, kConnectionKinds);
}

template <class Archive, Of<glbp::ConnectionList> T>
void describe(Archive& archive, T& list) {
    archive.hex("services_digest", list.services_digest);
    archive("connections", list.connections);
}

template <class Archive, Of<glbp::Hmac> T>
void describe(Archive& archive, T& hmac) {
    archive("key_id", hmac.key_id);
    archive("digest", hmac.digest);
}

template <class Archive, Of<glbp::Message> T>
void describe(Archive& archive, T& message) {
    archive.choice("opcode", message.opcode, kOpcodes);
    archive("group", message.group);
    archive("owner", message.owner);
    archive("cisco_authentication", message.cisco_authentication);
    archive("cisco_nonces", message.cisco_nonces);
    archive("hello", message.hello);
    archive("forwarders", message.forwarders);
    archive("sender", message.sender);
    archive("standing", message.standing);
    archive("heard", message.heard);
    archive("forwarding", message.forwarding);
    archive("given_up", message.given_up);
    archive("assignment_parts", message.assignment_parts);
    archive("assignment_members", message.assignment_members);
    archive("assignment_request", message.assignment_request);
    archive("hand_overs", message.hand_overs);
    archive("neighbours", message.neighbours);
    archive("clients", message.clients);
    archive("parameters", message.parameters);
    archive("name", message.name);
    archive("load_report", message.load_report);
    archive("vmac_counts", message.vmac_counts);
    archive("wanted_moves", message.wanted_moves);
    archive("target_verdicts", message.target_verdicts);
    archive("target_set", message.target_set);
    archive("connections", message.connections);
    archive("ordered_weights", message.ordered_weights);
    archive("hmac", message.hmac);
}

}  // namespace evengate::decode
