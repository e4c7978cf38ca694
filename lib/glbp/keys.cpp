// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <charconv>

#include "glbp/authentication.hpp"
#include "glbp/digest.hpp"

namespace evengate::glbp {
namespace {

constexpr std::string_view kBlanks = " \t";

bool is_printable(char c) {
    constexpr char kDelete = 0x7F;
    return static_cast<unsigned char>(c) > ' ' && c != kDelete;
}

Error fault(size_t line, size_t column, std::string_view what) {
    return {"line " + std::to_string(line) + ", column " + std::to_string(column + 1) + ": " +
            std::string(what)};
}

// One line that is neither empty nor a comment, without blanks at its end.
Result<void> parse_line(std::string_view line, size_t number, Key& key) {
    const size_t start = line.find_first_not_of(kBlanks);
    const auto [end, failure] =
        std::from_chars(line.data() + start, line.data() + line.size(), key.id);
    const auto id_end = static_cast<size_t>(end - line.data());
    if (failure != std::errc{} || (id_end < line.size() && kBlanks.find(line[id_end]) == std::string_view::npos)) {
        return fault(number, start, "expected a key id, a number from 0 to 4294967295");
    }
    const size_t secret = line.find_first_not_of(kBlanks, id_end);
    if (secret == std::string_view::npos) {
        return fault(number, line.size(), "expected a secret behind the key id");
    }
    for (size_t i = secret; i < line.size(); ++i) {
        if (!is_printable(line[i])) {
            return fault(number, i, "a secret is one word of printable characters");
        }
    }
    key.secret = line.substr(secret);
    return {};
}

}  // namespace

void wipe(std::vector<Key>& keys) {
    for (Key& key : keys) {
        wipe_bytes(key.secret.data(), key.secret.size());
    }
    keys.clear();
}

Result<std::vector<Key>> parse_keys(std::string_view text) {
    std::vector<Key> keys;
    // Growing would leave copies of secrets behind.
    keys.reserve(1 + static_cast<size_t>(std::count(text.begin(), text.end(), '\n')));
    const auto fail = [&](Error error) -> Result<std::vector<Key>> {
        wipe(keys);
        return error;
    };
    for (size_t number = 1; !text.empty(); ++number) {
        const size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
        const size_t start = line.find_first_not_of(kBlanks);
        if (start == std::string_view::npos || line[start] == '#') {
            continue;
        }
        Key& key = keys.emplace_back();
        if (const auto parsed = parse_line(line, number, key); !parsed) {
            return fail(parsed.error());
        }
        const auto is_same = [&](const Key& other) { return other.id == key.id; };
        if (std::count_if(keys.begin(), keys.end(), is_same) > 1) {
            return fail(fault(number, start, "a key with this id stands above"));
        }
    }
    if (keys.empty()) {
        return Error{"no key: expected lines of an id and a secret, such as '1 SECRET'"};
    }
    return keys;
}

}  // namespace evengate::glbp
