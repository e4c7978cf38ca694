// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: one function a show command: a report, or a reply, in, text or JSON out. Thread: any.
// Used by: the list of commands.
#pragma once

#include "console/command.hpp"

namespace evengate::console {

// Those that name a port fail with Status::failed when there is none of that name; `all` is each.
[[nodiscard]] Outcome show_port_stats(const Call& call);
[[nodiscard]] Outcome show_port_info(const Call& call);
[[nodiscard]] Outcome show_port_xstats(const Call& call);
[[nodiscard]] Outcome show_port_macs(const Call& call);

[[nodiscard]] Outcome show_interfaces(const Call& call);

[[nodiscard]] Outcome show_group_brief(const Call& call);
[[nodiscard]] Outcome show_group(const Call& call);
[[nodiscard]] Outcome show_members(const Call& call);
[[nodiscard]] Outcome show_vmacs(const Call& call);
[[nodiscard]] Outcome show_hosts(const Call& call);
[[nodiscard]] Outcome show_messages(const Call& call);
[[nodiscard]] Outcome show_balance(const Call& call);
[[nodiscard]] Outcome show_balance_dry_run(const Call& call);
[[nodiscard]] Outcome show_balance_history(const Call& call);

[[nodiscard]] Outcome show_services(const Call& call);
[[nodiscard]] Outcome show_targets(const Call& call);
// Fails: Status::failed names the services when there is none of that name; `all` is each.
[[nodiscard]] Outcome show_targets_of_service(const Call& call);
[[nodiscard]] Outcome show_dispatcher(const Call& call);
// Of the reply, not of a report.
[[nodiscard]] Outcome show_connections(const Call& call);
[[nodiscard]] Outcome explain_connection(const Call& call);

[[nodiscard]] Outcome show_neighbours(const Call& call);
[[nodiscard]] Outcome show_routes(const Call& call);

[[nodiscard]] Outcome show_drops(const Call& call);
[[nodiscard]] Outcome show_punts(const Call& call);
[[nodiscard]] Outcome show_workers(const Call& call);
[[nodiscard]] Outcome show_control(const Call& call);

[[nodiscard]] Outcome show_summary(const Call& call);
[[nodiscard]] Outcome show_events(const Call& call);
[[nodiscard]] Outcome show_config(const Call& call);

}  // namespace evengate::console
