// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/network.hpp"

#include <bit>

namespace evengate::sim {

Network::Network(Side side, Duration ageing, EventQueue& queue, FramePool& frames, Ledger& ledger,
                 uint64_t seed)
    : side_(side),
      queue_(queue),
      frames_(frames),
      ledger_(ledger),
      random_(seed),
      switches_{LanSwitch(LanSwitch::kMaxPorts, ageing), LanSwitch(LanSwitch::kMaxPorts, ageing)} {}

StationId Network::attach(StationKind kind, uint16_t who, uint8_t switch_index) {
    const StationId id(static_cast<uint16_t>(stations_.size()));
    const uint8_t port = n_ports_[switch_index]++;
    stations_.push_back({.kind = kind, .who = who, .switch_index = switch_index, .port = port});
    station_at_[switch_index][port] = id.value;
    return id;
}

void Network::send(StationId from, FrameIndex frame, TimePoint now) {
    const Station& station = stations_[from.value];
    frames_.at(frame).origin = from;
    if (station.link == LinkPhase::up) {
        cross(station.switch_index, station.port, frame, kDelay, now);
    } else {
        ledger_.note_loss(frames_.at(frame), Loss::link_down);
    }
    frames_.release(frame);
}

void Network::cross(uint8_t switch_index, uint8_t port, FrameIndex index, Duration delay,
                    TimePoint now) {
    Frame& frame = frames_.at(index);
    const LanSwitch::Egress egress =
        switches_[switch_index].receive(port, frame.destination, frame.source, now);
    if (egress.flooded) {
        frame.flooded = true;
        ++n_flooded_;
    }
    LanSwitch::PortMask ports = egress.ports & ((LanSwitch::PortMask{1} << n_ports_[switch_index]) - 1);
    bool is_anywhere = false;
    if ((ports & (1u << kTrunkPort)) != 0) {
        ports &= ~(1u << kTrunkPort);
        if (trunk_ == LinkPhase::up) {
            is_anywhere = true;
            cross(switch_index ^ 1, kTrunkPort, index, delay + kDelay, now);
        }
    }
    for (; ports != 0; ports &= ports - 1) {
        const uint16_t station = station_at_[switch_index][static_cast<size_t>(std::countr_zero(ports))];
        is_anywhere = true;
        deliver(stations_[station], index, delay, now);
    }
    if (!is_anywhere) {
        ledger_.note_loss(frame, Loss::no_way);
    }
}

void Network::deliver(const Station& station, FrameIndex index, Duration delay, TimePoint now) {
    const Frame& frame = frames_.at(index);
    // What a station would throw away unseen costs no event.
    const bool is_for_members =
        frame.kind == FrameKind::group_message || frame.kind == FrameKind::announcement;
    if (station.kind == StationKind::attacker ||
        (station.kind == StationKind::host && is_for_members)) {
        return;
    }
    if (station.link == LinkPhase::down) {
        return ledger_.note_loss(frame, Loss::link_down);
    }
    if ((station.deaf_to >> frame.origin.value & 1) != 0) {
        return ledger_.note_loss(frame, Loss::cut);
    }
    const bool is_impaired = impairment_.reach == Impairment::Reach::all ||
                             frame.kind == FrameKind::group_message;
    if (!is_impaired) {
        return schedule(station, index, now + delay);
    }
    if (impairment_.loss_per_mille != 0 && random_.happens(impairment_.loss_per_mille)) {
        return ledger_.note_loss(frame, Loss::chance);
    }
    const auto on_the_way = [&] {
        Duration extra = impairment_.delay;
        if (impairment_.jitter > Duration::zero()) {
            extra += random_.between(Duration::zero(), impairment_.jitter);
        }
        return delay + extra;
    };
    schedule(station, index, now + on_the_way());
    if (impairment_.copies_per_mille != 0 && random_.happens(impairment_.copies_per_mille)) {
        frames_.at(index).flooded = true;  // a copy is the network's doing, as a flooded one is
        schedule(station, index, now + on_the_way());
    }
}

void Network::schedule(const Station& station, FrameIndex frame, TimePoint at) {
    frames_.hold(frame);
    queue_.add(at,
               station.kind == StationKind::member ? EventKind::frame_at_member
                                                   : EventKind::frame_at_host,
               side_, station.who, frame.value);
}

void Network::set_link(StationId id, LinkPhase phase) {
    Station& station = stations_[id.value];
    station.link = phase;
    if (phase == LinkPhase::down) {
        switches_[station.switch_index].flush_port(station.port);
    }
}

void Network::set_trunk(LinkPhase phase) {
    trunk_ = phase;
    for (LanSwitch& each : switches_) {
        each.flush_port(kTrunkPort);
    }
}

void Network::set_cut(StationId from, StationId to, Cut cut) {
    uint64_t& deaf_to = stations_[to.value].deaf_to;
    const uint64_t bit = uint64_t{1} << from.value;
    deaf_to = cut == Cut::cut ? deaf_to | bit : deaf_to & ~bit;
}

void Network::flush() {
    for (LanSwitch& each : switches_) {
        each.flush();
    }
}

bool Network::reaches(StationId from, StationId to) const {
    const Station& sender = stations_[from.value];
    const Station& receiver = stations_[to.value];
    return sender.link == LinkPhase::up && receiver.link == LinkPhase::up &&
           (sender.switch_index == receiver.switch_index || trunk_ == LinkPhase::up) &&
           (receiver.deaf_to >> from.value & 1) == 0;
}

}  // namespace evengate::sim
