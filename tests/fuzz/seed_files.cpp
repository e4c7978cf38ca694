// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "seed_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace evengate::fuzz {

std::vector<Bytes> read_seeds(const std::string& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        paths.push_back(entry.path());
    }
    // The order of a directory is not the same everywhere; that of the storm is.
    std::sort(paths.begin(), paths.end());
    std::vector<Bytes> seeds;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        Bytes seed((std::istreambuf_iterator<char>(file)), {});
        seed.resize(std::min(seed.size(), FrameBuffer::kMaxFrame));
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

}  // namespace evengate::fuzz
