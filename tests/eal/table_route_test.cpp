// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "catch.hpp"
#include "eventually.hpp"
#include "table/route_table.hpp"
#include "table_reader.hpp"

using namespace evengate;         // NOLINT: a test
using namespace evengate::table;  // NOLINT

namespace {

constexpr WorkerIndex kReader{0};
constexpr uint32_t kNet = 0x0A00'0000;

std::unique_ptr<RouteTable> make_table(Rcu& rcu, RouteTableSize size = {4096, 64}) {
    return std::move(RouteTable::make("test_routes", size, rcu)).value();
}

IpPrefix prefix(uint32_t address, uint8_t length) {
    return IpPrefix{IpAddress::v4(address), length}.network();
}
IpPrefix host(uint32_t address) {
    return IpPrefix::host(IpAddress::v4(address));
}

uint32_t find(const RouteTable& table, uint32_t destination) {
    uint64_t entry = 0;
    table.find_bulk(&destination, &entry, 1);
    return static_cast<uint32_t>(entry);
}

// Longest prefix match as its definition reads.
class NaiveRoutes {
 public:
    void add(const IpPrefix& prefix, uint32_t entry) { routes_[prefix] = entry; }
    bool remove(const IpPrefix& prefix) { return routes_.erase(prefix) != 0; }
    [[nodiscard]] uint32_t find(uint32_t destination) const {
        for (int length = 32; length >= 0; --length) {
            const auto found = routes_.find(prefix(destination, static_cast<uint8_t>(length)));
            if (found != routes_.end()) {
                return found->second;
            }
        }
        return kNoRouteEntry;
    }

 private:
    std::map<IpPrefix, uint32_t> routes_;
};

// A reader that has not been quiescent since a group was freed must hold back what could fill it.
template <class Change>
void check_waits_for_reader(Rcu& rcu, Change change) {
    std::atomic<bool> done{false};
    std::thread writer([&] {
        change();
        done = true;
    });
    CHECK(test::never([&] { return done.load(); }));
    CHECK(test::eventually([&] {
        rcu.quiescent(kReader);
        return done.load();
    }));
    writer.join();
}

}  // namespace

TEST_CASE("100,000 look-ups between random changes find what the definition finds") {
    Rcu rcu(1);
    const auto table = make_table(rcu);
    NaiveRoutes naive;
    std::mt19937_64 generator(7);
    const auto random = [&] { return static_cast<uint32_t>(generator() >> 32); };
    // Few networks and few next hops, so that prefixes nest and neighbours are alike.
    const auto random_address = [&] { return kNet | (random() & 0x0FFF); };
    constexpr unsigned kLookUps = 25;
    for (int change = 0; change < 4000; ++change) {
        const bool long_one = random() % 4 != 0;
        const auto length = static_cast<uint8_t>(long_one ? 25 + random() % 8 : random() % 25);
        const IpPrefix changed = prefix(random_address(), length);
        if (random() % 3 != 0) {
            const uint32_t entry = 2 + random() % 4;
            REQUIRE(table->add(changed, entry).ok());
            naive.add(changed, entry);
        } else {
            REQUIRE(table->remove(changed).ok() == naive.remove(changed));
        }
        std::array<uint32_t, kLookUps> destinations{};
        std::array<uint64_t, kLookUps> entries{};
        for (uint32_t& destination : destinations) {
            destination = random() % 8 == 0 ? random() : random_address();
        }
        const auto asked = destinations;
        table->find_bulk(destinations.data(), entries.data(), kLookUps);
        for (unsigned i = 0; i < kLookUps; ++i) {
            CAPTURE(change, changed.to_string(), asked[i]);
            REQUIRE(entries[i] == naive.find(asked[i]));
        }
    }
}

