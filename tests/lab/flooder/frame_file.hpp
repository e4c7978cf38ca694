// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the file with the frames to send: for each its length, 2 bytes in network order, and the
// frame itself. Thread: any. Used by: the flooder, its tests; tests/lab/flood.py writes it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace evengate::flooder {

// The frames of a whole file; they point into `bytes`, which must live as long.
// Fails: a frame that is cut off, shorter than an Ethernet header or longer than 9216 bytes, or
// none at all.
Result<std::vector<std::span<const uint8_t>>> parse_frames(std::span<const uint8_t> bytes);

}  // namespace evengate::flooder
