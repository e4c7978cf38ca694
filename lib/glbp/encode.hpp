// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a message to bytes of UDP payload. Padding is zero. Thread: any. Used by: control, tests.
#pragma once

#include <cstdint>
#include <span>

#include "glbp/message.hpp"

namespace evengate::glbp {

// Returns the size; 0 when the buffer is too small. TLVs stand in the order 3, 4, 1, 2, 0xE0 to
// 0xEA, 0xEC to 0xF3, 0xEB; TLVs that would be empty are left out. Digests are written
// as they are in the message: see authentication.hpp. Not checked: that the values are in range, and
// that counts have a load report.
[[nodiscard]] size_t encode(const Message& message, std::span<uint8_t> buffer);

}  // namespace evengate::glbp
