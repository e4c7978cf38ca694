// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: an operator's wishes for balancing, in the words of the engine. Thread: any. Used by: control.
#pragma once

#include "group/options.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

// Not checked: the settings are valid.
[[nodiscard]] group::BalanceSettings to_balance_settings(const settings::Balance& balance);

}  // namespace evengate::control
