// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what a planned move needs besides messages (protocol rule 16): the neighbours that the old
// owner knows, and the new owner's next hops resolved before it says that it is ready.
// Thread: control. Used by: group_speakers.
#pragma once

#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "control/interface_set.hpp"
#include "control/local_addresses.hpp"
#include "control/neighbours.hpp"
#include "control/routes.hpp"
#include "glbp/message.hpp"
#include "group/action.hpp"

namespace evengate::control {

class HandOverAid {
 public:
    // A list beyond this is cut: hosts that nobody gave are asked for as ever.
    static constexpr size_t kMaxNeighbours = 8 * decltype(glbp::NeighbourList::entries)::capacity();

    HandOverAid(const InterfaceSet& interfaces, const LocalAddresses& locals, const Routes& routes,
                Neighbours& neighbours)
        : interfaces_(interfaces), locals_(locals), routes_(routes), neighbours_(neighbours) {}

    // The neighbours that can be sent to, of all interfaces: next hops first, then those that
    // answered us, then those that spoke. Cost: O(neighbours).
    [[nodiscard]] std::vector<glbp::NeighbourList::Entry> collect();

    // Takes what another member knows; each goes to the interface whose prefix holds it.
    void adopt(const glbp::NeighbourList& list, TimePoint now);

    // The vMAC is to be prepared: asks for the next hops that are missing.
    void prepare(size_t speaker_index, const group::action::PrepareVmac& wanted, TimePoint now);

    struct Prepared {
        size_t speaker_index = 0;
        group::action::PrepareVmac wanted;
    };
    [[nodiscard]] bool is_waiting() const { return !waiting_.empty(); }
    // Those whose next hops are all resolved now. A next hop without link, or one that does not
    // answer, keeps nobody waiting: it is no better at the old owner.
    [[nodiscard]] std::vector<Prepared> take_prepared(TimePoint now);

 private:
    struct Waiting {
        Prepared prepared;
        TimePoint given_up_at;
    };

    [[nodiscard]] bool are_next_hops_resolved();

    const InterfaceSet& interfaces_;
    const LocalAddresses& locals_;
    const Routes& routes_;
    Neighbours& neighbours_;
    std::vector<Waiting> waiting_;
};

}  // namespace evengate::control
