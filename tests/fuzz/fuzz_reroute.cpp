// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: bursts through the whole stage of rerouting. Input: records of a choice (see Choice), the frame's length in two
// bytes, and the frame, whose header checksum is set for it. Thread: one.
#include <algorithm>
#include <vector>

#include "base/bytes.hpp"
#include "frame_mutator.hpp"
#include "libfuzzer_entry.hpp"
#include "properties.hpp"
#include "reroute_properties.hpp"
#include "reroute_stage.hpp"

using namespace evengate;  // NOLINT: a program

namespace {

// Before a frame. Time, services and worker end the burst before it.
namespace choice {
constexpr uint8_t time = 0x03;  // of kPauses
constexpr uint8_t other_worker = 0x04;
constexpr uint8_t burst_ends = 0x08;
constexpr uint8_t checksum_as_it_is = 0x10;
constexpr uint8_t other_services = 0x20;
constexpr uint8_t no_headroom = 0x40;
}  // namespace choice
constexpr std::array<uint32_t, 4> kPauses = {0, 1, 6, 70};
constexpr size_t kRecordHeader = 3;

struct Record {
    uint8_t choice = 0;
    fuzz::Bytes frame;
};

std::vector<Record> read_records(const uint8_t* bytes, size_t size) {
    std::vector<Record> records;
    while (size >= kRecordHeader) {
        const size_t wanted = load_be16(bytes + 1);
        const size_t length = std::min({wanted, size - kRecordHeader, fuzz::FrameBuffer::kMaxFrame});
        Record& record = records.emplace_back(Record{bytes[0], {bytes + kRecordHeader, bytes + kRecordHeader + length}});
        if ((record.choice & choice::checksum_as_it_is) == 0) {
            fuzz::mend_checksum(record.frame);
        }
        bytes += kRecordHeader + length;
        size -= kRecordHeader + length;
    }
    return records;
}

void take(fuzz::RerouteStage& stage, uint16_t worker, std::span<const Record> records) {
    if (records.empty()) {
        return;
    }
    std::vector<fuzz::Received> burst;
    for (const Record& record : records) {
        burst.push_back({record.frame, (record.choice & choice::no_headroom) != 0 ? uint16_t{8} : uint16_t{128}});
    }
    const std::span<const fuzz::StageOutcome> outcomes = stage.take(worker, burst);
    for (size_t i = 0; i < records.size(); ++i) {
        fuzz::require(fuzz::check_rerouted(records[i].frame, outcomes[i]));
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    fuzz::start_dpdk();
    // Not destroyed: DPDK's memory may be gone before.
    static fuzz::RerouteStage& stage = *new fuzz::RerouteStage;
    stage.begin();
    const std::vector<Record> records = read_records(bytes, size);
    size_t first = 0;
    size_t variant = 0;
    uint16_t worker = 0;
    for (size_t i = 0; i < records.size(); ++i) {
        const uint8_t choice = records[i].choice;
        if ((choice & (choice::time | choice::other_worker | choice::other_services)) != 0 ||
            i - first == dataplane::kBurstSize) {
            take(stage, worker, std::span(records).subspan(first, i - first));
            first = i;
        }
        if (const uint32_t pause = kPauses[choice & choice::time]; pause != 0) {
            stage.pass(pause);
        }
        if ((choice & choice::other_services) != 0) {
            variant = (variant + 1) % fuzz::RerouteStage::kVariants;
            stage.publish(variant);
        }
        worker = (choice & choice::other_worker) != 0 ? uint16_t{1} : uint16_t{0};
        if ((choice & choice::burst_ends) != 0) {
            take(stage, worker, std::span(records).subspan(first, i + 1 - first));
            first = i + 1;
        }
    }
    take(stage, worker, std::span(records).subspan(first));
    return 0;
}
