// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the one way from console and metrics into a gateway: a request, and its reply in time or not.
// Thread: ask() any but control; answer_requests() control. Used by: console, metrics, control, app.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "admin/report.hpp"

namespace evengate::admin {

enum class Verb : uint8_t {
    report,            // make a Report
    start_forwarding,
    stop_forwarding,   // frames are received and dropped by name; ARP and the group go on
    clear_port_stats,
    drain,             // move all vMACs to other members and take none (protocol rule 15)
    undrain,
    move_vmac,         // group, vmac, member
    set_priority,      // group, priority
    set_balance,       // group, key, value
    drain_target,      // target: no new connections
    drain_target_now,  // target: those that it has end, too
    undrain_target,    // target
    set_target_weight,  // target, weight
    list_connections,  // filter, most
    explain_flow,      // flow
    quit,
};

// A flow of a service, as a client sends it.
struct FlowQuestion {
    IpAddress client;
    uint16_t client_port = 0;  // 0: any
    IpAddress published;
    uint16_t published_port = 0;
    std::string protocol{};  // tcp, udp; empty: either

    friend bool operator==(const FlowQuestion&, const FlowQuestion&) = default;
};

struct Request {
    Verb verb = Verb::report;
    GroupId group{0};
    std::string interface{};  // of the group; empty: each group of that id
    VmacNumber vmac{0};
    std::string member{};  // a name, an address or an id of MemberReport
    uint8_t priority = 0;
    std::string key{};    // of groups[].balance in the configuration
    std::string value{};  // as the configuration has it
    std::string target{};  // "SERVICE/TARGET", or "TARGET": of that name in each service
    uint32_t weight = 0;   // 0..65535
    std::string filter{};  // empty: all connections
    size_t most = 100;     // connections in the reply
    FlowQuestion flow{};
};

struct Reply {
    enum class Status : uint8_t { ok, refused, timed_out } status = Status::ok;
    std::string text;  // why it was refused, or what was done; may be empty
    std::shared_ptr<const Report> report{};  // for Verb::report
    std::vector<ConnectionReport> connections{};  // for Verb::list_connections
    enum class Rest : uint8_t { none, more } rest = Rest::none;  // connections that did not fit

    static Reply refused(std::string why) { return {.status = Status::refused, .text = std::move(why)}; }
    static Reply done(std::string what) { return {.status = Status::ok, .text = std::move(what)}; }
};

class Mailbox {
 public:
    // How long a person waits before "no answer from the control lcore" is the better answer.
    static constexpr std::chrono::milliseconds kPatience{2000};

    // Called after a request was put in, by the asking thread: wakes a sleeping control loop.
    explicit Mailbox(std::function<void()> wake = {});

    // Puts a request in and waits for its reply. Thread: any but control. Fails: Status::timed_out.
    Reply ask(Request request, std::chrono::milliseconds patience = kPatience);

    // Whether answer_requests() would find something. Thread: control. Cost: one relaxed load.
    [[nodiscard]] bool has_requests() const { return pending_.load(std::memory_order_relaxed); }

    // Answers all requests that wait, in order. Thread: control.
    void answer_requests(const std::function<Reply(const Request&)>& answer);

 private:
    struct Slot;

    std::function<void()> wake_;
    std::mutex mutex_;
    std::deque<std::shared_ptr<Slot>> waiting_;
    std::atomic<bool> pending_{false};  // set by askers under mutex_, cleared by control
};

}  // namespace evengate::admin
