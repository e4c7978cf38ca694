// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the schema rows of services[] and rerouting (rerouting rules D1-D14). Thread: any (compile
// time). Used by: schema.cpp only.
#pragma once

#include "settings/binding.hpp"
#include "settings/types.hpp"

namespace evengate::settings::services_schema {

using binding::exemplified;
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
using types::word;
using namespace std::chrono_literals;

// In the order of the enumerators.
inline constexpr std::string_view kProtocols[] = {"tcp", "udp"};
inline constexpr std::string_view kModes[] = {"mac", "nat", "ipip", "gre"};
inline constexpr std::string_view kAnswers[] = {"route", "snat"};
inline constexpr std::string_view kCriteria[] = {"stateless", "stateful"};
inline constexpr std::string_view kChoices[] = {"hash", "load"};
inline constexpr std::string_view kFragments[] = {"track", "addresses", "drop"};
inline constexpr std::string_view kDistributions[] = {"weights", "equal"};
inline constexpr std::string_view kProbes[] = {"none", "icmp", "tcp", "http", "script"};
static_assert(kProtocols[static_cast<size_t>(ServiceProtocol::udp)] == "udp");
static_assert(kModes[static_cast<size_t>(Rewrite::gre)] == "gre");
static_assert(kAnswers[static_cast<size_t>(Answers::snat)] == "snat");
static_assert(kCriteria[static_cast<size_t>(Criterion::stateful)] == "stateful");
static_assert(kChoices[static_cast<size_t>(Choice::load)] == "load");
static_assert(kFragments[static_cast<size_t>(Fragments::drop)] == "drop");
static_assert(kDistributions[static_cast<size_t>(Distribution::equal)] == "equal");
static_assert(kProbes[static_cast<size_t>(Probe::script)] == "script");

inline constexpr int64_t kMinMss = 536;  // RFC 9293 3.7.1: what every IPv4 host takes
inline constexpr int64_t kMaxMss = 9176;
inline constexpr int64_t kMaxPort = 65'535;
inline constexpr int64_t kMaxTableSize = 1'048'576;

// A key of services[] itself, of services[].health, of services[].targets[].
template <auto Member>
constexpr Row service(std::string_view path, Type type, std::string_view help) {
    return value<&Settings::services, Member>(path, type, restart, help);
}
template <auto Member>
constexpr Row health(std::string_view path, Type type, std::string_view help) {
    return value<&Settings::services, &Service::health, Member>(path, type, restart, help);
}
template <auto Member>
constexpr Row target(std::string_view path, Type type, Change change, std::string_view help) {
    return value<&Settings::services, &Service::targets, Member>(path, type, change, help);
}
template <auto Member>
constexpr Row target_values(std::string_view path, Type type, std::string_view example,
                            size_t max_items, std::string_view help) {
    return values<&Settings::services, &Service::targets, Member>(
        path, type, example, max_items, Presence::optional, restart, help);
}

inline constexpr Row kRows[] = {
    list<&Settings::services>(
        "services[]", 64, restart,
        "Published addresses whose packets are sent on to targets: servers, or other members."),
    required<&Settings::services, &Service::name>("services[].name", of(Kind::name), "web", restart,
                                                  "What metrics and the console call it."),
    values<&Settings::services, &Service::addresses>(
        "services[].addresses", of(Kind::address), "203.0.113.10", 8, Presence::required, restart,
        "The published addresses. One may be a virtual address of a group; an interface's own "
        "address may not."),
    service<&Service::protocol>("services[].protocol", word(kProtocols), "Its protocol."),
    values<&Settings::services, &Service::ports>("services[].ports", of(Kind::port_range), "80", 16,
                                                 Presence::required, restart,
                                                 "The ports that clients ask for."),
    exemplified<&Settings::services, &Service::mode>(
        "services[].mode", word(kModes), "nat", restart,
        "How a packet gets to its target: mac = another destination MAC, and not a byte of IP is "
        "changed; nat = another destination address; ipip = inside an outer header (RFC 2003); gre = and "
        "one of GRE behind that (RFC 2784)."),
    exemplified<&Settings::services, &Service::answers>(
        "services[].return", word(kAnswers), "snat", restart,
        "Mode nat, how answers come back: route = a member is the target's gateway; snat = the "
        "target sees an address of this member in place of the client's."),
    values<&Settings::services, &Service::snat>(
        "services[].snat", of(Kind::prefix), "198.51.100.8/29", 8, Presence::optional, restart,
        "Return snat: the addresses that targets see. They are this member's alone, and routed to it, or on a "
        "link of its own, where it answers for them."),
    service<&Service::criterion>(
        "services[].criterion", word(kCriteria),
        "stateless = a hash of addresses and ports, so that all members say the same and nothing "
        "is kept; stateful = a connection stays with its target while targets come and go."),
    service<&Service::choose>(
        "services[].choose", word(kChoices),
        "Stateful, the target of a new connection: by the hash, or the one with the least load for "
        "its weight."),
    service<&Service::sticky>(
        "services[].sticky", or_word("off", duration<Milliseconds>(1s, 24h)),
        "Stateful: new connections of a client go where its last one went, for so long after it."),
    service<&Service::data>("services[].data", or_word("none", of(Kind::name)),
                            "The data set that it needs: only targets that hold it are chosen."),
    service<&Service::fragments>(
        "services[].fragments", word(kFragments),
        "track = the later ones follow the first; addresses = the whole service is hashed on "
        "addresses alone; drop = fragments are dropped."),
    service<&Service::idle>("services[].idle", duration<Milliseconds>(1s, 24h),
                            "Stateful: a silent connection is forgotten after so long."),
    service<&Service::slow_start>("services[].slow-start", duration<Milliseconds>(0s, 1h),
                                  "A target that came back gets its full share after so long."),
    service<&Service::shares>(
        "services[].shares", word(kDistributions),
        "The part of its packets and connections that each target should get: as the weights say, "
        "or the same for all."),
    service<&Service::interval>("services[].interval", duration<Milliseconds>(100ms, 5min),
                                "Between two rounds in which what targets got is compared with "
                                "what they should."),
    service<&Service::mss>("services[].mss", or_word("off", count(kMinMss, kMaxMss)),
                           "TCP: the largest segment that either side is told to send, in bytes, "
                           "where its SYN passes a member; not in mode mac."),

    section("services[].health",
            "How it is known which targets are up: each is asked through the service's own way."),
    health<&Health::probe>(
        "services[].health.probe", word(kProbes),
        "icmp = a ping; tcp = a connection is opened; http = and a page is asked for; script = a "
        "program says it; none = all are up."),
    health<&Health::interval>("services[].health.interval", duration<Milliseconds>(50ms, 10min),
                              "Between two probes of a target."),
    health<&Health::timeout>("services[].health.timeout", duration<Milliseconds>(10ms, 1min),
                             "A probe that is not answered for so long has failed."),
    health<&Health::rise>("services[].health.rise", count(1, 255),
                          "Answers in a row that make a target up."),
    health<&Health::fall>("services[].health.fall", count(1, 255),
                          "Failures in a row that make it down."),
    health<&Health::path>("services[].health.path", of(Kind::url_path),
                          "Probe http: the page that is asked for."),
    health<&Health::script>(
        "services[].health.script", or_word("none", of(Kind::file_path)),
        "Probe script: the program; it is called with the target's name, address and port, and "
        "its exit status 0 is an answer."),

    list<&Settings::services, &Service::targets>("services[].targets[]", 64, restart,
                                                 "Who processes the packets."),
    required<&Settings::services, &Service::targets, &Target::name>(
        "services[].targets[].name", of(Kind::name), "server1", restart,
        "What metrics and the console call it."),
    required<&Settings::services, &Service::targets, &Target::address>(
        "services[].targets[].address", of(Kind::address), "10.0.0.11", restart, "Its address."),
    exemplified<&Settings::services, &Service::targets, &Target::port>(
        "services[].targets[].port", or_word("same", count(1, kMaxPort)), "8080", restart,
        "Mode nat: its port; same = the one that the client asked for."),
    target<&Target::weight>(
        "services[].targets[].weight", count(0, kMaxPort), live,
        "Its share, out of the sum of all weights; 0 = it gets no new connections."),
    target<&Target::member>(
        "services[].targets[].member", or_word("none", of(Kind::name)), restart,
        "The member that it sits behind: the others hand that one the packets for it. none = every "
        "member reaches it."),
    target<&Target::backup>("services[].targets[].backup", of(Kind::boolean), restart,
                            "It is used only while no other target is up."),
    target<&Target::max_connections>("services[].targets[].max-connections",
                                     or_word("unlimited", count(1, 100'000'000)), restart,
                                     "Stateful: with so many it gets no new ones."),
    target_values<&Target::dscp>("services[].targets[].dscp", count(0, 63), "46", 64,
                                 "It gets only packets with one of these (RFC 2474); none = any."),
    target_values<&Target::clients>("services[].targets[].clients", of(Kind::prefix),
                                    "192.0.2.128/25", 16,
                                    "Clients that it is near to: they get it while it is up."),
    target_values<&Target::data>("services[].targets[].data", of(Kind::name), "catalogue", 16,
                                 "The data sets that it holds."),

    section("rerouting", "What all services have in common."),
    value<&Settings::rerouting, &Rerouting::n_connections>(
        "rerouting.connections", count(64, kMaxTableSize), restart,
        "Connections that each worker can remember."),
    value<&Settings::rerouting, &Rerouting::n_half_open>(
        "rerouting.half-open-connections", count(64, kMaxTableSize), restart,
        "Those beside them that began and were not confirmed: all that a SYN flood can fill."),
    value<&Settings::rerouting, &Rerouting::transition>(
        "rerouting.transition", duration<Milliseconds>(1s, 1h), restart,
        "After targets changed, the choice before counts for connections that nobody remembers for "
        "so long."),
    value<&Settings::rerouting, &Rerouting::half_open>(
        "rerouting.half-open", duration<Milliseconds>(1s, 5min), restart,
        "A connection that began and was not confirmed is forgotten after so long."),
    value<&Settings::rerouting, &Rerouting::closing>(
        "rerouting.closing", duration<Milliseconds>(1s, 10min), restart,
        "A connection is remembered for so long after its end."),
    value<&Settings::rerouting, &Rerouting::key_file>(
        "rerouting.keys", or_word("none", of(Kind::key_file)), restart,
        "File with the secret of the hash, as that of a group and the same on all members; none = "
        "the first group's keys."),
    values<&Settings::rerouting, &Rerouting::decapsulate_on>(
        "rerouting.decapsulate-on", of(Kind::name), "uplink", 64, Presence::optional, restart,
        "Interfaces on which IPIP to a member is taken off (RFC 2003)."),
    values<&Settings::rerouting, &Rerouting::decapsulate_from>(
        "rerouting.decapsulate-from", of(Kind::prefix), "192.0.2.0/29", 64, Presence::optional,
        restart, "The only outer sources from which it is."),
    value<&Settings::rerouting, &Rerouting::tunnel_source>(
        "rerouting.tunnel-source", or_word("interface", of(Kind::address)), restart,
        "Modes ipip and gre: the outer source; interface = the address of the interface that the packet "
        "leaves by."),
    value<&Settings::rerouting, &Rerouting::hand_on>(
        "rerouting.hand-on", of(Kind::boolean), restart,
        "Routed traffic that comes in by the first group's interface and is too much for this gateway is handed to "
        "members with room."),
    value<&Settings::rerouting, &Rerouting::hand_on_above>(
        "rerouting.hand-on-above", count(10, 200), restart,
        "What it carries beyond so many percent of the group's capacity is too much."),
    value<&Settings::rerouting, &Rerouting::hand_on_below>(
        "rerouting.hand-on-below", count(5, 200), restart,
        "Below so many percent it takes back; and a member is handed no more than fills it so far."),
};

}  // namespace evengate::settings::services_schema
