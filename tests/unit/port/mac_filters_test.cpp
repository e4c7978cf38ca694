// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/mac_filters.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "catch.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::port;  // NOLINT
using Clock = std::chrono::steady_clock;

namespace {

MacAddress vmac(uint64_t n) {
    return MacAddress::from_u64(0x0245'4700'0000 + n);
}

std::vector<MacAddress> vmacs(uint64_t n) {
    std::vector<MacAddress> macs;
    for (uint64_t i = 1; i <= n; ++i) {
        macs.push_back(vmac(i));
    }
    return macs;
}

const MacAddress kDeviceMac = MacAddress::from_u64(0x0200'0000'0001);
const MacAddress kGroup = MacAddress::from_u64(0x0100'5e00'0066);

// A NIC as it is seen from outside: what it would receive, and what it was asked.
struct Nic {
    mutable std::mutex mutex;
    uint32_t n_room = 4;
    int add_error = 0;
    int multicast_error = 0;
    int all_multicast_error = 0;
    int promiscuous_error = 0;
    std::chrono::milliseconds add_takes{0};
    std::vector<MacAddress> unicast;
    std::vector<MacAddress> multicast;
    Switch all_multicast = Switch::off;
    Switch promiscuous = Switch::off;
    int n_adds = 0;

    bool receives(const MacAddress& mac) const {
        const std::lock_guard lock(mutex);
        const auto in = [&](const auto& list) {
            return std::find(list.begin(), list.end(), mac) != list.end();
        };
        return promiscuous == Switch::on || mac == kDeviceMac || in(unicast) || in(multicast) ||
               (mac.is_multicast() && all_multicast == Switch::on);
    }
};

class FakeDevice final : public FilterDevice {
 public:
    explicit FakeDevice(Nic& nic) : nic_(nic) {}

    FilterRoom room() override { return {kDeviceMac, nic_.n_room}; }
    int add_unicast(const MacAddress& mac) override {
        std::this_thread::sleep_for(nic_.add_takes);
        const std::lock_guard lock(nic_.mutex);
        ++nic_.n_adds;
        if (nic_.add_error != 0 || nic_.unicast.size() >= nic_.n_room) {
            return nic_.add_error != 0 ? nic_.add_error : -ENOSPC;
        }
        nic_.unicast.push_back(mac);
        return 0;
    }
    int remove_unicast(const MacAddress& mac) override {
        const std::lock_guard lock(nic_.mutex);
        return std::erase(nic_.unicast, mac) == 1 ? 0 : -ENOENT;
    }
    int set_multicast(std::span<const MacAddress> groups) override {
        const std::lock_guard lock(nic_.mutex);
        if (nic_.multicast_error == 0) {
            nic_.multicast.assign(groups.begin(), groups.end());
        }
        return nic_.multicast_error;
    }
    int set_all_multicast(Switch setting) override {
        return set(nic_.all_multicast, setting, nic_.all_multicast_error);
    }
    int set_promiscuous(Switch setting) override {
        return set(nic_.promiscuous, setting, nic_.promiscuous_error);
    }

 private:
    int set(Switch& place, Switch setting, int error) {
        const std::lock_guard lock(nic_.mutex);
        if (error == 0) {
            place = setting;
        }
        return error;
    }

