// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: tells when ports gain or lose their link: those with a kernel interface behind them from
// netlink, as their drivers always say "up"; the others from their drivers. Thread: control. Used
// by: app.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "port/link_message.hpp"
#include "port/link_state.hpp"

namespace evengate::port {

class LinkMonitor {
 public:
    // How often drivers are asked, whose answer may cost register reads.
    static constexpr Duration kPollInterval = std::chrono::milliseconds{100};

    struct Watch {
        PortIndex port;
        unsigned kernel_interface = 0;                          // 0: ask read_driver
        std::function<std::optional<LinkState>()> read_driver;  // nothing: not now
    };
    using OnChange = std::function<void(PortIndex, LinkState)>;

    // Watches in the calling thread's network namespace, and asks for the state of each interface.
    // Thread: start-up. Fails: no netlink socket.
    static Result<std::unique_ptr<LinkMonitor>> make(std::vector<Watch> watches);

    ~LinkMonitor();
    LinkMonitor(const LinkMonitor&) = delete;
    LinkMonitor& operator=(const LinkMonitor&) = delete;

    // Readable when take_changes() has something to read. Drivers are not behind it: without an
    // event, call take_changes() every kPollInterval.
    [[nodiscard]] int fd() const { return socket_; }

    // Reports each port whose link is not as last reported; every port once at first, when its
    // state is known. Cost: never waits; the driver's own ports at most every kPollInterval.
    void take_changes(TimePoint now, const OnChange& on_change);

    // Times that the kernel had more to say than the socket held, or said what we cannot read;
    // every interface is then asked for again.
    [[nodiscard]] uint64_t n_resyncs() const { return n_resyncs_; }

 private:
    struct Port {
        Watch watch;
        std::optional<LinkState> known;
        std::optional<LinkState> reported;
    };

    LinkMonitor(int socket, std::vector<Watch> watches);

    Result<void> ask_for(unsigned interface) const;
    // Asks for every interface; false when the kernel took no question, and later must.
    bool resync();
    void read_netlink();
    // False when nothing is left to read.
    bool read_datagram(std::span<uint8_t> buffer);
    void note(const LinkMessage& message);
    void read_drivers(TimePoint now);

    const int socket_;
    std::vector<Port> ports_;
    std::optional<TimePoint> next_poll_;
    bool lost_ = false;  // messages; to be asked for once the socket is empty
    uint64_t n_resyncs_ = 0;
};

}  // namespace evengate::port
