// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: one member's verdict on one target, from checks that may be lost (rule D4). Pure. Thread:
// any. Used by: control.
#pragma once

#include <cstdint>

namespace evengate::reroute {

enum class Verdict : uint8_t { unknown, up, down };
enum class CheckResult : uint8_t { passed, failed };

// Checks in a row that it takes. With a tenth of all checks lost at random, fall 3 gives 3.4 false
// downs in 3,600 checks, fall 5 gives 0.03.
struct HealthOptions {
    uint8_t rise = 2;  // from 1
    uint8_t fall = 5;  // from 1
};

class Health {
 public:
    explicit Health(const HealthOptions& options = {}) : options_(options) {}

    // What is known stays, and the row of checks that was begun as well.
    void set_options(const HealthOptions& options) { options_ = options; }

    enum class Change : uint8_t { none, came_up, went_down };
    // Takes the result of one check, in the order in which the checks were sent.
    Change add(CheckResult result);
    // The target is as after start: what was learnt of it under another address is worth nothing.
    void forget() { *this = Health(options_); }

    [[nodiscard]] Verdict verdict() const { return verdict_; }
    // Results in a row that speak against the verdict.
    [[nodiscard]] uint8_t n_against() const { return n_in_row_; }

 private:
    HealthOptions options_;
    Verdict verdict_ = Verdict::unknown;
    CheckResult last_ = CheckResult::passed;
    uint8_t n_in_row_ = 0;
};

}  // namespace evengate::reroute
