// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the socket's protocol. A request is a line; a reply is "STATUS LENGTH\n" in decimal, then
// LENGTH bytes of text. Thread: any, one at a time. Used by: the socket server, the client,
// scripts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "console/outcome.hpp"

namespace evengate::console {

// Cuts bytes into lines. Holds at most one byte more of a line than kMaxLine, which is enough for
// the interpreter to refuse it; what follows up to the newline is thrown away.
class LineCutter {
 public:
    // Takes bytes up to the first newline off `bytes`; the line without its newline (and carriage
    // return), or nothing when none is complete yet.
    [[nodiscard]] std::optional<std::string> take_line(std::string_view& bytes);

    // What came after the last newline, at the end of a file.
    [[nodiscard]] std::string take_rest() { return std::move(line_); }

 private:
    std::string line_;
};

[[nodiscard]] std::string encode_reply(const Outcome& outcome);

class ReplyDecoder {
 public:
    // The next reply once it is whole, or nothing yet; further bytes stay for the next call.
    // Fails: the bytes are not of this protocol.
    [[nodiscard]] Result<std::optional<Outcome>> decode(std::string_view more);

 private:
    std::string bytes_;
};

}  // namespace evengate::console
