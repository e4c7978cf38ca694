// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the texts of addresses and prefixes. Input: the text. Thread: one.
#include <string_view>

#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "libfuzzer_entry.hpp"
#include "properties.hpp"

using namespace evengate;  // NOLINT: a program

int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    // A copy of its own size, without a zero behind it.
    const std::vector<char> copy(bytes, bytes + size);
    const std::string_view text(copy.data(), copy.size());
    const auto allowed = [](const char* characters, std::string_view in) {
        return in.find_first_not_of(characters) == std::string_view::npos;
    };
    if (const auto mac = MacAddress::parse(text)) {
        if (MacAddress::parse(mac->to_string()) != mac || MacAddress::from_u64(mac->to_u64()) != *mac) {
            fuzz::require("a MAC address is read back as it was written");
        }
    }
    if (const auto address = IpAddress::parse(text)) {
        if (IpAddress::parse(address->to_string()) != address || !allowed("0123456789abcdefABCDEF:.", text)) {
            fuzz::require("an IP address is read back as it was written, and holds nothing else");
        }
    }
    if (const auto prefix = IpPrefix::parse(text)) {
        const IpPrefix network = prefix->network();
        if (IpPrefix::parse(prefix->to_string()) != prefix || !prefix->contains(prefix->address) ||
            !prefix->contains(network.address) || network.network() != network ||
            !allowed("0123456789abcdefABCDEF:./", text)) {
            fuzz::require("a prefix is read back as it was written and contains its own addresses");
        }
    }
    return 0;
}
