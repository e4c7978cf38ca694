// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: messages of the group. Input: a UDP payload. Thread: one.
#include <algorithm>
#include <array>

#include "glbp/decode.hpp"
#include "glbp/encode.hpp"
#include "glbp/print.hpp"
#include "libfuzzer_entry.hpp"
#include "properties.hpp"

using namespace evengate;  // NOLINT: a program

int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    // A copy of its own size, so that a sanitizer sees a read too far.
    const fuzz::Bytes payload(bytes, bytes + size);
    glbp::Decoded decoded;
    if (!glbp::decode(payload, decoded)) {
        return 0;
    }
    const std::string line = glbp::to_line(decoded.message);
    const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
    if (line.empty() || !std::all_of(line.begin(), line.end(), is_printable)) {
        fuzz::require("a message is shown as one line of printable characters");
    }
    // Ours are never longer than what we were sent: lists are packed closer, unknown TLVs left out.
    std::array<uint8_t, glbp::kMaxMessageSize> buffer;
    const size_t written = glbp::encode(decoded.message, buffer);
    if (written == 0) {
        fuzz::require("a message that was read fits when it is written");
    }
    glbp::Decoded again;
    if (!glbp::decode(std::span(buffer).first(written), again)) {
        fuzz::require("a message that was written can be read");
    }
    if (!(again.message == decoded.message) || again.n_unknown_tlvs != 0) {
        fuzz::require("a message is read as it was written");
    }
    if (decoded.message.hmac && decoded.hmac_offset + 32u != payload.size()) {
        fuzz::require("an HMAC's digest ends the message");
    }
    return 0;
}
