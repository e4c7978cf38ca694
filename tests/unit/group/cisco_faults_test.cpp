// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <map>
#include <random>

#include "catch.hpp"
#include "cisco_lan.hpp"

using namespace evengate;
using namespace evengate::group;
using namespace evengate::group::test;
using namespace std::chrono_literals;
using glbp::VgState;

namespace {

constexpr unsigned kNumbers = 4;

// What can go wrong with the members of a group, as a seed has it.
class Trouble {
 public:
    Trouble(unsigned seed, CiscoFreshness freshness)
        : random_(seed), n_routers_(3 + seed % 3), freshness_(freshness) {
        for (unsigned router = 1; router <= n_routers_; ++router) {
            add(router);
            lan_.connect(router);
            lan_.run_for(std::chrono::milliseconds(pick(4000)));
        }
        lan_.after_each_step([this] { look_for_doubles(); });
    }

    void run(Duration length) {
        for (const TimePoint end = lan_.now() + length; lan_.now() < end;) {
            happen();
            lan_.run_for(std::chrono::milliseconds(pick(12'000)));
        }
    }

    void heal() {
        lan_.mend();
        for (unsigned router = 1; router <= n_routers_; ++router) {
            recover(router);
            lan_.give(router, Undrain{});
            lan_.give(router, WeightChanged{GroupId{1}, 100});
        }
        lan_.run_for(100s);
    }

    CiscoLan& lan() { return lan_; }
    [[nodiscard]] unsigned n_routers() const { return n_routers_; }
    [[nodiscard]] Duration longest_double() const { return longest_double_; }

 private:
    unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

    void add(unsigned router) {
        GroupOptions options = group_options();
        options.priority = static_cast<uint8_t>(90 + pick(3) * 10);
        options.preempt = pick(2) == 0 ? Preempt::never : Preempt::when_better;
        options.hello_jitter_percent = static_cast<uint8_t>(pick(21));
        options.freshness = freshness_;
        SegmentOptions segment = segment_of(router);
        segment.self.boot_nonce = random_();
        lan_.add(router, segment, options);
    }

    void recover(unsigned router) {
        if (std::erase(paused_, router) > 0) {
            lan_.resume(router);
        }
        if (std::erase(dead_, router) > 0) {
            add(router);
        }
        lan_.connect(router);
    }

    void happen() {
        const unsigned router = 1 + pick(n_routers_);
        const unsigned other = 1 + router % n_routers_;
        const bool runs = std::ranges::find(paused_, router) == paused_.end() &&
                          std::ranges::find(dead_, router) == dead_.end();
        switch (pick(9)) {
            case 0:
                if (runs) {
                    lan_.kill(router);
                    dead_.push_back(router);
                }
                break;
            case 1:
                if (runs) {
                    lan_.pause(router);
                    paused_.push_back(router);
                }
                break;
            case 2:
                lan_.part(router, other);
                break;
            case 3:
                lan_.mend();
                break;
            case 4:
            case 5:
                recover(router);
                break;
            default:
                if (runs) {
                    disturb(router);
                }
        }
    }

    void disturb(unsigned router) {
        switch (pick(5)) {
            case 0:
                return lan_.give(router, Drain{});
            case 1:
                return lan_.give(router, Undrain{});
            case 2:
                return lan_.give(router, WeightChanged{GroupId{1}, 0});
            case 3:
                return lan_.give(router, WeightChanged{GroupId{1}, 100});
            default:
                return lan_.give(router, LinkChanged{Link::down});
        }
    }

    // Two that forward for one vMAC and hear each other.
    void look_for_doubles() {
        for (unsigned number = 1; number <= kNumbers; ++number) {
            const std::vector<unsigned> owners = lan_.owners_of(number);
            for (const unsigned a : owners) {
                for (const unsigned b : owners) {
                    const auto key = std::tuple(number, a, b);
                    if (a < b && lan_.hear_each_other(a, b)) {
                        const TimePoint since = doubles_.try_emplace(key, lan_.now()).first->second;
                        longest_double_ = std::max(longest_double_, lan_.now() - since);
                        seen_.push_back(key);
                    }
                }
            }
        }
        std::erase_if(doubles_, [&](const auto& entry) {
            return std::ranges::find(seen_, entry.first) == seen_.end();
        });
        seen_.clear();
    }

    std::mt19937 random_;
    unsigned n_routers_;
    CiscoFreshness freshness_;
    CiscoLan lan_;
    std::vector<unsigned> paused_;
    std::vector<unsigned> dead_;
    std::map<std::tuple<unsigned, unsigned, unsigned>, TimePoint> doubles_;
    std::vector<std::tuple<unsigned, unsigned, unsigned>> seen_;
    Duration longest_double_{};
};

void survive(unsigned seed, CiscoFreshness freshness) {
    INFO("seed " << seed);
    Trouble trouble(seed, freshness);
    trouble.run(400s);
    // The worse of two gives way when it hears the other: within a hello, or two that were needed
    // to believe each other.
    CHECK(trouble.longest_double() <= (freshness == CiscoFreshness::nonces ? 7s : 3100ms));
    trouble.heal();
    CiscoLan& lan = trouble.lan();
    unsigned n_gateways = 0;
    for (unsigned router = 1; router <= trouble.n_routers(); ++router) {
        const GroupView view = lan.group(router).view(lan.now());
        n_gateways += lan.group(router).answers_hosts() ? 1 : 0;
        CHECK(std::ranges::all_of(view.members, &MemberView::is_live));
        CHECK(view.avg.has_value());
        CHECK(view.standby.has_value());
    }
    CHECK(n_gateways == 1);
    const unsigned n_served = std::min(trouble.n_routers(), kNumbers);
    unsigned n_owned = 0;
    for (unsigned number = 1; number <= kNumbers; ++number) {
        const auto owners = lan.owners_of(number);
        CHECK(owners.size() <= 1);
        n_owned += owners.empty() ? 0 : 1;
    }
    CHECK(n_owned >= n_served);
    for (unsigned router = 1; router <= trouble.n_routers(); ++router) {
        CHECK(lan.group(router).answerable().size() == n_owned);
    }
}

}  // namespace

TEST_CASE(
    "whatever happens, the members agree again, and two that hear each other never both own") {
    for (unsigned seed = 1; seed <= 150; ++seed) {
        survive(seed, CiscoFreshness::unproven);
    }
}

TEST_CASE("the same holds when members have to prove that they are fresh") {
    for (unsigned seed = 1; seed <= 100; ++seed) {
        survive(seed, CiscoFreshness::nonces);
    }
}
