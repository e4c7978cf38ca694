// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/interpreter.hpp"

#include <array>
#include <thread>

#include "catch.hpp"
#include "sample.hpp"

using namespace std::chrono_literals;
using namespace evengate;
using admin::Verb;
using console::Interpreter;
using console::Outcome;
using console::Status;

namespace {

// None of these may reach the control lcore: nobody answers there.
Outcome execute_unanswered(std::string_view line) {
    admin::Mailbox mailbox;
    Outcome outcome = Interpreter(mailbox, 0ms).execute(line);
    CHECK_FALSE(mailbox.has_requests());
    return outcome;
}

struct Refusal {
    const char* line;
    const char* text;
};

}  // namespace

TEST_CASE("a wrong line is refused with what was expected, and asks nothing of the appliance") {
    const auto [line, text] = GENERATE(
        Refusal{"foo", "unknown command 'foo'; `help` lists the commands\n"},
        Refusal{"Show vmacs", "unknown command 'Show'; `help` lists the commands\n"},
        Refusal{"showvmacs", "unknown command 'showvmacs'; `help` lists the commands\n"},
        Refusal{"PORT", "unknown command 'PORT'; `help` lists the commands\n"},
        Refusal{"sh vmacs", "ambiguous command: 'sh' may be shutdown | show\n"},
        Refusal{"show c", "ambiguous command: 'c' may be connections | control | config\n"},
        Refusal{"show port",
                "bad arguments: expected stats | info | xstats | macs after 'show port'\n"},
        Refusal{"show port foo",
                "bad arguments: expected stats | info | xstats | macs after 'show port', found "
                "'foo'\n"},
        Refusal{"show port stats", "bad arguments: expected PORT after 'show port stats'\n"},
        Refusal{"show port stats lan xml",
                "bad arguments: expected the end of the line | json after 'show port stats lan', "
                "found 'xml'\n"},
        Refusal{
            "show vmacs json json",
            "bad arguments: expected the end of the line after 'show vmacs json', found 'json'\n"},
        Refusal{"clear port stats lan",
                "bad arguments: expected all after 'clear port stats', found 'lan'\n"},
        Refusal{"stop json",
                "bad arguments: expected the end of the line after 'stop', found 'json'\n"},
        Refusal{"help nothing",
                "bad arguments: no section 'nothing'; expected all or one of: session, control, "
                "ports, group, services, gateway, counters, appliance\n"},
        Refusal{"show group 7",
                "bad arguments: expected brief | the end of the line | json after 'show group', "
                "found '7'\n"},
        Refusal{"drain all", "bad arguments: expected the end of the line | target after 'drain', "
                             "found 'all'\n"},
        Refusal{"move vmac 7 2",
                "bad arguments: expected MEMBER after 'move vmac 7 2'\n"},
        Refusal{"move vmac 1024 2 gw-b",
                "bad arguments: expected 0 to 1023, or INTERFACE:ID as GROUP, found '1024'\n"},
        Refusal{"move vmac :7 2 gw-b",
                "bad arguments: expected 0 to 1023, or INTERFACE:ID as GROUP, found ':7'\n"},
        Refusal{"move vmac lan: 2 gw-b",
                "bad arguments: expected 0 to 1023, or INTERFACE:ID as GROUP, found 'lan:'\n"},
        Refusal{"move vmac 7 0 gw-b",
                "bad arguments: expected 1 to 255 as VMAC, found '0'\n"},
        Refusal{"move vmac 7 -1 gw-b",
                "bad arguments: expected 1 to 255 as VMAC, found '-1'\n"},
        Refusal{"move vmac 7 256 gw-b",
                "bad arguments: expected 1 to 255 as VMAC, found '256'\n"},
        Refusal{"set balance 7 alpha",
                "bad arguments: expected VALUE after 'set balance 7 alpha'\n"},
        Refusal{"set balance lan: alpha 0.5",
                "bad arguments: expected 0 to 1023, or INTERFACE:ID as GROUP, found 'lan:'\n"},
        Refusal{"set bal 7 alpha 0.5",
                "bad arguments: 'bal' must be written in full: balance\n"},
        Refusal{"show balance now",
                "bad arguments: expected the end of the line | json | dry-run | history after "
                "'show balance', found 'now'\n"},
        Refusal{"set priority gw-a 7",
                "bad arguments: expected 0 to 1023, or INTERFACE:ID as GROUP, found 'gw-a'\n"},
        Refusal{"set priority 7 0",
                "bad arguments: expected 1 to 255 as PRIORITY, found '0'\n"},
        Refusal{"set priority 7 99999999999999999999",
                "bad arguments: expected 1 to 255 as PRIORITY, found '99999999999999999999'\n"});
    INFO(line);
    const Outcome outcome = execute_unanswered(line);
    CHECK(outcome.status == Status::usage);
    CHECK(outcome.text == text);
}

