# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: flows of clients to one published address, their captures, and which target each of them
# belongs to by docs/rerouting.md; all from one seed. Used by: reroute.
import ipaddress
import random
import struct
import sys

from benchlib import traffic
from lablib import programs

sys.path.insert(0, str(programs.ROOT / "tests" / "oracle"))

import reroute_vectors as oracle  # noqa: E402: the path must be known first

N_TARGETS = 10
ANSWER = N_TARGETS  # in place of a target
N_SLOTS = 16_384
PUBLISHED = ipaddress.ip_address("203.0.113.10")
PUBLISHED_PORT = 80
TARGET_PORT = 8080  # where addresses are rewritten
CLIENTS = ipaddress.ip_network("198.18.0.0/15")
WEIGHT = 100
PAYLOAD = b"frames"
FIN, SYN, ACK = 0x01, 0x02, 0x10

_PORT_BITS = 14
_FIRST_PORT = 1024
_TCP = 6
_SECRET = b"evengate"  # what is hashed with where no key is configured
# So many flows are opened, then closed, before the next ones: no packet follows another of its flow.
_FLOWS_AT_ONCE = 4000
# A Python program takes half a minute to hash a million.
_MOST_HASHED = 100_000


class Network:
    """Whom the gateway has to do with, on its one port of traffic."""

    def __init__(self):
        self.segment = traffic.Segment(0)
        self.router = self.segment.network[100]
        self.router_mac = 0x525400FE0000
        self.targets = [self.segment.network[512 + i] for i in range(N_TARGETS)]
        self.target_macs = [0x525400AA0000 + i for i in range(N_TARGETS)]


class Targets:
    """Which target a flow belongs to, by docs/rerouting.md; of targets with that port (0: as asked for)."""

    def __init__(self, network, port):
        self._key = b"".join(struct.pack("<Q", oracle.siphash(struct.pack("<QQ", half, 0), _SECRET))
                             for half in range(2))
        candidates = [(i, int(address) << 16 | port, WEIGHT) for i, address in enumerate(network.targets)]
        self._slots = oracle.fill_slots(N_SLOTS, candidates, self._key)

    def of(self, ends):
        return [self._slots[(hashed >> 32) * N_SLOTS >> 32] for hashed in _flow_hashes(self._key, ends)]


class Flows:
    """Each is the client's address and port, as numbers; and its target, but for a great many: then None."""

    def __init__(self, seed, count, targets):
        numbers = random.Random(seed).sample(range(CLIENTS.num_addresses << _PORT_BITS), count)
        base = int(CLIENTS.network_address)
        self.count = count
        self.ends = [(base + (number >> _PORT_BITS), _FIRST_PORT + (number & (1 << _PORT_BITS) - 1))
                     for number in numbers]
        self.targets = targets.of(self.ends) if count <= _MOST_HASHED else [None] * count


class Capture:
    """Frames in the order in which they come, again and again. of_target says for each whose it is;
    ANSWER: it is a target's answer; None: it was not asked."""

    def __init__(self, frames, of_target):
        self.frames = frames
        self.of_target = of_target

    def write(self, path):
        record = struct.pack("<IIII", 0, 0, traffic.FRAME_SIZE, traffic.FRAME_SIZE)
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
            file.writelines(record + frame for frame in self.frames)

    @property
    def is_hashed(self):
        return None not in self.of_target

    def expected(self, n_frames):
        """How many of the first frames of an endless round are of each target; then, answers."""
        rounds, rest = divmod(n_frames, len(self.frames))
        counts = [0] * (N_TARGETS + 1)
        for i, target in enumerate(self.of_target):
            counts[target] += rounds + (i < rest)
        return counts

    def count_of(self, flags, n_frames):
        """How many of the first frames of an endless round have exactly these TCP flags."""
        rounds, rest = divmod(n_frames, len(self.frames))
        return sum(rounds + (i < rest) for i, frame in enumerate(self.frames) if frame[47] == flags)


