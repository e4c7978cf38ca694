// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "probing.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <random>

#include "monotonic_clock.hpp"
#include "netns_socket.hpp"
#include "wire.hpp"

namespace evengate::prober {
namespace {

constexpr auto kProgressInterval = std::chrono::seconds(1);
constexpr int kMaxEvents = 64;
constexpr uint32_t kTimerEvent = UINT32_MAX;

// The only thing a signal may touch.
std::atomic<bool> g_end_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

struct Flow {
    Descriptor udp;
    sockaddr target{};
    ProbeFlow probes;
};

// One thread sends and receives: a deadline is one wake-up by an absolute timer, and between two
// deadlines the answers are read. Two threads would compete for the CPUs that they measure.
class Probing {
 public:
    explicit Probing(const ProbingPlan& plan) : plan_(plan) {
        std::random_device random;
        run_ = (uint64_t{random()} << 32) | random();
    }

    Result<void> open();
    Result<void> perform(const std::function<void(const ProbingReport&)>& progress);
    [[nodiscard]] ProbingReport report() const;
    void finish();

 private:
    Result<void> watch(int fd, uint32_t event_index);
    Result<void> wait_until(TimePoint deadline);
    void send_all();
    void receive(size_t flow_index);
    void settle();

    const ProbingPlan& plan_;
    uint64_t run_ = 0;
    uint64_t send_errors_ = 0;
    bool realtime_ = false;
    Descriptor timer_;
    Descriptor epoll_;
    std::vector<Flow> flows_;
};

Result<void> Probing::watch(int fd, uint32_t event_index) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = event_index;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
        return Error{fmt::format("epoll_ctl: {}", std::strerror(errno))};
    }
    return {};
}

Result<void> Probing::open() {
    epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
    timer_ = Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (epoll_.get() < 0 || timer_.get() < 0) {
        return Error{fmt::format("epoll or timerfd: {}", std::strerror(errno))};
    }
    flows_.reserve(plan_.flows.size());
    for (const FlowPlan& flow : plan_.flows) {
        sockaddr_in any{};
        any.sin_family = AF_INET;
        Result<Descriptor> udp = open_udp_socket(flow.netns_path, any);
        if (!udp) {
            return Error{fmt::format("flow {}: {}", flow.name, udp.error().message)};
        }
        ProbeFlow::SettledCallback log;
        if (plan_.log != nullptr) {
            log = [file = plan_.log, name = flow.name](const Probe& probe) {
                fmt::print(file, "{},{},{},{},{}\n", name, probe.sequence,
                           probe.sent.time_since_epoch().count(),
                           probe.answered ? probe.answered->time_since_epoch().count() : 0,
                           probe.n_duplicates);
            };
        }
        sockaddr target{};
        std::memcpy(&target, &flow.target, sizeof target);
        flows_.push_back(
            {.udp = std::move(udp.value()),
             .target = target,
             .probes = ProbeFlow(plan_.interval, plan_.answer_timeout, std::move(log))});
        if (auto watched = watch(flows_.back().udp.get(), static_cast<uint32_t>(flows_.size() - 1));
            !watched) {
            return watched;
        }
    }
    realtime_ = try_become_realtime();
    return watch(timer_.get(), kTimerEvent);
}

void Probing::send_all() {
    for (size_t i = 0; i < flows_.size(); ++i) {
        Flow& flow = flows_[i];
        const uint64_t sequence = flow.probes.record_sent(now());
        const auto bytes =
            encode_probe({.run = run_, .flow = static_cast<uint32_t>(i), .sequence = sequence});
        if (sendto(flow.udp.get(), bytes.data(), bytes.size(), 0, &flow.target,
                   sizeof flow.target) < 0) {
            ++send_errors_;
        }
    }
}

void Probing::receive(size_t flow_index) {
    Flow& flow = flows_[flow_index];
    std::array<uint8_t, 2048> bytes;
    for (;;) {
        const ssize_t size = recv(flow.udp.get(), bytes.data(), bytes.size(), 0);
        if (size < 0) {
            return;
        }
        const auto probe = decode_probe(std::span(bytes).first(static_cast<size_t>(size)));
        if (probe && probe->run == run_ && probe->flow == flow_index) {
            flow.probes.record_answer(probe->sequence, now());
        }
    }
}

// Reads answers until the deadline.
Result<void> Probing::wait_until(TimePoint deadline) {
    itimerspec wake{};
    wake.it_value = to_timespec(deadline);
    if (timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &wake, nullptr) != 0) {
        return Error{fmt::format("timerfd_settime: {}", std::strerror(errno))};
    }
    std::array<epoll_event, kMaxEvents> events;
    for (bool woken = false; !woken;) {
        const int n_events = epoll_wait(epoll_.get(), events.data(), kMaxEvents, -1);
        if (n_events < 0 && errno != EINTR) {
            return Error{fmt::format("epoll_wait: {}", std::strerror(errno))};
        }
        // A signal ends the wait early; at the next deadline perform() looks why.
        for (int i = 0; i < n_events; ++i) {
            const uint32_t index = events[static_cast<size_t>(i)].data.u32;
            if (index == kTimerEvent) {
                woken = true;
            } else {
                receive(index);
            }
        }
    }
    return {};
}

void Probing::settle() {
    for (Flow& flow : flows_) {
        flow.probes.settle(now());
    }
}

Result<void> Probing::perform(const std::function<void(const ProbingReport&)>& progress) {
    const TimePoint start = now() + plan_.interval;
    const TimePoint end = plan_.length == Duration::zero() ? kNever : start + plan_.length;
    TimePoint next_progress = start + kProgressInterval;
    // A deadline that was missed is made up for at once: the number of probes stays exact, and
    // their send times show the pause.
    for (TimePoint deadline = start; deadline < end && !g_end_requested;
         deadline += plan_.interval) {
        if (auto waited = wait_until(deadline); !waited) {
            return waited;
        }
        send_all();
        // Each time a little: a second's worth at once would delay the probes behind it.
        settle();
        if (now() >= next_progress) {
            next_progress += kProgressInterval;
            if (progress) {
                progress(report());
            }
        }
    }
    return wait_until(now() + plan_.answer_timeout);
}

void Probing::finish() {
    for (Flow& flow : flows_) {
        flow.probes.finish();
    }
}

ProbingReport Probing::report() const {
    ProbingReport report{.flows = {}, .send_errors = send_errors_, .realtime = realtime_};
    for (const Flow& flow : flows_) {
        report.flows.push_back(flow.probes.summary());
    }
    return report;
}

}  // namespace

void request_end() {
    g_end_requested = true;
}

Result<ProbingReport> perform_probing(const ProbingPlan& plan,
                                      const std::function<void(const ProbingReport&)>& progress) {
    Probing probing(plan);
    if (auto opened = probing.open(); !opened) {
        return opened.error();
    }
    if (auto performed = probing.perform(progress); !performed) {
        return performed.error();
    }
    probing.finish();
    return probing.report();
}

}  // namespace evengate::prober
