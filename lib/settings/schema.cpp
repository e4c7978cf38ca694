// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "settings/schema.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "settings/binding.hpp"
#include "settings/schema_balance.hpp"
#include "settings/schema_dispatchers.hpp"
#include "settings/schema_services.hpp"
#include "settings/types.hpp"

namespace evengate::settings {
namespace {

using binding::exemplified;
using binding::list;
using binding::required;
using binding::section;
using binding::value;
using binding::values;
using enum Change;
using types::bits_per_second;
using types::count;
using types::duration;
using types::of;
using types::or_word;
using types::packets_per_second;
using types::per_second;
using types::size;
using types::word;

// In the order of the enumerators.
constexpr std::string_view kPollModes[] = {"busy", "adaptive"};
constexpr std::string_view kHugepages[] = {"auto", "required", "never"};
constexpr std::string_view kVmacPolicies[] = {"round-robin", "host-hash", "least-loaded",
                                              "weighted"};
constexpr std::string_view kGroupModes[] = {"native", "cisco", "listen"};
constexpr std::string_view kAnswerers[] = {"avg", "any"};
constexpr std::string_view kAuthMethods[] = {"none", "plain", "md5", "hmac-sha256"};
static_assert(kPollModes[static_cast<size_t>(PollMode::adaptive)] == "adaptive");
static_assert(kHugepages[static_cast<size_t>(Hugepages::never)] == "never");
static_assert(kVmacPolicies[static_cast<size_t>(VmacPolicy::weighted)] == "weighted");
static_assert(kGroupModes[static_cast<size_t>(GroupMode::listen)] == "listen");
static_assert(kAnswerers[static_cast<size_t>(Answerer::any)] == "any");
static_assert(kAuthMethods[static_cast<size_t>(AuthMethod::hmac_sha256)] == "hmac-sha256");

using namespace std::chrono_literals;

constexpr int64_t kMinMtu = 68;    // RFC 791 3.2
constexpr int64_t kMaxMtu = 9216;  // what jumbo-frame switches carry
constexpr int64_t kMaxRatePerSecond = 10'000'000;
constexpr int64_t kMaxBitsPerSecond = 100'000'000'000'000;
constexpr int64_t kMaxPacketsPerSecond = 10'000'000'000;
constexpr int64_t kMaxWeight = 254;          // as Cisco's glbp weighting
constexpr int64_t kMaxPeers = 29;            // a group has at most 30 members
constexpr int64_t kMaxAdjacencies = 32'767;  // the route table's next hops have 15 bits

constexpr Row kRows[] = {
    section("appliance", "The process: its CPUs, its memory, how it waits."),
    value<&Settings::appliance, &Appliance::name>("appliance.name", of(Kind::name), restart,
                                                  "Names this appliance in logs and metrics. Also "
                                                  "DPDK's file prefix: unique on its machine."),
    value<&Settings::appliance, &Appliance::id>(
        "appliance.id", or_word("auto", count(1, std::numeric_limits<int64_t>::max())), restart,
        "This member in the group protocol, unlike all others; auto = made of the first port's MAC "
        "and the name."),
    value<&Settings::appliance, &Appliance::n_workers>("appliance.workers", count(1, 64), restart,
                                                       "Worker threads that forward packets."),
    section("appliance.cpus", "Where threads run, as taskset writes it."),
    value<&Settings::appliance, &Appliance::control_cpus>(
        "appliance.cpus.control", or_word("any", of(Kind::cpu_list)), restart,
        "CPUs of the control thread; any = those the process was started on."),
    value<&Settings::appliance, &Appliance::worker_cpus>(
        "appliance.cpus.workers", or_word("any", of(Kind::cpu_list)), restart,
        "CPUs of the workers, one for each in turn."),
    value<&Settings::appliance, &Appliance::poll_mode>(
        "appliance.poll-mode", word(kPollModes), restart,
        "busy never sleeps and wants a CPU for each worker; adaptive sleeps shortly when idle."),
    value<&Settings::appliance, &Appliance::max_sleep>(
        "appliance.max-sleep", duration<Microseconds>(1us, 10ms), restart,
        "Longest sleep of an idle worker in adaptive mode: adds to the latency of the next "
        "packet."),
    value<&Settings::appliance, &Appliance::memory_mb>(
        "appliance.memory", or_word("auto", size(64, 1'048'576)), restart,
        "Memory of DPDK; auto = as much as the tables and buffers need."),
    value<&Settings::appliance, &Appliance::hugepages>(
        "appliance.hugepages", word(kHugepages), restart,
        "auto falls back to normal pages where the machine has no hugepages; they cost speed."),
    value<&Settings::appliance, &Appliance::n_mbufs>(
        "appliance.mbufs", or_word("auto", count(1024, 16'777'216)), restart,
        "Packet buffers; auto = as many as the queues and threads can hold at once."),

    list<&Settings::ports>("ports[]", 64, restart, "Network ports, physical or virtual."),
    required<&Settings::ports, &Port::name>("ports[].name", of(Kind::name), "lan", restart,
                                            "What interfaces call this port."),
    required<&Settings::ports, &Port::device>(
        "ports[].device", of(Kind::device), "net_af_packet0,iface=eth1", restart,
        "PCI address of a NIC bound to vfio-pci, or a virtual device as DPDK's --vdev takes it."),
    value<&Settings::ports, &Port::n_queues>(
        "ports[].queues", or_word("auto", count(1, 64)), restart,
        "Receive queues; auto = one for each worker, as many as the port has."),
    value<&Settings::ports, &Port::rx_descriptors>("ports[].rx-descriptors", count(32, 32'768),
                                                   restart, "Length of each receive queue."),
    value<&Settings::ports, &Port::tx_descriptors>("ports[].tx-descriptors", count(32, 32'768),
                                                   restart, "Length of each transmit queue."),
    value<&Settings::ports, &Port::mtu>("ports[].mtu", count(kMinMtu, kMaxMtu), restart,
                                        "Largest IP packet in bytes."),
    value<&Settings::ports, &Port::promiscuous>(
        "ports[].promiscuous", of(Kind::boolean), restart,
        "Take every frame on the wire, also those that are addressed to others."),

    list<&Settings::interfaces>("interfaces[]", 4096, restart,
                                "IP interfaces: a port, or VLANs on it."),
    required<&Settings::interfaces, &Interface::name>(
        "interfaces[].name", of(Kind::name), "lan", restart,
        "What groups, metrics and the console call it."),
    required<&Settings::interfaces, &Interface::port>("interfaces[].port", of(Kind::name), "lan",
                                                      restart, "The name of its port."),
    value<&Settings::interfaces, &Interface::vlan>(
        "interfaces[].vlan", or_word("none", count(1, 4094)), restart,
        "VLAN id; the outer one where there are two. none = untagged frames."),
    value<&Settings::interfaces, &Interface::inner_vlan>("interfaces[].inner-vlan",
                                                         or_word("none", count(1, 4094)), restart,
                                                         "Inner VLAN id (QinQ)."),
    value<&Settings::interfaces, &Interface::mtu>("interfaces[].mtu",
                                                  or_word("port", count(kMinMtu, kMaxMtu)), restart,
                                                  "Largest IP packet in bytes; port = the port's."),
    value<&Settings::interfaces, &Interface::mac>(
        "interfaces[].mac", or_word("port", of(Kind::mac)), restart,
        "MAC address of the interface itself; port = the port's."),
    values<&Settings::interfaces, &Interface::addresses>(
        "interfaces[].addresses", of(Kind::prefix), "10.0.0.2/24", 64, Presence::optional, restart,
        "Its own addresses, each with the length of the connected prefix."),

    list<&Settings::routes>("routes[]", 65'536, restart, "Static routes."),
    required<&Settings::routes, &Route::prefix>(
        "routes[].prefix", of(Kind::prefix), "0.0.0.0/0", restart,
        "The destinations; 0.0.0.0/0 is the default route."),
    required<&Settings::routes, &Route::via>("routes[].via", of(Kind::address), "10.0.0.254",
                                             restart, "The next hop, on a connected prefix."),

    list<&Settings::neighbours>(
        "neighbours[]", kMaxAdjacencies, restart,
        "Neighbours whose MAC address is fixed: they are never asked for it, and "
        "what ARP says of them is not believed."),
    required<&Settings::neighbours, &StaticNeighbour::interface>(
        "neighbours[].interface", of(Kind::name), "lan", restart,
        "The name of the interface that the neighbour is on."),
    required<&Settings::neighbours, &StaticNeighbour::address>(
        "neighbours[].address", of(Kind::address), "10.0.0.9", restart,
        "Its address, on a prefix of that interface."),
    required<&Settings::neighbours, &StaticNeighbour::mac>(
        "neighbours[].mac", of(Kind::mac), "52:54:00:00:00:09", restart, "Its MAC address."),

    list<&Settings::groups>(
        "groups[]", 1024, restart,
        "Gateway groups: the virtual addresses that hosts use as their gateway."),
    required<&Settings::groups, &Group::id>("groups[].id", count(0, 1023), "1", restart,
                                            "The same on all gateways of the group."),
    required<&Settings::groups, &Group::interface>(
        "groups[].interface", of(Kind::name), "lan", restart,
        "The name of the interface that the hosts are on."),
    values<&Settings::groups, &Group::virtual_addresses>(
        "groups[].virtual-addresses", of(Kind::address), "10.0.0.1", 16, Presence::required,
        restart, "The virtual IP addresses."),
    value<&Settings::groups, &Group::n_vmacs>(
        "groups[].vmacs", count(1, 255), restart,
        "Virtual MAC addresses that the hosts are spread over."),
    value<&Settings::groups, &Group::vmac_prefix>("groups[].vmac-prefix", of(Kind::mac_prefix),
                                                  restart,
                                                  "First three bytes of the virtual MACs; group id "
                                                  "and number follow. Locally administered, or "
                                                  "00:07:b4."),
    value<&Settings::groups, &Group::policy>("groups[].policy", word(kVmacPolicies), restart,
                                             "How a host is given one of the virtual MACs."),
    value<&Settings::groups, &Group::mode>(
        "groups[].mode", word(kGroupModes), restart,
        "native = the protocol of evengate; cisco = as Cisco's routers have it; listen = watch a "
        "group and take no part."),
    value<&Settings::groups, &Group::priority>(
        "groups[].priority", count(1, 255), restart,
        "Who has the highest becomes the gateway that answers hosts and plans (AVG)."),
    value<&Settings::groups, &Group::preempt>(
        "groups[].preempt", of(Kind::boolean), restart,
        "With a higher priority, take that role from a live member."),
    value<&Settings::groups, &Group::preempt_delay>("groups[].preempt-delay",
                                                    duration<Milliseconds>(0s, 1h), restart,
                                                    "Take part for so long before."),
    value<&Settings::groups, &Group::hello>("groups[].hello", duration<Milliseconds>(10ms, 1min),
                                            restart, "Between two hellos of this member."),
    value<&Settings::groups, &Group::hold>(
        "groups[].hold", duration<Milliseconds>(30ms, 3min), restart,
        "After so much silence the others take this member for dead: three times hello is sound, "
        "twice the least."),
    value<&Settings::groups, &Group::minimum_stay>(
        "groups[].minimum-stay", duration<Milliseconds>(0s, 1h), restart,
        "A virtual MAC stays with a member this long before it is moved again as planned."),
    value<&Settings::groups, &Group::linger>(
        "groups[].linger", duration<Milliseconds>(500ms, 1min), restart,
        "After a planned move the previous owner forwards what still arrives for so long."),
    value<&Settings::groups, &Group::link_up_delay>(
        "groups[].link-up-delay", duration<Milliseconds>(0s, 10min), restart,
        "After link comes up, before taking part: as long as a switch with spanning tree needs."),
    value<&Settings::groups, &Group::answerer>(
        "groups[].answerer", word(kAnswerers),
        restart,
        "Who tells hosts their virtual MAC: avg, or any = the member that the host's MAC draws "
        "(policy host-hash)."),
    value<&Settings::groups, &Group::segment>(
        "groups[].segment", count(0, std::numeric_limits<uint32_t>::max()), restart,
        "A number for the network that the interface is on, the same on all members: messages "
        "recorded in one with another number are refused."),
    value<&Settings::groups, &Group::capacity_pps>(
        "groups[].capacity", or_word("measured", packets_per_second(kMaxPacketsPerSecond)), restart,
        "What this member can forward in a second. measured: what its workers needed for a packet "
        "says it, in seconds in which they were busy for 30 % of the time; 1Mpps before the first."),
    value<&Settings::groups, &Group::capacity_bps>(
        "groups[].capacity-bits", or_word("unlimited", bits_per_second(kMaxBitsPerSecond)), restart,
        "What this member can forward in a second, by size: the smaller of this and `capacity` "
        "counts, at the mean size of its packets of late, gaps of the wire included."),
    values<&Settings::groups, &Group::peers>("groups[].peers", of(Kind::address), "10.0.0.3",
                                             kMaxPeers, Presence::optional, restart,
                                             "Addresses of members that multicast does not reach."),
    section("groups[].authentication", "Of the group's messages."),
    value<&Settings::groups, &Group::authentication, &Authentication::method>(
        "groups[].authentication.method", word(kAuthMethods), restart,
        "hmac-sha256 in native mode; plain or md5 with Cisco's routers."),
    value<&Settings::groups, &Group::authentication, &Authentication::key_file>(
        "groups[].authentication.keys", or_word("none", of(Kind::key_file)), restart,
        "File with a key on each line, ID SECRET, that only its owner can read; the first key "
        "signs, all verify. A relative path starts at the folder of this file."),
    section("groups[].weight", "What tracking takes from."),
    value<&Settings::groups, &Group::weight, &Weight::maximum>(
        "groups[].weight.maximum", count(1, kMaxWeight), restart,
        "The weight while nothing that is tracked has failed."),
    value<&Settings::groups, &Group::weight, &Weight::lower>(
        "groups[].weight.lower", count(1, kMaxWeight), restart,
        "With less the member gives up its virtual MACs."),
    value<&Settings::groups, &Group::weight, &Weight::upper>(
        "groups[].weight.upper", or_word("maximum", count(1, kMaxWeight)), restart,
        "From this on it takes some again."),
    list<&Settings::groups, &Group::tracking>(
        "groups[].tracking[]", 32, restart,
        "Things whose failure lowers the weight; each has one of link, next-hop, route and file."),
    exemplified<&Settings::groups, &Group::tracking, &Track::link>(
        "groups[].tracking[].link", or_word("none", of(Kind::name)), "lan", restart,
        "An interface, whether it has link."),
    value<&Settings::groups, &Group::tracking, &Track::next_hop>(
        "groups[].tracking[].next-hop", or_word("none", of(Kind::address)), restart,
        "A neighbour, whether it answers ARP."),
    value<&Settings::groups, &Group::tracking, &Track::route>(
        "groups[].tracking[].route", or_word("none", of(Kind::prefix)), restart,
        "The prefix of a static route, whether its next hop is resolved."),
    value<&Settings::groups, &Group::tracking, &Track::file>(
        "groups[].tracking[].file", or_word("none", of(Kind::file_path)), restart,
        "A file, whether it is there with 0 or nothing in it."),
    value<&Settings::groups, &Group::tracking, &Track::decrement>(
        "groups[].tracking[].decrement", count(1, kMaxWeight), restart,
        "What its failure takes from the weight."),
    value<&Settings::groups, &Group::redirect>(
        "groups[].redirect", duration<std::chrono::seconds>(0s, 1h), restart,
        "Mode cisco: the virtual MAC of a gateway that is gone is still given to hosts for so "
        "long."),
    value<&Settings::groups, &Group::timeout>(
        "groups[].timeout", duration<std::chrono::seconds>(600s, 18h), restart,
        "Mode cisco: and still served for so long; at least 600s more than redirect."),
    value<&Settings::groups, &Group::forwarder_preempt_delay>(
        "groups[].forwarder-preempt-delay", duration<std::chrono::seconds>(0s, 1h), restart,
        "Mode cisco: a member takes its own virtual MAC back after so long."),

    section("tables", "Sizes of tables."),
    value<&Settings::tables, &Tables::n_routes>("tables.routes", count(1, 1'048'576), restart,
                                                "Routes, static and host routes together."),
    value<&Settings::tables, &Tables::n_route_groups>(
        "tables.route-groups", count(1, 32'767), restart,
        "Distinct /24 prefixes that hold anything longer than /24."),
    value<&Settings::tables, &Tables::n_adjacencies>(
        "tables.adjacencies", count(1, kMaxAdjacencies), restart,
        "Next hops and hosts that are resolved at once."),
    value<&Settings::tables, &Tables::n_slots>(
        "tables.slots", count(2, 65'534), restart,
        "MAC addresses: one for each interface, and the virtual ones."),

    section("timers", "How long things take and last."),
    value<&Settings::timers, &Timers::neighbour_refresh>(
        "timers.neighbour-refresh", duration<Milliseconds>(1s, 240s), restart,
        "A neighbour in use is asked again this often: below the 300s after which switches "
        "forget."),
    value<&Settings::timers, &Timers::neighbour_retry>(
        "timers.neighbour-retry", duration<Milliseconds>(10ms, 1min), restart,
        "Between two requests to a silent neighbour."),
    value<&Settings::timers, &Timers::n_neighbour_tries>(
        "timers.neighbour-tries", count(1, 100), restart,
        "Requests before a neighbour counts as unreachable."),
    value<&Settings::timers, &Timers::neighbour_hold_down>(
        "timers.neighbour-hold-down", duration<Milliseconds>(0s, 10min), restart,
        "After that, before it is tried again."),
    value<&Settings::timers, &Timers::n_held_frames>("timers.held-frames", count(0, 64), restart,
                                                     "Packets kept for each unresolved neighbour."),
    value<&Settings::timers, &Timers::vmac_keep_alive>(
        "timers.vmac-keep-alive", duration<Milliseconds>(1s, 240s), restart,
        "Each owned virtual MAC sends one frame this often, so that switches know where it is."),
    value<&Settings::timers, &Timers::client_age>("timers.client-age",
                                                  duration<Milliseconds>(1s, 24h), restart,
                                                  "A silent host keeps its virtual MAC this long."),
    value<&Settings::timers, &Timers::drain_quiet>("timers.drain-quiet",
                                                   duration<Milliseconds>(10ms, 1min), restart,
                                                   "A drain ends when no packet came for so long."),
    value<&Settings::timers, &Timers::drain_limit>("timers.drain-limit",
                                                   duration<Milliseconds>(100ms, 1h), restart,
                                                   "Or after this time, with a warning."),

    section("limits", "Upper bounds on what others can cause."),
    value<&Settings::limits, &Limits::icmp_errors_per_s>(
        "limits.icmp-errors", per_second(kMaxRatePerSecond), restart, "ICMP errors that are sent."),
    value<&Settings::limits, &Limits::echo_replies_per_s>(
        "limits.echo-replies", per_second(kMaxRatePerSecond), restart, "Pings that are answered."),
    value<&Settings::limits, &Limits::arp_requests_per_s>("limits.arp-requests",
                                                          per_second(kMaxRatePerSecond), restart,
                                                          "ARP requests that are sent."),
    value<&Settings::limits, &Limits::n_clients>("limits.clients", count(1, 1'048'576), restart,
                                                 "Hosts whose virtual MAC is remembered."),
    value<&Settings::limits, &Limits::announcements_per_s>(
        "limits.announcements", {.kind = Kind::rate, .min = 1, .max = kMaxRatePerSecond}, restart,
        "Frames on each interface that show switches where a virtual MAC is now."),

    section("metrics", "The Prometheus endpoint."),
    value<&Settings::metrics, &Metrics::listen>("metrics.listen",
                                                or_word("none", of(Kind::endpoint)), restart,
                                                "Where it listens; port 0 = any free one."),

    section("console", "The operator's console."),
    value<&Settings::console, &Console::socket>("console.socket",
                                                or_word("none", of(Kind::file_path)), restart,
                                                "UNIX socket that `evengate console` connects to."),
};

constexpr auto kAllRows = [] {
    std::array<Row, std::size(kRows) + std::size(balance_schema::kRows) +
                        std::size(services_schema::kRows) + std::size(dispatchers_schema::kRows)>
        all;
    auto end = std::ranges::copy(kRows, all.begin()).out;
    end = std::ranges::copy(balance_schema::kRows, end).out;
    end = std::ranges::copy(services_schema::kRows, end).out;
    std::ranges::copy(dispatchers_schema::kRows, end);
    return all;
}();

// "ports[]" of "ports[].mtu"; "" at the top.
std::string_view parent_of(std::string_view path) {
    const size_t dot = path.rfind('.');
    return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

}  // namespace

std::span<const Row> schema() {
    return kAllRows;
}

std::vector<const Row*> keys_of(std::string_view path) {
    std::vector<const Row*> keys;
    for (const Row& row : kAllRows) {
        if (parent_of(row.path) == path) {
            keys.push_back(&row);
        }
    }
    return keys;
}

std::string_view name_of(const Row& row) {
    std::string_view name = row.path.substr(row.path.rfind('.') + 1);
    if (name.ends_with("[]")) {
        name.remove_suffix(2);
    }
    return name;
}

std::string default_of(const Row& row) {
    // One element in every list, so that the keys of lists have a place to print from.
    Settings settings;
    std::vector<size_t> place;
    for (const Row& list_row : kAllRows) {
        if (list_row.form == Form::list && row.path.starts_with(list_row.path)) {
            list_row.append(settings, place);
            place.push_back(0);
        }
    }
    return row.print(row.type, settings, place).front();
}

}  // namespace evengate::settings
