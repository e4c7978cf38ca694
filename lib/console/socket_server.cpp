// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/socket_server.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "console/frame.hpp"
#include "console/interpreter.hpp"

namespace evengate::console {

namespace {

// When accept() fails for want of descriptors or memory the socket stays readable: do not spin on
// it.
constexpr std::chrono::milliseconds kAcceptRetry{100};

}  // namespace

Result<std::unique_ptr<SocketServer>> SocketServer::start(const std::string& path,
                                                          admin::Mailbox& mailbox) {
    FileDescriptor stop(eventfd(0, EFD_CLOEXEC));
    if (!stop.is_open()) {
        return Error{fmt::format("console socket {}: {}", path, std::strerror(errno))};
    }
    Result<ListeningSocket> listener = ListeningSocket::open(path);
    if (!listener) {
        return listener.error();
    }
    return std::unique_ptr<SocketServer>(
        new SocketServer(std::move(*listener), std::move(stop), mailbox));
}

SocketServer::SocketServer(ListeningSocket listener, FileDescriptor stop, admin::Mailbox& mailbox)
    : listener_(std::move(listener)), stop_(std::move(stop)), mailbox_(mailbox) {
    accepting_ = std::thread([this] { accept_sessions(); });
}

SocketServer::~SocketServer() {
    // Cannot fail: the counter is far from its end.
    [[maybe_unused]] const int written = eventfd_write(stop_.get(), 1);
    accepting_.join();
    for (Session& session : sessions_) {
        session.thread.join();
    }
}

void SocketServer::accept_sessions() {
    while (wait_readable(listener_.fd(), stop_.get(), kForever) == Io::done) {
        FileDescriptor connection(
            accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (connection.is_open()) {
            open_session(std::move(connection));
        } else if (wait_readable(-1, stop_.get(), kAcceptRetry) == Io::stopped) {
            return;
        }
    }
}

void SocketServer::open_session(FileDescriptor connection) {
    reap_sessions();
    if (sessions_.size() >= kMaxSessions) {
        const Outcome refusal{Status::failed,
                              fmt::format("too many sessions: {} are open\n", kMaxSessions)};
        // An empty socket has room for it; whoever it was for may be gone, which is as well.
        [[maybe_unused]] const Io io = write_all(
            connection.get(), stop_.get(), std::chrono::milliseconds(0), encode_reply(refusal));
        return;
    }
    Session& session = sessions_.emplace_back();
    session.connection = std::move(connection);
    session.thread = std::thread([this, &session] {
        serve(session.connection);
        // The peer learns at once; the descriptor itself is closed when the session is reaped.
        shutdown(session.connection.get(), SHUT_RDWR);
        session.finished.store(
            true, std::memory_order_release);  // pairs with the load in reap_sessions()
    });
}

void SocketServer::serve(const FileDescriptor& connection) {
    Interpreter interpreter(mailbox_);
    LineCutter cutter;
    std::string bytes;
    while (read_some(connection.get(), stop_.get(), kForever, bytes) == Io::done) {
        std::string_view rest = bytes;
        while (const auto line = cutter.take_line(rest)) {
            const Outcome outcome = interpreter.execute(*line);
            const Io io =
                write_all(connection.get(), stop_.get(), kWritePatience, encode_reply(outcome));
            if (io != Io::done || (outcome.status == Status::ok && ends_session(*line))) {
                return;
            }
        }
    }
}

void SocketServer::reap_sessions() {
    std::erase_if(sessions_, [](Session& session) {
        // Pairs with the store at the session's end.
        if (!session.finished.load(std::memory_order_acquire)) {
            return false;
        }
        session.thread.join();
        return true;
    });
}

}  // namespace evengate::console
