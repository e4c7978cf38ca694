// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: very many inputs, mutated from seeds, for a fuzz target whose inputs are a choice and a datagram.
// Usage: storm_TARGET N FOLDER-WITH-SEEDS [SEED]. Fails when a property does not hold. Thread: one.
#include <algorithm>
#include <array>
#include <cstdio>

#include "base/bytes.hpp"
#include "frame_mutator.hpp"
#include "libfuzzer_entry.hpp"
#include "packet/ipv4.hpp"
#include "rewrite_properties.hpp"
#include "seed_files.hpp"

using namespace evengate;  // NOLINT: a program

namespace {

// The choice, outer header, what stands between, a quoted header, and TCP with options.
constexpr size_t kPlacesThatDecide = 160;
// Where decisions change: checksums of zero and of the other zero, lengths, fragments, versions.
constexpr std::array<uint16_t, 12> kTurningPoints = {0,  1,      7,      8,      19,     20,
                                                     28, 0x2000, 0x4000, 0x4500, 0x4F00, 0xFFFF};

void mutate_once(fuzz::Bytes& input, fuzz::Random& random) {
    const uint64_t dice = random.next();
    const size_t place = random.below(std::min(input.size(), kPlacesThatDecide) - 1);
    switch (dice % 6) {
        case 0: input[place] = static_cast<uint8_t>(dice >> 8); break;
        case 1: input[place] = static_cast<uint8_t>(input[place] ^ 1u << (dice >> 8) % 8); break;
        case 2: store_be16(input.data() + place / 2 * 2, kTurningPoints[(dice >> 8) % kTurningPoints.size()]); break;
        case 3: store_be16(input.data() + place / 2 * 2, static_cast<uint16_t>(dice >> 8)); break;
        case 4: input.resize(std::max<size_t>(2, random.below(input.size() + 1))); break;
        default: input.resize(input.size() + random.below(40), static_cast<uint8_t>(dice >> 8)); break;
    }
}

// Lets the datagram claim what there is: otherwise nearly every shorter one is refused for its length.
void mend_length(fuzz::Bytes& input) {
    if (input.size() >= fuzz::kChoiceSize + packet::kIpv4HeaderSize) {
        store_be16(input.data() + fuzz::kChoiceSize + packet::ipv4_offset::total_length,
                   static_cast<uint16_t>(input.size() - fuzz::kChoiceSize));
    }
}

}  // namespace

int main(int argc, char** argv) {
    const auto storm = fuzz::read_storm_arguments(argc, argv);
    if (!storm) {
        return 2;
    }
    const std::vector<fuzz::Bytes>& seeds = storm->seeds;
    fuzz::Random random(storm->random_seed);
    fuzz::Bytes input;
    for (uint64_t i = 0; i < storm->n_inputs; ++i) {
        input = seeds[random.below(seeds.size())];
        const uint64_t dice = random.next();
        for (uint64_t n = dice & 3; n > 0; --n) {
            mutate_once(input, random);
        }
        if ((dice >> 8 & 3) != 0) {
            mend_length(input);
        }
        // The target's property aborts the program; the seed and this number bring the input back.
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%llu inputs\n", static_cast<unsigned long long>(storm->n_inputs));
    return 0;
}
