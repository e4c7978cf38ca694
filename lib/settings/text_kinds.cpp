// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "settings/text_kinds.hpp"

#include <algorithm>
#include <charconv>

namespace evengate::settings {
namespace {

bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_name(std::string_view text) {
    constexpr size_t kMaxSize = 32;
    const auto allowed = [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
    };
    return !text.empty() && text.size() <= kMaxSize &&
           (is_letter(text.front()) || is_digit(text.front())) &&
           std::all_of(text.begin(), text.end(), allowed);
}

// "03:00.1", with or without the domain "0000:" in front.
bool is_pci_address(std::string_view text) {
    constexpr std::string_view kLong = "xxxx:xx:xx.x";
    constexpr size_t kShortSize = 7;
    if (text.size() != kLong.size() && text.size() != kShortSize) {
        return false;
    }
    const std::string_view shape = kLong.substr(kLong.size() - text.size());
    return std::equal(text.begin(), text.end(), shape.begin(), [](char c, char expected) {
        return expected == 'x' ? is_hex_digit(c) : c == expected;
    });
}

bool is_device(std::string_view text) {
    constexpr size_t kMaxSize = 255;
    constexpr std::string_view kVdev = "net_";
    const bool visible =
        std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
    return is_pci_address(text) || (text.starts_with(kVdev) && text.size() > kVdev.size() &&
                                    text.size() <= kMaxSize && visible);
}

// An address and a TCP port; an IPv6 address stands in brackets.
bool is_endpoint(std::string_view text) {
    constexpr int64_t kMaxPort = 65'535;
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return false;
    }
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    const auto address = IpAddress::parse(host);
    const auto port = parse_digits(text.substr(colon + 1));
    return address && address->is_v4() != bracketed && port && *port <= kMaxPort;
}

// The path of something that is no folder. A space at its end comes from a quote that was never
// closed: the YAML library takes the line end into the text.
bool is_path(std::string_view text, size_t max_size) {
    return !text.empty() && text.size() <= max_size && text.back() != '/' && text.back() != ' ' &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// An absolute path that fits sockaddr_un.
bool is_file_path(std::string_view text) {
    constexpr size_t kMaxSize = 107;
    return is_path(text, kMaxSize) && text.front() == '/';
}

bool is_key_file(std::string_view text) {
    constexpr size_t kMaxSize = 255;
    return is_path(text, kMaxSize) && text.front() != ' ';
}

// What a client asks an HTTP server for (RFC 9112 3.2.1); no fragment, which stays with the client.
bool is_url_path(std::string_view text) {
    constexpr size_t kMaxSize = 255;
    const auto allowed = [](char c) { return c > ' ' && c <= '~' && c != '#'; };
    return text.starts_with('/') && text.size() <= kMaxSize &&
           std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace

std::optional<int64_t> parse_digits(std::string_view digits) {
    int64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, value);
    const bool plain = std::all_of(digits.begin(), digits.end(), is_digit);
    const bool leading_zero = digits.size() > 1 && digits.front() == '0';
    if (digits.empty() || !plain || leading_zero || failure != std::errc{} || stop != end) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::vector<uint16_t>> parse_cpu_list(std::string_view text) {
    constexpr int64_t kMaxCpu = 1023;  // CPU_SETSIZE - 1
    std::vector<uint16_t> cpus;
    for (size_t start = 0; start <= text.size();) {
        const size_t comma = std::min(text.find(',', start), text.size());
        const std::string_view part = text.substr(start, comma - start);
        const size_t dash = std::min(part.find('-'), part.size());
        const auto first = parse_digits(part.substr(0, dash));
        const auto last = dash == part.size() ? first : parse_digits(part.substr(dash + 1));
        if (!first || !last || *first > *last || *last > kMaxCpu) {
            return std::nullopt;
        }
        for (int64_t cpu = *first; cpu <= *last; ++cpu) {
            cpus.push_back(static_cast<uint16_t>(cpu));
        }
        start = comma + 1;
    }
    return cpus;
}

bool is_text_of(Kind kind, std::string_view text) {
    switch (kind) {
        case Kind::name:
            return is_name(text);
        case Kind::device:
            return is_device(text);
        case Kind::cpu_list:
            return parse_cpu_list(text).has_value();
        case Kind::endpoint:
            return is_endpoint(text);
        case Kind::file_path:
            return is_file_path(text);
        case Kind::key_file:
            return is_key_file(text);
        case Kind::url_path:
            return is_url_path(text);
        default:
            return false;
    }
}

}  // namespace evengate::settings
