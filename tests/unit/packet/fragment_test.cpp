// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/fragment.hpp"

#include "catch.hpp"
#include "datagrams.hpp"
#include "packet/ipv4.hpp"

using namespace evengate::packet;  // NOLINT: a test
using evengate::packet::testing::Bytes;
using evengate::packet::testing::get_be16;
using evengate::packet::testing::make_datagram;

namespace {

using Pieces = std::vector<Bytes>;

size_t header_length(const Bytes& piece) { return static_cast<size_t>(piece[0] & 0x0F) * 4; }
size_t offset_bytes(const Bytes& piece) { return static_cast<size_t>(get_be16(piece, 6) & 0x1FFF) * 8; }
bool more_follow(const Bytes& piece) { return (get_be16(piece, 6) & kIpv4MoreFragments) != 0; }

// What a host makes of pieces in order: their data in one, checked for gaps and overlaps.
Bytes reassembled(const Pieces& pieces, size_t first_offset = 0) {
    Bytes data;
    for (const Bytes& piece : pieces) {
        CHECK(offset_bytes(piece) == first_offset + data.size());
        data.insert(data.end(), piece.begin() + static_cast<std::ptrdiff_t>(header_length(piece)), piece.end());
    }
    return data;
}

Bytes data_of(const Bytes& datagram) {
    return {datagram.begin() + static_cast<std::ptrdiff_t>(header_length(datagram)), datagram.end()};
}

void check_pieces(const Pieces& pieces, size_t mtu) {
    for (size_t i = 0; i < pieces.size(); ++i) {
        INFO("piece " << i);
        const Bytes& piece = pieces[i];
        CHECK(piece.size() <= mtu);
        CHECK(check_ipv4(piece.data(), piece.size()) == Ipv4Verdict::ok);
        CHECK(get_be16(piece, 2) == piece.size());
        CHECK(get_be16(piece, 4) == 0x1234);
        const bool last = i + 1 == pieces.size();
        if (!last) {
            CHECK(more_follow(piece));
            CHECK((piece.size() - header_length(piece)) % 8 == 0);
        }
    }
}

}  // namespace

TEST_CASE("1500 bytes through an MTU of 1400 are two pieces, to the byte") {
    const Bytes datagram = make_datagram(1480);
    const Pieces pieces = fragment_ipv4(datagram, 1400);
    REQUIRE(pieces.size() == 2);
    // 1400 - 20 = 1380, of which 1376 is a multiple of 8.
    CHECK(pieces[0].size() == 20 + 1376);
    CHECK(get_be16(pieces[0], 6) == 0x2000);
    CHECK(pieces[1].size() == 20 + 104);
    CHECK(get_be16(pieces[1], 6) == 1376 / 8);
    check_pieces(pieces, 1400);
    CHECK(reassembled(pieces) == data_of(datagram));
}

TEST_CASE("every MTU from the smallest on gives pieces that make up the datagram") {
    for (const size_t size : {9u, 64u, 65u, 200u, 1480u}) {
        const Bytes datagram = make_datagram(size);
        for (uint16_t mtu = 28; mtu < datagram.size(); ++mtu) {
            INFO(size << " bytes through " << mtu);
            const Pieces pieces = fragment_ipv4(datagram, mtu);
            REQUIRE(pieces.size() >= 2);
            check_pieces(pieces, mtu);
            CHECK_FALSE(more_follow(pieces.back()));
            CHECK(reassembled(pieces) == data_of(datagram));
        }
    }
}

TEST_CASE("an MTU without room for 8 bytes of data gives no pieces") {
    CHECK(fragment_ipv4(make_datagram(100), 27).empty());
    CHECK(fragment_ipv4(make_datagram(100), 0).empty());
    CHECK(fragment_ipv4(make_datagram(100, {1, 1, 1, 0}), 31).empty());
    CHECK_FALSE(fragment_ipv4(make_datagram(100, {1, 1, 1, 0}), 32).empty());
}

