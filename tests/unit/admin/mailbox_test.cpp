// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "admin/mailbox.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "catch.hpp"

using namespace std::chrono_literals;
using evengate::admin::Mailbox;
using evengate::admin::Reply;
using evengate::admin::Request;
using evengate::admin::Verb;

namespace {

constexpr auto kShort = 20ms;
constexpr auto kLong = 30s;  // never reached unless something is broken

// Answers until `done`, as a control loop does.
void answer_until(Mailbox& mailbox, const std::atomic<bool>& done,
                  const std::function<Reply(const Request&)>& answer) {
    while (!done.load()) {
        if (mailbox.has_requests()) {
            mailbox.answer_requests(answer);
        }
        std::this_thread::yield();
    }
}

void wait_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + kLong;
    while (!condition()) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        std::this_thread::yield();
    }
}

}  // namespace

TEST_CASE("a request that nobody answers times out, and not before its patience is over") {
    Mailbox mailbox;
    const auto start = std::chrono::steady_clock::now();
    const Reply reply = mailbox.ask({Verb::report}, kShort);
    CHECK(reply.status == Reply::Status::timed_out);
    CHECK(reply.text == "no answer from the control lcore in time");
    CHECK(reply.report == nullptr);
    CHECK(std::chrono::steady_clock::now() - start >= kShort);
}

TEST_CASE("the asker gets the reply that its own verb caused") {
    Mailbox mailbox;
    std::atomic<bool> done{false};
    std::thread control([&] {
        answer_until(mailbox, done, [](const Request& request) {
            return request.verb == Verb::quit ? Reply{Reply::Status::refused, "not now", nullptr}
                                              : Reply{Reply::Status::ok, "done", nullptr};
        });
    });
    const Reply quit = mailbox.ask({Verb::quit}, kLong);
    const Reply stop = mailbox.ask({Verb::stop_forwarding}, kLong);
    done = true;
    control.join();
    CHECK(quit.status == Reply::Status::refused);
    CHECK(quit.text == "not now");
    CHECK(stop.status == Reply::Status::ok);
    CHECK(stop.text == "done");
}

TEST_CASE("an answer for an asker who gave up harms nobody and reaches nobody else") {
    Mailbox mailbox;
    CHECK(mailbox.ask({Verb::quit}, 1ms).status == Reply::Status::timed_out);
    CHECK(mailbox.has_requests());
    unsigned n_answered = 0;
    mailbox.answer_requests([&](const Request& request) {
        ++n_answered;
        CHECK(request.verb == Verb::quit);
        return Reply{Reply::Status::ok, "too late", nullptr};
    });
    CHECK(n_answered == 1);
    CHECK_FALSE(mailbox.has_requests());
    CHECK(mailbox.ask({Verb::report}, 1ms).status == Reply::Status::timed_out);
}

TEST_CASE("requests are answered in the order in which they were put in") {
    Mailbox mailbox;
    const std::vector<Verb> order = {Verb::stop_forwarding, Verb::clear_port_stats,
                                     Verb::start_forwarding};
    for (const Verb verb : order) {
        CHECK(mailbox.ask({verb}, 1ms).status == Reply::Status::timed_out);
    }
    std::vector<Verb> answered;
    mailbox.answer_requests([&](const Request& request) {
        answered.push_back(request.verb);
        return Reply{};
    });
    CHECK(answered == order);
}

TEST_CASE("a request put in while others are answered waits for the next round and is not lost") {
    Mailbox mailbox;
    CHECK(mailbox.ask({Verb::report}, 1ms).status == Reply::Status::timed_out);
    Reply second;
    std::thread asker;
    mailbox.answer_requests([&](const Request&) {
        asker = std::thread([&] { second = mailbox.ask({Verb::start_forwarding}, kLong); });
        wait_until([&] { return mailbox.has_requests(); });
        return Reply{};
    });
    CHECK(mailbox.has_requests());
    mailbox.answer_requests([](const Request&) {
        return Reply{Reply::Status::ok, "second round", nullptr};
    });
    asker.join();
    CHECK(second.text == "second round");
}

TEST_CASE("asking wakes a control loop that sleeps, once for each request, after it was put in") {
    unsigned n_wakes = 0;
    Mailbox* box = nullptr;
    Mailbox mailbox([&] {
        ++n_wakes;
        CHECK(box->has_requests());
    });
    box = &mailbox;
    CHECK(mailbox.ask({Verb::report}, 1ms).status == Reply::Status::timed_out);
    CHECK(mailbox.ask({Verb::report}, 1ms).status == Reply::Status::timed_out);
    CHECK(n_wakes == 2);
}

TEST_CASE("many threads ask at once and each gets the report made for a request of its own") {
    constexpr unsigned kThreads = 8;
    constexpr unsigned kRequests = 500;
    Mailbox mailbox;
    std::atomic<bool> done{false};
    std::atomic<unsigned> n_wrong{0};
    uint64_t n_answered = 0;
    std::thread control([&] {
        answer_until(mailbox, done, [&](const Request& request) {
            auto report = std::make_shared<evengate::admin::Report>();
            report->generation = ++n_answered;
            return Reply{request.verb == Verb::report ? Reply::Status::ok : Reply::Status::refused,
                         "", report};
        });
    });
    std::vector<std::thread> askers;
    for (unsigned i = 0; i < kThreads; ++i) {
        askers.emplace_back([&, i] {
            uint64_t last = 0;
            for (unsigned n = 0; n < kRequests; ++n) {
                const Verb verb = i % 2 == 0 ? Verb::report : Verb::quit;
                const Reply reply = mailbox.ask({verb}, kLong);
                const auto wanted =
                    verb == Verb::report ? Reply::Status::ok : Reply::Status::refused;
                if (reply.status != wanted || !reply.report || reply.report->generation <= last) {
                    ++n_wrong;
                    break;
                }
                last = reply.report->generation;
            }
        });
    }
    for (std::thread& asker : askers) {
        asker.join();
    }
    done = true;
    control.join();
    CHECK(n_wrong == 0);
    CHECK(n_answered == kThreads * kRequests);
}
