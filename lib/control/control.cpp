// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/control.hpp"

#include <algorithm>
#include <utility>

#include "control/group_requests.hpp"
#include "control/parts.hpp"
#include "control/report.hpp"
#include "control/service_requests.hpp"
#include "settings/check.hpp"

namespace evengate::control {
Control::Control(const settings::Settings& settings, Identity identity,
                 std::span<const PortFacts> ports, Transmitter& transmitter,
                 ForwardingTables& tables, Appliance& appliance)
    : settings_(settings),
      identity_(std::move(identity)),
      ports_(ports.begin(), ports.end()),
      transmitter_(transmitter),
      tables_(tables),
      appliance_(appliance) {}

Control::~Control() = default;

Result<void> Control::start(TimePoint now) {
    const Self self{.incarnation = {.member = member_id(settings_.appliance, ports_),
                                    .boot_nonce = identity_.boot_nonce},
                    .name = settings_.appliance.name,
                    .seed = identity_.seed,
                    .weaknesses = identity_.weaknesses};
    auto made = Parts::make(settings_, self, ports_,
                            {.transmitter = transmitter_, .tables = tables_,
                             .appliance = appliance_});
    if (!made) {
        return made.error();
    }
    parts_ = std::move(made).value();
    started_at_ = now;
    if (Result<void> filled = fill_tables(now); !filled) {
        return filled;
    }
    parts_->announcer.start(now);
    parts_->meter.start(now);
    parts_->events.add(admin::Event::Severity::info, settings_.appliance.name + " started", now);
    for (const std::string& warning : identity_.warnings) {
        parts_->events.add(admin::Event::Severity::warning, warning, now);
    }
    for (const std::string& warning : settings::warnings(settings_)) {
        parts_->events.add(admin::Event::Severity::warning, warning, now);
    }
    parts_->speakers.start(now);
    parts_->tracking->look(now);
    settle(now);
    return {};
}

Result<void> Control::fill_tables(TimePoint now) {
    if (Result<void> bound = tables_.bind_slots(parts_->ownership.bindings()); !bound) {
        return bound;
    }
    for (const settings::StaticNeighbour& configured : settings_.neighbours) {
        const Interface* interface = parts_->interfaces.find(configured.interface);
        if (interface == nullptr) {
            return Error{"neighbour " + configured.address.to_string() +
                         ": there is no interface " + configured.interface};
        }
        parts_->neighbours.fix({interface->id, configured.address}, configured.mac, now);
    }
    std::vector<AdjacencyIndex> next_hops;
    for (const NeighbourKey& next_hop : parts_->routes.next_hops()) {
        next_hops.push_back(parts_->neighbours.pin(next_hop, now));
    }
    if (Result<void> installed = parts_->routes.install(next_hops); !installed) {
        return installed;
    }
    tables_.publish(parts_->ownership.actions(), kNever);
    return parts_->services.start(next_hops, now);
}

Outcome Control::dispatch(const PuntedFrame& frame, TimePoint now) {
    if (!parts_->interfaces.has(frame.interface)) {
        return Outcome::refused(Refusal::interface_unknown);
    }
    if (frame.slot != kNoSlot) {
        parts_->departure.count_punted();
    }
    if (parts_->speakers.is_stale(frame)) {
        return Outcome::refused(Refusal::older_than_fence);
    }
    switch (frame.reason) {
        case packet::PuntReason::group_message:
            return parts_->speakers.on_frame(frame, now);
        case packet::PuntReason::arp:
            return parts_->arp.on_frame(frame, now);
        case packet::PuntReason::local_address:
        case packet::PuntReason::unresolved:
        case packet::PuntReason::ttl_expired:
        case packet::PuntReason::too_big:
        case packet::PuntReason::tunnel_too_big:
        case packet::PuntReason::no_route:
            break;
    }
    return parts_->ipv4.on_frame(frame, now);
}

void Control::settle(TimePoint now) {
    parts_->departure.look(now);
    parts_->speakers.settle(now);
}

Outcome Control::on_frame(const PuntedFrame& frame, TimePoint now) {
    parts_->speakers.notice_fences(now);
    ++parts_->counts.received;
    const Outcome outcome = dispatch(frame, now);
    parts_->counts.add(outcome);
    settle(now);
    return outcome;
}

void Control::on_link(PortIndex port, LinkState state, TimePoint now) {
    parts_->speakers.notice_fences(now);
    bool changed = false;
    for (const Interface& interface : parts_->interfaces.all()) {
        if (interface.port != port || interface.link == state) {
            continue;
        }
        changed = true;
        parts_->interfaces.set_link(interface.id, state);
        parts_->adjacencies.on_link(interface.id);
        parts_->neighbours.on_link(interface.id, now);
        parts_->announcer.on_link(interface.id, now);
        parts_->speakers.on_link(interface.id, now);
    }
    if (changed) {
        const bool up = state == LinkState::up;
        parts_->events.add(
            up ? admin::Event::Severity::info : admin::Event::Severity::warning,
            "port " + settings_.ports[port.value].name + ": link " + (up ? "up" : "down"), now);
        parts_->tracking->look(now);
    }
    settle(now);
}

TimePoint Control::on_timers(TimePoint now) {
    Parts& parts = *parts_;
    parts.speakers.notice_fences(now);
    parts.speakers.on_timers(now);
    parts.neighbours.on_timers(now);
    parts.ipv4.report_unreachable(now);
    parts.return_paths.on_timers(now);
    parts.meter.on_timers(now);
    parts.steering.on_timers(now);
    parts.services.on_timers(now);
    parts.services.speak(parts.speakers, now);
    parts.tracking->on_timers(now);
    parts.defence.on_timers(now);
    settle(now);
    return std::min({parts.speakers.next_deadline(), parts.neighbours.next_deadline(),
                     parts.announcer.next_deadline(), parts.return_paths.next_deadline(),
                     parts.meter.next_deadline(),
                     parts.steering.next_deadline(), parts.services.next_deadline(),
                     parts.tracking->next_deadline(), parts.defence.next_deadline(),
                     parts.departure.next_deadline()});
}

void Control::begin_departure(TimePoint now) {
    parts_->departure.begin(now);
    settle(now);
}

bool Control::departed() const {
    return parts_->departure.is_over();
}

admin::Reply Control::on_request(const admin::Request& request, TimePoint now) {
    parts_->speakers.notice_fences(now);
    admin::Reply reply;
    switch (request.verb) {
        case admin::Verb::report:
            reply.report = make_report(now);
            break;
        case admin::Verb::start_forwarding:
            forwarding_ = Forwarding::running;
            appliance_.set_forwarding(true);
            reply.text = "forwarding";
            break;
        case admin::Verb::stop_forwarding:
            forwarding_ = Forwarding::stopped;
            appliance_.set_forwarding(false);
            reply.text = "stopped: frames are received and dropped";
            break;
        case admin::Verb::clear_port_stats:
            if (const Result<void> cleared = appliance_.clear_port_stats(); cleared) {
                reply.text = "cleared";
            } else {
                reply.status = admin::Reply::Status::refused;
                reply.text = cleared.error().message;
            }
            break;
        case admin::Verb::drain:
        case admin::Verb::undrain:
        case admin::Verb::move_vmac:
        case admin::Verb::set_priority:
        case admin::Verb::set_balance:
            reply = answer_group_request(*parts_, settings_, request, now);
            settle(now);
            break;
        case admin::Verb::drain_target:
        case admin::Verb::drain_target_now:
        case admin::Verb::undrain_target:
        case admin::Verb::set_target_weight:
        case admin::Verb::list_connections:
        case admin::Verb::explain_flow:
            reply = answer_service_request(*parts_, settings_, request, now);
            break;
        case admin::Verb::quit:
            appliance_.quit();
            reply.text = "quitting";
            break;
    }
    return reply;
}

std::shared_ptr<const admin::Report> Control::make_report(TimePoint now) {
    auto report = std::make_shared<admin::Report>();
    report->name = settings_.appliance.name;
    report->version = identity_.version;
    report->at = now;
    report->uptime = now - started_at_;
    report->forwarding = forwarding_ == Forwarding::running;
    report->config = identity_.config;
    fill_report(*parts_, appliance_, now, *report);
    appliance_.describe(*report);
    return report;
}

bool Control::has_new_events() const {
    return parts_->events.has_new();
}

std::vector<admin::Event> Control::take_new_events() {
    return parts_->events.take_new();
}

const Counts& Control::counts() const {
    return parts_->counts;
}

}  // namespace evengate::control
