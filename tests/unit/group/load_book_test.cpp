// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <chrono>

#include "catch.hpp"
#include "group/load_book.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;

constexpr uint8_t kVmacs = 100;

glbp::LoadReport report_at(int seconds, uint8_t n_counts) {
    return {.counted_at_ns = static_cast<uint64_t>(seconds) * 1'000'000'000,
            .packets = 0,
            .bytes = 0,
            .received = 0,
            .missed = 0,
            .n_counts = n_counts};
}

std::vector<glbp::VmacCount> counts_of(uint8_t first, uint8_t last, uint64_t packets) {
    std::vector<glbp::VmacCount> counts;
    for (uint8_t n = first; n <= last; ++n) {
        counts.push_back({.vmac = n, .packets = packets, .bytes = 0});
    }
    return counts;
}

LoadBook make_book() {
    BalanceSettings settings;
    settings.estimate.alpha = 1'000'000;
    LoadBook book(settings, kVmacs);
    for (uint8_t n = 1; n <= kVmacs; ++n) {
        book.set_owner(n, 1, 2s, TimePoint(1s));
    }
    return book;
}

TEST_CASE("a report counts when all its parts are there, in any order, and once") {
    LoadBook book = make_book();
    REQUIRE(book.hear(1, 7, report_at(1, 0), {}, TimePoint(10s)) == LoadBook::Step::complete);
    const auto first = counts_of(1, 60, 500);
    const auto second = counts_of(61, 100, 800);
    CHECK(book.hear(1, 7, report_at(2, 100), second, TimePoint(10s)) == LoadBook::Step::incomplete);
    CHECK(book.hear(1, 7, report_at(2, 100), second, TimePoint(10s)) == LoadBook::Step::incomplete);
    CHECK(book.hear(1, 7, report_at(2, 100), first, TimePoint(10s)) == LoadBook::Step::complete);
    CHECK(book.hear(1, 7, report_at(2, 100), first, TimePoint(10s)) == LoadBook::Step::incomplete);
    book.end_interval();
    CHECK(book.load(1) == 500);
    CHECK(book.load(100) == 800);
    CHECK(book.total() == 60 * 500 + 40 * 800);
}

TEST_CASE("a part that was lost loses its report only, as counts are cumulative") {
    LoadBook book = make_book();
    REQUIRE(book.hear(1, 7, report_at(1, 0), {}, TimePoint(10s)) == LoadBook::Step::complete);
    CHECK(book.hear(1, 7, report_at(2, 100), counts_of(1, 60, 500), TimePoint(10s)) == LoadBook::Step::incomplete);
    CHECK(book.hear(1, 7, report_at(3, 100), counts_of(1, 60, 1000), TimePoint(10s)) == LoadBook::Step::incomplete);
    CHECK(book.hear(1, 7, report_at(3, 100), counts_of(61, 100, 1600), TimePoint(10s)) == LoadBook::Step::complete);
    book.end_interval();
    CHECK(book.load(1) == 500);
    CHECK(book.load(61) == 800);
}

TEST_CASE("what is older than the newest that was heard does not count, another life begins anew") {
    LoadBook book = make_book();
    REQUIRE(book.hear(1, 7, report_at(5, 1), counts_of(1, 1, 1000), TimePoint(10s)) == LoadBook::Step::complete);
    CHECK(book.hear(1, 7, report_at(4, 1), counts_of(1, 1, 900), TimePoint(10s)) == LoadBook::Step::incomplete);
    // Its counters and its clock begin again.
    CHECK(book.hear(1, 8, report_at(1, 1), counts_of(1, 1, 10), TimePoint(10s)) == LoadBook::Step::complete);
    CHECK(book.hear(1, 8, report_at(2, 1), counts_of(1, 1, 40), TimePoint(10s)) == LoadBook::Step::complete);
    book.end_interval();
    CHECK(book.load(1) == 30);
}

TEST_CASE("counts of vMACs that this member does not know are of no account") {
    LoadBook book = make_book();
    REQUIRE(book.hear(1, 7, report_at(1, 1), counts_of(200, 200, 5), TimePoint(10s)) == LoadBook::Step::complete);
    CHECK(book.hear(1, 7, report_at(2, 2), {{{1, 70, 0}, {200, 9, 0}}}, TimePoint(10s)) == LoadBook::Step::complete);
    book.end_interval();
    CHECK(book.total() == 70);
}

TEST_CASE("what the old owner forwards while it lingers is load of the vMAC, and a flood elsewhere is not") {
    LoadBook book = make_book();
    const auto report = [&](LoadBook::Place place, int second, uint64_t packets) {
        REQUIRE(book.hear(place, place, report_at(second, 1), counts_of(1, 1, packets), TimePoint(10s)) == LoadBook::Step::complete);
    };
    for (const LoadBook::Place place : {LoadBook::Place{1}, LoadBook::Place{2}, LoadBook::Place{3}}) {
        report(place, 1, 1);
    }
    book.set_owner(1, 2, 2s, TimePoint(10s));  // from 1
    for (int second = 2; second <= 3; ++second) {  // the first report spans the move
        report(1, second, 100u * static_cast<unsigned>(second));
        report(2, second, 300u * static_cast<unsigned>(second));
        report(3, second, 400u * static_cast<unsigned>(second));
        book.end_interval();
    }
    CHECK(book.load(1) == 400);
    CHECK(book.owner(1) == 2);
    book.set_owner(1, 2, 2s, TimePoint(12s));  // it lingers no more
    report(1, 4, 400);
    report(2, 4, 1200);
    book.end_interval();
    CHECK(book.load(1) == 300);
}

TEST_CASE("what is granted to other groups is no room for this one") {
    LoadBook book = make_book();
    LoadBook::Field field;
    field.capacities[1] = 1000;
    CHECK(book.beside(field, 1) == 0);
    field.kept[1] = 400;
    CHECK(book.beside(field, 1) == 400);
    field.kept[1] = -200;  // it carries more than it can
    CHECK(book.beside(field, 1) == 0);
}

}  // namespace
}  // namespace evengate::group
