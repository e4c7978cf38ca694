// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <set>
#include <string_view>

#include "catch.hpp"
#include "packet/drop_reason.hpp"
#include "packet/punt.hpp"

using namespace evengate::packet;  // NOLINT: a test

TEST_CASE("every drop reason has a label of its own and a text") {
    CHECK(kDropReasonNames[static_cast<size_t>(DropReason::frame_too_short)] == "frame_too_short");
    CHECK(kDropReasonNames[static_cast<size_t>(DropReason::forwarding_stopped)] == "forwarding_stopped");
    CHECK(static_cast<size_t>(DropReason::forwarding_stopped) + 1 == kDropReasonCount);
    CHECK(std::set<std::string_view>(kDropReasonNames.begin(), kDropReasonNames.end()).size() ==
          kDropReasonCount);
    for (const std::string_view text : kDropReasonTexts) {
        CHECK_FALSE(text.empty());
    }
}

TEST_CASE("every punt class has a rate, and a ring whose size is a power of two") {
    for (size_t i = 0; i < kPuntClassCount; ++i) {
        INFO(kPuntClassNames[i]);
        const PuntClassLimits limits = kPuntClassLimits[i];
        CHECK(limits.rate_per_s > 0);
        CHECK(limits.ring_size > 0);
        CHECK((limits.ring_size & (limits.ring_size - 1)) == 0);
    }
}
