// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/member.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "glbp/decode.hpp"
#include "glbp/print.hpp"
#include "packet/arp.hpp"
#include "packet/ethernet.hpp"
#include "packet/group_message.hpp"
#include "packet/ipv4.hpp"
#include "packet/transport.hpp"
#include "sim/addresses.hpp"
#include "sim/datagram.hpp"

namespace evengate::sim {
namespace {

using packet::SlotAction;

// The control loop sleeps no longer than 200 us (app/evengate/control_loop.hpp), and work before it.
constexpr Duration kLongestPunt = std::chrono::microseconds(250);
constexpr Duration kLongestTimerLateness = std::chrono::microseconds(200);

InterfaceId interface_of(Side side) { return InterfaceId(static_cast<uint16_t>(side)); }

FrameKind kind_of(std::span<const uint8_t> frame) {
    switch (load_be16(frame.data() + 2 * MacAddress::kSize)) {
        case packet::kEtherTypeArp:
            return FrameKind::arp;
        case packet::kEtherTypeRarp:
            return FrameKind::announcement;
        case packet::kEtherTypeIpv4:
            return packet::is_group_message(frame.data() + packet::kEthernetHeaderSize)
                       ? FrameKind::group_message
                       : FrameKind::datagram;
        default:
            return FrameKind::other;
    }
}

}  // namespace

Member::Member(Surroundings& surroundings, Options options)
    : surroundings_(surroundings),
      options_(std::move(options)),
      name_(member_name(options_.index)),
      random_(options_.seed),
      tables_(surroundings.macs) {}

// As lib/dataplane/classify.cpp and forward.hpp do it.
void Member::receive(Side side, FrameIndex index, TimePoint now) {
    const Frame& frame = surroundings_.frames.at(index);
    if (!is_alive()) {
        return drop(index, Loss::member_dead);
    }
    const TimePoint local_now = local(now);
    Punted punted{.frame = index, .side = side, .received_at = local_now};
    if (frame.destination == kBroadcastId) {
        if (frame.kind == FrameKind::arp) {
            punted.reason = packet::PuntReason::arp;
            return punt(punted, now);
        }
        return drop(index, Loss::not_for_us);
    }
    if (frame.destination == kGroupMulticastId) {
        punted.reason = packet::PuntReason::group_message;
        return punt(punted, now);
    }
    const SlotIndex slot = tables_.slot_of(side, frame.destination);
    punted.slot = slot;
    switch (slot == kNoSlot ? SlotAction::unbound : tables_.action(slot, local_now)) {
        case SlotAction::unbound:
            return drop(index, Loss::not_for_us);
        case SlotAction::other:
            ++slot_counts_[slot.value].foreign_packets;
            return drop(index, Loss::foreign_vmac);
        case SlotAction::fenced:
            return drop(index, Loss::fenced);
        case SlotAction::linger:
            ++slot_counts_[slot.value].linger_packets;
            break;
        case SlotAction::own:
        case SlotAction::local:
            break;
    }
    ++slot_counts_[slot.value].packets;
    slot_counts_[slot.value].bytes += packet::kMinFrameSize;
    switch (frame.kind) {
        case FrameKind::arp:
            punted.reason = packet::PuntReason::arp;
            return punt(punted, now);
        case FrameKind::group_message:
            punted.reason = packet::PuntReason::group_message;
            return punt(punted, now);
        case FrameKind::datagram:
            return route(side, index, slot, now);
        case FrameKind::announcement:
        case FrameKind::other:
            return drop(index, Loss::not_for_us);
    }
}

void Member::route(Side side, FrameIndex index, SlotIndex slot, TimePoint now) {
    Frame& frame = surroundings_.frames.at(index);
    const AdjacencyIndex found =
        tables_.look_up(addresses_of(frame.parcel, options_.n_servers).destination);
    if (found == kNoAdjacency) {
        return drop(index, Loss::no_adjacency);
    }
    const packet::Adjacency& adjacency = tables_.adjacency(found);
    switch (adjacency.kind) {
        case packet::AdjacencyKind::forward:
            return forward(index, adjacency, now);
        case packet::AdjacencyKind::punt:
            write_bytes(frame, surroundings_.macs, options_.n_servers);
            return punt({.frame = index,
                         .side = side,
                         .slot = slot,
                         .adjacency = found,
                         .reason = adjacency.punt_reason,
                         .received_at = local(now)},
                        now);
        default:  // simulated members have no services
            return drop(index, Loss::no_adjacency);
    }
}

void Member::forward(FrameIndex index, const packet::Adjacency& adjacency, TimePoint now) {
    const FrameIndex sent = surroundings_.frames.take();
    Frame& frame = surroundings_.frames.at(sent);
    const Frame& received = surroundings_.frames.at(index);
    frame.kind = FrameKind::datagram;
    frame.parcel = received.parcel;
    frame.flooded = received.flooded;
    frame.destination = surroundings_.macs.number(adjacency.destination);
    frame.source = surroundings_.macs.number(adjacency.source);
    const auto side = static_cast<Side>(adjacency.interface.value);
    surroundings_.network(side).send(station(side), sent, now);
    surroundings_.frames.release(index);
}

void Member::drop(FrameIndex index, Loss loss) {
    surroundings_.ledger.note_loss(surroundings_.frames.at(index), loss);
    surroundings_.frames.release(index);
}

void Member::punt(const Punted& punted, TimePoint now) {
    auto& ring = rings_[static_cast<size_t>(packet::punt_class(punted.reason))];
    if (ring.size() == kRingSize) {
        return drop(punted.frame, Loss::ring_full);
    }
    ring.push_back(punted);
    if (pause_ == Pause::running) {
        wake_at(now + random_.between(kShortestPunt, kLongestPunt));
    }
}

void Member::wake_at(TimePoint at) {
    if (at < wake_at_) {
        wake_at_ = at;
        surroundings_.queue.add(at, EventKind::control_wakes, Side::lan,
                                static_cast<uint16_t>(options_.index), 0);
    }
}

// One turn of the control loop: frames, then timers.
void Member::wake(TimePoint now) {
    if (now != wake_at_) {
        return;  // brought forward, or of an earlier life
    }
    wake_at_ = kNever;
    if (!is_alive() || pause_ == Pause::paused) {
        return;
    }
    now_ = now;
    take_punted(now);
    const TimePoint next = options_.clock.truth(control_->on_timers(local(now)));
    if (surroundings_.is_watched()) {
        for (const admin::Event& event : control_->take_new_events()) {
            surroundings_.say(now, name_, "says: " + event.text);
        }
    }
    if (next != kNever) {
        wake_at(std::max(next, now) + random_.between(Duration(1'000), kLongestTimerLateness));
    }
}

void Member::take_punted(TimePoint now) {
    for (auto& ring : rings_) {
        taken_.swap(ring);
        for (const Punted& punted : taken_) {
            hand_to_control(punted, now);
        }
        taken_.clear();
    }
}

void Member::hand_to_control(const Punted& punted, TimePoint now) {
    const Frame& frame = surroundings_.frames.at(punted.frame);
    const auto bytes = std::span<const uint8_t>(frame.bytes).first(frame.size);
    control::PuntedFrame given;
    given.reason = punted.reason;
    given.interface = interface_of(punted.side);
    given.slot = punted.slot;
    given.adjacency = punted.adjacency;
    given.destination = surroundings_.macs.mac(frame.destination);
    given.source = surroundings_.macs.mac(frame.source);
    given.received_at = punted.received_at;
    given.ethertype = load_be16(bytes.data() + 2 * MacAddress::kSize);
    given.payload = bytes.subspan(packet::kEthernetHeaderSize);
    // Until control sends it on.
    surroundings_.ledger.note_loss(frame, Loss::control);
    const control::Outcome outcome = control_->on_frame(given, local(now));
    if (punted.reason == packet::PuntReason::group_message &&
        outcome != control::Outcome::refused(control::Refusal::older_than_fence)) {
        surroundings_.hear(punted.side, frame.origin, options_.index, now);
    }
    if (punted.reason == packet::PuntReason::group_message && outcome == control::Outcome::noted()) {
        note_message(punted.side, frame, now);
    }
    surroundings_.frames.release(punted.frame);
}

void Member::note_message(Side side, const Frame& frame, TimePoint now) {
    const bool is_recording = frame.origin != frame.speaker;
    const size_t speaker = frame.speaker.value;
    const bool is_news = surroundings_.properties.take(
        side, speaker, frame.message, options_.index,
        is_recording ? Properties::Source::recording : Properties::Source::speaker, now);
    if (is_recording && is_news && surroundings_.is_watched()) {
        surroundings_.say(now, name_,
                          std::string(name_of(side)) + " takes a recording that it had missed: message " +
                              std::to_string(frame.message) + " of " + member_name(speaker));
    }
}

bool Member::try_transmit(InterfaceId egress, std::span<const uint8_t> bytes) {
    const auto side = static_cast<Side>(egress.value);
    if (bytes.size() > Frame::kMaxBytes || bytes.size() < packet::kEthernetHeaderSize) {
        return false;
    }
    const FrameIndex index = surroundings_.frames.take();
    Frame& frame = surroundings_.frames.at(index);
    std::copy(bytes.begin(), bytes.end(), frame.bytes.begin());
    frame.size = static_cast<uint16_t>(bytes.size());
    const MacAddress source = MacAddress::from_bytes(bytes.data() + MacAddress::kSize);
    frame.destination = surroundings_.macs.number(MacAddress::from_bytes(bytes.data()));
    frame.source = surroundings_.macs.number(source);
    frame.kind = kind_of(bytes);
    if (frame.kind == FrameKind::datagram) {
        const auto parcel = read_parcel(bytes.subspan(packet::kEthernetHeaderSize));
        frame.kind = parcel ? FrameKind::datagram : FrameKind::other;
        frame.parcel = parcel.value_or(Parcel{});
        frame.size = parcel ? uint16_t{0} : frame.size;
    }
    if (source != member_mac(side, options_.index)) {
        const SlotIndex slot = tables_.slot_of(side, frame.source);
        if (slot == kNoSlot || tables_.action(slot, local(now_)) != SlotAction::own) {
            surroundings_.properties.violate(
                Property::sends_only_as_owner, now_,
                name_ + " sends from " + source.to_string() + " on the " + name_of(side));
        }
        surroundings_.properties.send_from(side, vmac_number(side, source), options_.index, now_);
    }
    if (frame.kind == FrameKind::group_message) {
        frame.speaker = station(side);
        surroundings_.properties.speak(side, options_.index, now_);
        check_group_message(side, frame, now_);
    } else if (surroundings_.is_watched() && frame.kind == FrameKind::announcement) {
        surroundings_.say(now_, name_, std::string(name_of(side)) + " announces " + source.to_string());
    }
    surroundings_.network(side).send(station(side), index, now_);
    return true;
}

void Member::check_group_message(Side side, Frame& frame, TimePoint now) {
    const auto datagram = std::span<const uint8_t>(frame.bytes)
                              .first(frame.size)
                              .subspan(packet::kEthernetHeaderSize);
    const size_t headers = packet::ipv4_header_length(datagram.data()) + packet::kUdpHeaderSize;
    const size_t udp_length = load_be16(datagram.data() + headers - packet::kUdpHeaderSize + 4);
    if (udp_length < packet::kUdpHeaderSize || headers - packet::kUdpHeaderSize + udp_length > datagram.size()) {
        return surroundings_.properties.violate(Property::scenario_met, now, name_ + " sends a bad UDP length");
    }
    const auto payload = datagram.subspan(headers, udp_length - packet::kUdpHeaderSize);
    if (const auto result = glbp::decode(payload, decoded_); !result) {
        return surroundings_.properties.violate(
            Property::scenario_met, now,
            name_ + " sends a message that is " + std::string(glbp::to_text(result.error())));
    }
    if (decoded_.message.is_native()) {
        frame.message = surroundings_.properties.number_message(side, options_.index);
    }
    if (surroundings_.record) {
        surroundings_.record(side, frame);
    }
    if (decoded_.message.standing) {
        surroundings_.properties.adopt(side, options_.index, boot_nonce_,
                                       decoded_.message.standing->adopted, now);
    }
    for (const glbp::HandOver& step : decoded_.message.hand_overs) {
        surroundings_.properties.hand_over(side, options_.index, step, now);
    }
    if (surroundings_.is_watched()) {
        surroundings_.say(now, name_, std::string(name_of(side)) + " " + glbp::to_line(decoded_.message));
    }
}

bool Member::is_conserved() const {
    if (!control_) {
        return true;
    }
    const control::Counts& counts = control_->counts();
    uint64_t sum = counts.answered + counts.noted + counts.forwarded + counts.held;
    for (const uint64_t refused : counts.refused) {
        sum += refused;
    }
    return sum == counts.received;
}

Result<void> Member::bind_slots(std::span<const control::SlotBinding> bindings) {
    tables_.bind(bindings);
    return {};
}

void Member::publish(std::span<const SlotAction> actions, TimePoint lease) {
    tables_.publish(actions, lease);
    surroundings_.properties.set_lease(options_.index, options_.clock.truth(lease), now_);
    report_vmacs(now_);
}

void Member::report_vmacs(TimePoint now) {
    Properties& properties = surroundings_.properties;
    if (tables_.bindings().empty()) {
        for (const Side side : {Side::lan, Side::wan}) {
            for (size_t n = 1; n <= properties.limits().n_vmacs; ++n) {
                properties.set_forwarder(side, VmacNumber(static_cast<uint8_t>(n)), options_.index,
                                         Forwarder::no, now);
            }
        }
        return;
    }
    for (const control::SlotBinding& binding : tables_.bindings()) {
        const auto side = static_cast<Side>(binding.interface.value);
        const VmacNumber vmac = vmac_number(side, binding.mac);
        if (vmac.value != 0 && vmac.value <= properties.limits().n_vmacs) {
            const bool owns = tables_.published(binding.slot) == SlotAction::own;
            if (surroundings_.is_watched() && owns != (properties.is_published(side, vmac, options_.index))) {
                surroundings_.say(now, name_, std::string(name_of(side)) + " vMAC " + std::to_string(vmac.value) +
                                                  (owns ? ": own" : ": no more"));
            }
            properties.set_forwarder(side, vmac, options_.index,
                                     owns ? Forwarder::yes : Forwarder::no, now);
        }
    }
}

void Member::set_adjacency(AdjacencyIndex index, const packet::Adjacency& adjacency) {
    tables_.set_adjacency(index, adjacency);
}

Result<void> Member::add_route(const IpPrefix& prefix, AdjacencyIndex adjacency) {
    tables_.add_route(prefix, adjacency);
    return {};
}

Result<void> Member::remove_route(const IpPrefix& prefix) {
    if (!tables_.try_remove_route(prefix)) {
        return Error{"there is no such route"};
    }
    return {};
}

control::SlotCounts Member::slot_counts(SlotIndex slot) const {
    return slot.value < slot_counts_.size() ? slot_counts_[slot.value] : control::SlotCounts{};
}

}  // namespace evengate::sim
