// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "bus.hpp"
#include "catch.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;
using glbp::VgState;

TEST_CASE("an assignment with our assignment's name and other content is refused and reported") {
    Bus bus;
    std::optional<Bus::Flying> published;
    bus.on_message = [&](uint64_t from, const glbp::Message& message) {
        if (!message.assignment_parts.empty()) {
            published = Bus::Flying{from, from == 1 ? uint64_t{2} : uint64_t{1}, message};
        }
    };
    for (int n = 0; n < 3; ++n) {
        bus.add();
    }
    bus.run(500ms);
    REQUIRE(published);
    const uint64_t to = published->to;
    const size_t n_owned = bus.n_owned(to);
    published->message.sender->sequence += 1000;
    bus.inject(*published);
    CHECK(bus.at(to).refusals[MessageRefusal::name_clash] == 0);
    SECTION("another owner") {
        glbp::AssignmentPart::Plan& plan = published->message.assignment_parts[0].plans[0];
        plan.owner = plan.owner == 0 ? 1 : 0;
    }
    SECTION("another member") {
        REQUIRE(!published->message.assignment_members.empty());
        ++published->message.assignment_members[0].boot_nonce;
    }
    ++published->message.sender->sequence;
    bus.inject(*published);
    CHECK(bus.at(to).refusals[MessageRefusal::name_clash] == 1);
    CHECK(bus.n_notes(to, NoteKind::name_clash) == 1);
    CHECK(bus.n_owned(to) == n_owned);
}

// Both would forward for it, and the old owner's announcement would turn the switches behind RELEASED.
TEST_CASE("who released a vMAC owns it again only by another move, even if it is wanted back at once") {
    Bus bus;
    std::set<std::pair<uint64_t, uint8_t>> released;  // by whom, not owned by its new owner yet
    size_t n_released = 0;
    bus.on_message = [&](uint64_t from, const glbp::Message& message) {
        for (const glbp::HandOver& step : message.hand_overs) {
            if (step.step == glbp::HandOver::Step::released) {
                released.emplace(from, step.vmac);
                ++n_released;
            }
        }
    };
    for (int n = 0; n < 3; ++n) {
        bus.add();
    }
    bus.run(500ms);
    uint64_t avg = 0;
    for (uint64_t n = 1; n <= 3; ++n) {
        avg = bus.state(n) == VgState::active ? n : avg;
    }
    const uint64_t other = avg == 1 ? 2 : 1;
    bus.step(avg, MoveVmac{Bus::kGroup, VmacNumber(7), MemberId{avg}});
    bus.run(500ms);
    REQUIRE(bus.owners(7) == std::vector<uint64_t>{avg});
    released.clear();
    bus.step(avg, MoveVmac{Bus::kGroup, VmacNumber(7), MemberId{other}});
    bool is_wanted_back = false;
    bus.run(500ms, [&] {
        if (released.contains({avg, 7}) && !is_wanted_back) {
            is_wanted_back = true;
            bus.step(avg, MoveVmac{Bus::kGroup, VmacNumber(7), MemberId{avg}});
        }
        if (bus.engine(other).role(Bus::kGroup, VmacNumber(7)) == Role::own) {
            released.erase({avg, 7});
        }
        if (released.contains({avg, 7})) {
            REQUIRE(bus.engine(avg).role(Bus::kGroup, VmacNumber(7)) != Role::own);
        }
    });
    CHECK(is_wanted_back);
    CHECK(n_released >= 2);
    CHECK(bus.owners(7) == std::vector<uint64_t>{avg});
}

}  // namespace
}  // namespace evengate::group
