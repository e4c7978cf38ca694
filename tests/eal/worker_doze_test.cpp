// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <atomic>
#include <chrono>
#include <thread>

#include "catch.hpp"
#include "dataplane/doze.hpp"

using namespace evengate;  // NOLINT: a test
using dataplane::Doze;
using std::chrono::steady_clock;

namespace {

// So often that the next sleep is as long as it gets.
void be_idle_for_long(Doze& doze) {
    for (int i = 0; i < 100; ++i) {
        doze.is_due();
    }
}

}  // namespace

TEST_CASE("sleep is due after many idle polls, and after a busy one no longer") {
    Doze doze(std::chrono::microseconds{1});
    int n_polls = 0;
    while (!doze.is_due()) {
        REQUIRE(++n_polls < 1000);
    }
    CHECK(n_polls > 0);
    CHECK(doze.is_due());
    doze.reset();
    CHECK_FALSE(doze.is_due());
}

TEST_CASE("a sleep takes its time, unless there is something to do") {
    Doze doze(std::chrono::milliseconds{1});
    be_idle_for_long(doze);
    auto start = steady_clock::now();
    doze.sleep([] { return true; });
    CHECK(steady_clock::now() - start >= std::chrono::milliseconds{1});
    // A thousand sleeps that are none; the machine may be slow, but not a second slow.
    start = steady_clock::now();
    for (int i = 0; i < 1000; ++i) {
        doze.sleep([] { return false; });
    }
    CHECK(steady_clock::now() - start < std::chrono::seconds{1});
}

TEST_CASE("no wake-up is lost in 20000 rounds") {
    constexpr int kRounds = 20'000;
    constexpr std::chrono::milliseconds kLongest{2};
    Doze doze(kLongest);
    std::atomic<int> asked{0};
    std::atomic<int> answered{0};
    std::thread sleeper([&] {
        while (answered.load() != kRounds) {
            be_idle_for_long(doze);
            doze.sleep([&] { return asked.load() == answered.load(); });
            answered.store(asked.load());
        }
    });
    // A wake-up that is lost costs a whole sleep; the system may take that long too, but rarely.
    int n_late = 0;
    for (int round = 1; round <= kRounds; ++round) {
        const auto start = steady_clock::now();
        asked.store(round);
        doze.wake();
        while (answered.load() != round) {
            std::this_thread::yield();
        }
        n_late += steady_clock::now() - start >= kLongest ? 1 : 0;
    }
    sleeper.join();
    CHECK(n_late < kRounds / 100);
}
