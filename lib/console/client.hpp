// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: executes command lines in an appliance at the other end of its console socket.
// Thread: any, one at a time for each Client. Used by: `evengate console`.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "console/file_descriptor.hpp"
#include "console/frame.hpp"
#include "console/outcome.hpp"

namespace evengate::console {

class Client {
 public:
    // Longer than the appliance waits for its control lcore, so that it can say so itself.
    static constexpr std::chrono::milliseconds kPatience{10'000};

    // Fails: nobody listens there, or this user may not; the message says what to do.
    static Result<Client> connect(const std::string& path);

    // Executes one line there. Cost: waits up to the patience. Fails: Status::unreachable when the
    // appliance is gone, and then for every further line.
    [[nodiscard]] Outcome execute(std::string_view line);

 private:
    Client(std::string path, FileDescriptor connection)
        : path_(std::move(path)), connection_(std::move(connection)) {}

    Outcome receive();
    Outcome give_up(std::string_view why);

    std::string path_;
    FileDescriptor connection_;
    ReplyDecoder decoder_;
};

}  // namespace evengate::console
