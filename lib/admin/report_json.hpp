// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: reports as JSON. Keys are the member names of admin/report.hpp; addresses and the ids of
// members and digests are text (many readers keep only 53 bits of a number); times and durations are seconds,
// times since boot. Thread: any. Used by: console, the app's summaries.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "admin/report.hpp"

namespace evengate::admin {

// Keeps the order in which report.hpp names things.
using Json = nlohmann::ordered_json;

// Found by nlohmann_json: `Json json = report.ports;` works for each struct and for vectors of it.
void to_json(Json& json, const NamedCount& named);
void to_json(Json& json, const PortReport& port);
void to_json(Json& json, const InterfaceReport& interface);
void to_json(Json& json, const VmacReport& vmac);
void to_json(Json& json, const MemberReport& member);
void to_json(Json& json, const HostReport& host);
void to_json(Json& json, const BalanceGatewayReport& gateway);
void to_json(Json& json, const BalanceMoveReport& move);
void to_json(Json& json, const BalanceRoundReport& round);
void to_json(Json& json, const BalanceReport& balance);
void to_json(Json& json, const GroupReport& group);
void to_json(Json& json, const NeighbourReport& neighbour);
void to_json(Json& json, const RouteReport& route);
void to_json(Json& json, const PuntReport& punt);
void to_json(Json& json, const WorkerReport& worker);
void to_json(Json& json, const ControlReport& control);
void to_json(Json& json, const Event& event);
// Shares and the imbalance are parts of 1.
void to_json(Json& json, const TargetReport& target);
void to_json(Json& json, const ServiceReport& service);
void to_json(Json& json, const DispatcherGatewayReport& gateway);
void to_json(Json& json, const DispatcherReport& dispatcher);
void to_json(Json& json, const SprayReport& spray);
void to_json(Json& json, const RerouteReport& reroute);
void to_json(Json& json, const ConnectionReport& connection);
// Everything.
void to_json(Json& json, const Report& report);

// Indented text that ends with a newline. Bytes that are not UTF-8 (a driver may name a statistic
// in any of them) become U+FFFD.
[[nodiscard]] std::string print_json(const Json& json);

// Thread: any.
[[nodiscard]] const char* severity_name(Event::Severity severity);

}  // namespace evengate::admin
