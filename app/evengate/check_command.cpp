// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <cstdio>

#include "config/config.hpp"
#include "evengate/commands.hpp"
#include "settings/check.hpp"

namespace evengate {

int check_files(const std::vector<std::string>& files) {
    int status = 0;
    for (const std::string& file : files) {
        const auto loaded = config::load_file(file);
        if (loaded) {
            std::printf("%s: fine\n", file.c_str());
            for (const std::string& warning : settings::warnings(loaded.value())) {
                std::printf("%s: but %s\n", file.c_str(), warning.c_str());
            }
            continue;
        }
        status = 1;
        for (const config::Problem& problem : loaded.error()) {
            std::printf("%s\n", config::to_string(problem).c_str());
        }
    }
    return status;
}

}  // namespace evengate
