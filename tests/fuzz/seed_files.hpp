// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the seeds of a folder, to mutate frames from. Thread: any. Used by: the storms.
#pragma once

#include <string>
#include <vector>

#include "forward_path.hpp"

namespace evengate::fuzz {

// In the same order everywhere, each cut to FrameBuffer::kMaxFrame.
std::vector<Bytes> read_seeds(const std::string& folder);

}  // namespace evengate::fuzz
