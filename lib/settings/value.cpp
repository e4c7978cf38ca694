// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "settings/value.hpp"

#include <algorithm>
#include <array>

#include "settings/text_kinds.hpp"

namespace evengate::settings {
namespace {

struct Unit {
    std::string_view name;
    int64_t factor;
};

constexpr Unit kDurationUnits[] = {{"us", 1'000},
                                   {"ms", 1'000'000},
                                   {"s", 1'000'000'000},
                                   {"min", 60'000'000'000},
                                   {"h", 3'600'000'000'000}};
constexpr Unit kSizeUnits[] = {{"MB", 1}, {"GB", 1024}};
constexpr Unit kRateUnits[] = {{"/s", 1}};
constexpr Unit kPacketRateUnits[] = {{"pps", 1}, {"kpps", 1'000}, {"Mpps", 1'000'000}};
constexpr Unit kBitRateUnits[] = {{"Mbps", 1'000'000}, {"Gbps", 1'000'000'000}};
constexpr Unit kCountUnits[] = {{"", 1}};
constexpr int64_t kMillion = 1'000'000;
constexpr size_t kDecimals = 6;

std::span<const Unit> all_units(Kind kind) {
    switch (kind) {
        case Kind::duration:
            return kDurationUnits;
        case Kind::size:
            return kSizeUnits;
        case Kind::rate:
            return kRateUnits;
        case Kind::packet_rate:
            return kPacketRateUnits;
        case Kind::bit_rate:
            return kBitRateUnits;
        default:
            return kCountUnits;
    }
}

// Smallest first; none finer than the type's step or beyond its range.
std::span<const Unit> units(const Type& type) {
    std::span<const Unit> usable = all_units(type.kind);
    while (usable.size() > 1 && usable.front().factor < type.step) {
        usable = usable.subspan(1);
    }
    while (usable.size() > 1 && usable.back().factor > type.max) {
        usable = usable.first(usable.size() - 1);
    }
    return usable;
}

std::optional<int64_t> parse_quantity(const Type& type, std::string_view text) {
    const auto unit_start = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto n_digits = static_cast<size_t>(unit_start - text.begin());
    const auto number = parse_digits(text.substr(0, n_digits));
    const std::string_view name = text.substr(n_digits);
    const std::span<const Unit> known = units(type);
    const auto unit =
        std::find_if(known.begin(), known.end(), [&](const Unit& u) { return u.name == name; });
    // A number beyond the range is refused before the product can overflow.
    if (!number || unit == known.end() || *number > type.max / unit->factor) {
        return std::nullopt;
    }
    const int64_t value = *number * unit->factor;
    return value >= type.min ? std::optional<int64_t>{value} : std::nullopt;
}

// Digits, or digits, a point and at most six digits the last of which is not 0: one spelling.
std::optional<int64_t> parse_fraction(const Type& type, std::string_view text) {
    const size_t point = std::min(text.find('.'), text.size());
    const auto whole = parse_digits(text.substr(0, point));
    std::string decimals{text.substr(std::min(point + 1, text.size()))};
    const bool has_point = point != text.size();
    if (!whole || *whole > type.max / kMillion || decimals.size() > kDecimals ||
        !std::all_of(decimals.begin(), decimals.end(), is_digit) ||
        (has_point && (decimals.empty() || decimals.back() == '0'))) {
        return std::nullopt;
    }
    decimals.resize(kDecimals, '0');
    int64_t value = *whole * kMillion;
    int64_t digit_value = kMillion;
    for (const char digit : decimals) {
        digit_value /= 10;
        value += (digit - '0') * digit_value;
    }
    return value >= type.min && value <= type.max ? std::optional<int64_t>{value} : std::nullopt;
}

std::string print_fraction(int64_t value) {
    std::string text = std::to_string(value / kMillion);
    if (value % kMillion != 0) {
        text += '.';
        text += std::to_string(kMillion + value % kMillion).substr(1);
        text.resize(text.find_last_not_of('0') + 1);
    }
    return text;
}

std::optional<int64_t> parse_word(std::span<const std::string_view> words, std::string_view text) {
    const auto found = std::find(words.begin(), words.end(), text);
    return found == words.end() ? std::nullopt : std::optional<int64_t>{found - words.begin()};
}

std::string describe_quantity(const Type& type) {
    const std::string range =
        "from " + print_number(type, type.min) + " to " + print_number(type, type.max);
    if (type.kind == Kind::count) {
        return "a whole number " + range;
    }
    std::string names;
    for (const Unit& unit : units(type)) {
        names += (names.empty() ? "" : ", ") + std::string{unit.name};
    }
    const std::string_view noun = type.kind == Kind::duration ? "a duration "
                                  : type.kind == Kind::size   ? "a size "
                                                              : "a rate ";
    const std::string_view label = units(type).size() == 1 ? " (unit: " : " (units: ";
    return std::string{noun} + range + std::string{label} + names + ")";
}

std::string describe_words(std::span<const std::string_view> words) {
    std::string list;
    for (size_t i = 0; i < words.size(); ++i) {
        list += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
        list += words[i];
    }
    return list;
}

std::string describe_kind(const Type& type) {
    switch (type.kind) {
        case Kind::count:
        case Kind::rate:
        case Kind::packet_rate:
        case Kind::bit_rate:
        case Kind::size:
        case Kind::duration:
            return describe_quantity(type);
        case Kind::fraction:
            return "a number from " + print_number(type, type.min) + " to " +
                   print_number(type, type.max) + " (at most 6 decimals, no 0 at their end)";
        case Kind::boolean:
            return "true or false";
        case Kind::word:
            return describe_words(type.words);
        case Kind::name:
            return "a name of up to 32 letters, digits, '-', '_' or '.'";
        case Kind::device:
            return "a PCI address such as 0000:03:00.0 or a vdev such as net_af_packet0,iface=eth1";
        case Kind::cpu_list:
            return "a CPU list such as 0-3,8";
        case Kind::endpoint:
            return "an address and a TCP port such as 127.0.0.1:9464 or [::1]:9464";
        case Kind::file_path:
            return "an absolute path of at most 107 characters";
        case Kind::key_file:
            return "a path of at most 255 characters";
        case Kind::url_path:
            return "a path such as /health, of at most 255 characters without spaces or #";
        case Kind::port_range:
            return "a port from 1 to 65535, or two with a dash such as 8000-8010";
        case Kind::mac:
            return "a unicast MAC address such as 02:00:00:00:00:01";
        case Kind::mac_prefix:
            return "the first three bytes of a unicast MAC address such as 02:45:47";
        case Kind::address:
            return "an IP address such as 10.0.0.1";
        case Kind::prefix:
            return "an address and a prefix length such as 10.0.0.2/24";
    }
    return {};
}

constexpr std::string_view kMacPrefixRest = ":00:00:00";

}  // namespace

std::string describe(const Type& type) {
    return type.zero_word.empty() ? describe_kind(type)
                                  : std::string{type.zero_word} + ", or " + describe_kind(type);
}

std::optional<int64_t> parse_number(const Type& type, std::string_view text) {
    static constexpr std::array<std::string_view, 2> kBooleans = {"false", "true"};
    switch (type.kind) {
        case Kind::boolean:
            return parse_word(kBooleans, text);
        case Kind::word:
            return parse_word(type.words, text);
        case Kind::fraction:
            return parse_fraction(type, text);
        default:
            return parse_quantity(type, text);
    }
}

std::string print_number(const Type& type, int64_t value) {
    if (type.kind == Kind::boolean) {
        return value != 0 ? "true" : "false";
    }
    if (type.kind == Kind::word) {
        return std::string{type.words[static_cast<size_t>(value)]};
    }
    if (type.kind == Kind::fraction) {
        return print_fraction(value);
    }
    const std::span<const Unit> known = units(type);
    Unit best = known.front();
    for (const Unit& unit : known) {
        best = value != 0 && value % unit.factor == 0 ? unit : best;
    }
    return std::to_string(value / best.factor) + std::string{best.name};
}

bool parse_value(const Type& type, std::string_view text, std::string& value) {
    const bool valid = is_text_of(type.kind, text);
    if (valid) {
        value = text;
    }
    return valid;
}

bool parse_value(const Type& type, std::string_view text, MacAddress& value) {
    std::string whole{text.substr(0, 32)};
    whole += type.kind == Kind::mac_prefix ? kMacPrefixRest : std::string_view{};
    const auto mac = MacAddress::parse(whole);
    if (!mac || mac->is_multicast() || (mac->is_zero() && type.kind == Kind::mac)) {
        return false;
    }
    value = *mac;
    return true;
}

bool parse_value(const Type&, std::string_view text, IpAddress& value) {
    const auto address = IpAddress::parse(text);
    value = address.value_or(value);
    return address.has_value();
}

bool parse_value(const Type&, std::string_view text, IpPrefix& value) {
    const auto prefix = IpPrefix::parse(text);
    value = prefix.value_or(value);
    return prefix.has_value();
}

// A range of one port is written as that port alone.
bool parse_value(const Type&, std::string_view text, PortRange& value) {
    constexpr int64_t kMaxPort = 65'535;
    const size_t dash = std::min(text.find('-'), text.size());
    const auto first = parse_digits(text.substr(0, dash));
    const auto last = dash == text.size() ? first : parse_digits(text.substr(dash + 1));
    const bool ordered = dash == text.size() || (first && last && *first < *last);
    if (!first || !last || !ordered || *first < 1 || *last > kMaxPort) {
        return false;
    }
    value = {static_cast<uint16_t>(*first), static_cast<uint16_t>(*last)};
    return true;
}

std::string print_value(const Type&, const std::string& value) {
    return value;
}

std::string print_value(const Type& type, const MacAddress& value) {
    std::string text = value.to_string();
    return type.kind == Kind::mac_prefix ? text.substr(0, text.size() - kMacPrefixRest.size())
                                         : text;
}

std::string print_value(const Type&, const IpAddress& value) {
    return value.to_string();
}
std::string print_value(const Type&, const IpPrefix& value) {
    return value.to_string();
}

std::string print_value(const Type&, const PortRange& value) {
    const std::string first = std::to_string(value.first);
    return value.first == value.last ? first : first + "-" + std::to_string(value.last);
}

}  // namespace evengate::settings
