// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the schema rows of dispatchers[] and sprays[] (rerouting rules D16, D17). Thread: any
// (compile time). Used by: schema.cpp only.
#pragma once

#include "settings/binding.hpp"
#include "settings/types.hpp"

namespace evengate::settings::dispatchers_schema {

using binding::list;
using binding::required;
using binding::section;
using binding::value;
using binding::values;
using enum Change;
using types::count;
using types::duration;
using types::of;
using types::or_word;
using types::packets_per_second;
using types::word;
using namespace std::chrono_literals;

// In the order of the enumerators.
inline constexpr std::string_view kBys[] = {"source-mac", "flow"};
inline constexpr std::string_view kMoves[] = {"now", "new-connections"};
inline constexpr std::string_view kPolicies[] = {"balanced", "round-robin", "weighted",
                                                 "least-load"};
inline constexpr std::string_view kPers[] = {"packet", "flow"};
inline constexpr std::string_view kPings[] = {"none", "icmp"};
static_assert(kBys[static_cast<size_t>(Dispatcher::By::flow)] == "flow");
static_assert(kMoves[static_cast<size_t>(Dispatcher::Move::new_connections)] == "new-connections");
static_assert(kPolicies[static_cast<size_t>(Dispatcher::Policy::least_load)] == "least-load");
static_assert(kPers[static_cast<size_t>(Spray::Per::flow)] == "flow");

static_assert(kPings[static_cast<size_t>(Probe::icmp)] == "icmp");

inline constexpr int64_t kMaxPacketsPerSecond = 10'000'000'000;

inline constexpr Row kRows[] = {
    list<&Settings::dispatchers>(
        "dispatchers[]", 16, restart,
        "This appliance in front of others: what comes in by an interface is spread over gateways, "
        "in buckets that move from one to another."),
    required<&Settings::dispatchers, &Dispatcher::name>("dispatchers[].name", of(Kind::name),
                                                        "front", restart,
                                                        "What metrics and the console call it."),
    required<&Settings::dispatchers, &Dispatcher::interface>(
        "dispatchers[].interface", of(Kind::name), "lan", restart,
        "The name of the interface that the packets come in by."),
    value<&Settings::dispatchers, &Dispatcher::by>(
        "dispatchers[].by", word(kBys), restart,
        "What puts a packet into a bucket: source-mac = its sender; flow = addresses and ports, so "
        "that both directions meet in one."),
    value<&Settings::dispatchers, &Dispatcher::n_buckets>(
        "dispatchers[].buckets", count(256, 65'536), restart, "Buckets; a power of two."),
    value<&Settings::dispatchers, &Dispatcher::move>(
        "dispatchers[].move", word(kMoves), restart,
        "now = a bucket moves at once, which cuts its connections where gateways are stateful; "
        "new-connections = only connections that begin later go the new way."),
    value<&Settings::dispatchers, &Dispatcher::policy>(
        "dispatchers[].policy", word(kPolicies), restart,
        "balanced = by measured load, as virtual MACs are; round-robin = all the same number of "
        "buckets; weighted = as the weights say; least-load = a bucket in use goes to the gateway "
        "that has least."),
    value<&Settings::dispatchers, &Dispatcher::interval>("dispatchers[].interval",
                                                         duration<Milliseconds>(10ms, 5min),
                                                         restart, "Between two rounds."),
    section("dispatchers[].health", "How it is known which gateways are up: each is pinged."),
    value<&Settings::dispatchers, &Dispatcher::health, &Health::probe>(
        "dispatchers[].health.probe", word(kPings), restart, "icmp = a ping; none = all are up."),
    value<&Settings::dispatchers, &Dispatcher::health, &Health::interval>(
        "dispatchers[].health.interval", duration<Milliseconds>(50ms, 10min), restart,
        "Between two pings of one."),
    value<&Settings::dispatchers, &Dispatcher::health, &Health::timeout>(
        "dispatchers[].health.timeout", duration<Milliseconds>(10ms, 1min), restart,
        "A ping that is not answered for so long has failed."),
    value<&Settings::dispatchers, &Dispatcher::health, &Health::rise>(
        "dispatchers[].health.rise", count(1, 255), restart, "Answers in a row that make it up."),
    value<&Settings::dispatchers, &Dispatcher::health, &Health::fall>(
        "dispatchers[].health.fall", count(1, 255), restart, "Failures in a row that make it down."),
    list<&Settings::dispatchers, &Dispatcher::gateways>("dispatchers[].gateways[]", 32, restart,
                                                        "Who gets the buckets."),
    required<&Settings::dispatchers, &Dispatcher::gateways, &DispatcherGateway::name>(
        "dispatchers[].gateways[].name", of(Kind::name), "gw1", restart,
        "What metrics and the console call it."),
    required<&Settings::dispatchers, &Dispatcher::gateways, &DispatcherGateway::address>(
        "dispatchers[].gateways[].address", of(Kind::address), "10.0.0.4", restart,
        "Its address, on a prefix that an interface is connected to."),
    value<&Settings::dispatchers, &Dispatcher::gateways, &DispatcherGateway::capacity_pps>(
        "dispatchers[].gateways[].capacity",
        or_word("unknown", packets_per_second(kMaxPacketsPerSecond)), restart,
        "What it can forward in a second; unknown = it counts by its weight."),
    value<&Settings::dispatchers, &Dispatcher::gateways, &DispatcherGateway::weight>(
        "dispatchers[].gateways[].weight", count(0, 65'535), restart,
        "Its share, out of the sum of all weights; 0 = it gets no bucket."),

    list<&Settings::sprays>(
        "sprays[]", 16, restart,
        "Addresses whose packets are spread evenly over targets that all have them; packet by "
        "packet if wanted."),
    required<&Settings::sprays, &Spray::name>("sprays[].name", of(Kind::name), "spray", restart,
                                              "What metrics and the console call it."),
    required<&Settings::sprays, &Spray::interface>(
        "sprays[].interface", of(Kind::name), "lan", restart,
        "The name of the interface that the packets come in by."),
    values<&Settings::sprays, &Spray::addresses>("sprays[].addresses", of(Kind::address),
                                                 "203.0.113.11", 8, Presence::required, restart,
                                                 "The published addresses."),
    value<&Settings::sprays, &Spray::per>(
        "sprays[].per", word(kPers), restart,
        "flow = the packets of a connection stay together; packet = each goes where it will, and "
        "may overtake another."),
    section("sprays[].health", "How it is known which targets are up: each is pinged."),
    value<&Settings::sprays, &Spray::health, &Health::probe>(
        "sprays[].health.probe", word(kPings), restart, "icmp = a ping; none = all are up."),
    value<&Settings::sprays, &Spray::health, &Health::interval>(
        "sprays[].health.interval", duration<Milliseconds>(50ms, 10min), restart,
        "Between two pings of one."),
    value<&Settings::sprays, &Spray::health, &Health::timeout>(
        "sprays[].health.timeout", duration<Milliseconds>(10ms, 1min), restart,
        "A ping that is not answered for so long has failed."),
    value<&Settings::sprays, &Spray::health, &Health::rise>(
        "sprays[].health.rise", count(1, 255), restart, "Answers in a row that make it up."),
    value<&Settings::sprays, &Spray::health, &Health::fall>(
        "sprays[].health.fall", count(1, 255), restart, "Failures in a row that make it down."),
    values<&Settings::sprays, &Spray::targets>(
        "sprays[].targets", of(Kind::address), "10.0.0.12", 32, Presence::required, restart,
        "Who gets the packets, on prefixes that interfaces are connected to."),
};

}  // namespace evengate::settings::dispatchers_schema
