// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <string>

#include <fmt/format.h>

#include "config/config.hpp"
#include "settings/schema.hpp"

namespace evengate::config {
namespace {

using settings::Form;
using settings::Row;

constexpr std::string_view kIntroduction = R"(# Configuration

One YAML file describes one appliance. Start from `conf/one-gateway.yaml`, for several gateways that act as one from
`conf/group.yaml`, for services that servers share from `conf/service-mac.yaml`, `conf/service-nat.yaml` or
`conf/service-ipip.yaml`, for an appliance in front of gateways from `conf/dispatcher.yaml`, or from the full list that
`evengate --print-defaults` prints. Check a file before using it:

    evengate check FILE...

It prints every problem of a file at once, each with the place and what was expected there:

    gw1.yaml:12:10: ports[0].mtu: found "1k", expected a whole number from 68 to 9216

- Unknown keys, repeated keys and values out of range are errors; nothing is silently replaced by a default.
- A quantity has its unit written out (`200ms`, `256MB`, `1000/s`), and is a whole number in decimal: `010`,
  `1_000` and `1e3` are errors, because YAML readers do not agree on them. 1GB is 1024MB, 1MB is 1024 * 1024 bytes.
- A fraction is a plain decimal of at most six places, without a zero at its end: `0.05`. `.05`, `0.050`, `5%` and
  `5e-2` are errors.
- Truth is `true` or `false`. `yes`, `no`, `on` and `off` are errors.
- Quotes around a value make no difference.
- Anchors, aliases, tags and several documents in a file are not used: a value stands where its key stands.
- A file has at most 4 MiB of UTF-8, indented with spaces.

The keys of a group stand in a file of their own (`groups[].authentication.keys`), those of the hash that spreads
connections likewise (`rerouting.keys`), so that the configuration can be shown to anybody. It belongs to root or to the user that evengate runs as, nobody else may read it (`chmod 600`), and
it has up to 64 lines with an id and a secret; lines that begin with `#` are comments:

    # id secret
    7    t6Ee1lC8Cji1YHqWbEg6M6mHjmzu
    6    the-one-before-which-still-verifies

The first key signs what this member sends, all are tried on what it receives: put a new key behind the old one on
every member, then in front of it on every member, then take the old one out. A secret is one word of visible ASCII,
at most 255 characters (md5: 55, plain: 8). `evengate check` reads key files too; no message and no `show` prints a
secret.

All keys are read at start-up: a change needs a restart, unless the key is marked live: those can change while running,
until the next start; those of `groups[].balance` with the console's `set balance GROUP KEY VALUE`.

<!-- Made from lib/settings/schema.cpp: ninja -C build-debug configuration-reference -->
)";

// Where the table's text could end a cell.
std::string cell(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        escaped += c == '|' ? "\\|" : std::string(1, c);
    }
    return escaped;
}

std::string default_cell(const Row& row) {
    if (row.presence == settings::Presence::required) {
        return fmt::format("required, e.g. `{}`", row.example);
    }
    return row.form == Form::values ? "none" : fmt::format("`{}`", default_of(row));
}

std::string live_mark(const Row& row) {
    return row.change == settings::Change::live ? " (live)" : "";
}

// The rows of a section's table; sections inside it give longer keys, not tables of their own.
std::string table_rows(std::string_view schema_path, const std::string& prefix) {
    std::string rows;
    for (const Row* const row : settings::keys_of(schema_path)) {
        const std::string name = prefix + std::string{name_of(*row)};
        if (row->form == Form::section || row->form == Form::list) {
            rows += table_rows(row->path, name + (row->form == Form::list ? "[]." : "."));
            continue;
        }
        const std::string type =
            (row->form == Form::values ? "list of: " : "") + settings::describe(row->type);
        rows += fmt::format("| `{}` | {} | {} | {}{} |\n", name, cell(type), default_cell(*row),
                            cell(row->help), live_mark(*row));
    }
    return rows;
}

}  // namespace

std::string reference_markdown() {
    std::string page{kIntroduction};
    for (const Row* const row : settings::keys_of("")) {
        page += fmt::format(
            "\n## {}\n{}{}\n\n| key | value | default | meaning |\n|---|---|---|---|\n{}",
            name_of(*row), row->help, row->form == Form::list ? " A list." : "",
            table_rows(row->path, ""));
    }
    return page;
}

}  // namespace evengate::config
