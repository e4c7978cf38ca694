// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/checksum.hpp"

#include "catch.hpp"
#include "datagrams.hpp"

using namespace evengate::packet;  // NOLINT: a test
using evengate::packet::testing::Bytes;

TEST_CASE("the sum of RFC 1071's own example is right") {
    // RFC 1071 3: 0001 f203 f4f5 f6f7 sum to ddf2.
    const Bytes bytes = {0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7};
    CHECK(__builtin_bswap16(fold_checksum(add_checksum(bytes.data(), bytes.size()))) == 0xDDF2);
    CHECK(__builtin_bswap16(internet_checksum(bytes.data(), bytes.size())) == 0x220D);
}

TEST_CASE("every length and alignment gives what the definition gives") {
    Bytes bytes(128);
    for (size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<uint8_t>(i * 151 + 201);
    }
    for (size_t start = 0; start < 8; ++start) {
        for (size_t size = 0; start + size <= bytes.size(); ++size) {
            const auto part = std::span(bytes).subspan(start, size);
            INFO(start << " " << size);
            REQUIRE(__builtin_bswap16(internet_checksum(part.data(), size)) ==
                    testing::reference_checksum(part));
        }
    }
}

TEST_CASE("a sum goes on over pieces of even length") {
    const Bytes bytes = testing::counting_bytes(61);
    for (size_t cut = 0; cut <= bytes.size(); cut += 2) {
        const uint64_t first = add_checksum(bytes.data(), cut);
        REQUIRE(internet_checksum(bytes.data() + cut, bytes.size() - cut, first) ==
                internet_checksum(bytes.data(), bytes.size()));
    }
}

TEST_CASE("folding keeps the value modulo 0xFFFF, at the ends of the range as well") {
    for (const uint64_t sum : {uint64_t{0}, uint64_t{1}, uint64_t{0xFFFE}, uint64_t{0xFFFF}, uint64_t{0x10000},
                               uint64_t{0xFFFF'FFFF}, uint64_t{0x1'0000'0000}, UINT64_MAX - 1, UINT64_MAX}) {
        INFO(sum);
        const uint16_t folded = fold_checksum(sum);
        CHECK(folded % 0xFFFF == sum % 0xFFFF);
        // Only a sum of nothing but zeros folds to zero.
        CHECK((folded == 0) == (sum == 0));
    }
}

TEST_CASE("the longest datagram of all ones does not overflow the sum") {
    const Bytes bytes(65535, 0xFF);
    CHECK(__builtin_bswap16(internet_checksum(bytes.data(), bytes.size())) == testing::reference_checksum(bytes));
}
