// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the control plane of one gateway, as a machine that is given frames, link changes, requests
// and the time, and acts through the interfaces of outside.hpp. It only passes on; the parts
// decide. Thread: control. Used by: app, the simulator, tests.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "admin/mailbox.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "control/counts.hpp"
#include "control/outside.hpp"
#include "control/port_facts.hpp"
#include "group/options.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class Parts;

// What control cannot know by itself.
struct Identity {
    std::string version;
    std::string config;  // YAML, for the report
    uint64_t seed = 0;   // of the hash tables: random on a real machine, so that no host can aim
    uint64_t boot_nonce = 0;  // of this life in the group protocol: random at each start (rule 17)
    std::vector<std::string> warnings{};  // of start-up: the first events
    group::Weaknesses weaknesses{};       // only the simulator has any
};

class Control {
 public:
    // Units: ports in configured order. Transmitter, tables and appliance must outlive this.
    Control(const settings::Settings& settings, Identity identity, std::span<const PortFacts> ports,
            Transmitter& transmitter, ForwardingTables& tables, Appliance& appliance);
    ~Control();
    Control(const Control&) = delete;
    Control& operator=(const Control&) = delete;

    // Fills the tables, publishes the first generation, in which no vMAC is ours yet, starts the
    // groups and asks for the next hops. Once, before all that follows.
    // Fails: the settings contradict themselves or the tables are too small; the message says
    // which.
    Result<void> start(TimePoint now);

    // Takes a frame that a worker handed over. Cost: O(1) but for ARP (ArpResponder::on_frame()).
    // Returns what became of it, counted already.
    Outcome on_frame(const PuntedFrame& frame, TimePoint now);

    void on_link(PortIndex port, LinkState state, TimePoint now);

    // Does what is due, and returns when to be called again at the latest; kNever when nothing
    // waits. Frames, links and requests can bring that forward: ask again after them.
    TimePoint on_timers(TimePoint now);

    admin::Reply on_request(const admin::Request& request, TimePoint now);

    // Hands all vMACs over and says good-bye to the groups (protocol rule 15). Once; the timers go on
    // until departed(), which takes Departure::kLongestDeparture at most, and nothing where nobody
    // is there to take over.
    void begin_departure(TimePoint now);
    [[nodiscard]] bool departed() const;

    // What happened since the last call, oldest first, for the journal. Only after start().
    [[nodiscard]] bool has_new_events() const;
    [[nodiscard]] std::vector<admin::Event> take_new_events();

    // Only after start().
    [[nodiscard]] const Counts& counts() const;

 private:
    [[nodiscard]] Result<void> fill_tables(TimePoint now);
    [[nodiscard]] Outcome dispatch(const PuntedFrame& frame, TimePoint now);
    // Ends every call that something came in by.
    void settle(TimePoint now);
    [[nodiscard]] std::shared_ptr<const admin::Report> make_report(TimePoint now);

    settings::Settings settings_;
    const Identity identity_;
    const std::vector<PortFacts> ports_;
    Transmitter& transmitter_;
    ForwardingTables& tables_;
    Appliance& appliance_;

    std::unique_ptr<Parts> parts_;  // from start() on
    TimePoint started_at_{};
    enum class Forwarding : uint8_t { stopped, running } forwarding_ = Forwarding::running;
};

}  // namespace evengate::control
