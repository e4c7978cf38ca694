// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "traffic.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <random>
#include <sstream>

#include "monotonic_clock.hpp"
#include "netns_socket.hpp"
#include "pace.hpp"
#include "tapped_probe.hpp"
#include "wire.hpp"

namespace evengate::traffic {
namespace {

using prober::Descriptor;
using prober::now;
using prober::ProbeFlow;

constexpr auto kTick = std::chrono::milliseconds(1);
constexpr auto kArrivalTimeout = std::chrono::seconds(1);
constexpr int kSinkBufferBytes = 16 << 20;

Error system_error(const std::string& doing) {
    return {fmt::format("{}: {}", doing, std::strerror(errno))};
}

template <typename Bytes>
std::string mac_text(const Bytes* bytes) {
    const auto byte = [bytes](size_t i) { return static_cast<unsigned>(bytes[i]) & 0xFFu; };
    return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", byte(0), byte(1), byte(2),
                       byte(3), byte(4), byte(5));
}

struct Host {
    Descriptor udp;
    Pace pace;
    ProbeFlow flow;
    uint64_t refused = 0;
};

class Traffic {
 public:
    explicit Traffic(const TrafficPlan& plan) : plan_(plan) {
        std::random_device random;
        run_ = (uint64_t{random()} << 32) | random();
    }

    Result<void> open();
    Result<void> perform(const std::function<void(const TrafficReport&)>& report);

 private:
    Result<void> open_sink();
    Result<void> wait_for_tick();
    Result<void> read_rates();
    Result<void> set_rates(const std::string& line);
    void send_due();
    void receive();
    void settle();
    [[nodiscard]] std::string next_hop_mac(const Host& host) const;
    [[nodiscard]] TrafficReport report();

    const TrafficPlan& plan_;
    uint64_t run_ = 0;
    bool realtime_ = false;
    bool ended_ = false;  // the standard input
    Descriptor timer_;
    Descriptor tap_;
    Descriptor quiet_server_;
    std::vector<Host> hosts_;
    std::string unread_;
    std::map<std::string, std::vector<uint64_t>> forwarded_;
    uint64_t sink_dropped_ = 0;
};

Result<void> Traffic::open() {
    hosts_.reserve(plan_.hosts.size());
    for (const HostPlan& host : plan_.hosts) {
        sockaddr_in any{};
        any.sin_family = AF_INET;
        Result<Descriptor> udp = prober::open_udp_socket(host.netns_path, any);
        if (!udp) {
            return Error{fmt::format("host {}: {}", host.name, udp.error().message)};
        }
        hosts_.push_back(
            {.udp = std::move(udp.value()), .pace = {}, .flow = ProbeFlow(kTick, kArrivalTimeout)});
    }
    if (auto opened = open_sink(); !opened) {
        return opened;
    }
    timer_ = Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
    itimerspec each{};
    each.it_value.tv_nsec = each.it_interval.tv_nsec = Duration(kTick).count();
    if (timer_.get() < 0 || timerfd_settime(timer_.get(), 0, &each, nullptr) != 0) {
        return system_error("timerfd");
    }
    if (fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK) != 0) {
        return system_error("standard input");
    }
    realtime_ = prober::try_become_realtime();
    return {};
}

Result<void> Traffic::open_sink() {
    auto tap = prober::open_ipv4_tap(plan_.sink_netns_path, plan_.sink_interface, kSinkBufferBytes);
    if (!tap) {
        return Error{fmt::format("sink: {}", tap.error().message)};
    }
    tap_ = std::move(tap.value());
    // Without a socket at the port the server's kernel would answer each datagram; this one takes
    // them and keeps none.
    auto server = prober::open_udp_socket(plan_.sink_netns_path, plan_.target);
    if (!server) {
        return Error{fmt::format("server: {}", server.error().message)};
    }
    quiet_server_ = std::move(server.value());
    sock_filter keep_none{.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = 0};
    const sock_fprog filter{.len = 1, .filter = &keep_none};
    if (setsockopt(quiet_server_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) !=
        0) {
        return system_error("filter");
    }
    return {};
}

Result<void> Traffic::wait_for_tick() {
    uint64_t n_ticks = 0;
    while (read(timer_.get(), &n_ticks, sizeof n_ticks) < 0) {
        if (errno != EINTR) {
            return system_error("timer");
        }
    }
    return {};
}

Result<void> Traffic::read_rates() {
    std::array<char, 4096> bytes;
    const ssize_t size = read(STDIN_FILENO, bytes.data(), bytes.size());
    if (size < 0) {
        return errno == EAGAIN || errno == EINTR ? Result<void>() : system_error("standard input");
    }
    ended_ = size == 0;
    unread_.append(bytes.data(), static_cast<size_t>(size));
    for (size_t end = 0; (end = unread_.find('\n')) != std::string::npos;
         unread_.erase(0, end + 1)) {
        if (auto set = set_rates(unread_.substr(0, end)); !set) {
            return set;
        }
    }
    return {};
}

