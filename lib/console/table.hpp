// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: text in aligned columns. Thread: any, one at a time. Used by: the show commands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace evengate::console {

enum class Align : uint8_t { left, right };

struct Column {
    std::string_view title;
    Align align = Align::left;
};

class Table {
 public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // Cells that are missing at the end are empty. Not checked: more cells than columns.
    void add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

    // A line of titles and a line for each row, two spaces between columns, none at the end of a
    // line; `empty` alone where there is no row.
    [[nodiscard]] std::string print(std::string_view empty) const;

 private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace evengate::console
