// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <sys/eventfd.h>

#include <array>
#include <fstream>
#include <thread>

#include "catch.hpp"
#include "console/file_descriptor.hpp"
#include "console/session.hpp"
#include "sample.hpp"

using namespace evengate::console;

namespace {

struct Pipe {
    FileDescriptor reader;
    FileDescriptor writer;
};

Pipe make_pipe() {
    std::array<int, 2> fds{};
    REQUIRE(pipe(fds.data()) == 0);
    return {FileDescriptor(fds[0]), FileDescriptor(fds[1])};
}

void write_to(const FileDescriptor& fd, std::string_view text) {
    REQUIRE(write_all(fd.get(), -1, kForever, text) == Io::done);
}

std::string read_rest(Pipe& pipe) {
    pipe.writer = FileDescriptor();
    std::string all;
    std::string bytes;
    while (read_some(pipe.reader.get(), -1, kForever, bytes) == Io::done) {
        all += bytes;
    }
    return all;
}

// Says what it was asked, and fails as the line asks it to.
Outcome execute_fake(std::string_view line) {
    if (line.starts_with("fail")) {
        return {Status::failed, "failed\n"};
    }
    if (line.starts_with("wrong")) {
        return {Status::usage, "wrong\n"};
    }
    if (line.starts_with("gone")) {
        return {Status::unreachable, "gone\n"};
    }
    return {Status::ok, std::string(line) + ".\n"};
}

struct Result {
    int exit_status;
    std::string out;
    std::string err;
};

Result run_lines(std::string_view lines) {
    Pipe in = make_pipe();
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    write_to(in.writer, lines);
    in.writer = FileDescriptor();
    const int status =
        run_interactive({in.reader.get(), out.writer.get(), err.writer.get(), -1}, execute_fake);
    return {status, read_rest(out), read_rest(err)};
}

}  // namespace

TEST_CASE("commands from a pipe give their output alone: no prompt, no echo, no colour") {
    const Result result = run_lines("one\ntwo\nlast without newline");
    CHECK(result.exit_status == 0);
    CHECK(result.out == "one.\ntwo.\nlast without newline.\n");
    CHECK(result.err.empty());
}

TEST_CASE(
    "a line that fails is named, the rest is executed, and the last failure is the exit status") {
    const Result result = run_lines("one\nfail\ntwo\nwrong\nthree\n");
    CHECK(result.exit_status == static_cast<int>(Status::usage));
    CHECK(result.out == "one.\ntwo.\nthree.\n");
    CHECK(result.err == "line 2: failed\nline 4: wrong\n");
}

TEST_CASE("nothing is executed after quit or after the connection was lost") {
    CHECK(run_lines("one\nquit\ntwo\n").out == "one.\nquit.\n");
    const Result lost = run_lines("one\ngone\ntwo\n");
    CHECK(lost.out == "one.\n");
    CHECK(lost.exit_status == static_cast<int>(Status::unreachable));
}

TEST_CASE("a stop ends a session that waits for input") {
    const Pipe in = make_pipe();
    const Pipe out = make_pipe();
    const FileDescriptor stop(eventfd(0, 0));
    int status = -1;
    std::thread session([&] {
        status = run_interactive({in.reader.get(), out.writer.get(), out.writer.get(), stop.get()},
                                 execute_fake);
    });
    REQUIRE(eventfd_write(stop.get(), 1) == 0);
    session.join();
    CHECK(status == 0);
}

TEST_CASE("a file is executed as a pipe is, and one that cannot be read is named") {
    const test::TemporaryDirectory directory;
    std::ofstream(directory / "commands") << "# evening\none\nfail\n";
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    const Streams streams{-1, out.writer.get(), err.writer.get(), -1};
    CHECK(run_file(directory / "commands", streams, execute_fake) ==
          static_cast<int>(Status::failed));
    CHECK(run_file(directory / "nothing", streams, execute_fake) ==
          static_cast<int>(Status::failed));
    CHECK(read_rest(out) == "# evening.\none.\n");
    CHECK(read_rest(err) ==
          "line 3: failed\n" + (directory / "nothing") + ": No such file or directory\n");
}

TEST_CASE("one line gives its text on out, or its error on err, and its exit status") {
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    const Streams streams{-1, out.writer.get(), err.writer.get(), -1};
    CHECK(run_line("one", streams, execute_fake) == 0);
    CHECK(run_line("wrong", streams, execute_fake) == 2);
    CHECK(read_rest(out) == "one.\n");
    CHECK(read_rest(err) == "wrong\n");
}
