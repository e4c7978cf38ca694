// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "frame_file.hpp"

#include "base/bytes.hpp"

namespace evengate::flooder {
namespace {

constexpr size_t kLengthSize = 2;
constexpr size_t kMinFrameSize = 14;
constexpr size_t kMaxFrameSize = 9216;

}  // namespace

Result<std::vector<std::span<const uint8_t>>> parse_frames(std::span<const uint8_t> bytes) {
    std::vector<std::span<const uint8_t>> frames;
    while (!bytes.empty()) {
        if (bytes.size() < kLengthSize) {
            return Error{"the last frame is cut off"};
        }
        const size_t length = load_be16(bytes.data());
        bytes = bytes.subspan(kLengthSize);
        if (length < kMinFrameSize || length > kMaxFrameSize) {
            return Error{"a frame is shorter than 14 or longer than 9216 bytes"};
        }
        if (length > bytes.size()) {
            return Error{"the last frame is cut off"};
        }
        frames.push_back(bytes.first(length));
        bytes = bytes.subspan(length);
    }
    if (frames.empty()) {
        return Error{"there is no frame"};
    }
    return frames;
}

}  // namespace evengate::flooder
