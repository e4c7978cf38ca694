// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the frames of a capture file, pcap or pcapng, in order. The only place with libpcap.
// Thread: one. Used by: evengate-decode.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"

namespace evengate::decode {

enum class LinkType : uint8_t { ethernet, linux_cooked, linux_cooked_v2 };

struct CapturedFrame {
    uint64_t number = 0;                // from 1, as other tools count
    std::chrono::nanoseconds time{0};   // since the epoch
    std::span<const uint8_t> bytes;     // until the next frame is read
    size_t size_on_wire = 0;            // more than bytes where the capture cut it
};

class CaptureFile {
 public:
    // Fails: no such file, no capture, or a kind of link that is not in LinkType.
    static Result<CaptureFile> open(const std::string& path);

    [[nodiscard]] LinkType link_type() const { return link_type_; }
    // The next frame; nullopt at the end. Fails: the file is damaged from here on.
    Result<std::optional<CapturedFrame>> next();

 private:
    struct Close {
        void operator()(void* capture) const;
    };

    CaptureFile(void* capture, LinkType link_type) : capture_(capture), link_type_(link_type) {}

    std::unique_ptr<void, Close> capture_;
    LinkType link_type_;
    uint64_t n_frames_ = 0;
};

}  // namespace evengate::decode
