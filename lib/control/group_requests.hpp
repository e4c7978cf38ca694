// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the operator's requests to the group protocol, and what they are told. Thread: control.
// Used by: control.
#pragma once

#include <string_view>

#include "admin/mailbox.hpp"
#include "base/time.hpp"
#include "control/parts.hpp"

namespace evengate::control {

// Only for drain, undrain, move_vmac, set_priority and set_balance, which changes the settings, too.
// A group id that several interfaces have means all of these groups. The reply says what was begun;
// events tell how it went.
[[nodiscard]] admin::Reply answer_group_request(Parts& parts, settings::Settings& settings,
                                                const admin::Request& request,
                                                TimePoint now);

}  // namespace evengate::control
