// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the operator's requests to services and their targets, and what they are told.
// Thread: control. Used by: control.
#pragma once

#include "admin/mailbox.hpp"
#include "base/time.hpp"
#include "control/parts.hpp"

namespace evengate::control {

// Only for drain_target, drain_target_now, undrain_target, set_target_weight, list_connections and
// explain_flow. What is changed lasts until the next start, and is an event.
// Cost: list_connections goes through the workers' tables.
[[nodiscard]] admin::Reply answer_service_request(Parts& parts, const settings::Settings& settings,
                                                  const admin::Request& request, TimePoint now);

}  // namespace evengate::control