TEST_CASE("words of commands that only show may be shortened as long as they stay unique") {
    console::test::SampleGateway gateway;
    Interpreter interpreter(gateway.mailbox());
    CHECK(interpreter.execute("sho ro").text == interpreter.execute("show routes").text);
    CHECK(interpreter.execute("sho po st lan j").text ==
          interpreter.execute("show port stats lan json").text);
    CHECK(interpreter.execute("h all").text == interpreter.execute("help all").text);
}

TEST_CASE("commands that change something must be written in full") {
    const std::array<Refusal, 6> shortened = {Refusal{"sto", "stop"},
                                              {"star", "start"},
                                              {"shut", "shutdown"},
                                              {"cl port stats all", "clear"},
                                              {"dr", "drain"},
                                              {"mo vmac 7 2 gw-b", "move"}};
    for (const auto& [line, full] : shortened) {
        const std::string_view word =
            std::string_view(line).substr(0, std::string_view(line).find(' '));
        const Outcome outcome = execute_unanswered(line);
        CHECK(outcome.status == Status::usage);
        CHECK(outcome.text ==
              "bad arguments: '" + std::string(word) + "' must be written in full: " + full + "\n");
    }
}

TEST_CASE("blanks and comments do nothing, successfully") {
    for (const char* line : {"", "   ", "\t", "# stop", "  # show"}) {
        const Outcome outcome = execute_unanswered(line);
        CHECK(outcome.status == Status::ok);
        CHECK(outcome.text.empty());
    }
    console::test::SampleGateway gateway;
    CHECK(Interpreter(gateway.mailbox()).execute("\tstop   # for the night").text ==
          "forwarding stopped\n");
}

TEST_CASE("each action asks exactly its own verb of the appliance, once") {
    console::test::SampleGateway gateway;
    Interpreter interpreter(gateway.mailbox());
    CHECK(interpreter.execute("start").status == Status::failed);
    CHECK(interpreter.execute("stop").status == Status::ok);
    CHECK(interpreter.execute("clear port stats all").status == Status::ok);
    CHECK(interpreter.execute("shutdown").status == Status::ok);
    CHECK(interpreter.execute("show drops").status == Status::ok);
    CHECK(interpreter.execute("quit").status == Status::ok);
    CHECK(interpreter.execute("help").status == Status::ok);
    CHECK(gateway.verbs() == std::vector{Verb::start_forwarding, Verb::stop_forwarding,
                                         Verb::clear_port_stats, Verb::quit, Verb::report});
}

TEST_CASE("an action on the group asks for what its words say") {
    console::test::SampleGateway gateway;
    Interpreter interpreter(gateway.mailbox());
    CHECK(interpreter.execute("drain").status == Status::ok);
    CHECK(interpreter.execute("undrain").status == Status::ok);
    CHECK(interpreter.execute("move vmac 1023 255 10.0.0.3").status == Status::failed);
    CHECK(interpreter.execute("move vmac lan0:0 1 gw-b").status == Status::failed);
    CHECK(interpreter.execute("set priority up.10:7 1").status == Status::ok);
    CHECK(interpreter.execute("set balance lan0:7 plan-interval 30s").status == Status::ok);
    const auto requests = gateway.requests();
    REQUIRE(requests.size() == 6);
    CHECK(requests[0].verb == Verb::drain);
    CHECK(requests[1].verb == Verb::undrain);
    CHECK(requests[2].verb == Verb::move_vmac);
    CHECK(requests[2].group == GroupId(1023));
    CHECK(requests[2].interface.empty());
    CHECK(requests[2].vmac == VmacNumber(255));
    CHECK(requests[2].member == "10.0.0.3");
    CHECK(requests[3].group == GroupId(0));
    CHECK(requests[3].interface == "lan0");
    CHECK(requests[3].vmac == VmacNumber(1));
    CHECK(requests[3].member == "gw-b");
    CHECK(requests[5].verb == Verb::set_balance);
    CHECK(requests[5].group == GroupId(7));
    CHECK(requests[5].interface == "lan0");
    CHECK(requests[5].key == "plan-interval");
    CHECK(requests[5].value == "30s");
    CHECK(requests[4].verb == Verb::set_priority);
    CHECK(requests[4].group == GroupId(7));
    CHECK(requests[4].interface == "up.10");
    CHECK(requests[4].priority == 1);
}

