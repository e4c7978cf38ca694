// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: configuration files: read, checked, written and explained. Thread: any; no shared state.
// Used by: app (start-up, check, --print-defaults), console (show config).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "settings/settings.hpp"

namespace evengate::config {

// One thing that is wrong with a file.
struct Problem {
    std::string file{};
    uint32_t line = 0;    // from 1; 0 = the file as a whole
    uint32_t column = 0;  // from 1, in bytes
    std::string path{};   // "ports[0].mtu"; empty where no key is concerned
    std::string found{};
    std::string expected{};
};

// "gw1.yaml:12:10: ports[0].mtu: found "1k", expected a whole number from 68 to 9216"
std::string to_string(const Problem& problem);

using LoadResult = Result<settings::Settings, std::vector<Problem>>;

// Settings that are fit to run, with the keys of their key files, whose paths become absolute.
// Fails: with every problem of the file, in file order, then those inside key files.
// Throws nothing. Cost: reads at most kMaxFileSize bytes, and each group's key file.
LoadResult load_file(const std::string& path);

// The same for a text; file_name is what problems call it. Reads no key file: there are no keys.
LoadResult load_text(std::string_view text, std::string_view file_name);

inline constexpr size_t kMaxFileSize = size_t{4} << 20;

// The settings in full, defaults written out; loads back to the same settings. Names key files and
// shows no key.
std::string to_yaml(const settings::Settings& settings);

// Every key with its default and its help, lists as commented examples. Loads as soon as the
// commented "ports" are there.
std::string default_yaml();

// docs/configuration.md.
std::string reference_markdown();

}  // namespace evengate::config
