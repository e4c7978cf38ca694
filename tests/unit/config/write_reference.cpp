// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <fstream>
#include <iostream>

#include "config/config.hpp"

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: " << argv[0] << " FILE\n";
        return 2;
    }
    std::ofstream file{argv[1]};
    file << evengate::config::reference_markdown();
    return file.flush() ? 0 : 1;
}
