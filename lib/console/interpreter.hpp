// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: executes command lines against one gateway: reads, asks its mailbox once, prints. Every
// front end ends here. Thread: any but control, one at a time for each Interpreter; sessions have
// one each. Used by: the socket server, the app's console on stdin.
#pragma once

#include <chrono>
#include <string_view>

#include "admin/mailbox.hpp"
#include "console/grammar.hpp"
#include "console/outcome.hpp"

namespace evengate::console {

// Longest line, in bytes; a longer one is refused.
inline constexpr size_t kMaxLine = 4096;

class Interpreter {
 public:
    // `mailbox` outlives the interpreter.
    explicit Interpreter(admin::Mailbox& mailbox,
                         std::chrono::milliseconds patience = admin::Mailbox::kPatience)
        : mailbox_(mailbox), patience_(patience) {}

    // Executes one line without its newline; a blank one does nothing, successfully.
    // Cost: waits up to the patience for the control lcore. Fails: any Status but unreachable.
    [[nodiscard]] Outcome execute(std::string_view line);

 private:
    Outcome run(const Match& match);

    admin::Mailbox& mailbox_;
    std::chrono::milliseconds patience_;
    Grammar grammar_;
};

// Whether the session is over once `line` was executed successfully: `quit`, `shutdown`.
[[nodiscard]] bool ends_session(std::string_view line);

}  // namespace evengate::console