def data(flows, network, maker, answers):
    """One segment of each flow; with answers, every other frame is a target's."""
    frames, of_target = [], []
    for end, target in zip(flows.ends, flows.targets):
        frames.append(maker.to_published(end, ACK))
        of_target.append(target)
        if answers:
            frames.append(maker.to_client(end, network, target))
            of_target.append(ANSWER)
    return Capture(frames, of_target)


def opening(flows, maker):
    return Capture([maker.to_published(end, SYN) for end in flows.ends], flows.targets)


def short_connections(flows, maker):
    """Each opens, is established and ends: its next SYN, a round later, is that of a new connection."""
    frames, of_target = [], []
    for first in range(0, flows.count, _FLOWS_AT_ONCE):
        part = slice(first, first + _FLOWS_AT_ONCE)
        for flags in (SYN, ACK, FIN | ACK):
            frames += [maker.to_published(end, flags) for end in flows.ends[part]]
            of_target += flows.targets[part]
    return Capture(frames, of_target)


class FrameMaker:
    """TCP segments with correct checksums; 64 bytes on the wire."""

    def __init__(self, network):
        self._vmacs = [traffic.vmac(number).to_bytes(6, "big") for number in range(1, traffic.N_VMACS + 1)]
        self._router = network.router_mac.to_bytes(6, "big")
        self._made = 0

    def to_published(self, end, flags):
        return self._frame(self._router, end[0], int(PUBLISHED), end[1], PUBLISHED_PORT, flags)

    def to_client(self, end, network, target):
        return self._frame(network.target_macs[target].to_bytes(6, "big"), int(network.targets[target]), end[0],
                           TARGET_PORT, end[1], ACK)

    def _frame(self, source_mac, source, destination, source_port, destination_port, flags):
        payload = b"" if flags & (SYN | FIN) else PAYLOAD
        size = 40 + len(payload)
        addresses = (source >> 16) + (source & 0xFFFF) + (destination >> 16) + (destination & 0xFFFF)
        ip_sum = _folded(0x4500 + size + (64 << 8 | _TCP) + addresses)
        offset_and_flags = 5 << 12 | flags
        words = sum(struct.unpack("!3H", payload)) if payload else 0
        tcp_sum = _folded(addresses + _TCP + size - 20 + source_port + destination_port + 1 + 1 +
                          offset_and_flags + 8192 + words)
        self._made += 1
        vmac = self._vmacs[self._made % len(self._vmacs)]
        header = struct.pack("!HBBHHHBBHIIHHIIHHHH", 0x0800, 0x45, 0, size, 0, 0, 64, _TCP, ip_sum,
                             source, destination, source_port, destination_port, 1, 1, offset_and_flags,
                             8192, tcp_sum, 0)
        return (vmac + source_mac + header + payload).ljust(traffic.FRAME_SIZE, b"\0")


def _flow_hashes(key, ends):
    """oracle.flow_hash() of each flow, several times as fast."""
    mask = (1 << 64) - 1
    k0, k1 = struct.unpack("<QQ", key)
    start = (k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D,
             k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573)
    published = PUBLISHED.packed
    rest = struct.pack("!HBHB", PUBLISHED_PORT, _TCP, 0, 13)  # the last byte is the message's length
    for client, port in ends:
        message = client.to_bytes(4, "big") + published + port.to_bytes(2, "big") + rest
        first, second = struct.unpack("<QQ", message)
        a, b, c, d = start
        # After which word comes what: two of the message, then three rounds without.
        for word, ends_here in ((first, 0), (second, 0xFF), (0, 0), (0, 0), (0, 0)):
            d ^= word
            a = (a + b) & mask
            b = (b << 13 & mask | b >> 51) ^ a
            a = a << 32 & mask | a >> 32
            c = (c + d) & mask
            d = (d << 16 & mask | d >> 48) ^ c
            a = (a + d) & mask
            d = (d << 21 & mask | d >> 43) ^ a
            c = (c + b) & mask
            b = (b << 17 & mask | b >> 47) ^ c
            c = c << 32 & mask | c >> 32
            a ^= word
            c ^= ends_here
        yield a ^ b ^ c ^ d


def _folded(total):
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total
