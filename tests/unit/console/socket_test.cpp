// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "catch.hpp"
#include "console/client.hpp"
#include "console/interpreter.hpp"
#include "console/socket_server.hpp"
#include "sample.hpp"

using namespace std::chrono_literals;
using namespace evengate;
using console::Client;
using console::FileDescriptor;
using console::Io;
using console::Outcome;
using console::SocketServer;
using console::Status;

namespace {

constexpr auto kPatience = 30s;  // for the slowest of machines

// A gateway whose console listens.
struct Served {
    console::test::TemporaryDirectory directory;
    std::string path = directory / "console";
    console::test::SampleGateway gateway;
    std::unique_ptr<SocketServer> server = start();

    std::unique_ptr<SocketServer> start() {
        auto started = SocketServer::start(path, gateway.mailbox());
        REQUIRE(started.ok());
        return std::move(*started);
    }
    [[nodiscard]] Client connect() const {
        auto client = Client::connect(path);
        REQUIRE(client.ok());
        return std::move(*client);
    }
};

// Why a server cannot start at `path`.
std::string refusal_at(const std::string& path) {
    admin::Mailbox mailbox;
    const auto server = SocketServer::start(path, mailbox);
    return server.ok() ? "started" : server.error().message;
}

// Leaves a socket at `path` that nobody listens on, as a crash does.
void leave_stale_socket(const std::string& path) {
    const FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof(address.sun_path));
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
}

FileDescriptor connect_raw(const std::string& path) {
    auto connection = console::connect_to(path);
    REQUIRE(connection.ok());
    return std::move(*connection);
}

}  // namespace

TEST_CASE("a client gets what an interpreter on the spot prints, and its status") {
    const Served served;
    Client client = served.connect();
    console::test::SampleGateway gateway;
    console::Interpreter interpreter(gateway.mailbox());
    for (const char* line :
         {"show port stats all", "show vmacs json", "help all", "", "start", "foo", "show port"}) {
        INFO(line);
        const Outcome there = client.execute(line);
        const Outcome here = interpreter.execute(line);
        CHECK(there.text == here.text);
        CHECK(there.status == here.status);
    }
}

TEST_CASE("only the user who runs the appliance may connect") {
    const Served served;
    struct stat status {};
    REQUIRE(lstat(served.path.c_str(), &status) == 0);
    CHECK(S_ISSOCK(status.st_mode));
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a path on which a process listens is refused, and that process is named") {
    const Served served;
    std::ifstream comm("/proc/self/comm");
    std::string name;
    std::getline(comm, name);
    CHECK(refusal_at(served.path) == "console socket " + served.path + ": process " +
                                         std::to_string(getpid()) + " (" + name +
                                         ") listens there already");
    CHECK(served.connect().execute("help").status == Status::ok);
}

TEST_CASE("a socket that a crash left behind is replaced") {
    Served served;
    served.server.reset();
    leave_stale_socket(served.path);
    served.server = served.start();
    CHECK(served.connect().execute("help").status == Status::ok);
}

TEST_CASE("a path that is something else than a socket is refused and left alone") {
    const console::test::TemporaryDirectory directory;
    const std::string path = directory / "notes";
    std::ofstream(path) << "precious";
    CHECK(refusal_at(path) ==
          "console socket " + path +
              ": exists and is not a socket; choose another path, or remove it");
    CHECK(std::filesystem::file_size(path) == 8);
}

TEST_CASE("a path that cannot be is refused with the reason") {
    const console::test::TemporaryDirectory directory;
    CHECK(refusal_at("") == "console socket : a path has 1 to 107 bytes");
    const std::string long_path = directory / std::string(120, 'x');
    CHECK(refusal_at(long_path) == "console socket " + long_path + ": a path has 1 to 107 bytes");
    const std::string lost = directory / "no/console";
    CHECK(refusal_at(lost) ==
          "console socket " + lost +
              ": its directory does not exist; make it, or choose another path");
}

TEST_CASE("a server that ends removes its path, but not that of its successor") {
    Served served;
    served.server.reset();
    CHECK_FALSE(std::filesystem::exists(served.path));
    served.server = served.start();
    std::filesystem::remove(served.path);
    auto successor = served.start();
    served.server.reset();
    CHECK(served.connect().execute("help").status == Status::ok);
}

TEST_CASE("a client without an appliance is told which socket it tried") {
    const console::test::TemporaryDirectory directory;
    const std::string path = directory / "console";
    const auto missing = Client::connect(path);
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().message == "is evengate running? nobody listens at socket " + path);
    leave_stale_socket(path);
    CHECK_FALSE(Client::connect(path).ok());
}

TEST_CASE("a client without the right is told whose socket it is") {
    const Served served;
    REQUIRE(chmod(served.path.c_str(), 0) == 0);
    constexpr uid_t kNobody = 65'534;
    const bool is_root = geteuid() == 0;  // whom no mode keeps out
    REQUIRE((!is_root || seteuid(kNobody) == 0));
    const auto client = Client::connect(served.path);
    REQUIRE((!is_root || seteuid(0) == 0));
    REQUIRE_FALSE(client.ok());
    CHECK(client.error().message ==
          "console socket " + served.path +
              ": permission denied; it belongs to the user who runs evengate (try sudo)");
}

