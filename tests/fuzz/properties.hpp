// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what must hold for every frame and datagram, whatever is in it. Thread: any.
// Used by: the fuzz targets and the frame storm.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "forward_path.hpp"

namespace evengate::fuzz {

// How a frame fared, and the sentence that did not hold; empty when all did.
struct Checked {
    size_t outcome_index = 0;
    AnswerKind answer = AnswerKind::none;
    std::string_view violation;
};

// Runs the frame through the path and control's answers, and checks everything below.
Checked check_frame(std::span<const uint8_t> frame, FrameBuffer& buffer);

// The single properties: empty, or the sentence that did not hold.
std::string_view check_ipv4_paths_agree(std::span<const uint8_t> datagram);
// Not checked: the datagram passed check_ipv4().
std::string_view check_icmp(std::span<const uint8_t> datagram);
// Not checked: the datagram passed check_ipv4().
std::string_view check_fragments(std::span<const uint8_t> datagram, uint16_t mtu,
                                 std::span<const Bytes> pieces);

// Prints the sentence and aborts, if there is one.
void require(std::string_view violation);

}  // namespace evengate::fuzz
