// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/service_probes.hpp"

#include <algorithm>
#include <utility>

#include "group/mix.hpp"
#include "packet/checksum.hpp"
#include "packet/ipv4.hpp"
#include "packet/transport.hpp"
#include "packet/tunnel.hpp"

namespace evengate::control {
namespace {

using packet::TcpSegment;
using settings::Probe;

// Above what systems take ports of their own from (RFC 6335 6): one for each target and one of a few
// rounds, so that a late answer is not taken for one to the next question.
constexpr uint16_t kFirstPort = 64'000;
constexpr uint16_t kRounds = 4;
constexpr uint16_t kPorts = kRounds * reroute::kMaxTargetsOfAll;
static_assert(kFirstPort + kPorts <= UINT16_MAX);

// How often one looks whether a script has ended.
constexpr Duration kScriptLook = std::chrono::milliseconds(20);

std::string make_request(const Probed& probed) {
    return "GET " + probed.health.path + " HTTP/1.0\r\nHost: " + probed.asked.to_string() +
           "\r\nUser-Agent: evengate\r\nConnection: close\r\n\r\n";
}

// RFC 9112 4: "HTTP/1.1 204 ...": a success or a redirection.
bool is_good_answer(std::string_view payload) {
    constexpr std::string_view kVersion = "HTTP/1.";
    constexpr size_t kStatusAt = 9;
    return payload.size() > kStatusAt && payload.starts_with(kVersion) &&
           (payload[kStatusAt] == '2' || payload[kStatusAt] == '3');
}

}  // namespace

ServiceProbes::ServiceProbes(std::vector<Probed> targets, Neighbours& neighbours, ScriptRunner* scripts,
                             uint64_t seed)
    : targets_(std::move(targets)), states_(targets_.size()), neighbours_(neighbours), scripts_(scripts),
      seed_(seed), deadlines_(targets_.size()) {
    for (const Probed& probed : targets_) {
        requests_.push_back(probed.health.probe == Probe::http ? make_request(probed) : std::string());
    }
}

void ServiceProbes::start(TimePoint now) {
    for (uint16_t target = 0; target < targets_.size(); ++target) {
        if (is_asked(target)) {
            const Duration interval = targets_[target].health.interval;
            deadlines_.set(target, now + interval * target / static_cast<Duration::rep>(targets_.size()));
        }
    }
}

uint16_t ServiceProbes::own_port(uint16_t target) const {
    return static_cast<uint16_t>(kFirstPort + target * kRounds + states_[target].round % kRounds);
}

void ServiceProbes::ask(uint16_t target, TimePoint now) {
    const Probed& probed = targets_[target];
    State& state = states_[target];
    ++state.round;
    ++state.n_sent;
    state.stage = Stage::asked;
    state.asked_at = now;
    state.sequence = static_cast<uint32_t>(group::mix(seed_ ^ (uint64_t{target} << 32 | state.round)));
    deadlines_.set(target, now + Duration(probed.health.timeout));
    if (probed.health.probe == Probe::script) {
        if (scripts_ == nullptr ||
            !scripts_->start(target, {.path = probed.health.script,
                                      .name = probed.name,
                                      .address = probed.target,
                                      .port = probed.port})) {
            return finish(target, Result::failed, "its script cannot be started", now);
        }
        return deadlines_.set(target, now + std::min(kScriptLook, Duration(probed.health.timeout)));
    }
    if (probed.health.probe == Probe::icmp) {
        return send(target,
                    packet::make_echo_request({.source = probed.own,
                                               .destination = probed.asked,
                                               .identifier = own_port(target),
                                               .sequence = static_cast<uint16_t>(state.sequence)}),
                    now);
    }
    send_segment(target, packet::tcp_flag::syn, 0, {}, now);
}

void ServiceProbes::send_segment(uint16_t target, uint8_t flags, uint32_t acknowledgement,
                                 std::string_view payload, TimePoint now) {
    const Probed& probed = targets_[target];
    send(target,
         packet::make_tcp_segment({.source = probed.own,
                                   .destination = probed.asked,
                                   .source_port = own_port(target),
                                   .destination_port = probed.port,
                                   .sequence = states_[target].sequence,
                                   .acknowledgement = acknowledgement,
                                   .flags = flags,
                                   .payload = payload}),
         now);
}

// By the way that clients' packets take.
void ServiceProbes::send(uint16_t target, std::vector<uint8_t> datagram, TimePoint now) {
    const Probed& probed = targets_[target];
    if (reroute::is_tunnel(probed.rewrite)) {
        const size_t overhead = reroute::overhead_of(probed.rewrite);
        datagram.insert(datagram.begin(), overhead, 0);
        packet::encapsulate(reroute::tunnel_of(probed.rewrite), datagram.data() + overhead,
                            {.source = probed.tunnel_source.to_v4(), .destination = probed.target.to_v4()});
    }
    // One that cannot be sent is answered by nobody.
    static_cast<void>(
        neighbours_.submit(probed.next_hop, {.datagram = datagram, .origin = Origin::own}, now));
}

void ServiceProbes::finish(uint16_t target, Result result, std::string_view reason, TimePoint now) {
    State& state = states_[target];
    state.stage = Stage::idle;
    state.n_failed += result == Result::failed ? 1 : 0;
    findings_.push_back({target, result, reason});
    deadlines_.set(target, std::max(state.asked_at + Duration(targets_[target].health.interval), now));
}

void ServiceProbes::look_at_script(uint16_t target, TimePoint now) {
    switch (scripts_->look(target)) {
        case ScriptState::succeeded: return finish(target, Result::answered, "its script ended well", now);
        case ScriptState::failed: return finish(target, Result::failed, "its script failed", now);
        case ScriptState::running: break;
    }
    const TimePoint end = states_[target].asked_at + Duration(targets_[target].health.timeout);
    if (now < end) {
        return deadlines_.set(target, std::min(now + kScriptLook, end));
    }
    scripts_->stop(target);
    finish(target, Result::failed, "its script did not end in time", now);
}

// The target still has a connection of an earlier round, which would keep it from answering the next one
// from the same port (RFC 9293 3.5.1).
void ServiceProbes::refuse(uint16_t target, const TcpSegment& segment, TimePoint now) {
    if ((segment.flags & packet::tcp_flag::rst) != 0) {
        return;
    }
    const Probed& probed = targets_[target];
    send(target,
         packet::make_tcp_segment({.source = probed.own,
                                   .destination = probed.asked,
                                   .source_port = segment.destination_port,
                                   .destination_port = probed.port,
                                   .sequence = segment.acknowledgement,
                                   .acknowledgement = 0,
                                   .flags = packet::tcp_flag::rst,
                                   .payload = {}}),
         now);
}

void ServiceProbes::on_segment(uint16_t target, const TcpSegment& segment, TimePoint now) {
    State& state = states_[target];
    if ((segment.flags & packet::tcp_flag::rst) != 0) {
        const bool is_ours = state.stage == Stage::connected || segment.acknowledgement == state.sequence + 1;
        return is_ours ? finish(target, Result::failed, "refused the connection", now) : void();
    }
    constexpr uint8_t kSynAck = packet::tcp_flag::syn | packet::tcp_flag::ack;
    if (state.stage == Stage::asked) {
        if ((segment.flags & kSynAck) != kSynAck || segment.acknowledgement != state.sequence + 1) {
            return refuse(target, segment, now);
        }
        ++state.sequence;
        if (targets_[target].health.probe == Probe::tcp) {
            send_segment(target, packet::tcp_flag::rst, 0, {}, now);
            return finish(target, Result::answered, "accepted a connection", now);
        }
        state.stage = Stage::connected;
        const std::string& request = requests_[target];
        send_segment(target, packet::tcp_flag::ack | packet::tcp_flag::push, segment.sequence + 1, request, now);
        state.sequence += static_cast<uint32_t>(request.size());
        return;
    }
    if (!segment.payload.empty()) {
        send_segment(target, packet::tcp_flag::rst, 0, {}, now);
        const bool is_good = is_good_answer(segment.payload);
        finish(target, is_good ? Result::answered : Result::failed,
               is_good ? "answered the request" : "answered the request with an error", now);
    }
}

bool ServiceProbes::take(std::span<const uint8_t> datagram, TimePoint now) {
    const auto target_of = [this](uint16_t port) {
        const auto target = static_cast<uint16_t>((port - kFirstPort) / kRounds);
        return port >= kFirstPort && target < targets_.size() && is_asked_by_frames(target) &&
                       states_[target].stage != Stage::idle && port == own_port(target)
                   ? target
                   : reroute::kNoTarget;
    };
    if (const auto echo = packet::parse_echo_reply(datagram)) {
        const uint16_t target = target_of(echo->identifier);
        if (target == reroute::kNoTarget || targets_[target].health.probe != Probe::icmp ||
            (echo->source != targets_[target].asked && echo->source != targets_[target].answers_from) ||
            echo->sequence != static_cast<uint16_t>(states_[target].sequence)) {
            return false;
        }
        finish(target, Result::answered, "answered an echo request", now);
        return true;
    }
    const auto segment = packet::parse_tcp_segment(datagram);
    if (!segment) {
        return false;
    }
    const uint16_t port = segment->destination_port;
    const uint16_t target = target_of(port);
    if (target == reroute::kNoTarget) {
        // A late one: what it belongs to was given up.
        const auto late = static_cast<uint16_t>((port - kFirstPort) / kRounds);
        if (port < kFirstPort || late >= targets_.size() || !is_asked_by_frames(late)) {
            return false;
        }
        refuse(late, *segment, now);
        return true;
    }
    on_segment(target, *segment, now);
    return true;
}

void ServiceProbes::on_timers(TimePoint now) {
    while (const auto due = deadlines_.take_due(now)) {
        const auto target = static_cast<uint16_t>(*due);
        switch (states_[target].stage) {
            case Stage::idle: ask(target, now); break;
            case Stage::asked:
                if (targets_[target].health.probe == Probe::script) {
                    look_at_script(target, now);
                } else {
                    finish(target, Result::failed, "did not answer in time", now);
                }
                break;
            case Stage::connected:
                send_segment(target, packet::tcp_flag::rst, 0, {}, now);
                finish(target, Result::failed, "did not answer the request in time", now);
                break;
        }
    }
}

}  // namespace evengate::control
