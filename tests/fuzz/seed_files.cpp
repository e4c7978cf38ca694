// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "seed_files.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

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

std::optional<StormArguments> read_storm_arguments(int argc, char** argv) {
    StormArguments storm;
    if (argc >= 3) {
        storm.n_inputs = std::strtoull(argv[1], nullptr, 0);
        storm.seeds = read_seeds(argv[2]);
    }
    if (storm.n_inputs == 0 || storm.seeds.empty()) {
        std::fprintf(stderr, "usage: %s N FOLDER-WITH-SEEDS [SEED]\n", argv[0]);
        return std::nullopt;
    }
    storm.random_seed = argc > 3 ? std::strtoull(argv[3], nullptr, 0) : std::random_device{}();
    std::printf("seed %llu\n", static_cast<unsigned long long>(storm.random_seed));
    std::fflush(stdout);
    return storm;
}

}  // namespace evengate::fuzz
