// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "bus.hpp"
#include "catch.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;

// Faults at random times, then quiet: the group must find itself again, and in between no two that
// hear each other may forward for one vMAC for longer than a hold.
TEST_CASE("whatever happens, the group finds itself again") {
    for (uint32_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        const auto draw = [&](uint64_t n) { return random() % n; };
        Bus bus;
        const uint64_t n_members = 3 + draw(4);
        for (uint64_t i = 0; i < n_members; ++i) {
            bus.add(static_cast<uint8_t>(100 + draw(3)),
                    [&](GroupOptions& options) { options.preempt = draw(2) != 0 ? Preempt::when_better : Preempt::never; });
        }
        bus.run(500ms);
        for (int fault = 0; fault < 8; ++fault) {
            const uint64_t n = 1 + draw(n_members);
            switch (draw(7)) {
                case 0: bus.kill(n); break;
                case 1: bus.restart(n); break;
                case 2: bus.pause(n); break;
                case 3: bus.cut(n, 1 + draw(n_members)); break;
                case 4: bus.cut_both(n, 1 + draw(n_members)); break;
                case 5: bus.loss = 0.3; break;
                case 6: bus.step(n, Drain{}); break;
            }
            bus.run(Duration(draw(150'000'000)));
            if (bus.at(n).is_paused) {
                bus.resume(n);
            }
        }
        bus.cuts.clear();
        bus.loss = 0;
        for (uint64_t n = 1; n <= n_members; ++n) {
            if (!bus.at(n).engine) {
                bus.restart(n);
            }
            bus.step(n, Undrain{});
        }
        bus.run(7s);
        CHECK(bus.n_active() == 1);
        CHECK(bus.each_vmac_has_one_owner());
        for (uint64_t n = 1; n <= n_members; ++n) {
            CHECK(bus.n_owned(n) >= 16 / n_members);
            CHECK(bus.n_owned(n) <= (16 + n_members - 1) / n_members);
        }
    }
}

}  // namespace
}  // namespace evengate::group
