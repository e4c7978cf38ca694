// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <tuple>
#include <utility>

#include <sys/stat.h>

#include <fmt/format.h>

#include "config/config.hpp"
#include "config/key_file.hpp"
#include "config/reader.hpp"
#include "config/text.hpp"
#include "config/yaml_tree.hpp"
#include "settings/check.hpp"

namespace evengate::config {
namespace {

Problem whole_file_problem(std::string_view file, std::string found, std::string expected) {
    return {.file = std::string{file}, .found = std::move(found), .expected = std::move(expected)};
}

std::vector<Problem> to_problems(std::vector<YamlFault> faults, std::string_view file) {
    std::vector<Problem> problems;
    faults.resize(std::min(faults.size(), kMaxProblems));
    for (YamlFault& fault : faults) {
        problems.push_back({.file = std::string{file},
                            .line = fault.where.line,
                            .column = fault.where.column,
                            .found = std::move(fault.found),
                            .expected = std::move(fault.expected)});
    }
    return problems;
}

Problem unreadable(const std::string& path, int error) {
    return whole_file_problem(
        path, "a file that cannot be read (" + std::generic_category().message(error) + ")",
        "a readable file");
}

Problem too_large(std::string_view file) {
    return whole_file_problem(file,
                              "a file of more than " + std::to_string(kMaxFileSize >> 20) + " MiB",
                              "a smaller one");
}

// Stops one byte beyond the limit, so that load_text() sees that there is more.
Result<std::string, Problem> read_file(const std::string& path) {
    const auto close = [](std::FILE* file) { std::fclose(file); };
    const std::unique_ptr<std::FILE, decltype(close)> file{std::fopen(path.c_str(), "re"), close};
    struct stat status {};
    if (!file || fstat(fileno(file.get()), &status) != 0) {
        return unreadable(path, errno);
    }
    if (S_ISDIR(status.st_mode)) {
        return unreadable(path, EISDIR);
    }
    std::string text(kMaxFileSize + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (std::ferror(file.get()) != 0) {
        return unreadable(path, errno);
    }
    return text;
}

// A relative path starts at the folder of the configuration file.
std::string absolute_path(const std::string& config_file, const std::string& path) {
    std::error_code failure;
    const std::filesystem::path folder =
        std::filesystem::absolute(config_file, failure).parent_path();
    return (folder / path).lexically_normal().string();
}

enum class KeyFiles : uint8_t { left_alone, read };

// Reads the key files that the settings name. Problems with a whole file stand where the
// configuration names it.
class KeyFileReader {
 public:
    KeyFileReader(const std::string& config_file, Reader& reader)
        : config_file_(config_file), reader_(reader) {}

    void read_all(settings::Settings& settings) {
        for (size_t i = 0; i < settings.groups.size(); ++i) {
            settings::Authentication& authentication = settings.groups[i].authentication;
            if (authentication.method != settings::AuthMethod::none) {
                read(authentication.key_file, authentication.keys, authentication.method,
                     settings::path_of("groups", i, "authentication.keys"));
            }
        }
        read(settings.rerouting.key_file, settings.rerouting.keys,
             settings::AuthMethod::hmac_sha256, "rerouting.keys");
    }

    std::vector<Problem> take_problems_inside() { return std::move(inside_); }

 private:
    void read(std::string& key_file, std::vector<settings::AuthKey>& keys,
              settings::AuthMethod method, const std::string& path) {
        if (key_file.empty() || reader_.is_full() || reader_.is_unreadable(path)) {
            return;
        }
        key_file = absolute_path(config_file_, key_file);
        const KeyResult found = read_key_file(key_file, method);
        if (found) {
            keys = *found;
            return;
        }
        for (const Problem& problem : found.error()) {
            if (problem.line == 0) {
                reader_.report_at(path, fmt::format("\"{}\", {}", key_file, problem.found),
                                  problem.expected);
            } else if (std::none_of(inside_.begin(), inside_.end(), [&](const Problem& earlier) {
                           return to_string(earlier) == to_string(problem);
                       })) {
                inside_.push_back(problem);
            }
        }
    }

    const std::string& config_file_;
    Reader& reader_;
    std::vector<Problem> inside_;
};

void sort_by_place(std::vector<Problem>& problems) {
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
}

LoadResult load(std::string_view text, std::string_view file_name, KeyFiles key_files) {
    if (text.size() > kMaxFileSize) {
        return std::vector{too_large(file_name)};
    }
    if (auto faults = find_bad_bytes(text); !faults.empty()) {
        return to_problems(std::move(faults), file_name);
    }
    auto tree = parse_yaml(text);
    if (!tree) {
        return to_problems(tree.error(), file_name);
    }
    if (tree->kind == Node::Kind::nothing) {
        return std::vector{whole_file_problem(file_name, "an empty file",
                                              "a configuration with at least one port")};
    }
    Reader reader{std::string{file_name}};
    settings::Settings settings = reader.read(*tree);
    std::vector<Problem> inside_key_files;
    if (key_files == KeyFiles::read) {
        const std::string config_file{file_name};
        KeyFileReader key_file_reader{config_file, reader};
        key_file_reader.read_all(settings);
        inside_key_files = key_file_reader.take_problems_inside();
    }
    const bool has_more = reader.is_full();
    std::vector<Problem> problems = reader.take_problems();
    sort_by_place(problems);
    problems.insert(problems.end(), inside_key_files.begin(), inside_key_files.end());
    if (problems.empty()) {
        return settings;
    }
    if (has_more) {
        problems.push_back(
            whole_file_problem(file_name, "more problems", "those above mended first"));
    }
    return problems;
}

}  // namespace

std::string to_string(const Problem& problem) {
    std::string place = problem.file;
    if (problem.line != 0) {
        place += fmt::format(":{}:{}", problem.line, problem.column);
    }
    if (problem.path.empty()) {
        return fmt::format("{}: found {}, expected {}", place, problem.found, problem.expected);
    }
    return fmt::format("{}: {}", place,
                       to_text(settings::Finding{problem.path, problem.found, problem.expected, {}}));
}

LoadResult load_file(const std::string& path) {
    const auto text = read_file(path);
    if (!text) {
        return std::vector{text.error()};
    }
    return load(*text, path, KeyFiles::read);
}

LoadResult load_text(std::string_view text, std::string_view file_name) {
    return load(text, file_name, KeyFiles::left_alone);
}

}  // namespace evengate::config
