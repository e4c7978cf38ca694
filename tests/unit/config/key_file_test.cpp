// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "config/key_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <random>

#include "catch.hpp"
#include "files.hpp"
#include "private_folder.hpp"

using namespace evengate;                   // NOLINT: a test
using namespace evengate::config;           // NOLINT
using namespace evengate::config::testing;  // NOLINT
using settings::AuthMethod;

namespace {

std::string problems_of(const KeyResult& result) {
    std::string lines;
    if (!result) {
        for (const Problem& problem : result.error()) {
            lines += to_string(problem) + "\n";
        }
    }
    return lines;
}

std::string problems_in(std::string_view text, AuthMethod method = AuthMethod::hmac_sha256) {
    return problems_of(read_keys(text, method, "K"));
}

// A configuration with one group that uses the file.
std::string configuration(std::string_view key_file, std::string_view method = "hmac-sha256") {
    return fmt::format(
        "ports: [{{name: p, device: net_null0}}]\n"
        "interfaces: [{{name: i, port: p, addresses: [10.0.0.2/24]}}]\n"
        "groups:\n"
        "- id: 1\n"
        "  interface: i\n"
        "  virtual-addresses: [10.0.0.1]\n"
        "  authentication: {{method: {}, keys: {}}}\n",
        method, key_file);
}

std::string problems_in_file(const PrivateFolder& folder, std::string_view text) {
    const auto path = folder.write("gw.yaml", text, 0644);
    std::string problems = testing::problems_of(load_file(path.string()));
    // The folder's name is new in each run.
    for (size_t at = 0; (at = problems.find(folder.path().string())) != std::string::npos;) {
        problems.replace(at, folder.path().string().size(), "T");
    }
    return problems;
}

std::string problems_with(const PrivateFolder& folder, std::string_view key_file) {
    return problems_in_file(folder, configuration(key_file));
}

}  // namespace

TEST_CASE("keys are read in file order, among comments, empty lines and DOS line ends") {
    const KeyResult keys = read_keys(
        "# of 2026\n\n7 first#not-a-comment\r\n  0\t second  \n4294967295 !~\"'\\\n  # end",
        AuthMethod::hmac_sha256, "K");
    REQUIRE(keys.ok());
    CHECK(*keys == std::vector<settings::AuthKey>{
                       {7, "first#not-a-comment"}, {0, "second"}, {4294967295, "!~\"'\\"}});
}

TEST_CASE("what is wrong with a key is told with its place and without the secret") {
    const std::string text =
        "hunter2\n"
        "1 hunter2\n"
        " 1 hunter2b\n"
        "4294967296 hunter2\n"
        "-1 hunter2\n"
        "2\n"
        "3 hunter2 hunter3\n"
        "4 hunter\xC3\xA4\n";
    const std::string problems = problems_in(text);
    CHECK(problems ==
          "K:1:1: found a word that is no key id, expected a whole number from 0 to 4294967295\n"
          "K:1:8: found no secret, expected a word behind the key id\n"
          "K:3:2: found the key id 1 again (also on line 2), expected each id once\n"
          "K:4:1: found a word that is no key id, expected a whole number from 0 to 4294967295\n"
          "K:5:1: found a word that is no key id, expected a whole number from 0 to 4294967295\n"
          "K:6:2: found no secret, expected a word behind the key id\n"
          "K:7:10: found a blank or another character that is not visible ASCII, expected one word "
          "as a secret\n"
          "K:8:9: found a blank or another character that is not visible ASCII, expected one word "
          "as a secret\n");
    CHECK(problems.find("hunter") == std::string::npos);
}

TEST_CASE("a secret is at most as long as its method can use") {
    const std::pair<AuthMethod, size_t> limits[] = {
        {AuthMethod::plain, 8}, {AuthMethod::md5, 55}, {AuthMethod::hmac_sha256, 255}};
    for (const auto& [method, limit] : limits) {
        INFO(limit);
        CHECK(problems_in("1 " + std::string(limit, 'x'), method).empty());
        CHECK(problems_in("1 " + std::string(limit + 1, 'x'), method) ==
              fmt::format("K:1:3: found a secret of {} characters, expected at most {}\n",
                          limit + 1, limit));
    }
}

TEST_CASE("a key file has at least one key, at most 64, and a bounded size") {
    CHECK(problems_in("") == "K: found no key, expected lines with a key: ID SECRET\n");
    CHECK(problems_in("# 1 x\n\n") == "K: found no key, expected lines with a key: ID SECRET\n");
    std::string text;
    for (int i = 0; i < 64; ++i) {
        text += fmt::format("{} x\n", i);
    }
    CHECK(problems_in(text).empty());
    CHECK(problems_in(text + "64 x\n") == "K: found more than 64 keys, expected fewer\n");
    CHECK(problems_in(std::string(65'536, '\n') + "1 x") ==
          "K: found a file of more than 64 KiB, expected a smaller one\n");
}

TEST_CASE("a configuration file is loaded with the keys of its key file, and never shows them") {
    const PrivateFolder folder;
    folder.write("group.keys", "1 hunter2\n", 0600);
    for (const std::string& name : {std::string{"group.keys"}, std::string{"./x/../group.keys"},
                                    (folder.path() / "group.keys").string()}) {
        INFO(name);
        const auto path = folder.write("gw.yaml", configuration(name), 0644);
        const LoadResult loaded = load_file(path.string());
        REQUIRE(testing::problems_of(loaded).empty());
        const settings::Authentication& authentication = loaded->groups[0].authentication;
        CHECK(authentication.key_file == (folder.path() / "group.keys").string());
        CHECK(authentication.keys == std::vector<settings::AuthKey>{{1, "hunter2"}});
        CHECK(to_yaml(*loaded).find("hunter2") == std::string::npos);
    }
}

TEST_CASE("a key file that others may use is refused where the configuration names it") {
    const PrivateFolder folder;
    for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0644U, 0777U}) {
        folder.write("group.keys", "1 hunter2\n", mode);
        CHECK(
            problems_with(folder, "group.keys") ==
            fmt::format("T/gw.yaml:7:47: groups[0].authentication.keys: found \"T/group.keys\", a "
                        "file that others may use (mode {:04o}), expected one that only its owner "
                        "may read (chmod 600)\n",
                        mode));
    }
    for (const mode_t mode : {0400U, 0600U, 0700U}) {
        folder.write("group.keys", "1 hunter2\n", mode);
        CHECK(problems_with(folder, "group.keys").empty());
        chmod((folder.path() / "group.keys").c_str(), 0600);
    }
}