TEST_CASE("only options with the copied flag are in later pieces") {
    // Record route (not copied), then router alert (copied), then the end.
    const Bytes datagram = make_datagram(100, {7, 7, 4, 0, 0, 0, 0, 0x94, 4, 0, 0, 0});
    const Pieces pieces = fragment_ipv4(datagram, 72);
    REQUIRE(pieces.size() == 3);
    CHECK(Bytes(pieces[0].begin() + 20, pieces[0].begin() + 32) ==
          Bytes{7, 7, 4, 0, 0, 0, 0, 0x94, 4, 0, 0, 0});
    for (size_t i = 1; i < pieces.size(); ++i) {
        CHECK(header_length(pieces[i]) == 24);
        CHECK(Bytes(pieces[i].begin() + 20, pieces[i].begin() + 24) == Bytes{0x94, 4, 0, 0});
    }
    check_pieces(pieces, 72);
    CHECK(reassembled(pieces) == data_of(datagram));
}

TEST_CASE("copied options that do not fill words are padded with the end of options") {
    // Two no-operations stand in front of a copied option of 6 bytes.
    const Bytes datagram = make_datagram(64, {1, 1, 0x86, 6, 9, 9, 9, 9});
    const Pieces pieces = fragment_ipv4(datagram, 60);
    REQUIRE(pieces.size() == 2);
    CHECK(Bytes(pieces[1].begin() + 20, pieces[1].begin() + 28) == Bytes{0x86, 6, 9, 9, 9, 9, 0, 0});
    check_pieces(pieces, 60);
}

TEST_CASE("options without the copied flag leave a plain header in later pieces") {
    const Pieces pieces = fragment_ipv4(make_datagram(64, {68, 4, 5, 0}), 60);
    REQUIRE(pieces.size() == 2);
    CHECK(header_length(pieces[0]) == 24);
    CHECK(header_length(pieces[1]) == 20);
}

TEST_CASE("a fragment is cut further, its offset and its more flag kept") {
    const Bytes middle = make_datagram(160, {}, kIpv4MoreFragments | 50);
    Pieces pieces = fragment_ipv4(middle, 100);
    REQUIRE(pieces.size() == 2);
    check_pieces(pieces, 100);
    CHECK(more_follow(pieces.back()));
    CHECK(reassembled(pieces, 400) == data_of(middle));

    const Bytes end = make_datagram(161, {}, 50);
    pieces = fragment_ipv4(end, 100);
    REQUIRE(pieces.size() == 3);
    CHECK_FALSE(more_follow(pieces.back()));
    CHECK(reassembled(pieces, 400) == data_of(end));
}

TEST_CASE("pieces of pieces make up the datagram") {
    const Bytes datagram = make_datagram(1480);
    Pieces all;
    for (const Bytes& piece : fragment_ipv4(datagram, 1000)) {
        const Pieces smaller = fragment_ipv4(piece, 333);
        all.insert(all.end(), smaller.begin(), smaller.end());
    }
    check_pieces(all, 333);
    CHECK(reassembled(all) == data_of(datagram));
}

TEST_CASE("link padding is in no piece") {
    const Bytes datagram = make_datagram(100);
    Bytes padded = datagram;
    padded.resize(150, 0xAA);
    CHECK(fragment_ipv4(padded, 68) == fragment_ipv4(datagram, 68));
}

TEST_CASE("the longest datagram is cut to the end of the offset's range") {
    const Bytes datagram = make_datagram(65515);
    const Pieces pieces = fragment_ipv4(datagram, 68);
    check_pieces(pieces, 68);
    CHECK(offset_bytes(pieces.back()) == 65472);
    CHECK(reassembled(pieces) == data_of(datagram));
}

TEST_CASE("a fragment that ends beyond the largest datagram is not cut, lest its offsets wrap round") {
    // The second piece would begin at 65576, which 13 bits and the more flag above them make 40.
    CHECK(fragment_ipv4(make_datagram(100, {}, 0x1FFF), 68).empty());
    CHECK(fragment_ipv4(make_datagram(44, {}, 65472 / 8), 60).empty());
    const Pieces pieces = fragment_ipv4(make_datagram(43, {}, 65472 / 8), 60);
    REQUIRE(pieces.size() == 2);
    CHECK(offset_bytes(pieces.back()) == 65472 + 40);
}
