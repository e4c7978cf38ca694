// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a report with something of everything, and a gateway that answers with it.
// Used by: the console's tests.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "admin/mailbox.hpp"

namespace evengate::console::test {

[[nodiscard]] admin::Report sample_report();
[[nodiscard]] admin::RerouteReport sample_reroute();
[[nodiscard]] std::vector<admin::ConnectionReport> sample_connections();

// A control loop that answers `report`, list_connections and explain_flow with the sample, refuses
// `start` and `move_vmac`, says something to `stop`, and notes every request.
class SampleGateway {
 public:
    SampleGateway();
    ~SampleGateway();

    [[nodiscard]] admin::Mailbox& mailbox() { return mailbox_; }
    [[nodiscard]] std::vector<admin::Verb> verbs();
    [[nodiscard]] std::vector<admin::Request> requests();

 private:
    void run();
    admin::Reply answer(const admin::Request& request);

    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    std::vector<admin::Request> requests_;
    std::shared_ptr<const admin::Report> report_;
    admin::Mailbox mailbox_;
    std::thread control_;
};

// A fresh directory for sockets and files, removed with all that is in it.
class TemporaryDirectory {
 public:
    TemporaryDirectory();
    ~TemporaryDirectory();

    [[nodiscard]] std::string operator/(const std::string& name) const {
        return path_ + "/" + name;
    }

 private:
    std::string path_;
};

}  // namespace evengate::console::test
