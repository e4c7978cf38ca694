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
#include "base/ip_address.hpp"
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

    // What the others know of it (protocol rule 24).
    enum class News : uint8_t { none, worth_telling };

    // Remembers the answer and that the host was heard now; the host unheard of for longest makes
    // room. Returns whether that is worth telling: the answer is another, or was last told a
    // quarter of the age ago. Units: address 0.0.0.0 is not known; one that is known is kept.
    // Cost: O(1) amortised, no allocation.
    News remember(size_t group_index, const MacAddress& host, const IpAddress& address,
                  VmacNumber vmac, TimePoint now);

    // The host was given another vMAC, and said nothing. Does nothing for one that is not known.
    void change(size_t group_index, const MacAddress& host, VmacNumber vmac);

    struct Host {
        MacAddress mac;
        IpAddress address;  // 0.0.0.0: not known
        VmacNumber vmac;
        TimePoint heard_at;
    };
    // The same, with when that was.
    [[nodiscard]] std::optional<Host> find_host(size_t group_index, const MacAddress& host,
                                                TimePoint now) const;
    // Calls visit(host) for those of the group, longest unheard of first.
    template <class Visit>
    void for_each(size_t group_index, Visit&& visit) const {
        for (uint32_t place = order_.front(kUsed); place != kNoIndex; place = order_.after(place)) {
            const Client& client = clients_[place];
            if (client.group_index == group_index) {
                visit(to_host(client));
            }
        }
    }

    // Forgets hosts unheard of for longer than the age.
    void expire(TimePoint now);

    [[nodiscard]] uint32_t n_hosts(size_t group_index, VmacNumber vmac) const {
        return n_hosts_[group_index][vmac.value];
    }
    [[nodiscard]] size_t size() const { return order_.size(kUsed); }

 private:
    struct Client {
        uint64_t key = 0;  // group index, host's MAC
        TimePoint heard_at;
        TimePoint told_at;
        IpAddress address;
        uint16_t group_index = 0;
        VmacNumber vmac;
    };
    enum : size_t { kFree, kUsed, kListCount };
    static constexpr uint64_t kMacBits = 0xFFFF'FFFF'FFFF;

    [[nodiscard]] static Host to_host(const Client& client) {
        return {.mac = MacAddress::from_u64(client.key & kMacBits),
                .address = client.address,
                .vmac = client.vmac,
                .heard_at = client.heard_at};
    }
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
