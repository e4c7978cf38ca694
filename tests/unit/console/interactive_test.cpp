// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <pty.h>
#include <termios.h>

#include <thread>

#include "catch.hpp"
#include "console/file_descriptor.hpp"
#include "console/interpreter.hpp"
#include "console/session.hpp"
#include "sample.hpp"

using namespace std::chrono_literals;
using namespace evengate::console;

namespace {

constexpr auto kPatience = 30s;  // for the slowest of machines

// A person at a pseudo-terminal.
class Person {
 public:
    explicit Person(const Execute& execute) {
        int master = -1;
        int slave = -1;
        REQUIRE(openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
        master_ = FileDescriptor(master);
        slave_ = FileDescriptor(slave);
        REQUIRE(tcgetattr(slave, &before_) == 0);
        session_ = std::thread([this, execute] {
            exit_status_ = run_interactive({slave_.get(), slave_.get(), slave_.get(), -1}, execute);
        });
        (void)read_until("evengate> ");
    }
    ~Person() {
        if (session_.joinable()) {
            master_ = FileDescriptor();  // hangs up
            session_.join();
        }
    }

    void type(std::string_view keys) {
        REQUIRE(write_all(master_.get(), -1, kPatience, keys) == Io::done);
    }

    // What the screen got, up to and with `end`; without carriage returns, which the line editor
    // and the terminal both add.
    std::string read_until(const std::string& end) {
        std::string bytes;
        while (unread_.find(end) == std::string::npos) {
            INFO("waiting for '" << end << "', got '" << unread_ << "'");
            REQUIRE(read_some(master_.get(), -1, kPatience, bytes) == Io::done);
            std::erase(bytes, '\r');
            unread_ += bytes;
        }
        const size_t size = unread_.find(end) + end.size();
        std::string text = unread_.substr(0, size);
        unread_.erase(0, size);
        return text;
    }

    // Types a line, and gives what the screen shows up to the next prompt.
    std::string enter(const std::string& keys) {
        type(keys + "\r");
        return read_until("\nevengate> ");
    }

    int wait_for_end() {
        session_.join();
        return exit_status_;
    }

    [[nodiscard]] bool terminal_is_restored() const {
        termios after{};
        return tcgetattr(slave_.get(), &after) == 0 && after.c_lflag == before_.c_lflag;
    }

 private:
    FileDescriptor master_;
    FileDescriptor slave_;
    termios before_{};
    std::string unread_;
    std::thread session_;
    int exit_status_ = -1;
};

Outcome echo(std::string_view line) {
    return {Status::ok, "<" + std::string(line) + ">\n"};
}

}  // namespace

TEST_CASE("a line is echoed, executed and followed by a new prompt") {
    Person person(echo);
    CHECK(person.enter("show vmacs") == "show vmacs\n<show vmacs>\nevengate> ");
    person.type("quit\r");
    CHECK(person.wait_for_end() == 0);
    CHECK(person.terminal_is_restored());
}

TEST_CASE("Tab completes a unique word, and what several have in common") {
    Person person(echo);
    CHECK(person.enter("sho\tvm\t").find("<show vmacs >") != std::string::npos);
    CHECK(person.enter("sh\to").find("<sho>") != std::string::npos);
    CHECK(person.enter("show port x\tlan\t").find("<show port xstats lan>") != std::string::npos);
    CHECK(person.enter("show dr\tj\t").find("<show drops json >") != std::string::npos);
}

TEST_CASE("Tab on a word that may be several offers each of them once") {
    Person person(echo);
    person.type("sh\t");
    CHECK(person.read_until("evengate> sh") ==
          "sh\n shutdown\n show\n\x1bM\x1b"
          "Eevengate> sh");
    CHECK(person.enter("ow port \t").find("\n stats\n info\n xstats\n macs\n") !=
          std::string::npos);
    CHECK(person.enter("show port stats \t").find("show port stats PORT: packets") !=
          std::string::npos);
}

TEST_CASE("the arrow keys bring back what was typed before") {
    Person person(echo);
    (void)person.enter("one");
    (void)person.enter("two");
    (void)person.enter("two");
    CHECK(person.enter("\x1b[A\x1b[A").find("<one>") != std::string::npos);
}

TEST_CASE("Ctrl-C gives up the line and not the session, Ctrl-D on an empty line ends it") {
    Person person(echo);
    person.type("stop\x03");
    CHECK(person.read_until("evengate> ") == "stop\nevengate> ");
    CHECK(person.enter("one\x04") == "one\n<one>\nevengate> ");
    person.type("\x04");
    CHECK(person.wait_for_end() == 0);
    CHECK(person.terminal_is_restored());
}

TEST_CASE("a lost connection ends the session with its status") {
    Person person([](std::string_view) { return Outcome{Status::unreachable, "gone\n"}; });
    person.type("show vmacs\r");
    CHECK(person.wait_for_end() == static_cast<int>(Status::unreachable));
    CHECK(person.read_until("gone\n") == "show vmacs\ngone\n");
}

TEST_CASE("keys that are no text, and lines longer than the editor, leave the session usable") {
    Person person(echo);
    person.type("\xC3\xA9\xFF\x1b[99~\x01\x05\x0b\x19\x17");
    person.type(std::string(2000, 'x') + "\x03");
    (void)person.read_until("\nevengate> ");
    CHECK(person.enter("one").ends_with("<one>\nevengate> "));
}

TEST_CASE("at a terminal the real commands answer") {
    evengate::console::test::SampleGateway gateway;
    Interpreter interpreter(gateway.mailbox());
    Person person([&](std::string_view line) { return interpreter.execute(line); });
    CHECK(person.enter("show config").ends_with("appliance:\n  name: gw-a\nevengate> "));
    CHECK(
        person.enter("sh").ends_with("ambiguous command: 'sh' may be shutdown | show\nevengate> "));
    person.type("shutdown\r");
    CHECK(person.wait_for_end() == 0);
    CHECK(gateway.verbs().back() == evengate::admin::Verb::quit);
}
