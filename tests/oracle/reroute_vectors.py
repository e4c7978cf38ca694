#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: flow hashes and slot tables from docs/rerouting.md, written without a look at lib/reroute.
# Prints tests/unit/reroute/vectors.hpp, or compares it: reroute_vectors.py [--check FILE].

import ipaddress
import random
import struct
import sys

MASK = (1 << 64) - 1
KEY = bytes(range(16))


def rotate(word, bits):
    return (word << bits | word >> (64 - bits)) & MASK


def sip_round(v):
    v[0] = (v[0] + v[1]) & MASK
    v[1] = rotate(v[1], 13) ^ v[0]
    v[0] = rotate(v[0], 32)
    v[2] = (v[2] + v[3]) & MASK
    v[3] = rotate(v[3], 16) ^ v[2]
    v[0] = (v[0] + v[3]) & MASK
    v[3] = rotate(v[3], 21) ^ v[0]
    v[2] = (v[2] + v[1]) & MASK
    v[1] = rotate(v[1], 17) ^ v[2]
    v[2] = rotate(v[2], 32)


def siphash(key, message, n_rounds=1, n_last_rounds=3):
    k0, k1 = struct.unpack("<QQ", key)
    v = [k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573]
    rest = len(message) % 8
    padded = message + bytes(7 - rest) + bytes([len(message) & 0xFF])
    for word in struct.unpack(f"<{len(padded) // 8}Q", padded):
        v[3] ^= word
        for _ in range(n_rounds):
            sip_round(v)
        v[0] ^= word
    v[2] ^= 0xFF
    for _ in range(n_last_rounds):
        sip_round(v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def flow_hash(key, flow):
    return siphash(key, struct.pack(">IIHHB", *flow))


def symmetric_hash(key, flow):
    client, published, client_port, published_port, protocol = flow
    if (client, client_port) > (published, published_port):
        flow = (published, client, published_port, client_port, protocol)
    return flow_hash(key, flow)


def split_mix(state):
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
    state = (state ^ state >> 27) * 0x94D049BB133111EB & MASK
    return state ^ state >> 31


def log_table():
    table = []
    for i in range(1024):
        value, logarithm = (1024 + i) << 53, 0
        for _ in range(40):
            value = value * value >> 63
            logarithm *= 2
            if value >= 1 << 64:
                value >>= 1
                logarithm += 1
        table.append(logarithm)
    return table + [1 << 40]


LOG = log_table()


def minus_log2(drawn):
    drawn = drawn or 1
    exponent = drawn.bit_length() - 1
    mantissa = (drawn << (64 - exponent)) & MASK
    i, between = mantissa >> 54, mantissa >> 22 & 0xFFFFFFFF
    return ((64 - exponent) << 40) - LOG[i] - ((LOG[i + 1] - LOG[i]) * between >> 32)


def seed_of(key, identity):
    return siphash(key, struct.pack(">Q", identity))


def best_of(drawn, candidates):
    """The target of the lowest distance / weight, the lower identity of equal ones; in integers."""
    best = None
    for number, (target, identity, weight) in zip(drawn, candidates):
        offer = (minus_log2(number), weight, identity, target)
        if best is None or (offer[0] * best[1], identity) < (best[0] * weight, best[2]):
            best = offer
    return 0xFFFF if best is None else best[3]


def fill_slots(n_slots, candidates, key):
    candidates = [candidate for candidate in candidates if candidate[2] != 0]
    seeds = [seed_of(key, identity) for _, identity, _ in candidates]
    return [best_of([split_mix((seed + (slot + 1) * 0x9E3779B97F4A7C15) & MASK) for seed in seeds], candidates)
            for slot in range(n_slots)]


def choose(hashed, candidates, key):
    candidates = [candidate for candidate in candidates if candidate[2] != 0]
    return best_of([split_mix(seed_of(key, identity) ^ hashed) for _, identity, _ in candidates], candidates)


def fnv1a(slots):
    value = 0xCBF29CE484222325
    for byte in b"".join(struct.pack(">H", slot) for slot in slots):
        value = (value ^ byte) * 0x100000001B3 & MASK
    return value


def check_against_the_paper():
    """The vector of the appendix of SipHash's paper, and the first two of the authors' vectors.h."""
    assert siphash(KEY, bytes(range(15)), 2, 4) == 0xA129CA6149BE45E5
    assert siphash(KEY, b"", 2, 4) == 0x726FDB47DD0E0E31
    assert siphash(KEY, b"\0", 2, 4) == 0x74F839C593DC67FD


def flows():
    def address(text):
        return int(ipaddress.ip_address(text))
    yield (0, 0, 0, 0, 0)
    yield (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFF, 0xFFFF, 0xFF)
    yield (address("192.0.2.1"), address("198.51.100.7"), 49152, 80, 6)
    yield (address("198.51.100.7"), address("192.0.2.1"), 80, 49152, 6)
    yield (address("192.0.2.1"), address("198.51.100.7"), 49152, 80, 17)
    yield (address("10.0.0.1"), address("10.0.0.1"), 2, 1, 6)
    generator = random.Random(5)
    for _ in range(10):
        yield (generator.getrandbits(32), generator.getrandbits(32), generator.getrandbits(16),
               generator.getrandbits(16), generator.choice((1, 6, 17)))


TABLES = {
    "equal": [(i, (0x0A000001 + i) << 16 | 80, 100) for i in range(10)],
    "unequal": [(0, 0x0A00000A0050, 1), (3, 0x0A00000B0050, 65535), (1, 0x0A00000C1F90, 32768), (7, 0xC0000201_0000, 0),
                (4, 0xC0000202_0000, 4000000000), (2, 0xC0000203_0000, 999999937)],
    "none": [(0, 1, 0)],
}


def quoted(text):
    return f"0x{text:016X}"


def header():
    k0, k1 = struct.unpack("<QQ", KEY)
    yield "// SPDX-License-Identifier: BSD-3-Clause"
    yield "// Copyright (c) 2026 The evengate authors"
    yield "//"
    yield "// What: known answers of rerouting's hashes; made by tests/oracle/reroute_vectors.py."
    yield "#pragma once"
    yield ""
    yield '#include "reroute/slots.hpp"'
    yield ""
    yield "// A script lays it out."
    yield "// clang-format off"
    yield "namespace evengate::reroute {"
    yield ""
    yield f"inline constexpr HashKey kVectorKey{{.k0 = {quoted(k0)}, .k1 = {quoted(k1)}}};"
    yield ""
    yield "struct FlowVector {"
    yield "    Flow flow;"
    yield "    uint64_t flow_hash;"
    yield "    uint64_t symmetric_hash;"
    yield "    uint64_t address_hash;"
    yield "    uint16_t home;  // of kUnequal, by flow_hash"
    yield "};"
    yield ""
    yield "inline constexpr FlowVector kFlowVectors[] = {"
    for flow in flows():
        client, published, client_port, published_port, protocol = flow
        hashed = flow_hash(KEY, flow)
        yield f"    {{{{0x{client:08X}, 0x{published:08X}, {client_port}, {published_port}, {protocol}}},"
        yield f"     {quoted(hashed)},"
        yield f"     {quoted(symmetric_hash(KEY, flow))},"
        yield f"     {quoted(siphash(KEY, struct.pack('>II', client, published)))},"
        yield f"     {choose(hashed, TABLES['unequal'], KEY)}}},"
    yield "};"
    yield ""
    yield "struct SourceVector {"
    yield "    uint64_t source;  // MacAddress::from_u64()"
    yield "    uint64_t hash;"
    yield "};"
    yield ""
    yield "inline constexpr SourceVector kSourceVectors[] = {"
    for source in (0, 0x020000000001, 0x0123456789AB, 0xFFFFFFFFFFFF):
        yield f"    {{0x{source:012X}, {quoted(siphash(KEY, source.to_bytes(6, 'big')))}}},"
    yield "};"
    yield ""
    yield f"inline constexpr uint64_t kEmptyDigest = {quoted(siphash(bytes(16), b''))};"
    yield f"inline constexpr uint64_t kTextDigest = {quoted(siphash(bytes(16), b'web tcp 80'))};"
    yield ""
    for name, candidates in TABLES.items():
        slots = fill_slots(16384, candidates, KEY)
        yield f"inline constexpr Candidate k{name.capitalize()}[] = {{"
        for target, identity, weight in candidates:
            yield f"    {{{target}, {quoted(identity)}, {weight}}},"
        yield "};"
        yield f"inline constexpr uint16_t k{name.capitalize()}Begin[] = {{{', '.join(map(str, slots[:8]))}}};"
        yield f"inline constexpr uint64_t k{name.capitalize()}Fnv = {quoted(fnv1a(slots))};"
        yield ""
    yield "}  // namespace evengate::reroute"


def main():
    check_against_the_paper()
    made = "".join(line + "\n" for line in header())
    if sys.argv[1:2] != ["--check"]:
        sys.stdout.write(made)
    elif made != open(sys.argv[2], encoding="ascii").read():
        sys.exit(f"{sys.argv[2]} is not what {sys.argv[0]} prints")


if __name__ == "__main__":
    main()
