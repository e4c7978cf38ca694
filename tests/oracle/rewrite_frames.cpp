// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a filter from frames to what became of them, for the oracle. Thread: one.
// In: per frame its size (2 bytes, network order) and bytes. Out: per frame the size (1 byte) and text of
// the outcome's name, the number of datagrams or frames that leave (1 byte), each with its size (2 bytes).
#include <array>
#include <cstdio>
#include <string_view>

#include "base/bytes.hpp"
#include "forward_path.hpp"

using namespace evengate;  // NOLINT: a program

namespace {

bool read_frame(fuzz::Bytes& frame) {
    std::array<uint8_t, 2> size;
    if (std::fread(size.data(), 1, size.size(), stdin) != size.size()) {
        return false;
    }
    frame.resize(load_be16(size.data()));
    return frame.size() <= fuzz::FrameBuffer::kMaxFrame &&
           std::fread(frame.data(), 1, frame.size(), stdin) == frame.size();
}

void write_sized(std::span<const uint8_t> bytes) {
    std::array<uint8_t, 2> size;
    store_be16(size.data(), static_cast<uint16_t>(bytes.size()));
    std::fwrite(size.data(), 1, size.size(), stdout);
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
}

void write_outcome(const fuzz::Outcome& outcome) {
    const std::string_view name = fuzz::outcome_name(fuzz::outcome_index(outcome));
    std::fputc(static_cast<int>(name.size()), stdout);
    std::fwrite(name.data(), 1, name.size(), stdout);
    if (outcome.fate == fuzz::Fate::forward) {
        std::fputc(1, stdout);
        write_sized(outcome.frame);
        return;
    }
    const fuzz::Answer answer = outcome.fate == fuzz::Fate::punt ? fuzz::answer_punted(outcome) : fuzz::Answer{};
    std::fputc(static_cast<int>(answer.datagrams.size()), stdout);
    for (const fuzz::Bytes& datagram : answer.datagrams) {
        write_sized(datagram);
    }
}

}  // namespace

int main() {
    fuzz::FrameBuffer buffer;
    fuzz::Bytes frame;
    while (read_frame(frame)) {
        write_outcome(fuzz::forward_frame(buffer.load(frame)));
    }
    return std::ferror(stdout) != 0 || std::feof(stdin) == 0 ? 1 : 0;
}
