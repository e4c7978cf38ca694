// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/file_descriptor.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace evengate::console {

namespace {

// An absolute deadline, so that signals do not prolong the wait.
Io wait_for(int fd, short events, int stop, std::chrono::milliseconds patience) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point deadline = Clock::now() + patience;
    while (true) {
        int timeout_ms = -1;
        if (patience != kForever) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
            timeout_ms = left.count() > 0 ? static_cast<int>(left.count()) : 0;
        }
        // poll() ignores negative descriptors.
        std::array<pollfd, 2> fds = {pollfd{fd, events, 0}, pollfd{stop, POLLIN, 0}};
        const int n_ready = poll(fds.data(), fds.size(), timeout_ms);
        if (n_ready < 0 && errno != EINTR) {
            return Io::ended;
        }
        if (n_ready == 0) {
            return Io::timed_out;
        }
        if (n_ready > 0) {
            return fds[1].revents != 0 ? Io::stopped : Io::done;
        }
    }
}

bool must_wait(int error) {
    return error == EAGAIN || error == EWOULDBLOCK;
}

// send() on sockets, as only it can do without SIGPIPE.
ssize_t write_some(int fd, std::string_view bytes) {
    const ssize_t n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return n < 0 && errno == ENOTSOCK ? write(fd, bytes.data(), bytes.size()) : n;
}

}  // namespace

FileDescriptor::~FileDescriptor() {
    if (fd_ >= 0) {
        close(fd_);
    }
}

Io wait_readable(int fd, int stop, std::chrono::milliseconds patience) {
    return wait_for(fd, POLLIN, stop, patience);
}

Io read_some(int fd, int stop, std::chrono::milliseconds patience, std::string& bytes) {
    std::array<char, 4096> buffer;
    while (true) {
        const Io ready = wait_readable(fd, stop, patience);
        if (ready != Io::done) {
            return ready;
        }
        const ssize_t n = read(fd, buffer.data(), buffer.size());
        if (n > 0) {
            bytes.assign(buffer.data(), static_cast<size_t>(n));
            return Io::done;
        }
        if (n == 0 || (!must_wait(errno) && errno != EINTR)) {
            return Io::ended;
        }
    }
}

Io write_all(int fd, int stop, std::chrono::milliseconds patience, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = write_some(fd, bytes);
        if (n >= 0) {
            bytes.remove_prefix(static_cast<size_t>(n));
            continue;
        }
        if (must_wait(errno)) {
            const Io ready = wait_for(fd, POLLOUT, stop, patience);
            if (ready != Io::done) {
                return ready;
            }
        } else if (errno != EINTR) {
            return Io::ended;
        }
    }
    return Io::done;
}

}  // namespace evengate::console
