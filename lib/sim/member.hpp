// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a simulated member: a whole control plane, the workers beside it, a clock, and the life that
// both lead: started, paused, killed. Thread: any. Used by: sim.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "control/control.hpp"
#include "control/outside.hpp"
#include "glbp/decode.hpp"
#include "group/options.hpp"
#include "settings/settings.hpp"
#include "sim/drifting_clock.hpp"
#include "sim/member_tables.hpp"
#include "sim/random.hpp"
#include "sim/surroundings.hpp"

namespace evengate::sim {

enum class Pause : uint8_t { running, paused };

class Member final : public control::Transmitter,
                     public control::ForwardingTables,
                     public control::Appliance {
 public:
    struct Options {
        size_t index = 0;
        size_t n_servers = 1;
        settings::Settings settings;
        std::array<StationId, kSideCount> stations;
        DriftingClock clock{TimePoint{}, 0};
        group::Weaknesses weaknesses;
        uint64_t seed = 0;
    };

    Member(Surroundings& surroundings, Options options);
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    // A new life, with a new boot nonce.
    void start(TimePoint now);
    // From now on control and workers are gone, and the ports with them.
    void kill(TimePoint now);
    // Workers go on. Frames for control wait, and it learns at the end which links there are then.
    void set_pause(Pause pause, TimePoint now);
    void set_link(Side side, LinkPhase phase, TimePoint now);
    void set_drift(int32_t fast_ppm, TimePoint now);
    // Counts from the next life on.
    settings::Settings& settings() { return options_.settings; }
    // Neither the dead nor the paused answer, or do what is asked.
    admin::Reply ask(const admin::Request& request, TimePoint now);

    // What the queue says.
    void receive(Side side, FrameIndex frame, TimePoint now);
    void wake(TimePoint now);

    [[nodiscard]] bool is_alive() const { return control_ != nullptr; }
    [[nodiscard]] bool is_paused() const { return pause_ == Pause::paused; }
    [[nodiscard]] TimePoint started_at() const { return started_at_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] StationId station(Side side) const { return options_.stations[index_of(side)]; }
    // Whether what it sends is believed by members with this key.
    [[nodiscard]] const settings::Authentication& authentication() const {
        return options_.settings.groups.front().authentication;
    }
    // Whether the conservation equation of control's counts holds. Ends no life.
    [[nodiscard]] bool is_conserved() const;
    [[nodiscard]] const control::Control* control() const { return control_.get(); }

    // control::Transmitter
    bool try_transmit(InterfaceId egress, std::span<const uint8_t> frame) override;
    // control::ForwardingTables
    Result<void> bind_slots(std::span<const control::SlotBinding> bindings) override;
    void publish(std::span<const packet::SlotAction> actions, TimePoint lease) override;
    void set_adjacency(AdjacencyIndex index, const packet::Adjacency& adjacency) override;
    Result<void> add_route(const IpPrefix& prefix, AdjacencyIndex adjacency) override;
    Result<void> remove_route(const IpPrefix& prefix) override;
    // control::Appliance
    [[nodiscard]] control::SlotCounts slot_counts(SlotIndex slot) const override;
    void describe(admin::Report&) override {}
    void set_forwarding(bool) override {}
    Result<void> clear_port_stats() override { return {}; }
    void quit() override {}

 private:
    struct Punted {
        FrameIndex frame;
        Side side{};
        SlotIndex slot = kNoSlot;
        AdjacencyIndex adjacency = kNoAdjacency;
        packet::PuntReason reason{};
        TimePoint received_at;  // by the local clock
    };
    static constexpr size_t kRingSize = 1024;  // of each punt class
    static constexpr Duration kShortestPunt = std::chrono::microseconds(20);

    [[nodiscard]] TimePoint local(TimePoint now) const { return options_.clock.local(now); }
    void punt(const Punted& punted, TimePoint now);
    void route(Side side, FrameIndex frame, SlotIndex slot, TimePoint now);
    void forward(FrameIndex frame, const packet::Adjacency& adjacency, TimePoint now);
    void take_punted(TimePoint now);
    void hand_to_control(const Punted& punted, TimePoint now);
    void drop(FrameIndex frame, Loss loss);
    void wake_at(TimePoint at);
    void report_vmacs(TimePoint now);
    void tell_link(Side side, TimePoint now);
    void check_group_message(Side side, Frame& frame, TimePoint now);
    void note_message(Side side, const Frame& frame, TimePoint now);

    Surroundings& surroundings_;
    Options options_;
    std::string name_;
    Random random_;
    MemberTables tables_;
    std::vector<control::SlotCounts> slot_counts_;
    std::array<std::vector<Punted>, packet::kPuntClassCount> rings_;
    std::vector<Punted> taken_;
    glbp::Decoded decoded_;  // kept, as it is large
    std::unique_ptr<control::Control> control_;
    Pause pause_ = Pause::running;
    std::array<LinkPhase, kSideCount> links_told_{};  // to control
    uint64_t boot_nonce_ = 0;
    TimePoint started_at_{};
    TimePoint now_{};  // of the call into control that is under way
    TimePoint wake_at_ = kNever;
};

}  // namespace evengate::sim
