// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which vMAC each host was last given, so that it gets the same again; bounded and aged.
// Thread: control. Used by: vmac_answers, report.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.hpp"
#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "control/index_list.hpp"

namespace evengate::control {

class ClientTable {
 public:
    // Units: n_clients over all groups, at least 1.
    ClientTable(size_t n_clients, size_t n_groups, Duration max_age, uint64_t seed);

    // What the host was last given, unless that is too long ago.
    [[nodiscard]] std::optional<VmacNumber> find(size_t group_index, const MacAddress& host,
                                                 TimePoint now) const;

    // Remembers the answer and that the host was heard now; the host unheard of for longest makes
    // room. Cost: O(1) amortised, no allocation.
    void remember(size_t group_index, const MacAddress& host, VmacNumber vmac, TimePoint now);

    // Forgets hosts unheard of for longer than the age.
    void expire(TimePoint now);

    [[nodiscard]] uint32_t n_hosts(size_t group_index, VmacNumber vmac) const {
        return n_hosts_[group_index][vmac.value];
    }
    [[nodiscard]] size_t size() const { return order_.size(kUsed); }

 private:
    struct Client {
        uint64_t key = 0;
        TimePoint heard_at;
        uint16_t group_index = 0;
        VmacNumber vmac;
    };
    enum : size_t { kFree, kUsed, kListCount };

    [[nodiscard]] uint32_t find_place(uint64_t key) const;
    void forget(uint32_t place);

    Duration max_age_;
    uint64_t seed_;
    std::vector<Client> clients_;
    HashIndex index_;
    IndexLists order_;                                // used ones: longest unheard of first
    std::vector<std::array<uint32_t, 256>> n_hosts_;  // by group index and vMAC number
};

}  // namespace evengate::control
