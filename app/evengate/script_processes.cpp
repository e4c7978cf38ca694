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

// What a process is started with, for as long as that takes.
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

pid_t spawn(const control::ScriptCall& call) {
    std::array<std::string, 4> words = {call.path, call.name, call.address.to_string(), std::to_string(call.port)};
    std::array<char*, 5> arguments{};
    for (size_t i = 0; i < words.size(); ++i) {
        arguments[i] = words[i].data();
    }
    std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    std::array<char*, 2> surroundings = {path.data(), nullptr};
    return SpawnPlan().spawn(call.path.c_str(), arguments.data(), surroundings.data());
}

}  // namespace

bool ScriptProcesses::is_reaped(Run& run) {
    return run.phase == Run::Phase::not_started ||
           (run.phase == Run::Phase::running && waitpid(run.process, nullptr, WNOHANG) != 0);
}

bool ScriptProcesses::start(uint16_t target, const control::ScriptCall& call) {
    const std::lock_guard lock(mutex_);
    if (const auto before = runs_.find(target); before != runs_.end() && !is_reaped(before->second)) {
        return false;
    }
    runs_[target] = {};
    wanted_.push_back({target, call});
    if (!starter_.joinable()) {
        starter_ = std::jthread([this](const std::stop_token& stop) { start_what_is_wanted(stop); });
    }
    has_changed_.notify_one();
    return true;
}

void ScriptProcesses::start_what_is_wanted(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (has_changed_.wait(lock, stop, [this] { return !wanted_.empty(); })) {
        const Wanted wanted = wanted_.front();
        wanted_.pop_front();
        lock.unlock();
        const pid_t process = spawn(wanted.call);
        lock.lock();
        Run& run = runs_[wanted.target];
        run.phase = process == 0 ? Run::Phase::not_started : Run::Phase::running;
        run.process = process;
        if (run.is_stopped && process != 0) {
            kill(-process, SIGKILL);
        }
    }
}

ScriptState ScriptProcesses::look(uint16_t target) {
    const std::lock_guard lock(mutex_);
    const auto found = runs_.find(target);
    if (found == runs_.end() || found->second.is_stopped || found->second.phase == Run::Phase::not_started) {
        return ScriptState::failed;
    }
    if (found->second.phase == Run::Phase::asked) {
        return ScriptState::running;
    }
    const pid_t process = found->second.process;
    siginfo_t ended{};
    if (waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0) {
        return ScriptState::running;
    }
    // What it started and left behind ends with it, while its number is still its own.
    kill(-process, SIGKILL);
    int status = 0;
    const bool is_known = waitpid(process, &status, 0) == process;
    runs_.erase(found);
    return is_known && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? ScriptState::succeeded : ScriptState::failed;
}

void ScriptProcesses::stop(uint16_t target) {
    const std::lock_guard lock(mutex_);
    const auto found = runs_.find(target);
    if (found != runs_.end()) {
        found->second.is_stopped = true;
        if (found->second.phase == Run::Phase::running) {
            kill(-found->second.process, SIGKILL);
        }
    }
}

ScriptProcesses::~ScriptProcesses() {
    if (starter_.joinable()) {
        starter_.request_stop();
        starter_.join();
    }
    for (auto& [target, run] : runs_) {
        if (run.phase == Run::Phase::running) {
            kill(-run.process, SIGKILL);
            waitpid(run.process, nullptr, 0);
        }
    }
}

}  // namespace evengate
