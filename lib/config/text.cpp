// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "config/text.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include <fmt/format.h>

namespace evengate::config {
namespace {

uint8_t byte_at(std::string_view text, size_t i) {
    return static_cast<uint8_t>(text[i]);
}

// Bytes of the UTF-8 sequence that the text starts with; 0 when it is none (RFC 3629).
size_t utf8_length(std::string_view text) {
    const uint8_t first = byte_at(text, 0);
    const size_t length = first < 0x80   ? 1
                          : first < 0xC2 ? 0
                          : first < 0xE0 ? 2
                          : first < 0xF0 ? 3
                          : first < 0xF5 ? 4
                                         : 0;
    if (length < 2 || text.size() < length) {
        return length <= text.size() ? length : 0;
    }
    // The second byte's range shuts out overlong forms, surrogates and what lies above U+10FFFF.
    const uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (byte_at(text, 1) < low || byte_at(text, 1) > high) {
        return 0;
    }
    for (size_t i = 2; i < length; ++i) {
        if ((byte_at(text, i) & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

// `line` excludes the line end.
std::optional<YamlFault> find_bad_byte(std::string_view line, uint32_t line_number) {
    const auto fault = [&](size_t i, std::string found, std::string expected) {
        return YamlFault{
            {line_number, static_cast<uint32_t>(i + 1)}, std::move(found), std::move(expected)};
    };
    bool indenting = true;
    for (size_t i = 0; i < line.size();) {
        const uint8_t byte = byte_at(line, i);
        const bool line_end = byte == '\r' && i + 1 == line.size();
        const size_t length = utf8_length(line.substr(i));
        if (byte == '\t' && indenting) {
            return fault(i, "a tab", "spaces to indent with");
        }
        if (length == 0) {
            return fault(i, fmt::format("the byte 0x{:02x}", byte), "UTF-8 text");
        }
        if ((byte < ' ' && byte != '\t' && !line_end) || byte == 0x7F) {
            return fault(i, fmt::format("the control character 0x{:02x}", byte), "printable text");
        }
        indenting = indenting && byte == ' ';
        i += length;
    }
    return std::nullopt;
}

// Levenshtein.
size_t distance(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 0; i < a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.size(); ++j) {
            const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::vector<YamlFault> find_bad_bytes(std::string_view text) {
    std::vector<YamlFault> faults;
    uint32_t line_number = 1;
    for (size_t start = 0; start < text.size(); ++line_number) {
        const size_t end = std::min(text.find('\n', start), text.size());
        if (auto fault = find_bad_byte(text.substr(start, end - start), line_number)) {
            faults.push_back(std::move(*fault));
        }
        start = end + 1;
    }
    return faults;
}

std::string quoted(std::string_view text) {
    constexpr size_t kMaxShown = 48;
    std::string shown = "\"";
    for (const char c : text.substr(0, kMaxShown)) {
        if (c >= ' ' && c <= '~') {
            shown += c;
        } else {
            shown += fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
        }
    }
    return shown + (text.size() > kMaxShown ? "...\"" : "\"");
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
    constexpr size_t kMaxWordSize = 64;
    std::string_view best;
    // A third of the word may be wrong; beyond that a guess confuses more than it helps.
    size_t best_distance = word.size() / 3 + 1;
    for (const std::string_view candidate : candidates) {
        const size_t d = word.size() > kMaxWordSize ? best_distance : distance(word, candidate);
        if (d < best_distance) {
            best = candidate;
            best_distance = d;
        }
    }
    return best;
}

}  // namespace evengate::config
