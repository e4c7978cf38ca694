// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <csignal>
#include <cstdio>
#include <thread>

#include <pthread.h>

#include "config/config.hpp"
#include "console/interpreter.hpp"
#include "console/session.hpp"
#include "console/socket_server.hpp"
#include "evengate/commands.hpp"
#include "evengate/gateway.hpp"
#include "evengate/wake_event.hpp"
#include "metrics/endpoint.hpp"
#include "port/eal.hpp"

namespace evengate {
namespace {

void say(const char* severity, const std::string& text) {
    std::fprintf(stderr, "evengate: %s%s\n", severity, text.c_str());
}

// Whoever runs the program (systemd, a lab) adds the time.
void log_event(const admin::Event& event) {
    switch (event.severity) {
        case admin::Event::Severity::info: return say("", event.text);
        case admin::Event::Severity::warning: return say("warning: ", event.text);
        case admin::Event::Severity::alarm: return say("alarm: ", event.text);
    }
}

int fail(const Error& error) {
    say("error: ", error.message);
    return 1;
}

// Blocks the signals that end the program, before any thread starts: they are read, not caught.
sigset_t block_ending_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    // A vanished console client is an error of write(), not the end.
    std::signal(SIGPIPE, SIG_IGN);
    return signals;
}

// Waits for an ending signal, or for the gateway to end by itself, in a thread of its own.
class SignalWatch {
 public:
    SignalWatch(const sigset_t& signals, Gateway& gateway)
        : thread_([signals, &gateway] {
              int signal = 0;
              sigwait(&signals, &signal);
              gateway.request_quit();
          }) {}
    ~SignalWatch() {
        pthread_kill(thread_.native_handle(), SIGTERM);
        thread_.join();
    }
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

 private:
    std::thread thread_;
};

// The console on standard input; its end is the end of the program, as in testpmd.
class StdinConsole {
 public:
    explicit StdinConsole(Gateway& gateway)
        : thread_([this, &gateway] {
              console::Interpreter interpreter(gateway.mailbox());
              console::run_interactive({.stop = stop_.fd()},
                                       [&](std::string_view line) { return interpreter.execute(line); });
              gateway.request_quit();
          }) {}
    ~StdinConsole() {
        stop_.set();
        thread_.join();
    }
    StdinConsole(const StdinConsole&) = delete;
    StdinConsole& operator=(const StdinConsole&) = delete;

 private:
    WakeEvent stop_;
    std::thread thread_;
};

int serve(Gateway& gateway, const settings::Settings& settings, const RunOptions& options, const sigset_t& signals) {
    std::unique_ptr<console::SocketServer> console_server;
    if (!settings.console.socket.empty()) {
        auto started = console::SocketServer::start(settings.console.socket, gateway.mailbox());
        if (!started) {
            return fail(started.error());
        }
        console_server = std::move(started).value();
    }
    std::unique_ptr<metrics::Endpoint> metrics_endpoint;
    if (!settings.metrics.listen.empty()) {
        auto opened = metrics::Endpoint::open(settings.metrics.listen, gateway.mailbox());
        if (!opened) {
            return fail(opened.error());
        }
        metrics_endpoint = std::move(opened).value();
    }
    std::unique_ptr<StdinConsole> stdin_console;
    const SignalWatch signal_watch(signals, gateway);
    if (options.interactive) {
        stdin_console = std::make_unique<StdinConsole>(gateway);
    }
    if (auto ran = gateway.run(); !ran) {
        return fail(ran.error());
    }
    say("", settings.appliance.name + " has ended");
    return 0;
}

}  // namespace

int run_gateway(const RunOptions& options) {
    const sigset_t signals = block_ending_signals();
    const auto loaded = config::load_file(options.config_file);
    if (!loaded) {
        for (const config::Problem& problem : loaded.error()) {
            std::fprintf(stderr, "%s\n", config::to_string(problem).c_str());
        }
        return 1;
    }
    const settings::Settings& settings = *loaded;
    const auto eal = port::Eal::start(settings, compute_memory_mb(settings));
    if (!eal) {
        return fail(eal.error());
    }
    Gateway::Opening opening{.config_text = config::to_yaml(settings), .warnings = {}, .on_event = log_event};
    if (!(*eal)->warning().empty()) {
        opening.warnings.push_back((*eal)->warning());
    }
    const auto gateway = Gateway::make(settings, std::move(opening));
    if (!gateway) {
        return fail(gateway.error());
    }
    return serve(**gateway, settings, options, signals);
}

}  // namespace evengate
