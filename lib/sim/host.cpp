// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/host.hpp"

#include <algorithm>

#include "packet/ethernet.hpp"
#include "sim/addresses.hpp"

namespace evengate::sim {

Host::Host(Surroundings& surroundings, const Options& options)
    : surroundings_(surroundings),
      options_(options),
      mac_(host_mac(options.side, options.index)),
      address_(host_address(options.side, options.index)) {
    surroundings.queue.add(options.begins, EventKind::host_wakes, options.side, options.index, 0);
}

std::string Host::name() const {
    return std::string(1, options_.side == Side::lan ? 'h' : 's')
        .append(std::to_string(options_.index + 1));
}

void Host::wake(TimePoint now) {
    if (now >= next_question_) {
        if (gateway_ && n_unanswered_ >= kMaxProbes) {
            gateway_.reset();
            surroundings_.say(now, name(), "has lost its gateway");
        }
        ++n_unanswered_;
        const bool asks_one = gateway_ && ++n_probes_ % kProbesAndQuestion != 0;
        ask(asks_one ? surroundings_.macs.mac(*gateway_) : kBroadcastMac, now);
        next_question_ = now + options_.ask_interval;
    }
    if (options_.side == Side::lan && gateway_) {
        send(surroundings_.ledger.send(options_.index, Direction::to_server, now), now);
    }
    surroundings_.queue.add(now + options_.send_interval, EventKind::host_wakes, options_.side,
                            options_.index, 0);
}

void Host::ask(const MacAddress& destination, TimePoint now) {
    answered_by_.reset();
    // What a switch floods is answered by who lingers too.
    asked_all_ = destination == kBroadcastMac;
    transmit(packet::make_arp_frame(destination, mac_,
                                    {.operation = packet::ArpOperation::request,
                                     .sender_mac = mac_,
                                     .sender_ip = address_,
                                     .target_mac = {},
                                     .target_ip = virtual_address(options_.side)}),
             now);
}

void Host::transmit(const packet::ControlFrame& bytes, TimePoint now) {
    const FrameIndex index = surroundings_.frames.take();
    Frame& frame = surroundings_.frames.at(index);
    frame.kind = FrameKind::arp;
    frame.destination = surroundings_.macs.number(MacAddress::from_bytes(bytes.data()));
    frame.source = surroundings_.macs.number(mac_);
    std::copy(bytes.begin(), bytes.end(), frame.bytes.begin());
    frame.size = static_cast<uint16_t>(bytes.size());
    surroundings_.network(options_.side).send(options_.station, index, now);
}

void Host::send(const Parcel& parcel, TimePoint now) {
    const FrameIndex index = surroundings_.frames.take();
    Frame& frame = surroundings_.frames.at(index);
    frame.kind = FrameKind::datagram;
    frame.parcel = parcel;
    frame.destination = *gateway_;
    frame.source = surroundings_.macs.number(mac_);
    surroundings_.network(options_.side).send(options_.station, index, now);
}

void Host::receive(FrameIndex index, TimePoint now) {
    const Frame& frame = surroundings_.frames.at(index);
    const bool is_ours = frame.destination == surroundings_.macs.number(mac_);
    if (frame.kind == FrameKind::arp && (is_ours || frame.destination == kBroadcastId)) {
        receive_arp(frame, now);
    } else if (frame.kind == FrameKind::datagram && is_ours) {
        surroundings_.ledger.arrive(frame);
        if (options_.side == Side::wan) {
            const Parcel answer =
                surroundings_.ledger.send(frame.parcel.host, Direction::to_host, now);
            if (gateway_) {
                send(answer, now);
            } else {
                Frame never;
                never.kind = FrameKind::datagram;
                never.parcel = answer;
                surroundings_.ledger.note_loss(never, Loss::host_unresolved);
            }
        }
    } else {
        surroundings_.ledger.note_loss(frame, Loss::not_for_us);
    }
    surroundings_.frames.release(index);
}

void Host::receive_arp(const Frame& frame, TimePoint now) {
    const auto arp = packet::parse_arp(
        std::span<const uint8_t>(frame.bytes).first(frame.size).subspan(packet::kEthernetHeaderSize));
    if (!arp) {
        return;
    }
    if (arp->operation == packet::ArpOperation::request) {
        if (arp->target_ip == address_) {
            transmit(packet::make_arp_frame(arp->sender_mac, mac_,
                                            {.operation = packet::ArpOperation::reply,
                                             .sender_mac = mac_,
                                             .sender_ip = address_,
                                             .target_mac = arp->sender_mac,
                                             .target_ip = arp->sender_ip}),
                     now);
        }
        return;
    }
    if (arp->sender_ip != virtual_address(options_.side) || arp->target_ip != address_) {
        return;
    }
    if (asked_all_ && answered_by_ && *answered_by_ != frame.origin) {
        surroundings_.properties.answer_again(options_.side, answered_by_->value, frame.origin.value, now);
    }
    answered_by_ = frame.origin;
    const MacId answered = surroundings_.macs.number(arp->sender_mac);
    if (surroundings_.is_watched() && gateway_ != answered) {
        surroundings_.say(now, name(), "is given " + arp->sender_mac.to_string());
    }
    gateway_ = answered;
    n_unanswered_ = 0;
    next_question_ = now + options_.probe_interval;
    const uint8_t island = surroundings_.island(
        options_.side, surroundings_.network(options_.side).switch_of(options_.station));
    surroundings_.properties.answer(options_.side, vmac_number(options_.side, arp->sender_mac),
                                    frame.origin.value, island, now);
}

}  // namespace evengate::sim
