// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: when a host that sends at an even rate, which may change, sends next. Pure: time is a
// parameter. Thread: any. Used by: the traffic of many hosts, its tests.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace evengate::traffic {

class Pace {
 public:
    // Units: packets a second; 0: none. Asserts: not negative.
    void set_rate(double per_second, TimePoint now);

    // How many packets to send now. What is due for longer than kMaxBehind is left out, as a
    // machine that stood still should not make a burst of it.
    uint64_t take_due(TimePoint now);

    static constexpr Duration kMaxBehind = std::chrono::milliseconds(50);

 private:
    double per_second_ = 0;
    double credit_ = 0;  // packets
    TimePoint last_;
};

}  // namespace evengate::traffic