Result<void> Traffic::set_rates(const std::string& line) {
    std::istringstream words(line);
    std::vector<double> rates;
    for (double rate = 0; words >> rate;) {
        rates.push_back(rate);
    }
    if (!words.eof() || rates.size() != hosts_.size() ||
        std::any_of(rates.begin(), rates.end(), [](double rate) { return !(rate >= 0); })) {
        return Error{fmt::format("'{}' is not {} rates", line, hosts_.size())};
    }
    for (size_t i = 0; i < rates.size(); ++i) {
        hosts_[i].pace.set_rate(rates[i], now());
    }
    return {};
}

void Traffic::send_due() {
    sockaddr target{};
    std::memcpy(&target, &plan_.target, sizeof target);
    for (size_t i = 0; i < hosts_.size(); ++i) {
        Host& host = hosts_[i];
        for (uint64_t due = host.pace.take_due(now()); due > 0; --due) {
            const uint64_t sequence = host.flow.record_sent(now());
            const auto bytes = prober::encode_probe(
                {.run = run_, .flow = static_cast<uint32_t>(i), .sequence = sequence});
            if (sendto(host.udp.get(), bytes.data(), bytes.size(), 0, &target, sizeof target) < 0) {
                ++host.refused;
            }
        }
    }
}

void Traffic::receive() {
    std::array<uint8_t, 2048> bytes;
    for (;;) {
        sockaddr_storage storage{};
        socklen_t sender_size = sizeof storage;
        const ssize_t size =
            recvfrom(tap_.get(), bytes.data(), bytes.size(), 0,
                     static_cast<sockaddr*>(static_cast<void*>(&storage)), &sender_size);
        if (size < 0) {
            return;
        }
        sockaddr_ll sender{};
        std::memcpy(&sender, &storage, sizeof sender);
        const auto probe = find_probe(std::span(bytes).first(static_cast<size_t>(size)),
                                      ntohs(plan_.target.sin_port));
        // The tap sees what is for others as well, where a bridge floods: it never reaches a
        // server.
        if (sender.sll_pkttype != PACKET_HOST || !probe || probe->run != run_ ||
            probe->flow >= hosts_.size()) {
            continue;
        }
        hosts_[probe->flow].flow.record_answer(probe->sequence, now());
        auto& counts = forwarded_[mac_text(&sender.sll_addr[0])];
        counts.resize(hosts_.size());
        ++counts[probe->flow];
    }
}

void Traffic::settle() {
    for (Host& host : hosts_) {
        host.flow.settle(now());
    }
}

std::string Traffic::next_hop_mac(const Host& host) const {
    arpreq request{};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr = plan_.next_hop;
    std::memcpy(&request.arp_pa, &address, sizeof address);
    plan_.host_interface.copy(&request.arp_dev[0], sizeof request.arp_dev - 1);
    if (ioctl(host.udp.get(), SIOCGARP, &request) != 0 || (request.arp_flags & ATF_COM) == 0) {
        return {};
    }
    return mac_text(&request.arp_ha.sa_data[0]);
}

TrafficReport Traffic::report() {
    tpacket_stats statistics{};
    socklen_t size = sizeof statistics;
    if (getsockopt(tap_.get(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0) {
        sink_dropped_ += statistics.tp_drops;  // asking resets it
    }
    TrafficReport report{.at = now(),
                         .hosts = {},
                         .forwarded = forwarded_,
                         .sink_dropped = sink_dropped_,
                         .realtime = realtime_};
    for (const Host& host : hosts_) {
        report.hosts.push_back({.refused = host.refused,
                                .flow = host.flow.summary(),
                                .next_hop_mac = next_hop_mac(host)});
    }
    return report;
}

Result<void> Traffic::perform(const std::function<void(const TrafficReport&)>& report_to) {
    TimePoint next_report = now() + plan_.report_interval;
    TimePoint end = kNever;
    while (now() < end) {
        if (auto waited = wait_for_tick(); !waited) {
            return waited;
        }
        receive();
        settle();
        // Before the due ones leave, so that an interval has what it is long.
        if (!ended_ && now() >= next_report) {
            next_report += plan_.report_interval;
            report_to(report());
        }
        if (!ended_) {
            send_due();
            if (auto set = read_rates(); !set) {
                return set;
            }
            end = ended_ ? now() + kArrivalTimeout : kNever;
        }
    }
    receive();
    for (Host& host : hosts_) {
        host.flow.finish();
    }
    report_to(report());
    return {};
}

}  // namespace

Result<void> perform_traffic(const TrafficPlan& plan,
                             const std::function<void(const TrafficReport&)>& report) {
    Traffic traffic(plan);
    if (auto opened = traffic.open(); !opened) {
        return opened;
    }
    return traffic.perform(report);
}

}  // namespace evengate::traffic
