// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/socket_path.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace evengate::console {

namespace {

constexpr int kBacklog = 16;
constexpr int kBlocking = 0;  // as opposed to SOCK_NONBLOCK

Error failed(const std::string& path, std::string_view what) {
    return {fmt::format("console socket {}: {}", path, what)};
}

Error failed(const std::string& path, std::string_view what, int error) {
    return failed(path, fmt::format("{}: {}", what, std::strerror(error)));
}

Result<sockaddr_un> make_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof(address.sun_path)) {
        return failed(path, fmt::format("a path has 1 to {} bytes", sizeof(address.sun_path) - 1));
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

FileDescriptor make_socket(int blocking) {
    return FileDescriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | blocking, 0));
}

// connect() waits while the other side's queue is full, but not for good.
void limit_waiting(const FileDescriptor& fd) {
    const timeval patience{.tv_sec = 2, .tv_usec = 0};
    setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

// 0, or errno.
template <class Call>
int try_with(const FileDescriptor& fd, const sockaddr_un& address, Call call) {
    return call(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0
               ? 0
               : errno;
}

// "process 4711 (evengate)", of the one who listens at the other end.
std::string describe_peer(const FileDescriptor& connection) {
    ucred peer{};
    socklen_t size = sizeof(peer);
    if (getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return "another process";
    }
    std::ifstream file(fmt::format("/proc/{}/comm", peer.pid));
    std::string name;
    std::getline(file, name);
    return fmt::format("process {} ({})", peer.pid, name.empty() ? "unknown" : name);
}

// Makes `path` free for bind().
Result<void> remove_stale(const std::string& path, const sockaddr_un& address) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
        return {};
    }
    if (!S_ISSOCK(status.st_mode)) {
        return failed(path, "exists and is not a socket; choose another path, or remove it");
    }
    const FileDescriptor probe = make_socket(SOCK_NONBLOCK);
    const int error = try_with(probe, address, connect);
    if (error == 0) {
        return failed(path, fmt::format("{} listens there already", describe_peer(probe)));
    }
    if (error == EAGAIN) {
        return failed(path, "another process listens there already");
    }
    if (error != ECONNREFUSED) {
        return failed(path, "cannot tell whether it is in use", error);
    }
    if (unlink(path.c_str()) != 0) {
        return failed(path, "a socket was left behind there and cannot be removed", errno);
    }
    return {};
}

}  // namespace

Result<FileDescriptor> connect_to(const std::string& path) {
    const Result<sockaddr_un> address = make_address(path);
    if (!address) {
        return address.error();
    }
    FileDescriptor fd = make_socket(kBlocking);
    if (!fd.is_open()) {
        return failed(path, "cannot make a socket", errno);
    }
    limit_waiting(fd);
    const int error = try_with(fd, *address, connect);
    switch (error) {
        case 0:
            return fd;
        case ENOENT:
        case ECONNREFUSED:
            return Error{fmt::format("is evengate running? nobody listens at socket {}", path)};
        case EACCES:
        case EPERM:
            return failed(path,
                          "permission denied; it belongs to the user who runs evengate (try sudo)");
        case EAGAIN:
            return failed(path,
                          "it does not accept connections: evengate may hang, or too many wait");
        default:
            return failed(path, "cannot connect", error);
    }
}

Result<ListeningSocket> ListeningSocket::open(const std::string& path) {
    const Result<sockaddr_un> address = make_address(path);
    if (!address) {
        return address.error();
    }
    if (const Result<void> free = remove_stale(path, *address); !free) {
        return free.error();
    }
    FileDescriptor fd = make_socket(SOCK_NONBLOCK);
    // The mode of the descriptor becomes that of the path: no moment in which others may connect,
    // and no change of the process's umask.
    if (!fd.is_open() || fchmod(fd.get(), S_IRUSR | S_IWUSR) != 0) {
        return failed(path, "cannot make a socket", errno);
    }
    const int error = try_with(fd, *address, bind);
    if (error == ENOENT) {
        return failed(path, "its directory does not exist; make it, or choose another path");
    }
    if (error != 0) {
        return failed(path, "cannot be made", error);
    }
    struct stat status {};
    if (listen(fd.get(), kBacklog) != 0 || lstat(path.c_str(), &status) != 0) {
        return failed(path, "cannot listen", errno);
    }
    return ListeningSocket(std::move(fd), path, status.st_dev, status.st_ino);
}

ListeningSocket::~ListeningSocket() {
    struct stat status {};
    if (fd_.is_open() && lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ &&
        status.st_ino == inode_) {
        unlink(path_.c_str());
    }
}

}  // namespace evengate::console
