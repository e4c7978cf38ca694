// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/service_set.hpp"

#include <catch2/catch.hpp>

namespace evengate::reroute {
namespace {

template <class Value>
bool goes_by_hash(Value ServiceRow::*member, Value value) {
    ServiceSet set;
    ServiceRow& row = set.services.emplace_back();
    row.goes_by_hash = true;  // as it was sealed before
    row.*member = value;
    set.seal();
    return row.goes_by_hash;
}

TEST_CASE("what looks at more than the flow's hash, or changes more than MACs, is found when sealed") {
    CHECK(goes_by_hash(&ServiceRow::rewrite, Rewrite::mac));
    CHECK_FALSE(goes_by_hash(&ServiceRow::rewrite, Rewrite::nat));
    CHECK_FALSE(goes_by_hash(&ServiceRow::rewrite, Rewrite::ipip));
    CHECK_FALSE(goes_by_hash(&ServiceRow::criterion, Criterion::stateful));
    CHECK_FALSE(goes_by_hash(&ServiceRow::criterion, Criterion::spray));
    CHECK_FALSE(goes_by_hash(&ServiceRow::fragments, FragmentPolicy::addresses));
    CHECK_FALSE(goes_by_hash(&ServiceRow::answers, AnswerWay::snat));
    CHECK_FALSE(goes_by_hash(&ServiceRow::by_client, true));
    CHECK_FALSE(goes_by_hash(&ServiceRow::has_classes, true));
    CHECK_FALSE(goes_by_hash(&ServiceRow::mss, uint16_t{1400}));
    // Of whole datagrams: fragments never come so far.
    CHECK(goes_by_hash(&ServiceRow::fragments, FragmentPolicy::drop));
}

}  // namespace
}  // namespace evengate::reroute
