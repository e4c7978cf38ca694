// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "catch.hpp"

using namespace evengate;  // NOLINT: a test

TEST_CASE("a MAC address is six hexadecimal pairs with one kind of separator") {
    CHECK(MacAddress::parse("02:45:47:00:01:ff")->to_u64() == 0x0245'4700'01FF);
    CHECK(MacAddress::parse("02-45-47-00-01-FF")->to_string() == "02:45:47:00:01:ff");
    for (const char* bad : {"", "02:45:47:00:01", "02:45:47:00:01:f", "02:45-47:00:01:ff", "02:45:47:00:01:fg",
                            "02:45:47:00:01:ff:", "0245470001ff"}) {
        INFO(bad);
        CHECK_FALSE(MacAddress::parse(bad).has_value());
    }
}

TEST_CASE("a MAC address knows what kind it is") {
    CHECK(kBroadcastMac.is_broadcast());
    CHECK(MacAddress::parse("01:00:5e:00:00:66")->is_multicast());
    CHECK_FALSE(MacAddress::parse("02:00:00:00:00:01")->is_multicast());
    CHECK(MacAddress{}.is_zero());
    CHECK(MacAddress::from_u64(0x0102'0304'0506).bytes == std::array<uint8_t, 6>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("both address families are read and written") {
    CHECK(IpAddress::parse("10.1.2.3")->to_v4() == 0x0A01'0203);
    CHECK(IpAddress::v4(0x0A01'0203).to_string() == "10.1.2.3");
    CHECK(IpAddress::parse("2001:db8::1")->to_string() == "2001:db8::1");
    CHECK_FALSE(IpAddress::parse("2001:db8::1")->is_v4());
    for (const char* bad : {"", "10.1.2", "10.1.2.256", "10.1.2.3 ", "::1%eth0", "2001:db8::1::2"}) {
        INFO(bad);
        CHECK_FALSE(IpAddress::parse(bad).has_value());
    }
}

TEST_CASE("a zero byte does not end an address: what follows it counts") {
    using namespace std::string_view_literals;
    CHECK_FALSE(IpAddress::parse("10.1.2.3\0"sv).has_value());
    CHECK_FALSE(IpAddress::parse("10.1.2.3\0.4"sv).has_value());
    CHECK_FALSE(IpAddress::parse("2001:db8::1\0"sv).has_value());
    CHECK_FALSE(IpPrefix::parse("10.1.2.3\0/24"sv).has_value());
}

TEST_CASE("a prefix needs a length that its family has") {
    CHECK(IpPrefix::parse("10.1.2.3/24")->length == 24);
    CHECK(IpPrefix::parse("0.0.0.0/0")->length == 0);
    CHECK(IpPrefix::parse("2001:db8::/128")->length == 128);
    for (const char* bad : {"10.0.0.1", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/-1", "::/129", "10.0.0.1/2x", "10.0.0.1/024"}) {
        INFO(bad);
        CHECK_FALSE(IpPrefix::parse(bad).has_value());
    }
}

TEST_CASE("a prefix contains the addresses that share its bits, of its own family") {
    const IpPrefix prefix = *IpPrefix::parse("10.1.2.3/22");
    CHECK(prefix.network().to_string() == "10.1.0.0/22");
    CHECK(prefix.contains(*IpAddress::parse("10.1.3.255")));
    CHECK_FALSE(prefix.contains(*IpAddress::parse("10.1.4.0")));
    CHECK_FALSE(prefix.contains(*IpAddress::parse("::a01:203")));
    CHECK(IpPrefix::parse("0.0.0.0/0")->contains(*IpAddress::parse("255.255.255.255")));
    CHECK(IpPrefix::parse("2001:db8:8000::/33")->contains(*IpAddress::parse("2001:db8:ffff::1")));
    CHECK_FALSE(IpPrefix::parse("2001:db8:8000::/33")->contains(*IpAddress::parse("2001:db8:7fff::1")));
}
