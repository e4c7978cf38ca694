// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/service_set.hpp"

#include <catch2/catch.hpp>

namespace evengate::reroute {
namespace {

// Of a row of which the opposite was noted before.
template <class Value>
void check(bool goes_by_hash, Value ServiceRow::*member, Value value) {
    ServiceSet set;
    ServiceRow& row = set.services.emplace_back();
    row.goes_by_hash = !goes_by_hash;
    row.*member = value;
    set.seal();
    CHECK(row.goes_by_hash == goes_by_hash);
}

TEST_CASE("what looks at more than the flow's hash, or changes more than MACs, is found when sealed") {
    check(true, &ServiceRow::rewrite, Rewrite::mac);
    check(false, &ServiceRow::rewrite, Rewrite::nat);
    check(false, &ServiceRow::rewrite, Rewrite::ipip);
    check(false, &ServiceRow::rewrite, Rewrite::gre);
    check(false, &ServiceRow::criterion, Criterion::stateful);
    check(false, &ServiceRow::criterion, Criterion::spray);
    check(false, &ServiceRow::criterion, Criterion::source_mac);
    check(false, &ServiceRow::criterion, Criterion::symmetric_flow);
    check(false, &ServiceRow::fragments, FragmentPolicy::addresses);
    check(false, &ServiceRow::answers, AnswerWay::snat);
    check(true, &ServiceRow::answers, AnswerWay::route);
    check(false, &ServiceRow::by_client, true);
    check(false, &ServiceRow::has_classes, true);
    check(false, &ServiceRow::mss, uint16_t{1400});
    // Of whole datagrams: fragments never come so far.
    check(true, &ServiceRow::fragments, FragmentPolicy::drop);
}

}  // namespace
}  // namespace evengate::reroute