TEST_CASE("routes beyond the groups or beyond the table are refused by name and change nothing") {
    Rcu rcu(1);
    constexpr uint32_t kGroups = 64;
    const auto table = make_table(rcu, {100, kGroups});
    for (uint32_t i = 0; i < kGroups; ++i) {
        REQUIRE(table->add(host(kNet + i * 256 + 1), 2).ok());
    }
    const auto no_group = table->add(host(kNet + kGroups * 256 + 1), 2);
    REQUIRE_FALSE(no_group.ok());
    CHECK_THAT(no_group.error().message, Catch::Contains("tables.route-groups"));
    CHECK(find(*table, kNet + kGroups * 256 + 1) == kNoRouteEntry);
    // A second one in a /24 that has its group needs no other.
    CHECK(table->add(host(kNet + 2), 3).ok());
    REQUIRE(table->remove(host(kNet + 256 + 1)).ok());
    CHECK(table->add(host(kNet + kGroups * 256 + 1), 4).ok());
    CHECK(find(*table, kNet + kGroups * 256 + 1) == 4);
    CHECK(find(*table, kNet + 256 + 1) == kNoRouteEntry);

    uint32_t n_added = 0;
    while (n_added < 100 && table->add(prefix(0x1400'0000 + n_added * 65536, 16), 5).ok()) {
        ++n_added;
    }
    CHECK(n_added < 100);
    CHECK(find(*table, 0x1400'0000) == 5);
    CHECK(find(*table, 0x1400'0000 + n_added * 65536) == kNoRouteEntry);
}

TEST_CASE("what is no IPv4 route, or no route at all, is refused") {
    Rcu rcu(1);
    const auto table = make_table(rcu);
    CHECK_FALSE(table->add(*IpPrefix::parse("2001:db8::/32"), 2).ok());
    CHECK_FALSE(table->remove(*IpPrefix::parse("2001:db8::/32")).ok());
    CHECK_FALSE(table->remove(host(kNet)).ok());
    CHECK_FALSE(table->add(host(kNet), kMaxEntry + 1).ok());
    CHECK(table->add(host(kNet), kMaxEntry).ok());
    CHECK(find(*table, kNet) == kMaxEntry);
}

TEST_CASE("hosts with the next hop of their network may come and go without end") {
    Rcu rcu(1);
    const auto table = make_table(rcu);
    REQUIRE(table->add(prefix(kNet, 16), 2).ok());
    for (uint32_t i = 0; i < 500; ++i) {
        CAPTURE(i);
        REQUIRE(table->add(host(kNet + i * 7), 2).ok());
        REQUIRE(table->remove(host(kNet + i * 7)).ok());
        REQUIRE(table->add(host(kNet + 1), 3).ok());
        REQUIRE(find(*table, kNet + 1) == 3);
        REQUIRE(table->remove(host(kNet + 1)).ok());
        REQUIRE(find(*table, kNet + 1) == 2);
    }
}

TEST_CASE("a group that was freed is filled only after every worker has let go of it") {
    Rcu rcu(1);
    const auto table = make_table(rcu);
    rcu.online(kReader);
    REQUIRE(table->add(host(kNet + 1), 2).ok());
    rcu.quiescent(kReader);
    REQUIRE(table->remove(host(kNet + 1)).ok());
    check_waits_for_reader(rcu, [&] { CHECK(table->add(host(kNet + 257), 3).ok()); });
    rcu.offline(kReader);
    CHECK(find(*table, kNet + 257) == 3);
}

TEST_CASE("a change in a network that has its group waits for nobody") {
    Rcu rcu(1);
    const auto table = make_table(rcu);
    rcu.online(kReader);
    REQUIRE(table->add(host(kNet + 1), 2).ok());
    // The reader is never quiescent, so this would not end.
    for (uint32_t i = 2; i < 256; ++i) {
        REQUIRE(table->add(host(kNet + i), 3).ok());
    }
    for (uint32_t i = 2; i < 255; ++i) {
        REQUIRE(table->remove(host(kNet + i)).ok());
    }
    CHECK(find(*table, kNet + 1) == 2);
    CHECK(find(*table, kNet + 255) == 3);
    rcu.offline(kReader);
}

TEST_CASE("a removal that needs a group waits for the workers too") {
    Rcu rcu(1);
    const auto table = make_table(rcu);
    // Two halves that lead to one place need no group; when one of them goes, they do.
    REQUIRE(table->add(prefix(kNet, 25), 2).ok());
    REQUIRE(table->add(prefix(kNet + 128, 25), 2).ok());
    REQUIRE(table->add(host(kNet + 257), 3).ok());
    rcu.online(kReader);
    REQUIRE(table->remove(host(kNet + 257)).ok());
    check_waits_for_reader(rcu, [&] { CHECK(table->remove(prefix(kNet, 25)).ok()); });
    rcu.offline(kReader);
    CHECK(find(*table, kNet + 1) == kNoRouteEntry);
    CHECK(find(*table, kNet + 129) == 2);
}

TEST_CASE("while hosts of two networks take turns in one group, workers see old, new or torn") {
    Rcu rcu(2);
    const auto table = make_table(rcu);
    REQUIRE(table->add(prefix(kNet, 24), 2).ok());
    REQUIRE(table->add(prefix(kNet + 256, 24), 3).ok());
    test::TableReaders readers(rcu, 2, [&] {
        std::array<uint32_t, 4> destinations = {kNet + 1, kNet + 2, kNet + 257, kNet + 258};
        std::array<uint64_t, 4> entries{};
        table->find_bulk(destinations.data(), entries.data(), 4);
        const auto is_one_of = [&](size_t i, uint32_t before, uint32_t after) {
            return entries[i] == before || entries[i] == after || entries[i] == kTornEntry;
        };
        return is_one_of(0, 2, 4) && is_one_of(1, 2, 2) && is_one_of(2, 3, 5) && is_one_of(3, 3, 3);
    });
    for (int round = 0; round < 3000; ++round) {
        REQUIRE(table->add(host(kNet + 1), 4).ok());
        REQUIRE(table->remove(host(kNet + 1)).ok());
        REQUIRE(table->add(host(kNet + 257), 5).ok());
        REQUIRE(table->remove(host(kNet + 257)).ok());
    }
    readers.stop();
    CHECK(readers.n_reads() > 1000);
    CHECK(readers.n_wrong() == 0);
}
