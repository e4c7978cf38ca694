// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "console/file_descriptor.hpp"
#include "console/frame.hpp"
#include "console/interpreter.hpp"
#include "console/session.hpp"

namespace evengate::console {

namespace {

class Script {
 public:
    Script(const Streams& streams, const Execute& execute) : streams_(streams), execute_(execute) {}

    // Whether to go on.
    bool execute(const std::string& line) {
        ++line_number_;
        const Outcome outcome = execute_(line);
        if (outcome.status == Status::ok) {
            return write_all(streams_.out, streams_.stop, kForever, outcome.text) == Io::done &&
                   !ends_session(line);
        }
        exit_status_ = outcome.exit_status();
        const std::string complaint = fmt::format("line {}: {}", line_number_, outcome.text);
        const Io written = write_all(streams_.err, streams_.stop, kForever, complaint);
        return written == Io::done && outcome.status != Status::unreachable;
    }

    [[nodiscard]] int exit_status() const { return exit_status_; }

 private:
    const Streams& streams_;
    const Execute& execute_;
    unsigned line_number_ = 0;
    int exit_status_ = 0;
};

}  // namespace

int run_line(std::string_view line, const Streams& streams, const Execute& execute) {
    const Outcome outcome = execute(line);
    const int fd = outcome.status == Status::ok ? streams.out : streams.err;
    const Io written = write_all(fd, streams.stop, kForever, outcome.text);
    return written == Io::done ? outcome.exit_status() : static_cast<int>(Status::failed);
}

int run_script(const Streams& streams, const Execute& execute) {
    Script script(streams, execute);
    LineCutter cutter;
    std::string bytes;
    Io io = Io::done;
    while ((io = read_some(streams.in, streams.stop, kForever, bytes)) == Io::done) {
        std::string_view rest = bytes;
        while (const auto line = cutter.take_line(rest)) {
            if (!script.execute(*line)) {
                return script.exit_status();
            }
        }
    }
    if (const std::string last = cutter.take_rest(); io == Io::ended && !last.empty()) {
        script.execute(last);
    }
    return script.exit_status();
}

int run_file(const std::string& path, const Streams& streams, const Execute& execute) {
    const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
        const std::string complaint = fmt::format("{}: {}\n", path, std::strerror(errno));
        [[maybe_unused]] const Io io = write_all(streams.err, streams.stop, kForever, complaint);
        return static_cast<int>(Status::failed);
    }
    Streams from_file = streams;
    from_file.in = file.get();
    return run_script(from_file, execute);
}

}  // namespace evengate::console
