// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the HTTP endpoint that Prometheus scrapes; each scrape asks the mailbox for a report.
// Thread: open() and the destructor start-up; scrapes run in threads of its own. Used by: app.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "admin/mailbox.hpp"
#include "base/result.hpp"

namespace prometheus {
class Collectable;
class Exposer;
}  // namespace prometheus

namespace evengate::metrics {

class Endpoint {
 public:
    // Listens on "ADDRESS:PORT" ("[ADDRESS]:PORT" for IPv6) and answers GET /metrics. Port 0 lets
    // the system choose; port() tells. The mailbox must outlive the endpoint. A scrape that control
    // does not answer within patience shows evengate_up 0 and nothing else.
    // Thread: start-up. The threads it starts inherit the caller's CPU affinity and signal mask.
    // Fails: the address is malformed, in use, not of this machine, or needs rights.
    static Result<std::unique_ptr<Endpoint>> open(
        const std::string& listen, admin::Mailbox& mailbox,
        std::chrono::milliseconds patience = admin::Mailbox::kPatience);

    // Cost: may take 2 s, as the HTTP server looks up that seldom, and longer by the patience of a
    // scrape under way.
    ~Endpoint();
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    // The port it listens on.
    [[nodiscard]] uint16_t port() const { return port_; }

 private:
    Endpoint();

    // The exposer goes first: its threads use the collectable.
    std::shared_ptr<prometheus::Collectable> collectable_;
    std::unique_ptr<prometheus::Exposer> exposer_;
    uint16_t port_ = 0;
};

}  // namespace evengate::metrics
