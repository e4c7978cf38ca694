// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the console on a UNIX socket (protocol: frame.hpp), for several sessions at once.
// Thread: one of its own that accepts, and one for each session, so that who reads slowly, or waits
// for the control lcore, delays nobody else. Used by: app.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "admin/mailbox.hpp"
#include "base/result.hpp"
#include "console/file_descriptor.hpp"
#include "console/socket_path.hpp"

namespace evengate::console {

class SocketServer {
 public:
    // A session beyond these is told so and closed.
    static constexpr size_t kMaxSessions = 16;
    // How long a session's reply may wait for its reader to read on.
    static constexpr std::chrono::milliseconds kWritePatience{5000};

    // Listens at `path` and serves until destroyed. `mailbox` outlives the server.
    // Thread: start-up. Fails: as ListeningSocket::open().
    static Result<std::unique_ptr<SocketServer>> start(const std::string& path,
                                                       admin::Mailbox& mailbox);

    // Ends all sessions. Cost: waits for requests
    // that are in the mailbox, at most its patience.
    ~SocketServer();
    SocketServer(const SocketServer&) = delete;
    SocketServer& operator=(const SocketServer&) = delete;

 private:
    struct Session {
        FileDescriptor connection;
        std::thread thread;
        std::atomic<bool> finished{
            false};  // session: write release; accepting thread: read acquire
    };

    SocketServer(ListeningSocket listener, FileDescriptor stop, admin::Mailbox& mailbox);

    void accept_sessions();
    void open_session(FileDescriptor connection);
    void serve(const FileDescriptor& connection);
    void reap_sessions();

    ListeningSocket listener_;
    FileDescriptor stop_;  // eventfd, readable for good once the server ends
    admin::Mailbox& mailbox_;
    std::list<Session> sessions_;  // of the accepting thread, and of the destructor after it
    std::thread accepting_;
};

}  // namespace evengate::console
