// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/target_set.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace evengate::reroute {
namespace {

constexpr uint32_t kRampSteps = 9;  // from 1/10 to 10/10

}  // namespace

TargetSet::TargetSet(std::vector<TargetOptions> targets, Duration slow_start)
    : targets_(targets.size()), slow_start_(slow_start) {
    for (size_t i = 0; i < targets.size(); ++i) {
        targets_[i].options = targets[i];
    }
}

void TargetSet::set_part(Part part, TimePoint now) {
    part_ = part;
    for (Target& target : targets_) {
        decide(target, now);
    }
}

void TargetSet::set_verdict(size_t target_index, MemberId member, Verdict verdict, TimePoint now) {
    Target& target = targets_[target_index];
    const auto found =
        std::find_if(target.verdicts.begin(), target.verdicts.end(),
                     [&](const MemberVerdict& entry) { return entry.member == member; });
    if (verdict == Verdict::unknown) {
        if (found != target.verdicts.end()) {
            target.verdicts.erase(found);
        }
    } else if (found != target.verdicts.end()) {
        found->verdict = verdict;
    } else {
        target.verdicts.push_back({member, verdict});
    }
    decide(target, now);
}

void TargetSet::forget_member(MemberId member, TimePoint now) {
    for (Target& target : targets_) {
        std::erase_if(target.verdicts,
                      [&](const MemberVerdict& entry) { return entry.member == member; });
        decide(target, now);
    }
}

void TargetSet::decide(Target& target, TimePoint now) const {
    const auto n_up =
        std::count_if(target.verdicts.begin(), target.verdicts.end(),
                      [](const MemberVerdict& entry) { return entry.verdict == Verdict::up; });
    const auto n_down = static_cast<std::ptrdiff_t>(target.verdicts.size()) - n_up;
    if (part_ == Part::follows || n_up == n_down) {
        return;
    }
    const Verdict decided = n_up > n_down ? Verdict::up : Verdict::down;
    if (target.verdict == Verdict::down && decided == Verdict::up) {
        target.is_returning = true;
        target.up_since = now;
    }
    target.verdict = decided;
}

bool TargetSet::is_full(size_t target) const {
    const Target& found = targets_[target];
    return found.options.max_connections != 0 &&
           found.n_connections >= found.options.max_connections;
}

uint32_t TargetSet::ramp(const Target& target, TimePoint now) const {
    if (!target.is_returning || now - target.up_since >= slow_start_) {
        return kWeightOne;
    }
    const Duration elapsed = std::max(now - target.up_since, Duration::zero());
    return 1 + static_cast<uint32_t>(elapsed * kRampSteps / slow_start_);
}

std::vector<uint32_t> TargetSet::weights(TimePoint now) const {
    const bool has_primary =
        std::any_of(targets_.begin(), targets_.end(), [](const Target& target) {
            return target.options.role == TargetRole::primary && target.options.weight != 0 &&
                   takes_new(target);
        });
    const TargetRole role = has_primary ? TargetRole::primary : TargetRole::backup;
    std::vector<uint32_t> weights(targets_.size());
    for (size_t i = 0; i < targets_.size(); ++i) {
        const Target& target = targets_[i];
        if (target.options.role == role && takes_new(target) && !is_full(i)) {
            weights[i] = target.options.weight * ramp(target, now);
        }
    }
    return weights;
}

TimePoint TargetSet::next_change(TimePoint now) const {
    TimePoint next = kNever;
    for (const Target& target : targets_) {
        const uint32_t reached = ramp(target, now);
        if (reached == kWeightOne || !takes_new(target)) {
            continue;
        }
        // The first moment at which elapsed * kRampSteps / slow_start is the next whole number.
        const Duration elapsed = (slow_start_ * reached + Duration(kRampSteps - 1)) / kRampSteps;
        next = std::min(next, target.up_since + elapsed);
    }
    return next;
}

std::vector<TargetState> TargetSet::states(TimePoint now) const {
    std::vector<TargetState> states(targets_.size());
    for (size_t i = 0; i < targets_.size(); ++i) {
        const Target& target = targets_[i];
        states[i] = {.verdict = target.verdict, .admin = target.admin};
        if (target.is_returning && now - target.up_since < slow_start_) {
            states[i].up_for = now - target.up_since;
        }
    }
    return states;
}

Epoch TargetSet::publish(uint64_t term, MemberId avg) {
    const bool is_same_avg = epoch_.term == term && epoch_.avg == avg;
    epoch_ = {.term = term, .avg = avg, .sequence = is_same_avg ? epoch_.sequence + 1 : 1};
    return epoch_;
}

bool TargetSet::try_adopt(const Epoch& epoch, std::span<const TargetState> states, TimePoint now) {
    if (epoch <= epoch_ || states.size() != targets_.size()) {
        return false;
    }
    epoch_ = epoch;
    for (size_t i = 0; i < states.size(); ++i) {
        targets_[i].verdict = states[i].verdict;
        targets_[i].admin = states[i].admin;
        targets_[i].is_returning = states[i].up_for < slow_start_;
        if (targets_[i].is_returning) {
            targets_[i].up_since = now - states[i].up_for;
        }
    }
    return true;
}

uint64_t services_digest(std::string_view canonical_text, const HashKey& key) {
    constexpr size_t kWord = 8;
    SipHash13 hash(key);
    size_t at = 0;
    for (; at + kWord <= canonical_text.size(); at += kWord) {
        hash.add(load_raw<uint64_t>(canonical_text.data() + at));
    }
    uint64_t rest = 0;
    for (size_t i = at; i < canonical_text.size(); ++i) {
        rest |= uint64_t{static_cast<uint8_t>(canonical_text[i])} << 8 * (i - at);
    }
    return hash.finish(rest, canonical_text.size());
}

}  // namespace evengate::reroute
