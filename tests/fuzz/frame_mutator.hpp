// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: frames without end, random and mutated from seeds, the same for the same number.
// Thread: its one owner. Used by: the frame storm.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "forward_path.hpp"

namespace evengate::fuzz {

// SplitMix64 (Steele et al., 2014): two multiplications a number, and any seed is a good one.
class Random {
 public:
    explicit Random(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        uint64_t z = state_ += 0x9E37'79B9'7F4A'7C15;
        z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
        z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
        return z ^ z >> 31;
    }
    // Below limit, which is below 2^32; the bias is of no matter here.
    size_t below(size_t limit) { return static_cast<size_t>((next() >> 32) * limit >> 32); }

 private:
    uint64_t state_;
};

// Sets the header checksum of a frame of IPv4; leaves any other as it is.
void mend_checksum(std::span<uint8_t> frame);

class FrameMutator {
 public:
    // Not checked: at least one seed, none longer than FrameBuffer::kMaxFrame.
    FrameMutator(std::vector<Bytes> seeds, uint64_t random_seed)
        : seeds_(std::move(seeds)), random_(random_seed) {}

    // The next frame; valid until the call after. Cost: below 100 ns but for long frames.
    std::span<const uint8_t> next();

 private:
    void fill_randomly();
    void mutate_once();
    void redirect();
    void resize();

    std::vector<Bytes> seeds_;
    Random random_;
    std::array<uint8_t, FrameBuffer::kMaxFrame> frame_{};
    size_t size_ = 0;
};

}  // namespace evengate::fuzz
