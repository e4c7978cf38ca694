// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: runs a fuzz target once on each file of the given folders: the seeds, and what once failed.
// Thread: one. Used by: the tests, with any compiler.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "libfuzzer_entry.hpp"

int main(int argc, char** argv) {
    size_t n_files = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::vector<char> content((std::istreambuf_iterator<char>(file)), {});
            // The name first: a property that does not hold aborts.
            std::printf("%s\n", entry.path().filename().c_str());
            std::fflush(stdout);
            LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(content.data()), content.size());
            ++n_files;
        }
    }
    std::printf("%zu inputs\n", n_files);
    return n_files == 0 ? 1 : 0;
}
