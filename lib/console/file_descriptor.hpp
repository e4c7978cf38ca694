// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: an owned file descriptor, and reading and writing that a stop can end. Thread: any.
// Used by: the socket server, the client, sessions on a terminal or a file.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace evengate::console {

class FileDescriptor {
 public:
    FileDescriptor() = default;
    // Owns `fd` from here on; -1 is none.
    explicit FileDescriptor(int fd) : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~FileDescriptor();

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
    int fd_ = -1;
};

inline constexpr std::chrono::milliseconds kForever{-1};

enum class Io : uint8_t {
    done,
    ended,    // the other side closed, or failed
    stopped,  // the stop descriptor became readable
    timed_out,
};

// Below: `stop` is -1, or a descriptor that becomes readable when waiting must end; descriptors may
// be blocking or not.

// Waits until `fd` can be read, or its other side is gone: Io::done for both.
[[nodiscard]] Io wait_readable(int fd, int stop, std::chrono::milliseconds patience);

// Waits for some bytes and puts them in place of `bytes`.
[[nodiscard]] Io read_some(int fd, int stop, std::chrono::milliseconds patience,
                           std::string& bytes);

// Writes all bytes. `patience` is for each wait: one who reads slowly is served, one who stopped is
// not. A socket that nobody reads any more is Io::ended; so is a pipe, where SIGPIPE is ignored.
[[nodiscard]] Io write_all(int fd, int stop, std::chrono::milliseconds patience,
                           std::string_view bytes);

}  // namespace evengate::console
