// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "settings/change.hpp"

#include <algorithm>
#include <array>

#include "settings/check.hpp"
#include "settings/check_parts.hpp"
#include "settings/schema.hpp"

namespace evengate::settings {
namespace {

bool is_live(const Row& row) {
    return row.form == Form::value && row.change == Change::live;
}

std::string list_live_keys(const std::vector<const Row*>& rows) {
    std::string names;
    for (const Row* const row : rows) {
        if (is_live(*row)) {
            names += (names.empty() ? "one of " : ", ") + std::string{name_of(*row)};
        }
    }
    return names;
}

// Stores one value of a section or list element, whose rows are below `schema_path`.
Result<void> set_value(Settings& settings, std::string_view schema_path, const std::string& path,
                       Place place, std::string_view key, std::string_view value) {
    const std::vector<const Row*> rows = keys_of(schema_path);
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [&](const Row* row) { return name_of(*row) == key; });
    if (found == rows.end()) {
        return Error{to_text({path, "the unknown key " + quoted(key), list_live_keys(rows), {}})};
    }
    const Row& row = **found;
    const std::string key_path = path + "." + std::string{key};
    if (!is_live(row)) {
        return Error{key_path + " cannot be changed while running: change it in the configuration "
                                "file, and start again"};
    }
    Settings changed = settings;
    if (!row.store(row.type, changed, place, value)) {
        return Error{to_text({key_path, quoted(value), describe(row.type), {}})};
    }
    // What was wrong before is not this change's fault.
    const std::vector<Finding> before = check(settings);
    for (const Finding& finding : check(changed)) {
        if (std::none_of(before.begin(), before.end(), [&](const Finding& earlier) {
                return to_text(earlier) == to_text(finding);
            })) {
            return Error{to_text(finding)};
        }
    }
    settings = std::move(changed);
    return {};
}

}  // namespace

Result<void> set_balance(Settings& settings, size_t group_index, std::string_view key,
                         std::string_view value) {
    return set_value(settings, "groups[].balance", path_of("groups", group_index, "balance"),
                     std::array{group_index}, key, value);
}

Result<void> set_target(Settings& settings, size_t service_index, size_t target_index,
                        std::string_view key, std::string_view value) {
    const std::string list = path_of("services", service_index, "targets");
    return set_value(settings, "services[].targets[]",
                     list + "[" + std::to_string(target_index) + "]",
                     std::array{service_index, target_index}, key, value);
}

}  // namespace evengate::settings
