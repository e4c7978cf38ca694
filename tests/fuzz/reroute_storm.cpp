// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: very many bursts for the fuzz target of rerouting, mixed and mutated from the records of its seeds.
// Usage: storm_reroute N FOLDER-WITH-SEEDS [SEED]. Fails when a property does not hold. Thread: one.
#include <algorithm>
#include <array>
#include <cstdio>

#include "base/bytes.hpp"
#include "frame_mutator.hpp"
#include "libfuzzer_entry.hpp"
#include "seed_files.hpp"

using namespace evengate;  // NOLINT: a program

namespace {

constexpr size_t kRecordHeader = 3;
constexpr size_t kMostRecords = 48;
// Link header, tags, outer header, options, a quoted header, and TCP with options.
constexpr size_t kPlacesThatDecide = 140;
// Of the client in a plain frame: what floods differ in.
constexpr size_t kClientAddress = 14 + 12 + 3;
constexpr size_t kClientPort = 14 + 20 + 1;
constexpr std::array<uint16_t, 14> kTurningPoints = {0,      1,      7,      8,      19,     20,    28,
                                                     0x2000, 0x4000, 0x4500, 0x4F00, 0xFFFF, 80,    443};

// The records of all seeds, each with its header.
std::vector<fuzz::Bytes> records_of(const std::vector<fuzz::Bytes>& seeds) {
    std::vector<fuzz::Bytes> records;
    for (const fuzz::Bytes& seed : seeds) {
        for (size_t at = 0; at + kRecordHeader <= seed.size();) {
            const size_t size = std::min<size_t>(kRecordHeader + load_be16(seed.data() + at + 1), seed.size() - at);
            records.emplace_back(seed.begin() + static_cast<std::ptrdiff_t>(at),
                                 seed.begin() + static_cast<std::ptrdiff_t>(at + size));
            at += size;
        }
    }
    return records;
}

void mutate_once(fuzz::Bytes& record, fuzz::Random& random) {
    const uint64_t dice = random.next();
    const size_t n_bytes = record.size() - kRecordHeader;
    if (n_bytes < 2) {
        return;
    }
    uint8_t* const frame = record.data() + kRecordHeader;
    const size_t place = random.below(std::min(n_bytes, kPlacesThatDecide) - 1);
    const auto value = static_cast<uint16_t>(dice >> 8);
    switch (dice % 8) {
        case 0: frame[place] = static_cast<uint8_t>(value); break;
        case 1: frame[place] = static_cast<uint8_t>(frame[place] ^ 1u << value % 8); break;
        case 2: store_be16(frame + place / 2 * 2, kTurningPoints[value % kTurningPoints.size()]); break;
        case 3: record.resize(kRecordHeader + random.below(n_bytes + 1)); break;
        case 4: record.resize(record.size() + random.below(40), static_cast<uint8_t>(value)); break;
        case 5: record[0] = static_cast<uint8_t>(value); break;
        default:
            if (n_bytes > kClientPort) {
                frame[kClientAddress] = static_cast<uint8_t>(value % 4 + 10);
                frame[kClientPort] = static_cast<uint8_t>(value >> 8);
            }
            break;
    }
}

void append_record(fuzz::Bytes& input, fuzz::Bytes record) {
    store_be16(record.data() + 1, static_cast<uint16_t>(record.size() - kRecordHeader));
    input.insert(input.end(), record.begin(), record.end());
}

}  // namespace

int main(int argc, char** argv) {
    const auto storm = fuzz::read_storm_arguments(argc, argv);
    const std::vector<fuzz::Bytes> records = storm ? records_of(storm->seeds) : std::vector<fuzz::Bytes>{};
    if (records.empty()) {
        return 2;
    }
    fuzz::Random random(storm->random_seed);
    fuzz::Bytes input;
    for (uint64_t i = 0; i < storm->n_inputs; ++i) {
        input.clear();
        // One flow's packets or a mixture; again and again, as floods are.
        const size_t n_kinds = 1 + random.below(6);
        const size_t first = random.below(records.size());
        for (size_t n = random.below(kMostRecords) + 1; n > 0; --n) {
            const size_t kind = random.below(4) == 0 ? random.below(records.size())
                                                     : (first + random.below(n_kinds)) % records.size();
            fuzz::Bytes record = records[kind];
            for (uint64_t mutations = random.next() & 3; mutations > 0; --mutations) {
                mutate_once(record, random);
            }
            append_record(input, std::move(record));
        }
        // The target's property aborts the program; the seed and this number bring the input back.
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%llu inputs\n", static_cast<unsigned long long>(storm->n_inputs));
    return 0;
}
