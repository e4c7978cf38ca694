// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/device_name.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace evengate::port {

namespace {

bool is_hex(std::string_view text, size_t length) {
    return text.size() == length && std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return std::isxdigit(c) != 0;
           });
}

// [domain:]bus:device.function, in lower case and with the domain, as sysfs and DPDK write it.
std::optional<std::string> parse_pci_address(std::string_view text) {
    std::string_view domain = "0000";
    std::string_view rest = text;
    if (std::count(text.begin(), text.end(), ':') == 2) {
        domain = text.substr(0, text.find(':'));
        rest.remove_prefix(domain.size() + 1);
    }
    if (!is_hex(domain, 4) || rest.size() != 7 || rest[2] != ':' || rest[5] != '.' ||
        !is_hex(rest.substr(0, 2), 2) || !is_hex(rest.substr(3, 2), 2) || rest[6] < '0' ||
        rest[6] > '7') {
        return std::nullopt;
    }
    std::string address = fmt::format("{}:{}", domain, rest);
    std::transform(address.begin(), address.end(), address.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return address;
}

bool is_vdev_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
    });
}

}  // namespace

std::string DeviceName::to_devargs() const {
    return arguments.empty() ? name : fmt::format("{},{}", name, arguments);
}

std::optional<std::string_view> DeviceName::argument(std::string_view key) const {
    for (std::string_view rest = arguments; !rest.empty();) {
        const std::string_view pair = rest.substr(0, rest.find(','));
        if (pair.size() > key.size() && pair.substr(0, key.size()) == key &&
            pair[key.size()] == '=') {
            return pair.substr(key.size() + 1);
        }
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    }
    return std::nullopt;
}

Result<DeviceName> parse_device(std::string_view text) {
    const size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    DeviceName device;
    if (comma != std::string_view::npos) {
        device.arguments = text.substr(comma + 1);
    }
    if (auto address = parse_pci_address(name)) {
        device.bus = DeviceName::Bus::pci;
        device.name = std::move(*address);
        return device;
    }
    if (!is_vdev_name(name)) {
        return Error{
            fmt::format("'{}' is neither a PCI address such as 0000:01:00.0 nor a virtual device "
                        "such as net_af_packet0,iface=eth1",
                        text)};
    }
    device.name = name;
    return device;
}

}  // namespace evengate::port
