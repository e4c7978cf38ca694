// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a YAML tree -> settings, led by the schema. Thread: any. Used by: load.cpp.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/yaml_tree.hpp"
#include "settings/schema.hpp"

namespace evengate::config {

// More would help nobody, and a hostile file must not cost more than its size.
inline constexpr size_t kMaxProblems = 200;

// Reads one document. It goes on after a problem: an operator wants to see all of them at once.
class Reader {
 public:
    explicit Reader(std::string file) : file_(std::move(file)) {}

    // The settings as far as they could be read; good only when no problem was found. Once.
    settings::Settings read(const Node& root);
    // At most kMaxProblems, in no order.
    std::vector<Problem> take_problems() { return std::move(problems_); }
    [[nodiscard]] bool is_full() const { return problems_.size() >= kMaxProblems; }

    // After read(): whether something that could not be read lies at, above or below a key
    // ("ports[].name").
    [[nodiscard]] bool is_unreadable(std::string_view path) const;
    // Adds a problem where a key stands, or else at the nearest section around it that the file
    // has.
    void report_at(const std::string& path, std::string found, std::string expected);

 private:
    struct Mark {
        Location key;
        Location value;
    };
    using Rows = std::vector<const settings::Row*>;

    void read_section(const Node& node, const Rows& rows, const std::string& path);
    void read_row(const settings::Row& row, const Node& node, const std::string& path);
    void read_list(const settings::Row& row, const Node& node, const std::string& path);
    void read_values(const settings::Row& row, const Node& node, const std::string& path);
    void read_value(const settings::Row& row, const Node& node, const std::string& path);
    // The row of a key that may stand here for the first time; reports the others.
    const settings::Row* match_key(const Node& key, const Rows& rows, const std::string& path);
    void report_unknown(const Node& key, const std::vector<std::string_view>& known,
                        const std::string& path);
    bool expect(Node::Kind kind, const Node& node, const std::string& path,
                std::string_view expected);
    bool expect_few(const settings::Row& row, const Node& node, const std::string& path);

    void check_rules();
    [[nodiscard]] Location location_of(std::string path) const;
    // A value that could not be read: rules that look at it stay silent.
    void report(const std::string& path, Location where, std::string found, std::string expected);
    // Beyond kMaxProblems problems are not kept.
    void add_problem(const std::string& path, Location where, std::string found,
                     std::string expected);

    std::string file_;
    settings::Settings settings_;
    std::vector<size_t> place_;  // in the lists that are being read
    std::map<std::string, Mark, std::less<>> marks_;
    std::vector<Problem> problems_;
    std::vector<std::string> unreadable_;
};

}  // namespace evengate::config
