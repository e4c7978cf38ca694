// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the names of the faults of our own that can be switched in. Thread: any.
// Used by: evengate-sim, tests.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "group/options.hpp"

namespace evengate::sim {

// In the order of group::Weakness.
inline constexpr std::array kWeaknessNames = {
    std::string_view("no_lease"),
    std::string_view("no_name_check"),
    std::string_view("no_echo"),
    std::string_view("no_sequence_window"),
    std::string_view("successors_unused"),
    std::string_view("no_retraction"),
    std::string_view("no_yield"),
    std::string_view("send_after_release"),
    std::string_view("release_before_ready"),
    std::string_view("no_linger"),
    std::string_view("restart_unseen"),
    std::string_view("no_heal_announcement"),
    std::string_view("no_listening"),
    std::string_view("all_answer"),
    std::string_view("no_new_term"),
    std::string_view("no_deaf_yield"),
};
static_assert(kWeaknessNames.size() == group::kWeaknessCount);

constexpr std::string_view name_of(group::Weakness weakness) {
    return kWeaknessNames[static_cast<size_t>(weakness)];
}
constexpr std::optional<group::Weakness> find_weakness(std::string_view name) {
    for (size_t index = 0; index < kWeaknessNames.size(); ++index) {
        if (kWeaknessNames[index] == name) {
            return static_cast<group::Weakness>(index);
        }
    }
    return std::nullopt;
}
inline group::Weaknesses only(group::Weakness weakness) {
    return group::Weaknesses().set(static_cast<size_t>(weakness));
}

}  // namespace evengate::sim