TEST_CASE("a refused action is named as it was typed") {
    console::test::SampleGateway gateway;
    const Outcome outcome = Interpreter(gateway.mailbox()).execute("move  vmac 7 2 gw-x # away");
    CHECK(outcome.status == Status::failed);
    CHECK(outcome.text == "move vmac 7 2 gw-x: no member gw-x\n");
}

TEST_CASE("what the appliance refuses is said with its reason") {
    console::test::SampleGateway gateway;
    const Outcome outcome = Interpreter(gateway.mailbox()).execute("start");
    CHECK(outcome.status == Status::failed);
    CHECK(outcome.text == "start: no port has a link\n");
}

TEST_CASE("a control lcore that does not answer is a timeout, for shows and for actions") {
    admin::Mailbox mailbox;
    Interpreter interpreter(mailbox, 10ms);
    for (const char* line : {"show port stats all", "stop"}) {
        const Outcome outcome = interpreter.execute(line);
        CHECK(outcome.status == Status::timed_out);
        CHECK(outcome.text.ends_with(": no answer from the control lcore in time\n"));
    }
}

TEST_CASE("a reply without a report is a failure, not an empty table") {
    admin::Mailbox mailbox;
    Outcome outcome;
    std::thread asker([&] { outcome = Interpreter(mailbox, 30s).execute("show routes"); });
    while (!mailbox.has_requests()) {
        std::this_thread::yield();
    }
    mailbox.answer_requests([](const admin::Request&) { return admin::Reply{}; });
    asker.join();
    CHECK(outcome.status == Status::failed);
    CHECK(outcome.text == "show routes: the appliance sent no report\n");
}

TEST_CASE("a port that is not there is named together with those that are") {
    console::test::SampleGateway gateway;
    Interpreter interpreter(gateway.mailbox());
    for (const char* line :
         {"show port stats eth9", "show port info eth9 json", "show port macs eth9"}) {
        const Outcome outcome = interpreter.execute(line);
        CHECK(outcome.status == Status::failed);
        CHECK(outcome.text == "no port 'eth9'; there are: lan, wan\n");
    }
}

TEST_CASE(
    "lines that no terminal can echo, or that are too long, are refused before anything reads "
    "them") {
    const std::string nul("show\0vmacs", 10);
    for (const std::string& line : {nul, std::string("show vmacs\nstop"), std::string("\x1b[2J"),
                                    std::string("caf\xC3\xA9")}) {
        const Outcome outcome = execute_unanswered(line);
        CHECK(outcome.status == Status::usage);
        CHECK(outcome.text == "bad arguments: a command is printable ASCII on one line\n");
    }
    CHECK(execute_unanswered(std::string(console::kMaxLine, ' ')).status == Status::ok);
    CHECK(execute_unanswered(std::string(console::kMaxLine + 1, ' ')).text ==
          "bad arguments: the line is longer than 4096 bytes\n");
}

TEST_CASE("a word is as long as librte_cmdline has room for, and one more is refused by length") {
    console::test::SampleGateway gateway;
    Interpreter interpreter(gateway.mailbox());
    CHECK(interpreter.execute("show port stats " + std::string(126, 'x')).status == Status::failed);
    const Outcome outcome = interpreter.execute("show port stats " + std::string(127, 'x'));
    CHECK(outcome.status == Status::usage);
    CHECK(outcome.text == "bad arguments: a word is longer than 126 characters\n");
}

TEST_CASE("only quit and shutdown end a session") {
    CHECK(console::ends_session("quit"));
    CHECK(console::ends_session("  shutdown # at last"));
    CHECK_FALSE(console::ends_session("qui"));
    CHECK_FALSE(console::ends_session("quit now"));
    CHECK_FALSE(console::ends_session("show vmacs"));
    CHECK_FALSE(console::ends_session(""));
}

TEST_CASE("interpreters of several threads do not disturb one another") {
    console::test::SampleGateway gateway;
    const std::array<const char*, 4> lines = {"show vmacs", "show routes json",
                                              "show port stats wan", "help all"};
    std::array<std::string, 4> wanted;
    for (size_t i = 0; i < lines.size(); ++i) {
        wanted[i] = Interpreter(gateway.mailbox()).execute(lines[i]).text;
    }
    std::atomic<unsigned> n_wrong{0};
    std::vector<std::thread> sessions;
    for (size_t i = 0; i < lines.size(); ++i) {
        sessions.emplace_back([&, i] {
            Interpreter interpreter(gateway.mailbox());
            for (unsigned n = 0; n < 50; ++n) {
                n_wrong += interpreter.execute(lines[i]).text == wanted[i] ? 0U : 1U;
            }
        });
    }
    for (std::thread& session : sessions) {
        session.join();
    }
    CHECK(n_wrong == 0);
}
