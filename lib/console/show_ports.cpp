// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "admin/report_json.hpp"
#include "console/shows.hpp"
#include "console/table.hpp"
#include "console/units.hpp"

namespace evengate::console {

namespace {

using admin::Json;
using admin::PortReport;

constexpr std::string_view kBorder = "########################";

std::string print_heading(std::string_view what, const PortReport& port) {
    return fmt::format("\n  {0} {1} for port {2} {0}\n", kBorder, what, port.name);
}

std::string print_stats(const PortReport& port) {
    return print_heading("NIC statistics", port) +
           fmt::format("  RX-packets: {:<20} RX-missed: {:<20} RX-bytes:  {}\n", port.rx_packets,
                       port.rx_missed, port.rx_bytes) +
           fmt::format("  RX-errors:  {:<20} RX-nombuf: {}\n", port.rx_errors, port.rx_no_mbuf) +
           fmt::format("  TX-packets: {:<20} TX-errors: {:<20} TX-bytes:  {}\n", port.tx_packets,
                       port.tx_errors, port.tx_bytes);
}

std::string print_port(const PortReport& port) {
    return print_heading("Infos", port) +
           fmt::format("  Device:        {}\n  Driver:        {}\n  MAC address:   {}\n",
                       port.device, port.driver, port.mac.to_string()) +
           fmt::format("  Link status:   {}\n  Link speed:    {}\n  MTU:           {}\n",
                       port.link_up ? "up" : "down", format_speed(port.speed_mbps), port.mtu) +
           fmt::format("  RX queues:     {}\n  TX queues:     {}\n  Promiscuous:   {}\n",
                       port.n_rx_queues, port.n_tx_queues, port.promiscuous ? "yes" : "no") +
           fmt::format("  MAC filters:   {} of {} in the port{}\n", port.n_mac_filters_active,
                       port.n_mac_filters_wanted,
                       port.deaf ? "; promiscuous mode refused: frames to the others are lost" : "");
}

std::string print_xstats(const PortReport& port) {
    std::string text = print_heading("NIC extended statistics", port);
    for (const auto& [name, count] : port.xstats) {
        text += fmt::format("  {}: {}\n", name, count);
    }
    return port.xstats.empty() ? text + "  none\n" : text;
}

std::string print_macs(const PortReport& port) {
    std::string text = print_heading("MAC addresses", port);
    for (const MacAddress& mac : port.macs) {
        text += fmt::format("  {}\n", mac.to_string());
    }
    return text + fmt::format("  MAC filters: {} of {} in the port{}\n", port.n_mac_filters_active,
                              port.n_mac_filters_wanted, port.promiscuous ? ", promiscuous" : "");
}

// A port without what other commands show of it; the name always stays.
Json only(const PortReport& port, std::initializer_list<const char*> keys) {
    const Json whole = port;
    Json json = {{"name", port.name}};
    for (const char* key : keys) {
        json[key] = whole[key];
    }
    return json;
}

Outcome no_such_port(const Call& call) {
    std::vector<std::string_view> names;
    for (const PortReport& port : call.report.ports) {
        names.push_back(port.name);
    }
    return {Status::failed,
            fmt::format("no port '{}'; there are: {}\n", call.words.back(),
                        names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")))};
}

// Each port that the last word names, in the wanted format.
Outcome show_ports(const Call& call, std::string (*print)(const PortReport&),
                   std::initializer_list<const char*> keys) {
    const std::string& wanted = call.words.back();
    Outcome outcome;
    Json list = Json::array();
    for (const PortReport& port : call.report.ports) {
        if (wanted == "all" || wanted == port.name) {
            outcome.text += call.format == Format::text ? print(port) : "";
            list.push_back(only(port, keys));
        }
    }
    if (list.empty() && wanted != "all") {
        return no_such_port(call);
    }
    if (call.format == Format::json) {
        outcome.text = admin::print_json(list);
    }
    return outcome;
}

}  // namespace

Outcome show_port_stats(const Call& call) {
    return show_ports(call, print_stats,
                      {"rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_missed", "rx_errors",
                       "tx_errors", "rx_no_mbuf"});
}

Outcome show_port_info(const Call& call) {
    return show_ports(
        call, print_port,
        {"device", "driver", "mac", "link_up", "speed_mbps", "mtu", "n_rx_queues", "n_tx_queues",
         "promiscuous", "n_mac_filters_wanted", "n_mac_filters_active", "deaf"});
}

Outcome show_port_xstats(const Call& call) {
    return show_ports(call, print_xstats, {"xstats"});
}

Outcome show_port_macs(const Call& call) {
    return show_ports(call, print_macs,
                      {"macs", "promiscuous", "n_mac_filters_wanted", "n_mac_filters_active"});
}

Outcome show_interfaces(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(call.report.interfaces)};
    }
    Table table({{"interface"},
                 {"port"},
                 {"vlan"},
                 {"link"},
                 {"mtu", Align::right},
                 {"mac"},
                 {"addresses"}});
    for (const auto& interface : call.report.interfaces) {
        std::vector<std::string> addresses;
        for (const IpPrefix& address : interface.addresses) {
            addresses.push_back(address.to_string());
        }
        std::string vlan = interface.vlan == 0 ? "-" : std::to_string(interface.vlan);
        if (interface.inner_vlan != 0) {
            vlan += fmt::format(".{}", interface.inner_vlan);
        }
        table.add_row({interface.name, interface.port, vlan, interface.link_up ? "up" : "down",
                       std::to_string(interface.mtu), interface.mac.to_string(),
                       fmt::format("{}", fmt::join(addresses, ", "))});
    }
    return {Status::ok, table.print("no interfaces")};
}

}  // namespace evengate::console
