// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <nlohmann/json.hpp>

#include "admin/report_json.hpp"
#include "console/shows.hpp"
#include "console/table.hpp"
#include "console/units.hpp"

namespace evengate::console {

Outcome show_neighbours(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(call.report.neighbours)};
    }
    Table table({{"address"},
                 {"interface"},
                 {"state"},
                 {"mac"},
                 {"age", Align::right},
                 {"held", Align::right}});
    for (const auto& neighbour : call.report.neighbours) {
        table.add_row({neighbour.address.to_string(), neighbour.interface, neighbour.state,
                       neighbour.mac ? neighbour.mac->to_string() : "-",
                       format_duration(neighbour.age), std::to_string(neighbour.n_held)});
    }
    return {Status::ok, table.print("no neighbours")};
}

Outcome show_routes(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(call.report.routes)};
    }
    Table table({{"prefix"}, {"kind"}, {"via"}, {"interface"}, {"usable"}});
    for (const auto& route : call.report.routes) {
        table.add_row(
            {route.prefix.to_string(), route.kind, route.via ? route.via->to_string() : "-",
             route.interface.empty() ? "-" : route.interface, route.usable ? "yes" : "no"});
    }
    return {Status::ok, table.print("no routes")};
}

}  // namespace evengate::console
