// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate/script_processes.hpp"

#include <array>
#include <csignal>
#include <string>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

namespace evengate {
namespace {

using control::ScriptState;

// What a process is started with, for as long as it takes.
class SpawnPlan {
 public:
    SpawnPlan() {
        posix_spawn_file_actions_init(&files_);
        for (const int standard : {0, 1, 2}) {
            posix_spawn_file_actions_addopen(&files_, standard, "/dev/null", O_RDWR, 0);
        }
        posix_spawn_file_actions_addclosefrom_np(&files_, 3);
        posix_spawnattr_init(&attributes_);
        sigset_t signals;
        sigemptyset(&signals);
        posix_spawnattr_setsigmask(&attributes_, &signals);
        sigfillset(&signals);
        posix_spawnattr_setsigdefault(&attributes_, &signals);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(&attributes_,
                                 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&files_);
        posix_spawnattr_destroy(&attributes_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    // Fails: 0, with which no process has its number.
    pid_t spawn(const char* path, char* const* arguments, char* const* surroundings) {
        pid_t process = 0;
        return posix_spawn(&process, path, &files_, &attributes_, arguments, surroundings) == 0 ? process : 0;
    }

 private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

bool ScriptProcesses::start(uint16_t target, const control::ScriptCall& call) {
    reap();
    std::array<std::string, 4> words = {call.path, call.name, call.address.to_string(), std::to_string(call.port)};
    std::array<char*, 5> arguments{};
    for (size_t i = 0; i < words.size(); ++i) {
        arguments[i] = words[i].data();
    }
    std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    std::array<char*, 2> surroundings = {path.data(), nullptr};
    const pid_t process = SpawnPlan().spawn(call.path.c_str(), arguments.data(), surroundings.data());
    if (process == 0) {
        return false;
    }
    running_[target] = process;
    return true;
}

ScriptState ScriptProcesses::look(uint16_t target) {
    const auto found = running_.find(target);
    if (found == running_.end()) {
        return ScriptState::failed;
    }
    int status = 0;
    const pid_t ended = waitpid(found->second, &status, WNOHANG);
    if (ended == 0) {
        return ScriptState::running;
    }
    // What it started and left behind ends with it.
    kill(-found->second, SIGKILL);
    running_.erase(found);
    return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? ScriptState::succeeded : ScriptState::failed;
}

void ScriptProcesses::stop(uint16_t target) {
    const auto found = running_.find(target);
    if (found != running_.end()) {
        kill(-found->second, SIGKILL);
        ending_.push_back(found->second);
        running_.erase(found);
    }
}

void ScriptProcesses::reap() {
    std::erase_if(ending_, [](pid_t process) { return waitpid(process, nullptr, WNOHANG) != 0; });
}

ScriptProcesses::~ScriptProcesses() {
    while (!running_.empty()) {
        stop(running_.begin()->first);
    }
    for (const pid_t process : ending_) {
        waitpid(process, nullptr, 0);
    }
}

}  // namespace evengate
