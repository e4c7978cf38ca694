// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "replay/series.hpp"

#include <numeric>

#include "catch.hpp"

namespace evengate::replay {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a series is lines of a time and a volume for each flow") {
    const auto series = parse_series("time,flow_0,flow_1\n0,10,30\n300,20,20\n600,0,40\n");
    REQUIRE(series);
    CHECK(series->n_flows == 2);
    CHECK(series->n_rows == 3);
    CHECK(series->step == seconds(300));
    CHECK(series->row(0)[1] == 3 * series->row(0)[0]);
    CHECK(series->row(2)[0] == 0);
}

TEST_CASE("volumes are scaled so that the mean rate does not depend on their unit") {
    for (const char* const text :
         {"time,a\n0,1\n1,3\n", "time,a\n0,1e9\n1,3e9\n", "t,a\n0,0.001\n1,0.003\n"}) {
        const auto series = parse_series(text);
        REQUIRE(series);
        const auto sum =
            std::accumulate(series->volumes.begin(), series->volumes.end(), balance::Load{0});
        CHECK(sum == 2 * Series::kMeanRate);
        CHECK(series->row(1)[0] == 3 * series->row(0)[0]);
    }
}

TEST_CASE("blanks, quotes, missing and senseless volumes, empty lines and CRLF are borne") {
    const auto series =
        parse_series("time,a,b,c\r\n0.0, 1,\"2\",\r\n\r\n0.5,nan,-3,1e1\r\n1.0,x,inf,2");
    REQUIRE(series);
    CHECK(series->n_rows == 3);
    CHECK(series->step == milliseconds(500));
    CHECK(series->row(0)[1] == 2 * series->row(0)[0]);
    CHECK(series->row(0)[2] == 0);
    CHECK(series->row(1)[0] == 0);
    CHECK(series->row(1)[1] == 0);
    CHECK(series->row(2)[0] == 0);
    CHECK(series->row(2)[1] == 0);
    CHECK(series->row(2)[2] > 0);
}

TEST_CASE("the step is the usual distance of two lines, whatever is missing") {
    const auto series = parse_series("time,a\n0,1\n10,1\n20,1\n500,1\n510,1\n");
    REQUIRE(series);
    CHECK(series->step == seconds(10));
}

TEST_CASE("what is no series is refused, with its line") {
    const auto message = [](const char* text) {
        const auto series = parse_series(text);
        return series ? std::string() : series.error().message;
    };
    CHECK(message("") == "expected at least two intervals");
    CHECK(message("time,a\n0,1\n") == "expected at least two intervals");
    CHECK(message("time\n0\n") == "line 1: expected time,flow_0,flow_1,...");
    CHECK(message("time,a\nx,1\n1,1\n") == "line 2: expected a time in seconds first");
    CHECK(message("time,a,b\n0,1,2\n1,1\n") == "line 3: expected 2 flows, as in the first line");
    CHECK(message("time,a\n0,1,2\n1,1\n") == "line 2: expected 1 flows, as in the first line");
    CHECK(message("time,a\n5,1\n5,1\n") == "expected times in seconds that grow");
}

TEST_CASE("a series without any traffic is one") {
    const auto series = parse_series("time,a\n0,0\n1,0\n");
    REQUIRE(series);
    CHECK(series->row(1)[0] == 0);
}

}  // namespace
}  // namespace evengate::replay
