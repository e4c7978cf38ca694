// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a message as one line for people. Thread: any. Used by: evengate-decode, tests, console traces.
#pragma once

#include <string>
#include <string_view>

#include "glbp/message.hpp"

namespace evengate::glbp {

// "hello group 1 owner 02:00:00:00:00:01 Active prio 200 hello 10ms hold 30ms ... forwards 1-4,9"
// Never contains secrets: a plain password is shown as its length.
std::string to_line(const Message& message);

// "Active", "Listen", ...
std::string_view to_text(VgState state);
std::string_view to_text(VfState state);

}  // namespace evengate::glbp
