// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <random>
#include <thread>

#include "catch.hpp"
#include "console/client.hpp"
#include "console/frame.hpp"
#include "console/interpreter.hpp"
#include "console/socket_server.hpp"
#include "console/words.hpp"
#include "sample.hpp"

using namespace std::chrono_literals;
using namespace evengate;
using namespace evengate::console;

namespace {

constexpr auto kPatience = 30s;
constexpr unsigned kSeed = 20'261'121;

// Bytes of all values, with newlines often enough that lines end.
std::string random_bytes(size_t size) {
    std::mt19937 random(kSeed);
    std::string bytes(size, '\0');
    std::generate(bytes.begin(), bytes.end(), [&] {
        return random() % 50 == 0 ? '\n' : static_cast<char>(static_cast<unsigned char>(random()));
    });
    return bytes;
}

// Words of the commands, whole, cut, doubled, with blanks and comments between, in any order.
std::string random_line(std::mt19937& random, const std::vector<std::string_view>& words) {
    std::string line;
    for (size_t n = random() % 7; n > 0; --n) {
        const std::string_view word = words[random() % words.size()];
        line += word.substr(0, random() % 4 == 0 ? 1 + random() % word.size() : word.size());
        line += random() % 20 == 0 ? "#"
                                   : std::string(1 + random() % 2, random() % 5 == 0 ? '\t' : ' ');
    }
    return line;
}

bool is_action(std::string_view line) {
    const auto full = complete_words(line);
    const auto commands = all_commands();
    return full && std::any_of(commands.begin(), commands.end(), [&](const Command& command) {
               return command.kind != Kind::show && command.kind != Kind::local &&
                      command.syntax == *full;
           });
}

}  // namespace

TEST_CASE("a storm of 100,000 random bytes gets one refusal a line, and the next session works") {
    const test::TemporaryDirectory directory;
    const std::string path = directory / "console";
    test::SampleGateway gateway;
    const auto server = SocketServer::start(path, gateway.mailbox());
    REQUIRE(server.ok());
    const auto connection = connect_to(path);
    REQUIRE(connection.ok());

    const std::string storm = random_bytes(100'000) + "\n";
    // Catch2 counts in one thread only: the writer's result is looked at after it ended.
    Io written = Io::ended;
    std::thread writer([&] { written = write_all(connection->get(), -1, kPatience, storm); });
    const auto n_lines = std::count(storm.begin(), storm.end(), '\n');
    ReplyDecoder decoder;
    std::string bytes;
    auto n_replies = n_lines - n_lines;
    while (n_replies < n_lines) {
        auto reply = decoder.decode(bytes);
        REQUIRE(reply.ok());
        if (!reply->has_value()) {
            REQUIRE(read_some(connection->get(), -1, kPatience, bytes) == Io::done);
            continue;
        }
        bytes.clear();
        ++n_replies;
        CHECK(((*reply)->status == Status::usage || (*reply)->text.empty()));
    }
    writer.join();
    CHECK(written == Io::done);
    CHECK(gateway.verbs().empty());
    CHECK(Client::connect(path)->execute("show config").status == Status::ok);
}

TEST_CASE(
    "20,000 lines of shuffled command words are executed or refused, and change nothing by "
    "accident") {
    std::vector<std::string_view> words = {"lan", "all", "json", "PORT", "[", "x", "show"};
    for (const Form& form : all_forms()) {
        words.insert(words.end(), form.words.begin(), form.words.end());
    }
    test::SampleGateway gateway;
    std::mt19937 random(kSeed);
    Interpreter interpreter(gateway.mailbox());
    unsigned n_executed = 0;
    unsigned n_actions = 0;
    unsigned n_wrong = 0;
    for (unsigned i = 0; i < 20'000; ++i) {
        const std::string line = random_line(random, words);
        if (is_action(line)) {
            ++n_actions;
            continue;
        }
        const Outcome outcome = interpreter.execute(line);
        n_executed += outcome.status == Status::ok ? 1U : 0U;
        // Every refusal says why, and the kind of refusal fits a gateway that answers.
        const bool fits = outcome.status == Status::ok || outcome.status == Status::usage ||
                          outcome.status == Status::failed;
        n_wrong += fits && (outcome.status == Status::ok || !outcome.text.empty()) ? 0U : 1U;
    }
    const auto verbs = gateway.verbs();
    CHECK(n_wrong == 0);
    CHECK(n_executed > 1000);
    CHECK(n_actions > 50);
    CHECK(std::all_of(verbs.begin(), verbs.end(), [](auto verb) {
        return verb == admin::Verb::report || verb == admin::Verb::list_connections ||
               verb == admin::Verb::explain_flow;
    }));
}
