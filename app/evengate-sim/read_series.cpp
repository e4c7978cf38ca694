// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-sim/read_series.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace evengate {

Result<replay::Series> read_series(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        return Error{"cannot read " + path + ": " + std::strerror(errno)};
    }
    auto series = replay::parse_series(text.str());
    if (!series) {
        return Error{path + ": " + series.error().message};
    }
    return series;
}

}  // namespace evengate
