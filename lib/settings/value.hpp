// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the types of configuration values: how each is written, read and described to an operator.
// Thread: any. Used by: schema (binds them to struct members).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "settings/services.hpp"

namespace evengate::settings {

enum class Kind : uint8_t {
    count,        // 12
    rate,         // 1000/s
    packet_rate,  // 10Mpps
    bit_rate,     // 10Gbps
    size,         // 256MB; min and max in MB
    duration,     // 200ms; min, max and step in ns
    fraction,     // 0.05; min and max in millionths
    boolean,      // true, false
    word,         // one of `words`, which stand in the order of the enumerators
    name,         // a word that is safe in file names and metric labels
    device,       // a PCI address or a vdev string
    cpu_list,     // 0-3,8
    endpoint,     // 127.0.0.1:9464
    file_path,    // /run/x.sock
    key_file,     // /etc/x.keys, or x.keys beside the configuration file
    url_path,     // /health
    port_range,   // 80, or 8000-8010
    mac,          // 02:00:00:00:00:01
    mac_prefix,   // 02:45:47
    address,      // either family
    prefix,       // address/length
};

// What a value may be. Two spellings of one value do not exist: `zero_word` replaces the
// value-initialised one, and for numbers that have it zero lies outside min..max (not for optional
// ones, whose value-initialised one is no number).
struct Type {
    Kind kind = Kind::count;
    int64_t min = 0;
    int64_t max = 0;
    int64_t step = 1;
    std::span<const std::string_view> words{};
    std::string_view zero_word{};
};

// "a whole number from 1 to 64": completes the sentence "expected ...".
std::string describe(const Type& type);

// The CPUs that a list such as "0-3,8" names, in the order written.
// Fails: nothing, when the text is not such a list or names a CPU above 1023.
std::optional<std::vector<uint16_t>> parse_cpu_list(std::string_view text);

// Numbers of every kind, in the unit of the type's min and max; a word is its place in `words`.
// Fails: nothing, when the text is no such number or lies outside the range.
std::optional<int64_t> parse_number(const Type& type, std::string_view text);
std::string print_number(const Type& type, int64_t value);

// Each parse_value() leaves `value` alone and returns false when the text is not of the type.
bool parse_value(const Type& type, std::string_view text, std::string& value);
bool parse_value(const Type& type, std::string_view text, MacAddress& value);
bool parse_value(const Type& type, std::string_view text, IpAddress& value);
bool parse_value(const Type& type, std::string_view text, IpPrefix& value);
bool parse_value(const Type& type, std::string_view text, PortRange& value);

std::string print_value(const Type& type, const std::string& value);
std::string print_value(const Type& type, const MacAddress& value);
std::string print_value(const Type& type, const IpAddress& value);
std::string print_value(const Type& type, const IpPrefix& value);
std::string print_value(const Type& type, const PortRange& value);

template <class Value>
concept Number = std::is_integral_v<Value> || std::is_enum_v<Value>;

template <Number Value>
bool parse_value(const Type& type, std::string_view text, Value& value) {
    const auto number = parse_number(type, text);
    value = number ? static_cast<Value>(*number) : value;
    return number.has_value();
}
template <Number Value>
std::string print_value(const Type& type, const Value& value) {
    return print_number(type, static_cast<int64_t>(value));
}

template <class Tag, class Value>
bool parse_value(const Type& type, std::string_view text, Id<Tag, Value>& value) {
    return parse_value(type, text, value.value);
}
template <class Tag, class Value>
std::string print_value(const Type& type, const Id<Tag, Value>& value) {
    return print_value(type, value.value);
}

template <class Rep, class Period>
bool parse_value(const Type& type, std::string_view text,
                 std::chrono::duration<Rep, Period>& value) {
    using Duration = std::chrono::duration<Rep, Period>;
    const auto number = parse_number(type, text);
    // Exact: the type's step is the period.
    value =
        number ? std::chrono::duration_cast<Duration>(std::chrono::nanoseconds{*number}) : value;
    return number.has_value();
}
template <class Rep, class Period>
std::string print_value(const Type& type, const std::chrono::duration<Rep, Period>& value) {
    return print_number(type, std::chrono::nanoseconds{value}.count());
}

template <class Value>
bool parse_value(const Type& type, std::string_view text, std::optional<Value>& value) {
    Value inner{};
    const bool parsed = parse_value(type, text, inner);
    value = parsed ? std::optional<Value>{inner} : value;
    return parsed;
}
template <class Value>
std::string print_value(const Type& type, const std::optional<Value>& value) {
    return print_value(type, value.value_or(Value{}));
}

}  // namespace evengate::settings