TEST_CASE("the key file of the hash is read with the same care") {
    const PrivateFolder folder;
    const std::string text = "ports: [{name: p, device: net_null0}]\nrerouting: {keys: hash.keys}\n";
    folder.write("hash.keys", "7 hunter2\n", 0600);
    const LoadResult loaded = load_file(folder.write("gw.yaml", text, 0644).string());
    REQUIRE(testing::problems_of(loaded).empty());
    CHECK(loaded->rerouting.keys == std::vector<settings::AuthKey>{{7, "hunter2"}});
    CHECK(loaded->rerouting.key_file == (folder.path() / "hash.keys").string());
    CHECK(to_yaml(*loaded).find("hunter2") == std::string::npos);
    folder.write("hash.keys", "7 hunter2\n", 0640);
    CHECK(problems_in_file(folder, text) ==
          "T/gw.yaml:2:19: rerouting.keys: found \"T/hash.keys\", a file that others may use (mode "
          "0640), expected one that only its owner may read (chmod 600)\n");
}

TEST_CASE("a key file of another user is refused") {
    if (geteuid() != 0) {
        SUCCEED("only root can give a file away");
        return;
    }
    const PrivateFolder folder;
    const auto keys = folder.write("group.keys", "1 hunter2\n", 0600);
    REQUIRE(chown(keys.c_str(), 12'345, 12'345) == 0);
    CHECK(problems_with(folder, "group.keys") ==
          "T/gw.yaml:7:47: groups[0].authentication.keys: found \"T/group.keys\", a file of user "
          "12345, expected one of root or of the user that evengate runs as\n");
}

TEST_CASE("a key file that is none is refused without waiting for it") {
    const PrivateFolder folder;
    CHECK(problems_with(folder, "group.keys") ==
          "T/gw.yaml:7:47: groups[0].authentication.keys: found \"T/group.keys\", a file that "
          "cannot be read (No such file or directory), expected a readable file\n");
    REQUIRE(mkfifo((folder.path() / "fifo").c_str(), 0600) == 0);
    CHECK(problems_with(folder, "fifo") ==
          "T/gw.yaml:7:47: groups[0].authentication.keys: found \"T/fifo\", something that is no "
          "file, expected a file\n");
    REQUIRE(mkdir((folder.path() / "keys").c_str(), 0700) == 0);
    CHECK(problems_with(folder, "keys") ==
          "T/gw.yaml:7:47: groups[0].authentication.keys: found \"T/keys\", something that is no "
          "file, expected a file\n");
}

TEST_CASE("problems inside a key file follow those of the configuration, once for all groups") {
    const PrivateFolder folder;
    folder.write("group.keys", "x hunter2\n", 0600);
    const auto path =
        folder.write("gw.yaml",
                     configuration("group.keys") +
                         "- id: 1\n"
                         "  interface: i\n"
                         "  virtual-addresses: [10.0.0.3]\n"
                         "  authentication: {method: hmac-sha256, keys: group.keys}\n",
                     0644);
    const LoadResult loaded = load_file(path.string());
    REQUIRE_FALSE(loaded.ok());
    REQUIRE(loaded.error().size() == 2);
    CHECK(loaded.error()[0].path == "groups[1].id");
    CHECK(to_string(loaded.error()[1]) ==
          (folder.path() / "group.keys").string() +
              ":1:1: found a word that is no key id, expected a whole number from 0 to "
              "4294967295");
}

TEST_CASE("a key file that was mutated anywhere is read or explained, and never shown") {
    constexpr unsigned kSeed = 20'261;
    constexpr int kRounds = 5'000;
    constexpr std::string_view kText = "# of 2026\n7 hunter2hunter2\r\n\n8\tswordfish-swordfish\n";
    constexpr std::string_view kSharp = "# \t\r\n0\x7F\xC3";
    std::mt19937 random{kSeed};
    size_t n_read = 0;
    for (int round = 0; round < kRounds; ++round) {
        std::string text{kText};
        for (size_t n_changes = 1 + random() % 4; n_changes > 0 && !text.empty(); --n_changes) {
            const size_t at = random() % text.size();
            switch (random() % 3) {
                case 0:
                    text[at] = static_cast<char>(random());
                    break;
                case 1:
                    text.erase(at, random() % 12);
                    break;
                default:
                    text.insert(at, 1, kSharp[random() % kSharp.size()]);
                    break;
            }
        }
        const KeyResult result = read_keys(text, AuthMethod::hmac_sha256, "K");
        const std::string problems = problems_of(result);
        n_read += result.ok() ? 1 : 0;
        for (const std::string_view part : {"hunt", "ter2", "swor", "fish"}) {
            if (problems.find(part) != std::string::npos || result.ok() != problems.empty()) {
                FAIL(problems << " of " << text);
            }
        }
    }
    CHECK(n_read > kRounds / 20);
    CHECK(n_read < kRounds);
}
