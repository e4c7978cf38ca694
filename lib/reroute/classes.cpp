// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/classes.hpp"

#include <tuple>

namespace evengate::reroute {
namespace {

constexpr TargetMask kAll = ~TargetMask{0};

TargetMask bit(size_t target) {
    return TargetMask{1} << target;
}

// The position of a value in a list, to which it is added where it is new.
template <class T>
uint16_t position_in(std::vector<T>& list, const T& value) {
    const auto found = std::find(list.begin(), list.end(), value);
    if (found != list.end()) {
        return static_cast<uint16_t>(found - list.begin());
    }
    list.push_back(value);
    return static_cast<uint16_t>(list.size() - 1);
}

bool serves(const Constraints& target, uint16_t port) {
    return target.ports.empty() ||
           std::any_of(target.ports.begin(), target.ports.end(), [port](const PortSpan& span) {
               return span.first <= port && port <= span.last;
           });
}

struct Near {
    ClientPrefix prefix;
    size_t target = 0;

    // Orders from near to far.
    [[nodiscard]] auto rank() const { return std::tuple(prefix.preference, 32 - prefix.length); }
};

std::vector<Near> sorted_by_rank(std::span<const Constraints> targets) {
    std::vector<Near> nears;
    for (size_t i = 0; i < targets.size(); ++i) {
        for (const ClientPrefix& prefix : targets[i].near_clients) {
            nears.push_back({prefix, i});
        }
    }
    std::stable_sort(nears.begin(), nears.end(),
                     [](const Near& a, const Near& b) { return a.rank() < b.rank(); });
    return nears;
}

std::vector<TargetMask> levels_of(uint32_t client, std::span<const Near> nears) {
    std::vector<TargetMask> levels;
    const Near* last = nullptr;
    for (const Near& near : nears) {
        if (client < near.prefix.first() || client > near.prefix.last()) {
            continue;
        }
        if (last == nullptr || last->rank() != near.rank()) {
            levels.push_back(0);
        }
        levels.back() |= bit(near.target);
        last = &near;
    }
    levels.push_back(kAll);
    return levels;
}

}  // namespace

void Classes::compile_nothing() {
    dscp_class_ = {};
    dscp_masks_ = {kAll};
    range_firsts_ = {0};
    range_classes_ = {0};
    levels_ = {{kAll}};
}

void Classes::compile_dscp(std::span<const Constraints> targets) {
    dscp_masks_.clear();
    for (size_t dscp = 0; dscp < kDscpValues; ++dscp) {
        TargetMask mask = 0;
        for (size_t i = 0; i < targets.size(); ++i) {
            const uint64_t values = targets[i].dscp;
            mask |= values == 0 || (values >> dscp & 1) != 0 ? bit(i) : 0;
        }
        dscp_class_[dscp] = position_in(dscp_masks_, mask);
    }
}

void Classes::compile_clients(std::span<const Constraints> targets) {
    const std::vector<Near> nears = sorted_by_rank(targets);
    range_firsts_ = {0};
    for (const Near& near : nears) {
        range_firsts_.push_back(near.prefix.first());
        if (near.prefix.last() != ~uint32_t{0}) {
            range_firsts_.push_back(near.prefix.last() + 1);
        }
    }
    std::sort(range_firsts_.begin(), range_firsts_.end());
    range_firsts_.erase(std::unique(range_firsts_.begin(), range_firsts_.end()),
                        range_firsts_.end());
    range_classes_.clear();
    levels_.clear();
    for (const uint32_t first : range_firsts_) {
        range_classes_.push_back(position_in(levels_, levels_of(first, nears)));
    }
}

std::optional<Classes> Classes::compile(std::span<const Constraints> targets, const Needs& needs) {
    size_t n_prefixes = 0;
    for (const Constraints& target : targets) {
        n_prefixes += target.near_clients.size();
    }
    if (targets.size() > kMaxTargets || n_prefixes > kMaxClientPrefixes) {
        return std::nullopt;
    }
    Classes classes;
    classes.compile_dscp(targets);
    classes.compile_clients(targets);
    if (classes.n_classes() > kMaxClasses) {
        return std::nullopt;
    }
    classes.able_ = 0;
    for (size_t i = 0; i < targets.size(); ++i) {
        const bool has_data = (needs.data_sets & ~targets[i].data_sets) == 0;
        classes.able_ |= has_data && serves(targets[i], needs.published_port) ? bit(i) : 0;
    }
    return classes;
}

Classes::Candidates Classes::candidates(size_t class_index, TargetMask up) const {
    const TargetMask allowed = dscp_masks_[class_index / levels_.size()] & able_ & up;
    if (allowed == 0) {
        return {.targets = up, .found = Found::fallback};
    }
    for (const TargetMask level : levels_[class_index % levels_.size()]) {
        if ((allowed & level) != 0) {
            return {.targets = allowed & level};
        }
    }
    return {.targets = allowed};
}

}  // namespace evengate::reroute
