// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the line that a message is shown on. Thread: any. Used by: glbp.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "glbp/message.hpp"

namespace evengate::glbp {

// Words with one blank between.
class Line {
 public:
    Line& word(std::string_view text) {
        if (!text_.empty()) {
            text_ += ' ';
        }
        text_ += text;
        return *this;
    }
    // Right behind the word before.
    Line& more(std::string_view text) {
        text_ += text;
        return *this;
    }
    Line& number(uint64_t value) { return word(std::to_string(value)); }
    Line& pair(std::string_view name, uint64_t value) { return word(name).number(value); }
    Line& hex(uint64_t value) {
        char text[17];
        std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
        return word(text);
    }
    Line& seconds(std::string_view name, uint64_t value) { return pair(name, value).more("s"); }
    // In seconds where that is exact.
    Line& milliseconds(std::string_view name, uint64_t value) {
        constexpr uint64_t kMsPerSecond = 1000;
        return value != 0 && value % kMsPerSecond == 0 ? seconds(name, value / kMsPerSecond)
                                                       : pair(name, value).more("ms");
    }
    Line& name(std::string_view what, const AssignmentName& name) {
        return pair(what, name.term).more("/").hex_more(name.avg.value).more(
            "/" + std::to_string(name.sequence));
    }
    std::string take() { return std::move(text_); }

 private:
    Line& hex_more(uint64_t value) {
        Line other;
        return more(other.hex(value).text_);
    }

    std::string text_;
};

// What the message says of services.
void print_services(Line& line, const Message& message);

}  // namespace evengate::glbp
