// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the configuration files that tests read. Used by: tests of config.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace evengate::config::testing {

inline const std::filesystem::path kSourceRoot = EVENGATE_SOURCE_ROOT;

inline std::string read_text(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

inline std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() == ".yaml") {
            paths.push_back(entry.path());
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

// All problems, a line each, as an operator sees them for a file called "F".
inline std::string problems_of(const LoadResult& result) {
    std::string lines;
    if (!result) {
        for (const Problem& problem : result.error()) {
            lines += to_string(problem) + "\n";
        }
    }
    return lines;
}

}  // namespace evengate::config::testing
