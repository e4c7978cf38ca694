// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: millions of random and mutated frames through the forwarding path, every property checked on each.
// Fails when one does not hold, or when an outcome that the path has never came. Thread: one.
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

#include <getopt.h>

#include "frame_mutator.hpp"
#include "properties.hpp"
#include "seed_files.hpp"

using namespace evengate;  // NOLINT: a program

namespace {

constexpr std::array<const char*, 4> kAnswerNames = {"unanswered", "echo_reply", "icmp_error", "fragments"};

struct Counts {
    std::array<uint64_t, fuzz::kOutcomeCount> outcomes{};
    std::array<uint64_t, kAnswerNames.size()> answers{};
};

void print_frame(std::span<const uint8_t> frame) {
    for (const uint8_t byte : frame) {
        std::printf("%02x", byte);
    }
    std::printf("\n");
}

// Prints the counts; returns whether every outcome and answer that can come came.
bool report(const Counts& counts) {
    bool complete = true;
    for (size_t i = 0; i < counts.outcomes.size(); ++i) {
        const std::string_view name = fuzz::outcome_name(i);
        const bool missing = counts.outcomes[i] == 0 && fuzz::outcome_is_reachable(i);
        complete = complete && !missing;
        if (counts.outcomes[i] != 0 || missing) {
            std::printf("%12llu %.*s%s\n", static_cast<unsigned long long>(counts.outcomes[i]),
                        static_cast<int>(name.size()), name.data(), missing ? "   <- never came" : "");
        }
    }
    std::printf("answers to what was punted:\n");
    for (size_t i = 0; i < counts.answers.size(); ++i) {
        complete = complete && counts.answers[i] != 0;
        std::printf("%12llu %s\n", static_cast<unsigned long long>(counts.answers[i]), kAnswerNames[i]);
    }
    return complete;
}

struct Options {
    uint64_t n_frames = 10'000'000;
    uint64_t seed = std::random_device{}();
    std::string folder;
};

// getopt_long() rather than CLI11, whose templates take minutes and 0.8 GB to compile with sanitizers.
// Ends the program when the words make no sense.
Options parse_options(int argc, char** argv) {
    constexpr option kNames[] = {
        {"frames", required_argument, nullptr, 'f'}, {"seed", required_argument, nullptr, 's'}, {}};
    Options options;
    bool understood = true;
    for (int name = 0; (name = getopt_long(argc, argv, "", kNames, nullptr)) != -1;) {
        char* end = nullptr;
        const uint64_t number = name == '?' ? 0 : std::strtoull(optarg, &end, 0);
        understood = understood && name != '?' && *optarg != '\0' && *end == '\0';
        (name == 'f' ? options.n_frames : options.seed) = number;
    }
    if (!understood || optind + 1 != argc || !std::filesystem::is_directory(argv[optind])) {
        std::fprintf(stderr, "usage: %s [--frames N] [--seed S] FOLDER-WITH-FRAMES\n", argv[0]);
        std::exit(2);
    }
    options.folder = argv[optind];
    return options;
}

// Whether every property held and every outcome came.
bool run(const Options& options, std::vector<fuzz::Bytes> seeds) {
    fuzz::FrameMutator mutator(std::move(seeds), options.seed);
    fuzz::FrameBuffer buffer;
    Counts counts;
    const auto start = std::chrono::steady_clock::now();
    for (uint64_t i = 0; i < options.n_frames; ++i) {
        const std::span<const uint8_t> frame = mutator.next();
        const fuzz::Checked checked = fuzz::check_frame(frame, buffer);
        if (!checked.violation.empty()) {
            std::printf("frame %llu:\n", static_cast<unsigned long long>(i));
            print_frame(frame);
            std::fflush(stdout);
            fuzz::require(checked.violation);
        }
        ++counts.outcomes[checked.outcome_index];
        if (checked.outcome_index != 0 && checked.outcome_index <= fuzz::kPuntReasonCount) {
            ++counts.answers[static_cast<size_t>(checked.answer)];
        }
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    std::printf("%llu frames in %.1f s, %.0f ns each\n", static_cast<unsigned long long>(options.n_frames),
                taken.count(), taken.count() * 1e9 / static_cast<double>(options.n_frames));
    return report(counts);
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse_options(argc, argv);
    std::vector<fuzz::Bytes> seeds = fuzz::read_seeds(options.folder);
    if (seeds.empty()) {
        std::fprintf(stderr, "%s holds no frames\n", options.folder.c_str());
        return 1;
    }
    std::printf("seed %llu\n", static_cast<unsigned long long>(options.seed));
    std::fflush(stdout);
    return run(options, std::move(seeds)) ? 0 : 1;
}
