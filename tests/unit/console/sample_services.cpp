// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sample.hpp"

namespace evengate::console::test {

namespace {

using namespace std::chrono_literals;

admin::TargetReport sample_target() {
    admin::TargetReport target;
    target.name = "server1";
    target.address = IpAddress::v4(0x0A00'000B);
    target.port = 8080;
    target.state = target.verdict = "up";
    target.reason = "answered the request";
    target.n_up = 2;
    target.weight = 100;
    target.weight_now = 1000;
    target.share_wanted = 500'000;
    target.share_of_packets = 502'300;
    target.share_of_connections = 498'000;
    target.packets = 5'023;
    target.bytes = 321'472;
    target.connections_opened = 498;
    target.connections = 120;
    target.connections_elsewhere = 80;
    target.probes = 3600;
    target.probes_failed = 7;
    return target;
}

admin::TargetReport sample_down_target() {
    admin::TargetReport target;
    target.name = "server2";
    target.address = IpAddress::v4(0x0A00'000C);
    target.member = "gw-b";
    target.state = target.verdict = "down";
    target.reason = "did not answer in time";
    target.n_down = 2;
    target.weight = 100;
    target.share_wanted = 500'000;
    target.share_of_packets = 497'700;
    target.share_of_connections = 502'000;
    target.packets = 4'977;
    target.bytes = 318'528;
    target.connections_opened = 502;
    target.probes = 3600;
    target.probes_failed = 3599;
    return target;
}

}  // namespace

admin::RerouteReport sample_reroute() {
    admin::RerouteReport report;
    report.services = {{"web",
                        {IpAddress::v4(0xCB00'710A), IpAddress::v4(0xCB00'710B)},
                        "tcp",
                        "80,8000-8080",
                        "nat",
                        "stateful",
                        {sample_target(), sample_down_target()}},
                       {"names", {IpAddress::v4(0xCB00'7135)}, "udp", "53", "mac", "stateless", {}}};
    report.dispatchers = {{"edge",
                           "station",
                           4096,
                           12,
                           1'034'000,
                           "moved 3 buckets",
                           {{"gw-a", IpAddress::v4(0xC000'0202), "up", 3072, 7'500, 750'000},
                            {"gw-b", IpAddress::v4(0xC000'0203), "down", 1024, 2'500, 250'000}}}};
    report.sprays = {{"logs",
                      {IpAddress::v4(0xCB00'7163)},
                      "packet",
                      {{IpAddress::v4(0x0A00'0115), "up", 4'000}, {IpAddress::v4(0x0A00'0116), "down", 5}}}};
    report.epoch = "4.gw-a.17";
    report.digest = UINT64_MAX;
    report.n_disagreeing = 1;
    report.publications = 23;
    report.n_connections = 120;
    report.n_half_open = 3;
    report.n_sources = 50;
    report.source_room = 64512;
    report.connection_room = 131'072;
    report.events = {{"encapsulated", 0}, {"table_full", 5}};
    return report;
}

std::vector<admin::ConnectionReport> sample_connections() {
    const IpAddress published = IpAddress::v4(0xCB00'710A);
    return {{IpAddress::v4(0xC633'6405), 49152, published, 80, "tcp", "web", "server1", "established", 1500ms},
            {IpAddress::v4(0xC633'64FE), 1024, published, 8080, "tcp", "web", "server2", "half-open", 0s}};
}

}  // namespace evengate::console::test
