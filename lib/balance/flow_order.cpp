// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/flow_order.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace evengate::balance {
namespace {

constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigitValues = std::size_t{1} << kDigitBits;
// From here on the radix sort is faster than comparing (tests/bench, flows with heavy tails).
constexpr std::size_t kManyFlows = 512;

}  // namespace

void FlowOrder::sort(std::span<const Load> loads) {
    largest_ = 0;
    total_ = 0;
    for (const Load load : loads) {
        largest_ = std::max(largest_, load);
        total_ += load;
    }
    keys_.resize(loads.size());
    for (std::size_t flow = 0; flow < loads.size(); ++flow) {
        keys_[flow] = static_cast<std::uint64_t>(largest_ - loads[flow]) << kFlowBits | flow;
    }
    if (loads.size() < kManyFlows) {
        std::ranges::sort(keys_);
    } else {
        sort_by_digits();
    }
}

void FlowOrder::sort_by_digits() {
    other_keys_.resize(keys_.size());
    const auto n_bits = static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(largest_)));
    // The flows stand in order already, and each pass keeps the order of equals.
    for (unsigned bit = 0; bit < n_bits; bit += kDigitBits) {
        const unsigned shift = kFlowBits + bit;
        std::array<std::uint32_t, kDigitValues> place{};
        for (const std::uint64_t key : keys_) {
            ++place[key >> shift & (kDigitValues - 1)];
        }
        std::uint32_t sum = 0;
        for (std::uint32_t& entry : place) {
            const std::uint32_t count = entry;
            entry = sum;
            sum += count;
        }
        for (const std::uint64_t key : keys_) {
            other_keys_[place[key >> shift & (kDigitValues - 1)]++] = key;
        }
        keys_.swap(other_keys_);
    }
}

}  // namespace evengate::balance
