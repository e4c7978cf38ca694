// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/frame.hpp"

#include <fmt/format.h>

#include <charconv>

#include "console/interpreter.hpp"

namespace evengate::console {

namespace {

// "4 18446744073709551615"; a longer header is not one.
constexpr size_t kMaxHeader = 22;
// Far above the largest report, far below what would hurt: a foreign server cannot fill the memory.
constexpr size_t kMaxText = size_t{1} << 28;

struct Header {
    Status status;
    size_t length;
};

std::optional<Header> decode_header(std::string_view header) {
    unsigned status = 0;
    size_t length = 0;
    const char* end = header.data() + header.size();
    const auto first = std::from_chars(header.data(), end, status);
    if (first.ec != std::errc{} || status > static_cast<unsigned>(Status::unreachable) ||
        first.ptr == end || *first.ptr != ' ') {
        return std::nullopt;
    }
    const auto second = std::from_chars(first.ptr + 1, end, length);
    if (second.ec != std::errc{} || second.ptr != end || length > kMaxText) {
        return std::nullopt;
    }
    return Header{static_cast<Status>(status), length};
}

}  // namespace

std::optional<std::string> LineCutter::take_line(std::string_view& bytes) {
    const size_t newline = bytes.find('\n');
    const size_t room = kMaxLine + 1 - line_.size();
    line_ += bytes.substr(0, std::min(newline, room));
    if (newline == std::string_view::npos) {
        bytes = {};
        return std::nullopt;
    }
    bytes.remove_prefix(newline + 1);
    if (line_.ends_with('\r')) {
        line_.pop_back();
    }
    return std::exchange(line_, {});
}

std::string encode_reply(const Outcome& outcome) {
    return fmt::format("{} {}\n{}", outcome.exit_status(), outcome.text.size(), outcome.text);
}

Result<std::optional<Outcome>> ReplyDecoder::decode(std::string_view more) {
    bytes_ += more;
    const size_t newline = bytes_.find('\n');
    if (newline == std::string::npos && bytes_.size() <= kMaxHeader) {
        return std::optional<Outcome>{};
    }
    const auto header = decode_header(std::string_view(bytes_).substr(0, newline));
    if (!header) {
        return Error{"what answers there does not speak the console's protocol"};
    }
    const size_t whole = newline + 1 + header->length;
    if (bytes_.size() < whole) {
        return std::optional<Outcome>{};
    }
    Outcome outcome{header->status, bytes_.substr(newline + 1, header->length)};
    bytes_.erase(0, whole);
    return std::optional(std::move(outcome));
}

}  // namespace evengate::console
