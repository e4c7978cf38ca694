// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what is printed of each message of a capture, and of all. Thread: one. Used by: evengate-decode.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evengate-decode/datagram.hpp"
#include "glbp/authentication.hpp"

namespace evengate::decode {

// One message of the group protocol, or what should have been one.
struct Sighting {
    uint64_t frame_number = 0;
    std::chrono::nanoseconds time{0};  // since the capture's first frame
    Datagram datagram;
    std::string_view malformed;              // the fault's name; empty: decoded is good
    const glbp::Decoded* decoded = nullptr;  // until the next frame
    std::optional<glbp::Verdict> verdict;
};

struct Totals {
    uint64_t n_frames = 0;  // all that were addressed to the group protocol
    uint64_t n_authenticated = 0;
    uint64_t n_rejected = 0;  // without those that no key was given for
    uint64_t n_malformed = 0;

    void add(const Sighting& sighting);
};

enum class Format : uint8_t { text, json };

// Each a line, without its end.
std::string to_line(const Sighting& sighting, Format format);
std::string to_line(const Totals& totals, Format format);

}  // namespace evengate::decode
