// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// Writes the page of all metrics to the file that is its one argument.
#include <cstdio>
#include <fstream>

#include "metrics/page.hpp"

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: write_page FILE\n", stderr);
        return 2;
    }
    std::ofstream file(argv[1]);
    file << evengate::metrics::to_page();
    file.close();
    if (!file) {
        std::perror(argv[1]);
        return 1;
    }
    return 0;
}
