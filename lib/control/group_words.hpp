// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: states, modes and policies of groups in the words of reports. Thread: any.
// Used by: group_notes, group_report.
#pragma once

#include <string_view>

#include "glbp/message.hpp"
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

}  // namespace evengate::control
