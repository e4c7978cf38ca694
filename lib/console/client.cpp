// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/client.hpp"

#include <fmt/format.h>

#include "console/socket_path.hpp"

namespace evengate::console {

Result<Client> Client::connect(const std::string& path) {
    Result<FileDescriptor> connection = connect_to(path);
    if (!connection) {
        return connection.error();
    }
    return Client(path, std::move(*connection));
}

Outcome Client::execute(std::string_view line) {
    if (line.find('\n') != std::string_view::npos) {
        return {Status::usage, "bad arguments: a command is one line\n"};
    }
    if (!connection_.is_open()) {
        return give_up("the connection is closed");
    }
    // A server that refuses the session closes it with a reason, so the reply counts even if the
    // request could not be sent.
    const Io sent = write_all(connection_.get(), -1, kPatience, std::string(line) + "\n");
    return sent == Io::timed_out ? give_up("no answer in time") : receive();
}

Outcome Client::receive() {
    std::string bytes;
    while (true) {
        Result<std::optional<Outcome>> reply = decoder_.decode(bytes);
        if (!reply) {
            return give_up(reply.error().message);
        }
        if (reply->has_value()) {
            return std::move(**reply);
        }
        const Io io = read_some(connection_.get(), -1, kPatience, bytes);
        if (io != Io::done) {
            return give_up(io == Io::timed_out ? "no answer in time"
                                               : "the appliance closed the connection");
        }
    }
}

// A reply that came later would be taken for that of the next command: the connection is of no more
// use.
Outcome Client::give_up(std::string_view why) {
    connection_ = FileDescriptor();
    return {Status::unreachable, fmt::format("console socket {}: {}\n", path_, why)};
}

}  // namespace evengate::console
