// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "bench/frame_sample.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>

namespace evengate::bench {

Result<void> FrameSample::begin() {
    callback_ = rte_eth_add_tx_callback(ethdev_, 0, &FrameSample::on_burst, this);
    return callback_ != nullptr ? Result<void>() : Error{"no look at frames that leave"};
}

void FrameSample::end() {
    if (callback_ != nullptr) {
        static_cast<void>(rte_eth_remove_tx_callback(ethdev_, 0, callback_));
        callback_ = nullptr;
    }
}

uint16_t FrameSample::on_burst(uint16_t, uint16_t, rte_mbuf** frames, uint16_t n_frames, void* self) {
    std::for_each_n(frames, n_frames,
                    [self](const rte_mbuf* frame) { static_cast<FrameSample*>(self)->take(*frame); });
    return n_frames;
}

void FrameSample::take(const rte_mbuf& frame) {
    const size_t n_taken = n_taken_.load(std::memory_order_relaxed);
    constexpr uint8_t kGroupAddress = 0x01;  // IEEE 802.3 3.2.3
    // What goes to many is control's, which shares the queue.
    if (n_taken == frames_.size() || (*rte_pktmbuf_mtod(&frame, const uint8_t*) & kGroupAddress) != 0) {
        return;
    }
    Frame& taken = frames_[n_taken];
    taken.size = std::min<uint32_t>(frame.data_len, kMostBytes);
    std::memcpy(taken.bytes.data(), rte_pktmbuf_mtod(&frame, const uint8_t*), taken.size);
    n_taken_.store(n_taken + 1, std::memory_order_release);
}

Result<void> FrameSample::write(const std::string& path) const {
    constexpr std::array<uint32_t, 6> kFileHeader = {0xA1B2C3D4, 4 << 16 | 2, 0, 0, 65'535, 1};
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(kFileHeader.data()), sizeof kFileHeader);
    for (size_t i = 0; i < n_taken(); ++i) {
        const Frame& frame = frames_[i];
        const std::array<uint32_t, 4> header = {0, 0, frame.size, frame.size};
        file.write(reinterpret_cast<const char*>(header.data()), sizeof header);
        file.write(reinterpret_cast<const char*>(frame.bytes.data()), frame.size);
    }
    file.flush();
    return file.good() ? Result<void>() : Error{path + " cannot be written"};
}

}  // namespace evengate::bench
