// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the hosts of a series, which vMAC each was given, and how the group answers them.
// Thread: any. Used by: replay.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "balance/problem.hpp"
#include "base/ids.hpp"
#include "base/mac_address.hpp"

namespace evengate::replay {

enum class Policy : std::uint8_t { least_loaded, round_robin, weighted, host_hash };

// What the answerer knows: the same estimates that the planner has.
struct Standing {
    std::span<const balance::Load> capacities;     // by gateway
    std::span<const balance::Load> gateway_loads;  // by gateway
    std::span<const balance::Load> vmac_loads;     // by vMAC
    std::span<const balance::Gateway> owners;      // by vMAC
};

class Hosts {
 public:
    // The seed makes the hosts' MAC addresses, and the order in which those of an interval ask.
    Hosts(std::size_t n_hosts, std::size_t n_vmacs, Policy policy, std::uint64_t seed);

    [[nodiscard]] std::span<const std::uint32_t> order() const { return order_; }
    // unassigned: has not asked yet.
    [[nodiscard]] std::uint16_t vmac_of(std::size_t host) const { return vmac_of_[host]; }
    [[nodiscard]] bool has_asked(std::size_t host) const {
        return vmac_of_[host] != balance::unassigned;
    }
    // The host asks; who has asked before is answered the same.
    void ask(std::size_t host, const Standing& standing);
    // An interval has ended: hosts that were only expected are now measured.
    void forget_expected();
    void steer(std::size_t host, std::uint16_t vmac);

 private:
    [[nodiscard]] VmacNumber choose(std::size_t host, const Standing& standing);
    [[nodiscard]] VmacNumber choose_by_load(const Standing& standing);
    [[nodiscard]] VmacNumber choose_by_weight(const Standing& standing) const;

    Policy policy_;
    std::vector<MacAddress> macs_;
    std::vector<std::uint32_t> order_;
    std::vector<std::uint16_t> vmac_of_;     // by host
    std::vector<VmacNumber> numbers_;        // all vMACs
    std::vector<std::uint32_t> n_hosts_;     // by vMAC
    std::vector<std::uint32_t> n_expected_;  // by vMAC: answered in this interval
    VmacNumber last_round_robin_;
};

}  // namespace evengate::replay
