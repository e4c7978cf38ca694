// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate/control_loop.hpp"

#include <algorithm>
#include <array>

#include <poll.h>
#include <rte_cycles.h>
#include <rte_mbuf.h>

#include "dataplane/punt_tag.hpp"
#include "evengate/clock.hpp"

namespace evengate {
namespace {

// Of each class in one turn, so that none keeps the others waiting for long.
constexpr unsigned kFramesPerTurn = 32;
constexpr Duration kPeakWindow = std::chrono::seconds(10);

// A reading of both clocks: the worker stamps frames with the one, control asks for the other.
struct Clocks {
    TimePoint now;
    uint64_t tsc = 0;
    double ns_per_cycle = 0;

    static Clocks read() {
        return {boot_time(), rte_get_tsc_cycles(), 1e9 / static_cast<double>(rte_get_tsc_hz())};
    }
    [[nodiscard]] TimePoint to_time(uint64_t at_tsc) const {
        const double behind_ns = static_cast<double>(tsc - std::min(tsc, at_tsc)) * ns_per_cycle;
        return now - Duration(static_cast<Duration::rep>(behind_ns));
    }
};

control::PuntedFrame to_punted_frame(rte_mbuf* buffer, const Clocks& clocks) {
    const dataplane::PuntTag& tag = dataplane::punt_tag(buffer);
    const auto* start = rte_pktmbuf_mtod(buffer, const uint8_t*);
    return {.reason = tag.reason,
            .interface = tag.interface,
            .slot = tag.slot,
            .adjacency = tag.adjacency,
            .destination = MacAddress::from_bytes(start),
            .source = MacAddress::from_bytes(start + MacAddress::kSize),
            .ethertype = tag.ethertype,
            .payload = {start + tag.payload_offset, static_cast<size_t>(buffer->data_len - tag.payload_offset)},
            .received_at = clocks.to_time(tag.received_tsc)};
}

}  // namespace

void ControlLoop::run() {
    while (!parts_.control.departed()) {
        const TimePoint start = boot_time();
        if (quit_.load(std::memory_order_relaxed)) {
            parts_.control.begin_departure(start);
        }
        const bool was_busy = take_frames();
        parts_.links.take_changes(start, [&](PortIndex port, port::LinkState state) {
            parts_.on_link(port, state, start);
        });
        take_requests();
        const TimePoint next_timer = parts_.control.on_timers(boot_time());
        report_events();
        roll_peaks(start);
        longest_step_ = std::max(longest_step_, boot_time() - start);
        if (!was_busy) {
            sleep_until(next_timer);
        }
    }
    report_events();
}

void ControlLoop::take_requests() {
    if (parts_.mailbox.has_requests()) {
        parts_.mailbox.answer_requests(
            [this](const admin::Request& request) { return parts_.control.on_request(request, boot_time()); });
    }
}

// By the clock, not by who reads: each reader of a report sees the same peaks.
void ControlLoop::roll_peaks(TimePoint now) {
    if (now >= window_end_) {
        window_end_ = now + kPeakWindow;
        last_longest_step_ = std::exchange(longest_step_, Duration::zero());
        parts_.workers.roll_peaks();
    }
}

void ControlLoop::report_events() {
    if (parts_.control.has_new_events()) {
        for (const admin::Event& event : parts_.control.take_new_events()) {
            parts_.on_event(event);
        }
    }
}

bool ControlLoop::take_frames() {
    bool any = false;
    for (size_t c = 0; c < packet::kPuntClassCount; ++c) {
        std::array<rte_mbuf*, kFramesPerTurn> frames;
        const unsigned n_frames = parts_.workers.take_punted(static_cast<packet::PuntClass>(c), frames);
        const Clocks clocks = n_frames != 0 ? Clocks::read() : Clocks{};
        for (unsigned i = 0; i < n_frames; ++i) {
            parts_.control.on_frame(to_punted_frame(frames[i], clocks), clocks.now);
        }
        rte_pktmbuf_free_bulk(frames.data(), n_frames);
        any = any || n_frames != 0;
    }
    return any;
}

void ControlLoop::sleep_until(TimePoint deadline) const {
    const Duration left = std::clamp<Duration>(deadline - boot_time(), Duration::zero(), kLongestSleep);
    if (left == Duration::zero()) {
        return;
    }
    const timespec timeout{.tv_sec = 0, .tv_nsec = left.count()};
    std::array<pollfd, 2> events{{{.fd = parts_.wake.fd(), .events = POLLIN, .revents = 0},
                                  {.fd = parts_.links.fd(), .events = POLLIN, .revents = 0}}};
    ppoll(events.data(), events.size(), &timeout, nullptr);
    if ((events[0].revents & POLLIN) != 0) {
        parts_.wake.clear();
    }
}

}  // namespace evengate
