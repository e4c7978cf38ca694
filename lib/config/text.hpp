// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what a configuration text must be before YAML is thought of, and how pieces of it are shown
// to an operator. Thread: any. Used by: load.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_tree.hpp"

namespace evengate::config {

// Bytes that are not UTF-8, control characters, and tabs that indent: the first of each line.
std::vector<YamlFault> find_bad_bytes(std::string_view text);

// The text in quotes, shortened, with anything but visible ASCII escaped, so that it can neither
// fill a log nor steer a terminal.
std::string quoted(std::string_view text);

// The candidate that the word was probably meant to be, or empty.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace evengate::config
