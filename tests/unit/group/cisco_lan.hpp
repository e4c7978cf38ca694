// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: groups in cisco mode on one wire, in virtual time: who sent what when, and what each noted.
// Used by: the tests of cisco mode.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "group/cisco_group.hpp"

namespace evengate::group::test {

inline constexpr std::chrono::milliseconds kWireDelay{1};

// The routers of the tests: number n has 192.168.0.(10 * n).
MacAddress mac_of(unsigned router);
IpAddress address_of(unsigned router);
MacAddress vmac_of(unsigned number);

SegmentOptions segment_of(unsigned router);
// Group 1 of the capture: 192.168.0.1, hello 3 s, hold 10 s, vMACs of Cisco's form, no jitter.
GroupOptions group_options();

// What routers say, with the values of the capture.
glbp::Message hello_of(unsigned router, glbp::VgState state, uint8_t priority,
                       std::vector<glbp::Forwarder> forwarders = {});
glbp::Message forwarder_hello_of(unsigned router, const glbp::Forwarder& forwarder);
glbp::Message request_of(unsigned router);
glbp::Message reply_of(unsigned router, unsigned number);
glbp::Forwarder owned(unsigned number, uint8_t weight = 100);
glbp::Forwarder taken_over(unsigned number, uint16_t redirect_left_s, uint16_t timeout_left_s);

class CiscoLan {
 public:
    struct Sent {
        TimePoint at{};
        unsigned router = 0;
        action::Send send;
    };
    struct Noted {
        TimePoint at{};
        unsigned router = 0;
        action::Note note;
    };
    // Router numbers are those of mac_of().
    CiscoGroup& add(unsigned router, const GroupOptions& options);
    CiscoGroup& add(unsigned router, const SegmentOptions& segment, const GroupOptions& options);
    CiscoGroup& group(unsigned router);

    void give(unsigned router, const Event& event);
    void connect(unsigned router) { give(router, LinkChanged{Link::up}); }
    // From now on it neither hears, nor is heard, nor is its time counted.
    void kill(unsigned router);
    // Its time goes on, and it hears what it missed all at once, when it is resumed.
    void pause(unsigned router);
    void resume(unsigned router);
    // Messages of one do not reach the other, nor back.
    void part(unsigned one, unsigned other);
    void mend() { parted_.clear(); }
    // Both run, and nothing is between them.
    [[nodiscard]] bool hear_each_other(unsigned one, unsigned other);

    // A message of somebody who is no group of ours, to all.
    void inject(TimePoint at, unsigned router, const glbp::Message& message);
    void run_until(TimePoint end);
    void run_for(Duration duration) { run_until(now_ + duration); }

    [[nodiscard]] TimePoint now() const { return now_; }
    [[nodiscard]] const std::vector<Sent>& sent() const { return sent_; }
    [[nodiscard]] std::vector<Sent> sent_by(unsigned router) const;
    [[nodiscard]] std::vector<Sent> sent_by(unsigned router, TimePoint since) const;
    [[nodiscard]] const std::vector<Noted>& notes() const { return notes_; }
    [[nodiscard]] size_t n_refused(unsigned router, MessageRefusal why) const;
    [[nodiscard]] size_t n_notes(unsigned router, NoteKind kind) const;
    // Routers that forward for the vMAC now.
    [[nodiscard]] std::vector<unsigned> owners_of(unsigned number);
    // Called after each step of anybody.
    void after_each_step(std::function<void()> check) { check_ = std::move(check); }

 private:
    enum class Life : uint8_t { running, paused, dead };
    struct Router {
        unsigned number;
        IpAddress address;
        CiscoGroup group;
        Life life = Life::running;
    };
    struct Flight {
        TimePoint at{};
        unsigned from = 0;
        IpAddress to;  // not set: to all
        glbp::Message message;
    };
    struct Refusal {
        unsigned router = 0;
        MessageRefusal why{};
    };
    Router& router(unsigned number);
    void step(Router& router, const Event& event);
    void deliver(const Flight& flight);
    [[nodiscard]] bool are_parted(unsigned one, unsigned other) const;

    TimePoint now_{};
    std::vector<Router> routers_;
    std::vector<Flight> flights_;  // by time
    std::vector<Sent> sent_;
    std::vector<Noted> notes_;
    std::vector<Refusal> refusals_;
    std::vector<std::pair<unsigned, unsigned>> parted_;
    std::function<void()> check_;
};

GroupOptions with_priority(uint8_t priority);
// Routers 1 to n at 60 s, of which 1 is AVG and each of the first four forwards for its vMAC.
CiscoLan settled(unsigned n_routers);
// Null: not known.
const VmacView* vmac_in(const GroupView& view, unsigned number);
std::vector<unsigned> answerable_at(CiscoLan& lan, unsigned router);

}  // namespace evengate::group::test
