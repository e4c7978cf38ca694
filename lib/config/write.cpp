// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "config/config.hpp"
#include "settings/schema.hpp"

namespace evengate::config {
namespace {

using settings::Form;
using settings::Row;

bool is_taken_for_nothing(std::string_view text) {
    return text.empty() || text == "null" || text == "Null" || text == "NULL";
}

// By readers of YAML 1.1, unlike ours.
bool is_taken_for_truth(std::string_view text) {
    constexpr std::array<std::string_view, 4> kWords = {"yes", "no", "on", "off"};
    return std::find(kWords.begin(), kWords.end(), text) != kWords.end();
}

// Plain where it is plain to every YAML reader, else in single quotes, which escape nothing but
// themselves. No value holds a control character: their types see to that.
std::string scalar(std::string_view text) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-";
    if (text.find_first_not_of(kPlain) == std::string_view::npos && !is_taken_for_nothing(text) && !is_taken_for_truth(text)) {
        return std::string{text};
    }
    std::string escaped;
    for (const char c : text) {
        escaped += c == '\'' ? "''" : std::string(1, c);
    }
    return "'" + escaped + "'";
}

std::string flow_list(const std::vector<std::string>& texts) {
    std::string list;
    for (const std::string& text : texts) {
        list += (list.empty() ? "" : ", ") + scalar(text);
    }
    return "[" + list + "]";
}

class Writer {
 public:
    explicit Writer(const settings::Settings& settings) : settings_(settings) {}

    // The keys below a section or list element; the first line starts behind `lead` ("  - ").
    void write_keys(std::string_view schema_path, const std::string& indent, std::string lead) {
        for (const Row* const row : settings::keys_of(schema_path)) {
            out_ += lead + std::string{name_of(*row)} + ":";
            write_row(*row, indent);
            lead = indent;
        }
    }
    std::string take() { return std::move(out_); }

 private:
    void write_row(const Row& row, const std::string& indent) {
        switch (row.form) {
            case Form::section:
                out_ += '\n';
                write_keys(row.path, indent + "  ", indent + "  ");
                break;
            case Form::list:
                write_list(row, indent);
                break;
            case Form::value:
                out_ += ' ' + scalar(row.print(row.type, settings_, place_).front()) + "\n";
                break;
            case Form::values:
                out_ += ' ' + flow_list(row.print(row.type, settings_, place_)) + "\n";
                break;
        }
    }

    void write_list(const Row& row, const std::string& indent) {
        const size_t n_items = row.n_items(settings_, place_);
        out_ += n_items == 0 ? " []\n" : "\n";
        for (size_t i = 0; i < n_items; ++i) {
            place_.push_back(i);
            write_keys(row.path, indent + "    ", indent + "  - ");
            place_.pop_back();
        }
    }

    const settings::Settings& settings_;
    std::vector<size_t> place_;
    std::string out_;
};

// Commented or not, as the position in the text demands.
class DefaultsWriter {
 public:
    void write_keys(std::string_view schema_path, const std::string& indent, std::string lead) {
        for (const Row* const row : settings::keys_of(schema_path)) {
            const bool top = schema_path.empty();
            out_ += top ? "\n" : "";
            // An example's help is commented with it, but for the line that introduces the list.
            line(indent, fmt::format("## {}", row->help));
            if (row->form == Form::value || row->form == Form::values) {
                line(indent, fmt::format("## {}.", settings::describe(row->type)));
            }
            write_row(*row, indent, lead);
            lead = indent;
        }
    }
    std::string take() { return std::move(out_); }

 private:
    static std::string example_of(const Row& row) {
        return row.example.empty() ? default_of(row) : std::string{row.example};
    }

    void write_row(const Row& row, const std::string& indent, const std::string& lead) {
        const std::string name{name_of(row)};
        switch (row.form) {
            case Form::section:
                line(lead, name + ":");
                write_keys(row.path, indent + "  ", indent + "  ");
                break;
            case Form::list: {
                // An example: what it says is true of no machine in particular.
                const bool was_commented = commented_;
                commented_ = true;
                line(lead, name + ":");
                write_keys(row.path, indent + "    ", indent + "  - ");
                commented_ = was_commented;
                break;
            }
            case Form::value:
                line(lead, name + ": " + scalar(example_of(row)));
                break;
            case Form::values:
                // Outside an example only its default is true of every machine.
                line(lead, name + ": " + (commented_ ? flow_list({std::string{row.example}}) : "[]"));
                break;
        }
    }

    void line(const std::string& lead, const std::string& text) {
        out_ += (commented_ ? "# " : "") + lead + text + "\n";
    }

    std::string out_;
    bool commented_ = false;
};

constexpr std::string_view kDefaultsHead =
    "## All keys of evengate with their defaults.\n"
    "## Lines with two hashes explain; lines with one are examples: remove \"# \" to use them.\n";

}  // namespace

std::string to_yaml(const settings::Settings& settings) {
    Writer writer{settings};
    writer.write_keys("", "", "");
    return writer.take();
}

std::string default_yaml() {
    DefaultsWriter writer;
    writer.write_keys("", "", "");
    return std::string{kDefaultsHead} + writer.take();
}

}  // namespace evengate::config