TEST_CASE("several sessions at once each get their own replies") {
    const Served served;
    std::atomic<unsigned> n_wrong{0};
    std::vector<std::thread> sessions;
    for (unsigned i = 0; i < 12; ++i) {
        sessions.emplace_back([&, i] {
            auto client = Client::connect(served.path);
            const std::string port = "no-port-" + std::to_string(i);
            for (unsigned n = 0; n < 25; ++n) {
                const Outcome outcome = client->execute("show port stats " + port);
                n_wrong +=
                    outcome.text == "no port '" + port + "'; there are: lan, wan\n" ? 0U : 1U;
            }
        });
    }
    for (std::thread& session : sessions) {
        session.join();
    }
    CHECK(n_wrong == 0);
}

TEST_CASE("a session beyond the last one is told so, and is served once another has ended") {
    const Served served;
    std::vector<Client> clients;
    for (size_t i = 0; i < SocketServer::kMaxSessions; ++i) {
        clients.push_back(served.connect());
        REQUIRE(clients.back().execute("help").status == Status::ok);
    }
    const Outcome refused = served.connect().execute("help");
    CHECK(refused.status == Status::failed);
    CHECK(refused.text == "too many sessions: 16 are open\n");

    CHECK(clients.front().execute("quit").status == Status::ok);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (served.connect().execute("help").status != Status::ok) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
    }
}

TEST_CASE("quit ends the session, and the client says so of what comes after") {
    const Served served;
    Client client = served.connect();
    CHECK(client.execute("quit").status == Status::ok);
    const Outcome after = client.execute("help");
    CHECK(after.status == Status::unreachable);
    CHECK(after.text.starts_with("console socket " + served.path + ": the "));
    CHECK(client.execute("help").status == Status::unreachable);
}

TEST_CASE("one who sends commands and never reads delays nobody, not even the end of the server") {
    Served served;
    const FileDescriptor silent = connect_raw(served.path);
    std::string many;
    for (unsigned i = 0; i < 2000; ++i) {
        many += "help all\n";
    }
    // As much as goes in while nobody reads the replies.
    CHECK(console::write_all(silent.get(), -1, 200ms, many) != Io::ended);
    Client client = served.connect();
    CHECK(client.execute("show vmacs").status == Status::ok);
    const auto start = std::chrono::steady_clock::now();
    served.server.reset();
    CHECK(std::chrono::steady_clock::now() - start < SocketServer::kWritePatience);
    CHECK(client.execute("show vmacs").status == Status::unreachable);
}

TEST_CASE("clients that vanish in the middle of a request or of a reply harm nobody") {
    const Served served;
    for (unsigned i = 0; i < 50; ++i) {
        const FileDescriptor vanishing = connect_raw(served.path);
        const std::string_view request =
            i % 2 == 0 ? "show port stats all json\nshow vmacs\n" : "show port st";
        REQUIRE(console::write_all(vanishing.get(), -1, kPatience, request) == Io::done);
    }
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (served.connect().execute("show vmacs").status != Status::ok) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
    }
}

TEST_CASE("who waits for a control lcore that does not answer delays nobody else") {
    const console::test::TemporaryDirectory directory;
    const std::string path = directory / "console";
    admin::Mailbox mailbox;
    const auto server = SocketServer::start(path, mailbox);
    REQUIRE(server.ok());
    Outcome waited;
    std::thread waiting([&] { waited = Client::connect(path)->execute("show vmacs"); });
    while (!mailbox.has_requests()) {
        std::this_thread::yield();
    }
    CHECK(Client::connect(path)->execute("help").status == Status::ok);
    CHECK(mailbox.has_requests());
    waiting.join();
    CHECK(waited.status == Status::timed_out);
}

TEST_CASE("a line that is too long is refused, and the session goes on") {
    const Served served;
    Client client = served.connect();
    CHECK(client.execute(std::string(50'000, 'x')).text ==
          "bad arguments: the line is longer than 4096 bytes\n");
    CHECK(client.execute("show\nstop").text == "bad arguments: a command is one line\n");
    CHECK(client.execute("show config").text == "appliance:\n  name: gw-a\n");
}

TEST_CASE("a server that speaks something else is recognised") {
    const console::test::TemporaryDirectory directory;
    const std::string path = directory / "console";
    auto listener = console::ListeningSocket::open(path);
    REQUIRE(listener.ok());
    std::thread other([&] {
        REQUIRE(console::wait_readable(listener->fd(), -1, kPatience) == Io::done);
        const FileDescriptor connection(accept(listener->fd(), nullptr, nullptr));
        CHECK(console::write_all(connection.get(), -1, kPatience, "220 mail.example ESMTP\r\n") ==
              Io::done);
    });
    const Outcome outcome = Client::connect(path)->execute("help");
    other.join();
    CHECK(outcome.status == Status::unreachable);
    CHECK(outcome.text == "console socket " + path +
                              ": what answers there does not speak the console's protocol\n");
}
