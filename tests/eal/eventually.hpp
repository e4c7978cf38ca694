// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: waits for what another thread or the kernel does, within a deadline. Thread: the test's.
// Used by: EAL tests.
#pragma once

#include <chrono>
#include <thread>

namespace evengate::test {

inline constexpr std::chrono::seconds kPatience{10};

template <class Condition>
bool eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return true;
}

// Whether what must not happen has not happened for long enough to trust it.
template <class Condition>
bool never(Condition condition) {
    constexpr std::chrono::milliseconds kLongEnough{50};
    const auto deadline = std::chrono::steady_clock::now() + kLongEnough;
    while (std::chrono::steady_clock::now() < deadline) {
        if (condition()) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return true;
}

}  // namespace evengate::test
