// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: states, modes and policies of groups in the words of reports. Thread: any.
// Used by: group_notes, group_report.
#pragma once

#include <string_view>

#include "glbp/message.hpp"
#include "group/options.hpp"
#include "group/view.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

constexpr std::string_view to_word(glbp::VgState state) {
    switch (state) {
        case glbp::VgState::disabled:
            return "disabled";
        case glbp::VgState::listen:
            return "listen";
        case glbp::VgState::speak:
            return "speak";
        case glbp::VgState::standby:
            return "standby";
        case glbp::VgState::active:
            return "active";
        case glbp::VgState::initial:
            break;
    }
    return "init";
}

constexpr std::string_view to_word(settings::GroupMode mode) {
    switch (mode) {
        case settings::GroupMode::cisco:
            return "cisco";
        case settings::GroupMode::listen:
            return "listen";
        case settings::GroupMode::native:
            break;
    }
    return "native";
}

constexpr std::string_view to_word(settings::VmacPolicy policy) {
    switch (policy) {
        case settings::VmacPolicy::round_robin:
            return "round-robin";
        case settings::VmacPolicy::host_hash:
            return "host-hash";
        case settings::VmacPolicy::weighted:
            return "weighted";
        case settings::VmacPolicy::least_loaded:
            break;
    }
    return "least-loaded";
}

constexpr std::string_view to_word(group::Decider decider) {
    switch (decider) {
        case group::Decider::lowest_id:
            return "lowest-id";
        case group::Decider::everyone:
            return "everyone";
        case group::Decider::avg:
            break;
    }
    return "avg";
}

constexpr std::string_view to_word(group::MoveCause cause) {
    switch (cause) {
        case group::MoveCause::operator_asked:
            return "operator";
        case group::MoveCause::drained:
            return "drain";
        case group::MoveCause::balanced:
            return "load";
        case group::MoveCause::evened:
            break;
    }
    return "number";
}

}  // namespace evengate::control
