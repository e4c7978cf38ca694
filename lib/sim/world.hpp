// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a simulated world: members, hosts and servers on two networks, the faults that befall them,
// and the witness. Deterministic: the same options, the same run. Thread: one at a time for each.
// Used by: sim, evengate-sim, tests.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "group/options.hpp"
#include "sim/fault.hpp"
#include "sim/host.hpp"
#include "sim/member.hpp"
#include "sim/random.hpp"
#include "sim/surroundings.hpp"

namespace evengate::sim {

// Whether loss can make a member look dead: with a hold of many hellos it does not.
enum class Chance : uint8_t { kills, spares };
enum class Authentication : uint8_t { none, hmac };

struct WorldOptions {
    uint64_t seed = 0;
    size_t n_members = 3;  // 1-8
    size_t n_hosts = 12;
    size_t n_servers = 2;
    uint16_t n_vmacs = 16;  // of each group, at most 32
    settings::Milliseconds hello{100};
    settings::Milliseconds hold{300};
    settings::Milliseconds linger{2000};
    settings::Milliseconds minimum_stay{200};
    settings::VmacPolicy policy = settings::VmacPolicy::round_robin;
    Chance chance = Chance::kills;
    Authentication authentication = Authentication::none;
    Duration start_spread{};  // members start within
    TimePoint hosts_begin{std::chrono::seconds(2)};
    Duration send_interval = std::chrono::milliseconds(100);
    Duration ageing = std::chrono::seconds(300);  // of the switches
    int32_t most_drift_ppm = 0;                   // of each clock, either way
    bool preempt = false;
    std::vector<uint8_t> priorities;  // of members; 100 for further ones
    std::vector<Fault> faults;
    group::Weaknesses weaknesses;
    Trace trace;  // empty: none
};

// The settings of a member, before any fault.
settings::Settings settings_of_member(const WorldOptions& options, size_t member);

class World {
 public:
    explicit World(const WorldOptions& options);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // Until then, or until a property is violated.
    void run_until(TimePoint end);
    // Now.
    void apply(const Fault& fault);

    [[nodiscard]] TimePoint now() const { return now_; }
    [[nodiscard]] const Properties& properties() const { return properties_; }
    [[nodiscard]] Properties& properties() { return properties_; }
    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    [[nodiscard]] Network& network(Side side) { return *networks_[index_of(side)]; }
    [[nodiscard]] Member& member(size_t index) { return *members_[index]; }
    [[nodiscard]] size_t n_members() const { return members_.size(); }
    [[nodiscard]] const std::vector<std::unique_ptr<Host>>& hosts(Side side) const {
        return hosts_[index_of(side)];
    }
    [[nodiscard]] uint64_t n_moves_ordered() const { return n_moves_ordered_; }
    [[nodiscard]] uint64_t n_events() const { return n_events_; }
    // Whether some member that runs heard nothing of another for a hold, though nobody died: chance
    // then made it look dead.
    [[nodiscard]] bool saw_false_death() const { return saw_false_death_; }
    void say(std::string_view text) const { surroundings_.say(now_, "--", text); }

 private:
    void attach_all();
    void dispatch(const Event& event);
    void begin(const Fault& fault);
    void end(const Fault& fault);
    void set_links(const Fault& fault, LinkPhase phase);
    void set_trunks(const Fault& fault, LinkPhase phase);
    void cut(const Fault& fault, Network::Cut cut);
    void set_impairment(const Fault& fault, uint32_t amount);
    void start_otherwise(const Fault& fault);
    void restart_member(size_t member);
    void order(size_t member, const admin::Request& request);
    void move(const Fault& fault);
    void record_messages();
    void start_member(size_t member);
    void kill_member(size_t member);
    void tell_capability(size_t member);
    void tell_islands(Side side);
    void check();
    void attack(Side side);
    [[nodiscard]] bool is_unsettling() const;

    WorldOptions options_;
    Random random_;
    EventQueue queue_;
    FramePool frames_;
    MacNumbers macs_;
    Ledger ledger_;
    Properties properties_;
    std::array<std::unique_ptr<Network>, kSideCount> networks_;
    Surroundings surroundings_;
    std::vector<std::unique_ptr<Member>> members_;
    std::array<std::vector<std::unique_ptr<Host>>, kSideCount> hosts_;
    std::array<StationId, kSideCount> attackers_;
    std::array<Impairment, kSideCount> impairments_;

    struct Recorded {
        Side side{};
        StationId speaker;
        uint32_t message = 0;
        std::vector<uint8_t> bytes;
    };
    [[nodiscard]] const Recorded* choose_recorded(Side side);

    std::vector<Recorded> recorded_;
    uint64_t n_recorded_ = 0;  // seen; a share of them is kept
    // By speaker: its last words, and those of its life before.
    std::array<std::array<Recorded, kMaxMembers>, kSideCount> newest_recorded_;
    std::array<std::array<Recorded, kMaxMembers>, kSideCount> of_old_life_;
    uint32_t attack_rate_ = 0;  // frames a second
    std::vector<uint8_t> is_active_;  // by fault of the plan
    std::array<uint32_t, kMaxMembers> lives_{};
    std::array<bool, kMaxMembers> is_draining_{};
    std::array<std::vector<admin::Request>, kMaxMembers> orders_;  // that wait for one that is paused
    uint64_t n_moves_ordered_ = 0;
    TimePoint now_{};
    uint64_t n_events_ = 0;
    bool saw_false_death_ = false;
};

}  // namespace evengate::sim
