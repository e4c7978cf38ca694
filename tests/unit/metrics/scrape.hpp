// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a control thread that answers a mailbox with one report, and one HTTP GET over loopback.
// Used by: the tests of the metrics.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "admin/mailbox.hpp"

namespace evengate::metrics {

// Plays the control lcore, for as long as it lives.
class AnsweringThread {
 public:
    AnsweringThread(admin::Mailbox& mailbox, admin::Report report)
        : report_(std::make_shared<const admin::Report>(std::move(report))),
          thread_([this, &mailbox] {
              while (!stop_) {
                  mailbox.answer_requests([this](const admin::Request&) {
                      return admin::Reply{admin::Reply::Status::ok, {}, report_};
                  });
                  std::this_thread::sleep_for(std::chrono::milliseconds(1));
              }
          }) {}
    ~AnsweringThread() {
        stop_ = true;
        thread_.join();
    }
    AnsweringThread(const AnsweringThread&) = delete;
    AnsweringThread& operator=(const AnsweringThread&) = delete;

 private:
    std::shared_ptr<const admin::Report> report_;
    std::atomic<bool> stop_{false};
    std::thread thread_;  // last: it uses the others
};

// The body of GET /metrics from 127.0.0.1; empty if it cannot be had.
inline std::string scrape(uint16_t port) {
    const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    const std::string request = "GET /metrics HTTP/1.0\r\n\r\n";
    if (connect(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        send(socket_fd, request.data(), request.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(request.size())) {
        std::array<char, 4096> part{};
        ssize_t n_read = 0;
        while ((n_read = recv(socket_fd, part.data(), part.size(), 0)) > 0) {
            answer.append(part.data(), static_cast<size_t>(n_read));
        }
    }
    close(socket_fd);
    const size_t body = answer.find("\r\n\r\n");
    return body == std::string::npos ? std::string() : answer.substr(body + 4);
}

}  // namespace evengate::metrics
