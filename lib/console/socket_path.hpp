// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: UNIX stream sockets by path, with errors that say what to do. Thread: any.
// Used by: the socket server, the client.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.hpp"
#include "console/file_descriptor.hpp"

namespace evengate::console {

// A connection to who listens at `path`. Cost: waits up to 2 s while too many others do.
// Fails: nobody does, no permission, the path is too long.
[[nodiscard]] Result<FileDescriptor> connect_to(const std::string& path);

// A listening socket, and the path that leads to it.
class ListeningSocket {
 public:
    // At `path`, with mode 0600 from its first moment; non-blocking. A socket that a process left
    // behind there is replaced. Not safe against two processes that start in the same moment.
    // Fails: a process listens there (it is named), the path is something else, it cannot be made.
    static Result<ListeningSocket> open(const std::string& path);

    ListeningSocket(ListeningSocket&& other) noexcept = default;
    ListeningSocket& operator=(ListeningSocket&& other) = delete;
    // Removes the path, unless another socket has taken its place.
    ~ListeningSocket();

    [[nodiscard]] int fd() const { return fd_.get(); }

 private:
    ListeningSocket(FileDescriptor fd, std::string path, dev_t device, ino_t inode)
        : fd_(std::move(fd)), path_(std::move(path)), device_(device), inode_(inode) {}

    FileDescriptor fd_;
    std::string path_;
    dev_t device_;
    ino_t inode_;  // taken as long as fd_ is open
};

}  // namespace evengate::console
