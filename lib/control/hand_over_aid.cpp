// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/hand_over_aid.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace evengate::control {
namespace {

// The protocol engine gives up after a second; then nobody waits for the answer any more.
constexpr Duration kPatience = std::chrono::seconds(2);

}  // namespace

std::vector<glbp::NeighbourList::Entry> HandOverAid::collect() {
    std::vector<std::pair<Standing, glbp::NeighbourList::Entry>> known;
    neighbours_.for_each([&](const Neighbour& neighbour) {
        const bool asked_for = neighbour.state != NeighbourState::fixed;  // that is configured
        if (neighbour.is_resolved() && asked_for &&
            interfaces_.at(neighbour.key.interface).link_up()) {
            known.push_back({neighbour.standing, {neighbour.key.address, neighbour.mac}});
        }
    });
    std::stable_sort(known.begin(), known.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    known.resize(std::min(known.size(), kMaxNeighbours));
    std::vector<glbp::NeighbourList::Entry> entries;
    for (const auto& [standing, entry] : known) {
        entries.push_back(entry);
    }
    return entries;
}

void HandOverAid::adopt(const glbp::NeighbourList& list, TimePoint now) {
    for (const glbp::NeighbourList::Entry& entry : list.entries) {
        for (const Interface& interface : interfaces_.all()) {
            const bool holds = std::any_of(
                interface.addresses.begin(), interface.addresses.end(),
                [&](const IpPrefix& prefix) { return prefix.contains(entry.address); });
            if (holds && locals_.find(interface.id, entry.address) == nullptr) {
                static_cast<void>(
                    neighbours_.adopt({interface.id, entry.address}, entry.mac, now));
            }
        }
    }
}

void HandOverAid::prepare(size_t speaker_index, const group::action::PrepareVmac& wanted,
                          TimePoint now) {
    const auto same = [&](const Waiting& waiting) {
        return waiting.prepared.speaker_index == speaker_index &&
               waiting.prepared.wanted.group == wanted.group &&
               waiting.prepared.wanted.vmac == wanted.vmac;
    };
    std::erase_if(waiting_, same);
    const bool asked_already = !waiting_.empty();  // a drain prepares many at once
    waiting_.push_back({{speaker_index, wanted}, now + kPatience});
    if (asked_already) {
        return;
    }
    for (const NeighbourKey& next_hop : routes_.next_hops()) {
        neighbours_.hurry(next_hop, now);
    }
}

bool HandOverAid::are_next_hops_resolved() {
    const auto hops = routes_.next_hops();
    return std::all_of(hops.begin(), hops.end(), [&](const NeighbourKey& next_hop) {
        return !interfaces_.at(next_hop.interface).link_up() ||
               neighbours_.is_resolved(next_hop) || neighbours_.has_failed(next_hop);
    });
}

std::vector<HandOverAid::Prepared> HandOverAid::take_prepared(TimePoint now) {
    std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.given_up_at < now; });
    std::vector<Prepared> prepared;
    if (!waiting_.empty() && are_next_hops_resolved()) {
        for (const Waiting& waiting : std::exchange(waiting_, {})) {
            prepared.push_back(waiting.prepared);
        }
    }
    return prepared;
}

}  // namespace evengate::control
