// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which vMAC a host that asks for a VIP is answered with, and whether by this member: by the
// group's policy, what the host was given before, and the load. Thread: control.
// Used by: arp_responder, group_speakers, vip_defence, report.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "control/client_table.hpp"
#include "control/vmac_ownership.hpp"
#include "group/least_loaded.hpp"

namespace evengate::control {

class VmacAnswers {
 public:
    // What the protocol engine says of a group, as far as answers go.
    struct Standing {
        bool is_answerer = false;             // protocol rule 20
        std::vector<VmacNumber> answerable;   // may be given to hosts; ascending
        std::vector<MemberId> live_members;   // who may answer, where any does
        std::vector<MemberId> gateways;       // owners of answerable ones
        std::vector<uint64_t> capacities;     // by gateway, packets a second
        std::vector<uint64_t> loads;          // by gateway, packets a second
        std::vector<uint8_t> weights;         // by gateway
        std::vector<uint16_t> gateway_of;     // by place in answerable: of its owner in gateways
    };
    struct Answered {
        size_t group_index = 0;
        MacAddress host;
        VmacNumber vmac;
    };

    VmacAnswers(const VmacOwnership& ownership, const settings::Settings& settings, MemberId self,
                uint64_t seed);

    void set_standing(size_t group_index, Standing standing);
    [[nodiscard]] const Standing& standing(size_t group_index) const {
        return groups_[group_index].standing;
    }
    // Units: packets a second of each vMAC of the group, by number from 1. own: those of others are
    // not known and 0. What was expected of hosts answered before this is now measured.
    enum class Known : uint8_t { own, all };
    void set_loads(size_t group_index, std::vector<uint64_t> vmac_loads, Known known);

    // Whether this member answers this host.
    [[nodiscard]] bool answers(size_t group_index, const MacAddress& host) const;

    // The vMAC for this host from now on; nothing while the group has none to give.
    // Units: address 0.0.0.0 is not known.
    std::optional<MacAddress> answer(size_t group_index, const MacAddress& host,
                                     const IpAddress& address, TimePoint now);

    // The host probed a vMAC that it uses already and stays on it (protocol rule 23).
    MacAddress keep(VmacOwnership::Place place, const MacAddress& host, const IpAddress& address,
                    TimePoint now);

    // The host, which said nothing, was told this vMAC.
    void change(VmacOwnership::Place place, const MacAddress& host);

    // Another member answered this host (protocol rule 24).
    void adopt(size_t group_index, const MacAddress& host, VmacNumber vmac, TimePoint now) {
        static_cast<void>(clients_.remember(group_index, host, IpAddress{}, vmac, now));
    }

    // The answers of ours that the other members do not know yet.
    [[nodiscard]] std::vector<Answered> take_answered() { return std::exchange(answered_, {}); }
    [[nodiscard]] bool has_answered() const { return !answered_.empty(); }

    [[nodiscard]] uint64_t n_answers(size_t group_index) const {
        return groups_[group_index].n_answers;
    }
    [[nodiscard]] ClientTable& clients() { return clients_; }

 private:
    // What a host brings as long as nothing was measured: few packets, but not none.
    static constexpr uint64_t kLeastLoadOfHost = 100;

    struct PerGroup {
        Standing standing;
        settings::Answerer answerer = settings::Answerer::avg;
        VmacNumber last_round_robin;
        std::vector<uint64_t> vmac_loads;     // by number, from 1
        Known known = Known::own;             // of these
        std::vector<uint32_t> n_expected;     // by number, from 1; hosts answered since
        uint64_t load_of_host = kLeastLoadOfHost;
        uint64_t n_answers = 0;
    };

    VmacNumber choose(size_t group_index, const MacAddress& host, TimePoint now);
    VmacNumber choose_by_load(size_t group_index);
    VmacNumber choose_by_weight(size_t group_index);

    const VmacOwnership& ownership_;
    const MemberId self_;
    ClientTable clients_;
    std::vector<PerGroup> groups_;
    std::vector<Answered> answered_;
    std::vector<group::GatewayLoad> gateway_loads_;  // scratch
    std::vector<group::VmacLoad> vmac_loads_;        // scratch
};

}  // namespace evengate::control
