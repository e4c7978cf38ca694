// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: asks each target whether it serves, by the rewrite of its service and for the published
// address, or by a program, and says what came of it (rerouting rule 4). Thread: control. Used by: services.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "control/deadline_heap.hpp"
#include "control/neighbours.hpp"
#include "control/script_runner.hpp"
#include "packet/tcp_segment.hpp"
#include "reroute/service_set.hpp"
#include "settings/services.hpp"

namespace evengate::control {

// How a target is asked; by its number in the set of services.
struct Probed {
    settings::Health health;
    reroute::Rewrite rewrite = reroute::Rewrite::mac;
    NeighbourKey next_hop;      // whom its frames go to
    IpAddress own;              // the address that asks
    IpAddress asked;            // the published one; of nat the target's own
    IpAddress answers_from;     // who seems to answer: the published one
    uint16_t port = 0;
    IpAddress tunnel_source;    // of tunnels
    IpAddress target;
    std::string name;           // for people
};

class ServiceProbes {
 public:
    enum class Result : uint8_t { answered, failed };
    struct Finding {
        uint16_t target = 0;
        Result result = Result::failed;
        std::string_view reason;  // for people; lasts for ever
    };
    // seed: from which sequence numbers are drawn, so that nobody can answer for a target.
    // Borrows scripts; nullptr: those targets that are asked by one fail.
    ServiceProbes(std::vector<Probed> targets, Neighbours& neighbours, ScriptRunner* scripts, uint64_t seed);

    // Probes begin at once, spread over an interval.
    void start(TimePoint now);
    // A datagram for one of our addresses: whether it answers a probe. Not checked: check_ipv4() passed.
    bool take(std::span<const uint8_t> datagram, TimePoint now);
    void on_timers(TimePoint now);
    [[nodiscard]] TimePoint next_deadline() const { return deadlines_.next(); }

    // What was found since the last call, oldest first.
    [[nodiscard]] std::vector<Finding> take_findings() { return std::exchange(findings_, {}); }
    [[nodiscard]] uint64_t n_sent(uint16_t target) const { return states_[target].n_sent; }
    [[nodiscard]] uint64_t n_failed(uint16_t target) const { return states_[target].n_failed; }

 private:
    enum class Stage : uint8_t { idle, asked, connected };
    struct State {
        Stage stage = Stage::idle;
        uint32_t round = 0;
        uint32_t sequence = 0;  // of our next byte
        TimePoint asked_at{};
        uint64_t n_sent = 0;
        uint64_t n_failed = 0;
    };

    void ask(uint16_t target, TimePoint now);
    void send(uint16_t target, std::vector<uint8_t> datagram, TimePoint now);
    void send_segment(uint16_t target, uint8_t flags, uint32_t acknowledgement, std::string_view payload,
                      TimePoint now);
    void finish(uint16_t target, Result result, std::string_view reason, TimePoint now);
    void refuse(uint16_t target, const packet::TcpSegment& segment, TimePoint now);
    void on_segment(uint16_t target, const packet::TcpSegment& segment, TimePoint now);
    void look_at_script(uint16_t target, TimePoint now);
    [[nodiscard]] uint16_t own_port(uint16_t target) const;
    [[nodiscard]] bool is_asked(uint16_t target) const {
        return targets_[target].health.probe != settings::Probe::none;
    }
    [[nodiscard]] bool is_asked_by_frames(uint16_t target) const {
        return is_asked(target) && targets_[target].health.probe != settings::Probe::script;
    }

    std::vector<Probed> targets_;
    std::vector<State> states_;
    std::vector<std::string> requests_;  // of http
    Neighbours& neighbours_;
    ScriptRunner* scripts_;
    uint64_t seed_;
    DeadlineHeap deadlines_;
    std::vector<Finding> findings_;
};

}  // namespace evengate::control
