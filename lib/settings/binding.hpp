// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: makes schema rows out of pointers to members, so that a row is tied to its field by the
// compiler. Thread: any (compile time). Used by: schema.cpp only.
#pragma once

#include "settings/schema.hpp"

namespace evengate::settings::binding {

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;

// The object at the end of a chain of members; each list on the way uses up one index of the place.
template <auto Member, auto... Rest, class Owner>
auto& locate(Owner& owner, Place place) {
    auto& member = owner.*Member;
    if constexpr (sizeof...(Rest) == 0) {
        return member;
    } else if constexpr (kIsVector<std::remove_cvref_t<decltype(member)>>) {
        return locate<Rest...>(member[place.front()], place.subspan(1));
    } else {
        return locate<Rest...>(member, place);
    }
}

template <class Value>
bool store_one(const Type& type, std::string_view text, Value& value) {
    if (!type.zero_word.empty() && text == type.zero_word) {
        value = Value{};
        return true;
    }
    return parse_value(type, text, value);
}

template <class Value>
std::string print_one(const Type& type, const Value& value) {
    return !type.zero_word.empty() && value == Value{} ? std::string{type.zero_word}
                                                       : print_value(type, value);
}

template <auto... Members>
bool store(const Type& type, Settings& settings, Place place, std::string_view text) {
    auto& field = locate<Members...>(settings, place);
    if constexpr (kIsVector<std::remove_cvref_t<decltype(field)>>) {
        return store_one(type, text, field.emplace_back());
    } else {
        return store_one(type, text, field);
    }
}

template <auto... Members>
std::vector<std::string> print(const Type& type, const Settings& settings, Place place) {
    const auto& field = locate<Members...>(settings, place);
    std::vector<std::string> texts;
    if constexpr (kIsVector<std::remove_cvref_t<decltype(field)>>) {
        for (const auto& element : field) {
            texts.push_back(print_one(type, element));
        }
    } else {
        texts.push_back(print_one(type, field));
    }
    return texts;
}

constexpr Row section(std::string_view path, std::string_view help) {
    return {.path = path, .form = Form::section, .help = help};
}

template <auto... Members>
constexpr Row list(std::string_view path, size_t max_items, Change change, std::string_view help) {
    return {.path = path,
            .form = Form::list,
            .change = change,
            .max_items = max_items,
            .help = help,
            .append = [](Settings& settings,
                         Place place) { locate<Members...>(settings, place).emplace_back(); },
            .n_items = [](const Settings& settings,
                          Place place) { return locate<Members...>(settings, place).size(); }};
}

template <auto... Members>
constexpr Row value(std::string_view path, Type type, Change change, std::string_view help) {
    return {.path = path,
            .form = Form::value,
            .type = type,
            .change = change,
            .help = help,
            .store = store<Members...>,
            .print = print<Members...>};
}

template <auto... Members>
constexpr Row required(std::string_view path, Type type, std::string_view example, Change change,
                       std::string_view help) {
    Row row = value<Members...>(path, type, change, help);
    row.presence = Presence::required;
    row.example = example;
    return row;
}

// An optional value that the commented examples show in use.
template <auto... Members>
constexpr Row exemplified(std::string_view path, Type type, std::string_view example, Change change,
                          std::string_view help) {
    Row row = value<Members...>(path, type, change, help);
    row.example = example;
    return row;
}

// A required list of texts; an optional one would be the same without presence.
template <auto... Members>
constexpr Row values(std::string_view path, Type type, std::string_view example, size_t max_items,
                     Presence presence, Change change, std::string_view help) {
    Row row = value<Members...>(path, type, change, help);
    row.form = Form::values;
    row.presence = presence;
    row.example = example;
    row.max_items = max_items;
    return row;
}

}  // namespace evengate::settings::binding