    Nic& nic_;
};

FilterState apply(FilterProgram& program, const WantedFilters& wanted) {
    const std::atomic<bool> never{false};
    return program.apply(wanted, never);
}

bool eventually(const std::function<bool()>& condition) {
    const auto deadline = Clock::now() + std::chrono::seconds{10};
    while (!condition()) {
        if (Clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return true;
}

}  // namespace

TEST_CASE("a plan holds only the difference, without repeats and the device's own MAC") {
    const auto plan =
        plan_unicast({kDeviceMac, vmac(1), vmac(2), vmac(1)}, {vmac(2), vmac(9)}, {kDeviceMac, 4});
    CHECK(plan.add == std::vector{vmac(1)});
    CHECK(plan.remove == std::vector{vmac(9)});
    CHECK(plan.n_without_room == 0);
}

TEST_CASE("with too little room the first ones in the list get it") {
    const auto plan = plan_unicast(vmacs(5), {vmac(4), vmac(1)}, {kDeviceMac, 3});
    CHECK(plan.add == std::vector{vmac(2), vmac(3)});
    CHECK(plan.remove == std::vector{vmac(4)});
    CHECK(plan.n_without_room == 2);
}

TEST_CASE("a device with room receives exactly what is wanted") {
    Nic nic;
    FakeDevice device(nic);
    FilterProgram program(device);
    const FilterState state = apply(program, {vmacs(4), {kGroup}, Switch::off});
    CHECK(state == FilterState{FilterState::Multicast::listed, 5, 5, Switch::off, false});
    CHECK(nic.promiscuous == Switch::off);
    CHECK(nic.receives(vmac(4)));
    CHECK(nic.receives(kGroup));
    CHECK_FALSE(nic.receives(vmac(5)));
}

TEST_CASE("a device with room for 4 is promiscuous for 5, and no longer when one goes") {
    Nic nic;
    FakeDevice device(nic);
    FilterProgram program(device);
    FilterState state = apply(program, {vmacs(5), {}, Switch::off});
    CHECK(state == FilterState{FilterState::Multicast::listed, 6, 5, Switch::on, false});
    CHECK(nic.receives(vmac(5)));

    state = apply(program, {{vmac(2), vmac(3), vmac(4), vmac(5)}, {}, Switch::off});
    CHECK(state == FilterState{FilterState::Multicast::listed, 5, 5, Switch::off, false});
    CHECK(nic.receives(vmac(5)));
    CHECK_FALSE(nic.receives(vmac(1)));
}

TEST_CASE("a device that cannot filter is asked once, and stays promiscuous") {
    Nic nic;
    nic.add_error = -ENOTSUP;
    nic.multicast_error = -ENOTSUP;
    nic.all_multicast_error = -ENOTSUP;
    FakeDevice device(nic);
    FilterProgram program(device);
    for (uint64_t n = 1; n <= 3; ++n) {
        const FilterState state = apply(program, {vmacs(n), {kGroup}, Switch::off});
        CHECK(state.promiscuous == Switch::on);
        CHECK(state.multicast == FilterState::Multicast::by_promiscuous);
        CHECK(state.n_active == 1);
        CHECK(state.n_wanted == n + 1);
        CHECK_FALSE(state.deaf);
    }
    CHECK(nic.n_adds == 1);
    CHECK(nic.receives(vmac(3)));
}

TEST_CASE("groups fall back to all groups, and promiscuous mode stays off") {
    Nic nic;
    nic.multicast_error = -ENOSPC;
    FakeDevice device(nic);
    FilterProgram program(device);
    CHECK(apply(program, {vmacs(1), {kGroup}, Switch::off}).multicast ==
          FilterState::Multicast::all);
    CHECK(nic.promiscuous == Switch::off);
    CHECK(nic.receives(kGroup));
    nic.multicast_error = 0;
    CHECK(apply(program, {vmacs(1), {kGroup}, Switch::off}).multicast ==
          FilterState::Multicast::listed);
    CHECK(nic.all_multicast == Switch::off);
}

TEST_CASE("an error that may pass is tried again with the next wish") {
    Nic nic;
    nic.add_error = -EIO;
    FakeDevice device(nic);
    FilterProgram program(device);
    CHECK(apply(program, {vmacs(2), {}, Switch::off}).promiscuous == Switch::on);
    nic.add_error = 0;
    const FilterState state = apply(program, {vmacs(2), {}, Switch::off});
    CHECK(state.n_active == 3);
    CHECK(state.promiscuous == Switch::off);
}

TEST_CASE("a device that can neither filter nor be promiscuous says that it is deaf") {
    Nic nic;
    nic.add_error = -EIO;
    nic.promiscuous_error = -EPERM;
    FakeDevice device(nic);
    FilterProgram program(device);
    CHECK(apply(program, {vmacs(1), {}, Switch::off}).deaf);
    nic.promiscuous_error = 0;
    CHECK_FALSE(apply(program, {vmacs(1), {}, Switch::off}).deaf);
}

TEST_CASE("the operator's wish keeps a port promiscuous") {
    Nic nic;
    FakeDevice device(nic);
    FilterProgram program(device);
    CHECK(apply(program, {vmacs(1), {}, Switch::on}).promiscuous == Switch::on);
    CHECK(nic.receives(vmac(77)));
}

TEST_CASE("a device that takes a second for each filter delays nobody who wants one") {
    Nic nic;
    nic.add_takes = std::chrono::seconds{1};
    MacFilters filters(std::make_unique<FakeDevice>(nic));
    const auto before = Clock::now();
    filters.set_wanted({vmacs(1), {kGroup}, Switch::off});
    const MacFilters::Snapshot at_once = filters.snapshot();
    CHECK(Clock::now() - before < std::chrono::milliseconds{200});
    CHECK_FALSE(at_once.settled);
    CHECK(at_once.wanted.unicast == vmacs(1));

    // Frames for the new MAC are not lost meanwhile.
    CHECK(eventually([&] { return nic.receives(vmac(1)); }));
    CHECK(Clock::now() - before < std::chrono::milliseconds{900});
    CHECK(eventually([&] { return filters.snapshot().settled; }));
    CHECK(Clock::now() - before >= std::chrono::seconds{1});
    CHECK(filters.snapshot().state ==
          FilterState{FilterState::Multicast::listed, 2, 2, Switch::off, false});
    CHECK(nic.promiscuous == Switch::off);
}

TEST_CASE("a newer wish is not kept waiting by the rest of an older one, nor is the end") {
    Nic nic;
    nic.n_room = 100;
    nic.add_takes = std::chrono::milliseconds{50};
    {
        MacFilters filters(std::make_unique<FakeDevice>(nic));
        filters.set_wanted({vmacs(100), {}, Switch::off});
        REQUIRE(eventually([&] { return nic.receives(vmac(1)); }));
        filters.set_wanted({{vmac(200)}, {}, Switch::off});
        CHECK(eventually([&] { return filters.snapshot().settled; }));
        CHECK(nic.receives(vmac(200)));
        CHECK_FALSE(nic.receives(vmac(1)));
        CHECK(nic.n_adds < 20);
        filters.set_wanted({vmacs(100), {}, Switch::off});
    }
    CHECK(nic.n_adds < 40);
}

TEST_CASE("after a restart everything is programmed again") {
    Nic nic;
    MacFilters filters(std::make_unique<FakeDevice>(nic));
    filters.set_wanted({vmacs(3), {kGroup}, Switch::off});
    REQUIRE(eventually([&] { return filters.snapshot().settled; }));
    {
        const std::lock_guard lock(nic.mutex);
        nic.unicast.clear();
        nic.multicast.clear();
        nic.promiscuous = Switch::on;
    }
    filters.reapply();
    REQUIRE(eventually([&] { return filters.snapshot().settled; }));
    CHECK(nic.receives(vmac(3)));
    CHECK(nic.receives(kGroup));
    CHECK(nic.promiscuous == Switch::off);
}
