// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "settings/value.hpp"

#include "catch.hpp"

using namespace evengate::settings;  // NOLINT: a test

namespace {

bool is_text(Kind kind, std::string_view text) {
    std::string value;
    return parse_value({.kind = kind}, text, value);
}

}  // namespace

TEST_CASE("a whole number is decimal digits within its range") {
    const Type type{.kind = Kind::count, .min = 1, .max = 1000};
    CHECK(parse_number(type, "1") == 1);
    CHECK(parse_number(type, "1000") == 1000);
    for (const char* bad :
         {"", "0", "1001", "-1", "+1", "010", "1_000", "0x10", "1e2", "1.0", " 1", "1 ", "1s",
          "NaN", ".inf", "9223372036854775808", "99999999999999999999999999"}) {
        INFO(bad);
        CHECK_FALSE(parse_number(type, bad).has_value());
    }
}

TEST_CASE("a duration has a unit no finer than its step and keeps its range at either end") {
    const Type type{
        .kind = Kind::duration, .min = 10'000'000, .max = 60'000'000'000, .step = 1'000'000};
    CHECK(parse_number(type, "10ms") == 10'000'000);
    CHECK(parse_number(type, "1min") == 60'000'000'000);
    CHECK(parse_number(type, "60s") == 60'000'000'000);
    for (const char* bad : {"10", "9ms", "61s", "10000us", "1.5s", "10 ms", "10MS", "1m", "1h",
                            "ms", "9223372036854775807s", "153722867280913min"}) {
        INFO(bad);
        CHECK_FALSE(parse_number(type, bad).has_value());
    }
}

TEST_CASE("a quantity is written with the largest unit that keeps it whole") {
    const Type duration{.kind = Kind::duration, .min = 0, .max = 86'400'000'000'000, .step = 1000};
    CHECK(print_number(duration, 200'000) == "200us");
    CHECK(print_number(duration, 1'200'000'000'000) == "20min");
    CHECK(print_number(duration, 90'000'000'000) == "90s");
    const Type size{.kind = Kind::size, .min = 64, .max = 1 << 20};
    CHECK(print_number(size, 2048) == "2GB");
    CHECK(print_number(size, 1536) == "1536MB");
    CHECK(parse_number(size, "2GB") == 2048);
}

TEST_CASE("truth is true or false and nothing that YAML once took for it") {
    const Type type{.kind = Kind::boolean};
    CHECK(parse_number(type, "true") == 1);
    CHECK(parse_number(type, "false") == 0);
    for (const char* bad : {"yes", "no", "on", "off", "True", "FALSE", "y", "1", "0", ""}) {
        INFO(bad);
        CHECK_FALSE(parse_number(type, bad).has_value());
    }
}

TEST_CASE("names are safe in paths and labels") {
    for (const char* good :
         {"a", "0", "gw1", "lan.10", "A-b_c.d", "abcdefghijklmnopqrstuvwxyz012345"}) {
        INFO(good);
        CHECK(is_text(Kind::name, good));
    }
    for (const char* bad : {"", "-a", ".a", "..", "a/b", "a b", "a\n", "\xC3\xA4",
                            "abcdefghijklmnopqrstuvwxyz0123456"}) {
        INFO(bad);
        CHECK_FALSE(is_text(Kind::name, bad));
    }
}

TEST_CASE("a device is a PCI address or a vdev") {
    for (const char* good :
         {"0000:03:00.0", "03:00.1", "abcd:EF:1f.7", "net_tap0", "net_pcap0,rx_pcap=/a/b"}) {
        INFO(good);
        CHECK(is_text(Kind::device, good));
    }
    for (const char* bad : {"", "eth0", "0000:03:00", "0000:03:00.0.1", "000g:03:00.0", "net_",
                            "net_pcap0,rx_pcap=/a b", "crypto_null0"}) {
        INFO(bad);
        CHECK_FALSE(is_text(Kind::device, bad));
    }
}

TEST_CASE("a CPU list names each CPU in order") {
    CHECK(parse_cpu_list("0-2,7") == std::vector<uint16_t>{0, 1, 2, 7});
    CHECK(parse_cpu_list("1023") == std::vector<uint16_t>{1023});
    for (const char* bad :
         {"", ",", "0,", ",0", "2-1", "0-", "-1", "a", "1024", "0 - 1", "0-1-2", "0-99999999999"}) {
        INFO(bad);
        CHECK_FALSE(parse_cpu_list(bad).has_value());
    }
}

TEST_CASE("ports are one or a rising range, in one spelling") {
    const Type type{.kind = Kind::port_range};
    PortRange range;
    for (const char* good : {"1", "80", "65535", "1-65535", "8000-8001"}) {
        INFO(good);
        REQUIRE(parse_value(type, good, range));
        CHECK(print_value(type, range) == good);
    }
    CHECK(range == PortRange{8000, 8001});
    for (const char* bad : {"", "0", "65536", "0-1", "1-65536", "80-80", "81-80", "80-", "-80", "-",
                            "080", "80 - 81", "80-81-82", "80,81", "http", "4294967376"}) {
        INFO(bad);
        CHECK_FALSE(parse_value(type, bad, range));
        CHECK(range == PortRange{8000, 8001});
    }
}

TEST_CASE("the path of a page is what a client may ask for, and ends no line") {
    for (const char* good : {"/", "/health", "/a/b/?x=1&y=%20"}) {
        INFO(good);
        CHECK(is_text(Kind::url_path, good));
    }
    CHECK(is_text(Kind::url_path, "/" + std::string(254, 'a')));
    CHECK_FALSE(is_text(Kind::url_path, "/" + std::string(255, 'a')));
    for (const char* bad : {"", "health", "/a b", "/a\r\nHost:", "/a#b", "http://a/", "/\x7F"}) {
        INFO(bad);
        CHECK_FALSE(is_text(Kind::url_path, bad));
    }
}

TEST_CASE("an endpoint is an address and a TCP port") {
    for (const char* good : {"127.0.0.1:9464", "0.0.0.0:0", "[::1]:65535"}) {
        INFO(good);
        CHECK(is_text(Kind::endpoint, good));
    }
    for (const char* bad : {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80",
                            "[127.0.0.1]:80", "[::1:80", "[]:1", "localhost:80", "127.0.0.1:080"}) {
        INFO(bad);
        CHECK_FALSE(is_text(Kind::endpoint, bad));
    }
}

TEST_CASE("a socket path is absolute and fits the address of a UNIX socket") {
    CHECK(is_text(Kind::file_path, "/" + std::string(106, 'x')));
    CHECK_FALSE(is_text(Kind::file_path, "/" + std::string(107, 'x')));
    for (const char* bad : {"", "/", "x.sock", "./x", "/run/", "/run/x "}) {
        INFO(bad);
        CHECK_FALSE(is_text(Kind::file_path, bad));
    }
}

TEST_CASE("MAC addresses of hosts are unicast") {
    evengate::MacAddress mac;
    CHECK(parse_value({.kind = Kind::mac}, "02:00:00:00:00:01", mac));
    CHECK(mac.to_u64() == 0x0200'0000'0001);
    for (const char* bad :
         {"01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "02:00:00", ""}) {
        INFO(bad);
        CHECK_FALSE(parse_value({.kind = Kind::mac}, bad, mac));
    }
    CHECK(mac.to_u64() == 0x0200'0000'0001);
    CHECK(parse_value({.kind = Kind::mac_prefix}, "02:45:47", mac));
    CHECK(print_value({.kind = Kind::mac_prefix}, mac) == "02:45:47");
    CHECK_FALSE(parse_value({.kind = Kind::mac_prefix}, "03:45:47", mac));
    CHECK_FALSE(parse_value({.kind = Kind::mac_prefix}, "02:45:47:00:00:00", mac));
}

TEST_CASE("a bit rate has units of a million and a thousand million bits a second") {
    const Type type{.kind = Kind::bit_rate,
                    .min = 1'000'000,
                    .max = 100'000'000'000'000};
    CHECK(parse_number(type, "10Gbps") == 10'000'000'000);
    CHECK(parse_number(type, "2500Mbps") == 2'500'000'000);
    CHECK(print_number(type, 2'500'000'000) == "2500Mbps");
    CHECK(print_number(type, 40'000'000'000) == "40Gbps");
    for (const char* bad : {"", "10", "0Mbps", "1bps", "1gbps", "100001Gbps", "10 Gbps"}) {
        INFO(bad);
        CHECK_FALSE(parse_number(type, bad).has_value());
    }
}

TEST_CASE("a packet rate is written with the largest unit that keeps it whole") {
    const Type type{.kind = Kind::packet_rate, .min = 1, .max = 10'000'000'000};
    CHECK(parse_number(type, "1Mpps") == 1'000'000);
    CHECK(parse_number(type, "1500kpps") == 1'500'000);
    CHECK(parse_number(type, "10000Mpps") == 10'000'000'000);
    CHECK(print_number(type, 1'500'000) == "1500kpps");
    CHECK(print_number(type, 2'000'000) == "2Mpps");
    CHECK(print_number(type, 7) == "7pps");
    for (const char* bad : {"", "1", "0pps", "1mpps", "1 Mpps", "1.5Mpps", "10001Mpps", "1/s"}) {
        INFO(bad);
        CHECK_FALSE(parse_number(type, bad).has_value());
    }
}

TEST_CASE("a key file's path may be relative and names no folder") {
    for (const char* good : {"/etc/evengate/group.keys", "group.keys", "../a b.keys"}) {
        INFO(good);
        CHECK(is_text(Kind::key_file, good));
    }
    CHECK(is_text(Kind::key_file, std::string(255, 'x')));
    CHECK_FALSE(is_text(Kind::key_file, std::string(256, 'x')));
    for (const char* bad : {"", "/", "keys/", " keys", "keys ", "a\nb", "\xC3\xA4"}) {
        INFO(bad);
        CHECK_FALSE(is_text(Kind::key_file, bad));
    }
}

TEST_CASE("a fraction is a plain decimal number, exact to the millionth, with one spelling") {
    const Type type{.kind = Kind::fraction, .min = 50'000, .max = 16'000'000};
    CHECK(parse_number(type, "0.05") == 50'000);
    CHECK(parse_number(type, "0.9") == 900'000);
    CHECK(parse_number(type, "1") == 1'000'000);
    CHECK(parse_number(type, "10.000001") == 10'000'001);
    CHECK(parse_number(type, "16") == 16'000'000);
    for (const char* bad : {"",
                            ".",
                            ".5",
                            "1.",
                            "0.50",
                            "1.0",
                            "0.1234567",
                            "01.5",
                            "0",
                            "0.049999",
                            "16.000001",
                            "17",
                            "-0.1",
                            "+0.5",
                            "5e-1",
                            "0,5",
                            "5%",
                            " 0.5",
                            "0.5 ",
                            "0.5.5",
                            "0x1",
                            "NaN",
                            "0.-5",
                            "9223372036854775808.5",
                            "9223372036854775807"}) {
        INFO(bad);
        CHECK_FALSE(parse_number(type, bad).has_value());
    }
    CHECK(describe(type) == "a number from 0.05 to 16 (at most 6 decimals, no 0 at their end)");
}

TEST_CASE("every millionth of a fraction is read as it is written") {
    const Type type{.kind = Kind::fraction, .min = 0, .max = 2'000'000};
    for (int64_t value = type.min; value <= type.max; ++value) {
        if (parse_number(type, print_number(type, value)) != value) {
            FAIL(print_number(type, value));
        }
    }
    CHECK(print_number(type, 0) == "0");
    CHECK(print_number(type, 1) == "0.000001");
    CHECK(print_number(type, 1'050'000) == "1.05");
}
