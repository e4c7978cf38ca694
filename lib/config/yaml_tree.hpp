// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a YAML document as a plain tree that remembers where each part stood. Thread: any.
// Used by: load.cpp. Its .cpp is the only file that sees the YAML library and its exceptions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace evengate::config {

// Both count from 1, columns in bytes; 0 = unknown.
struct Location {
    uint32_t line = 0;
    uint32_t column = 0;
};

struct Node {
    enum class Kind : uint8_t { nothing, scalar, list, map };

    Kind kind = Kind::nothing;
    Location where{};
    std::string text{};         // of a scalar, without quotes
    std::vector<Node> keys{};   // of a map, in file order, repeated ones included
    std::vector<Node> items{};  // of a list, or the values that belong to the keys
};

// What keeps a text from being one plain YAML document.
struct YamlFault {
    Location where;
    std::string found;
    std::string expected;
};

// The one document in the text; a Node of kind nothing when there is none.
// Anchors, aliases and tags are refused: a value then stands where its key stands.
// Fails: with at least one fault, in file order. Throws nothing.
// Not checked: that the text is UTF-8 without control characters (find_bad_bytes does).
Result<Node, std::vector<YamlFault>> parse_yaml(std::string_view text);

}  // namespace evengate::config
