// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/table.hpp"

#include <algorithm>

namespace evengate::console {

namespace {

void append_cell(std::string& line, std::string_view cell, size_t width, Align align) {
    const std::string padding(width - cell.size(), ' ');
    if (align == Align::right) {
        line += padding;
    }
    line += cell;
    if (align == Align::left) {
        line += padding;
    }
}

void end_line(std::string& text, std::string& line) {
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    line.clear();
}

}  // namespace

std::string Table::print(std::string_view empty) const {
    if (rows_.empty()) {
        return std::string(empty) + "\n";
    }
    std::vector<size_t> widths;
    for (size_t i = 0; i < columns_.size(); ++i) {
        size_t width = columns_[i].title.size();
        for (const auto& row : rows_) {
            width = std::max(width, i < row.size() ? row[i].size() : 0);
        }
        widths.push_back(width);
    }
    std::string text;
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i) {
        line += i == 0 ? "" : "  ";
        append_cell(line, columns_[i].title, widths[i], columns_[i].align);
    }
    end_line(text, line);
    for (const auto& row : rows_) {
        for (size_t i = 0; i < std::min(row.size(), columns_.size()); ++i) {
            line += i == 0 ? "" : "  ";
            append_cell(line, row[i], widths[i], columns_[i].align);
        }
        end_line(text, line);
    }
    return text;
}

}  // namespace evengate::console
