// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: every configuration key, once: where it stands in the file, its type, its help, and its
// place in Settings. Thread: any (constant). Used by: config (reads, writes and documents from it).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "settings/settings.hpp"
#include "settings/value.hpp"

namespace evengate::settings {

enum class Form : uint8_t {
    section,  // holds keys
    list,     // holds sections, each with the same keys
    value,    // holds one text
    values,   // holds a list of texts
};

// Whether a running appliance can take a new value.
enum class Change : uint8_t { live, restart };

enum class Presence : uint8_t { optional, required };

// Which element of each list on the way to a key: {2} is ports[2].
using Place = std::span<const size_t>;

// One line of the schema. Defaults are not in it: they are what Settings{} prints.
struct Row {
    std::string_view path;  // "appliance.cpus.control", "ports[].mtu"; "ports[]" is the list
    Form form = Form::section;
    Type type{};
    Change change = Change::restart;
    Presence presence = Presence::optional;
    size_t max_items = 0;        // of a list or values
    std::string_view example{};  // of a required key; of another: shown in the place of its default
    std::string_view help;       // sentences

    // value, values (appends): false when the text is not of the type. After a failed append the
    // element is there, value-initialised, so that later ones keep their number.
    bool (*store)(const Type&, Settings&, Place, std::string_view text) = nullptr;
    // value, values: the texts that store() would take to get here; of a value exactly one.
    std::vector<std::string> (*print)(const Type&, const Settings&, Place) = nullptr;
    // list: one more, value-initialised; and how many there are.
    void (*append)(Settings&, Place) = nullptr;
    size_t (*n_items)(const Settings&, Place) = nullptr;
};

// All rows, each section or list before its keys.
std::span<const Row> schema();

// The rows directly below a section or list ("" is the file), in the schema's order.
std::vector<const Row*> keys_of(std::string_view path);

// "mtu" of "ports[].mtu", "ports" of "ports[]": the word in the file.
std::string_view name_of(const Row& row);

// The default as the file would write it. Only for a value that is not required.
std::string default_of(const Row& row);

}  // namespace evengate::settings
