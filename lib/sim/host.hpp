// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a simulated host or server: asks for its gateway's address, keeps the answer as Linux does,
// and sends datagrams, each of which is followed. Thread: any. Used by: sim.
#pragma once

#include <optional>
#include <string>

#include "packet/arp.hpp"
#include "sim/surroundings.hpp"

namespace evengate::sim {

class Host {
 public:
    struct Options {
        Side side = Side::lan;  // a host; wan: a server, which answers each datagram with one
        uint16_t index = 0;
        size_t n_servers = 1;
        StationId station;
        TimePoint begins;
        Duration send_interval = std::chrono::milliseconds(100);
        Duration ask_interval = std::chrono::milliseconds(300);   // while the gateway is not known
        Duration probe_interval = std::chrono::seconds(5);        // by unicast, while it is
    };

    Host(Surroundings& surroundings, const Options& options);

    // What the queue says.
    void receive(FrameIndex frame, TimePoint now);
    void wake(TimePoint now);

    // The vMAC that it uses; nothing while it has no answer.
    [[nodiscard]] std::optional<MacId> gateway() const { return gateway_; }
    [[nodiscard]] std::string name() const;
    [[nodiscard]] const Options& options() const { return options_; }

 private:
    void ask(const MacAddress& destination, TimePoint now);
    void receive_arp(const Frame& frame, TimePoint now);
    void send(const Parcel& parcel, TimePoint now);
    void transmit(const packet::ControlFrame& bytes, TimePoint now);

    static constexpr unsigned kMaxProbes = 3;
    static constexpr unsigned kProbesAndQuestion = 3;  // each third time it asks all, as hosts do

    Surroundings& surroundings_;
    Options options_;
    MacAddress mac_;
    IpAddress address_;
    std::optional<MacId> gateway_;
    TimePoint next_question_{};
    unsigned n_unanswered_ = 0;
    unsigned n_probes_ = 0;
    std::optional<StationId> answered_by_;  // to the last question
    bool asked_all_ = false;                // by that
};

}  // namespace evengate::sim
