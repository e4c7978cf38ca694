// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: scripts as real processes.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "catch.hpp"
#include "evengate/script_processes.hpp"
#include "eventually.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT
using control::ScriptState;

namespace {

// A script in a folder of its own; both go with the test.
class Script {
 public:
    explicit Script(const std::string& lines) {
        std::string pattern = (std::filesystem::temp_directory_path() / "evengate-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        std::ofstream(path()) << "#!/bin/sh\n" << lines << "\n";
        std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
    }
    ~Script() { std::filesystem::remove_all(folder_); }
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    [[nodiscard]] std::string path() const { return (folder_ / "check").string(); }
    [[nodiscard]] std::filesystem::path file(const std::string& name) const { return folder_ / name; }
    [[nodiscard]] control::ScriptCall call() const {
        return {.path = path(), .name = "s1", .address = IpAddress::v4(0x0A00'0001), .port = 8080};
    }
    [[nodiscard]] std::string text_of(const std::string& name) const {
        std::ifstream file(folder_ / name);
        return {std::istreambuf_iterator<char>(file), {}};
    }

 private:
    std::filesystem::path folder_;
};

// How it ended.
ScriptState end_of(ScriptProcesses& scripts, uint16_t target) {
    ScriptState state = ScriptState::running;
    CHECK(eventually([&] {
        state = scripts.look(target);
        return state != ScriptState::running;
    }));
    return state;
}

}  // namespace

TEST_CASE("a script is told its target, and has neither our files nor our surroundings") {
    const Script script("echo \"$@\" > ${0%/*}/told; env > ${0%/*}/around; ls /proc/self/fd > ${0%/*}/files");
    REQUIRE(setenv("EVENGATE_TEST_SECRET", "x", 1) == 0);
    const int ours = open("/dev/null", O_RDONLY);  // not closed when a program begins
    REQUIRE(ours >= 0);
    ScriptProcesses scripts;
    REQUIRE(scripts.start(7, script.call()));
    CHECK(end_of(scripts, 7) == ScriptState::succeeded);
    close(ours);
    CHECK(script.text_of("told") == "s1 10.0.0.1 8080\n");
    CHECK(script.text_of("around").find("SECRET") == std::string::npos);
    // Its three, and the folder that ls reads.
    CHECK(script.text_of("files") == "0\n1\n2\n3\n");
}

TEST_CASE("a script fails with its status or by a signal, and so does one that is not there") {
    ScriptProcesses scripts;
    const Script refusing("exit 3");
    const Script killed("kill -9 $$");
    REQUIRE(scripts.start(1, refusing.call()));
    REQUIRE(scripts.start(2, killed.call()));
    CHECK(end_of(scripts, 1) == ScriptState::failed);
    CHECK(end_of(scripts, 2) == ScriptState::failed);
    CHECK(scripts.look(2) == ScriptState::failed);
    control::ScriptCall missing = refusing.call();
    missing.path += "-not";
    REQUIRE(scripts.start(1, missing));
    CHECK(end_of(scripts, 1) == ScriptState::failed);
    std::filesystem::permissions(refusing.path(), std::filesystem::perms::owner_read);
    REQUIRE(scripts.start(1, refusing.call()));
    CHECK(end_of(scripts, 1) == ScriptState::failed);
}

TEST_CASE("a script that is stopped ends with all that it started, and the next one begins when it has gone") {
    const Script endless("sleep 1000 & echo $! > ${0%/*}/child; sleep 1000");
    const auto child_is_there = [&endless] {
        const std::string child = endless.text_of("child");
        return !child.empty() && std::filesystem::exists("/proc/" + child.substr(0, child.size() - 1) + "/cwd");
    };
    ScriptProcesses scripts;
    REQUIRE(scripts.start(1, endless.call()));
    CHECK(eventually(child_is_there));
    CHECK(scripts.look(1) == ScriptState::running);
    scripts.stop(1);
    CHECK(eventually([&] { return !child_is_there(); }));
    const Script quick("true");
    CHECK(eventually([&] { return scripts.start(1, quick.call()); }));
    CHECK(end_of(scripts, 1) == ScriptState::succeeded);
}
