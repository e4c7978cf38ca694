// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which vMAC a host is given; pure, so that every member of a group and every build agree.
// Thread: any. Used by: control.
#pragma once

#include <cstdint>
#include <span>

#include "base/ids.hpp"
#include "base/mac_address.hpp"

namespace evengate::group {

// How strongly this host is drawn to this vMAC. Part of the protocol: the members of a group must
// compute the same for ever, so the vectors in the tests may not change.
uint64_t vmac_weight(const MacAddress& host, VmacNumber vmac);

// The live vMAC with the highest weight for the host (rendezvous hashing): when vMACs come or go,
// only the hosts of those are given another. The order of live does not matter.
// Not checked: live is not empty. Cost: O(live), some nanoseconds each.
VmacNumber choose_by_host_hash(const MacAddress& host, std::span<const VmacNumber> live);

// The live vMAC after the previous one, the lowest after the last.
// Not checked: live is not empty and ascends. Cost: O(log live).
VmacNumber choose_round_robin(VmacNumber previous, std::span<const VmacNumber> live);

// The live member that answers this host, where any may: all members draw the same, and when one
// comes or goes only its hosts change. Part of the protocol, as vmac_weight() is. The order of live
// does not matter. Not checked: live is not empty. Cost: O(live).
MemberId choose_answerer(const MacAddress& host, std::span<const MemberId> live);

}  // namespace evengate::group
