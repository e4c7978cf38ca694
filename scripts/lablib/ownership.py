# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: from captures at the bridge's port of each gateway: did anybody send from a vMAC that it did
# not own? Judged by the hellos, in which each member says what it forwards. Used by: lablib.outage,
# the tests.
import bisect
import collections
import contextlib
import dataclasses
import struct

from lablib.capture import Capture

# Frames from a vMAC, and group messages over IPv4 without options.
FILTER = "(ether[6:2] = 0x0245 and ether[8] = 0x47) or udp port 3222"
_VMAC_PREFIX = bytes.fromhex("024547")
_ETHERTYPE_IPV4 = 0x0800
_PROTOCOL_UDP = 17
_GROUP_UDP_PORT = 3222
_HEADER_SIZE = 12  # of a group message; then TLVs: type, length with these two bytes, value
_TLV_FORWARDING = 0xE3  # a bitmap by vMAC number (docs/protocol.md)
_TLV_FORWARDING_SIZE = 34
# A take-over is announced first, and the next hello says so.
_NEXT_HELLO_SECONDS = 1.0


@dataclasses.dataclass(frozen=True)
class Claims:
    """A hello: what a member says to forward in a group."""
    at: float
    port: str
    group: int
    numbers: frozenset


@dataclasses.dataclass(frozen=True)
class Sent:
    """A frame from a vMAC."""
    at: float
    port: str
    group: int
    number: int


@dataclasses.dataclass(frozen=True)
class Violation:
    sent: Sent
    why: str

    def __str__(self):
        return (f"{self.sent.at:.6f} {self.sent.port} sent from vMAC {self.sent.number} of group "
                f"{self.sent.group}: {self.why}")


def read_pcap(path):
    """(time in seconds, bytes) of each frame of a pcap file of Ethernet."""
    with open(path, "rb") as file:
        magic = file.read(24)[:4]
        order, unit = {b"\xd4\xc3\xb2\xa1": ("<", 1e-6), b"\xa1\xb2\xc3\xd4": (">", 1e-6),
                       b"\x4d\x3c\xb2\xa1": ("<", 1e-9), b"\xa1\xb2\x3c\x4d": (">", 1e-9)}[magic]
        record = struct.Struct(order + "IIII")
        while len(header := file.read(record.size)) == record.size:
            seconds, fraction, length, _ = record.unpack(header)
            frame = file.read(length)
            if len(frame) == length:  # the last one may be cut off
                yield seconds + fraction * unit, frame


def _group_payload(frame):
    """The UDP payload of a group message, or None."""
    if len(frame) < 42 or int.from_bytes(frame[12:14], "big") != _ETHERTYPE_IPV4 or frame[23] != _PROTOCOL_UDP:
        return None
    udp = 14 + (frame[14] & 0x0F) * 4
    if int.from_bytes(frame[udp + 2:udp + 4], "big") != _GROUP_UDP_PORT:
        return None
    length = int.from_bytes(frame[udp + 4:udp + 6], "big")
    return frame[udp + 8:udp + length]


def claims_of(payload):
    """(group, vMAC numbers) of a native hello, or None."""
    offset = _HEADER_SIZE
    while offset + 2 <= len(payload):
        kind, length = payload[offset], payload[offset + 1]
        if length < 2 or offset + length > len(payload):
            return None
        if kind == _TLV_FORWARDING and length == _TLV_FORWARDING_SIZE:
            bitmap = int.from_bytes(payload[offset + 2:offset + length], "little")
            numbers = frozenset(number for number in range(256) if bitmap >> number & 1)
            return int.from_bytes(payload[2:4], "big"), numbers
        offset += length
    return None


def read_port(path, port):
    """What one gateway sent: Claims and Sent, in the order of the wire."""
    for at, frame in read_pcap(path):
        if frame[6:9] == _VMAC_PREFIX:
            yield Sent(at, port, int.from_bytes(frame[9:11], "big"), frame[11])
            continue
        payload = _group_payload(frame)
        claims = claims_of(payload) if payload else None
        if claims:
            yield Claims(at, port, *claims)


def violations(entries, all_hear=True):
    """Frames from a vMAC whose sender owned it neither by its last hello nor by its next one. A last
    hello counts no more once another member has sent from the vMAC, or claimed it: a member that
    slept must look first. What a port sent before its first hello here is not judged. entries: Claims and Sent of all ports of one segment. all_hear: else some are
    cut off from each other, and cannot know what another claims."""
    entries = sorted(entries, key=lambda entry: entry.at)
    hellos = collections.defaultdict(list)
    by_others = collections.defaultdict(list)  # (group, number) -> (time, port) of claims and frames
    for entry in entries:
        numbers = [entry.number] if isinstance(entry, Sent) else entry.numbers
        if isinstance(entry, Claims):
            hellos[entry.port, entry.group].append(entry)
        for number in numbers:
            by_others[entry.group, number].append((entry.at, entry.port))
    found = []
    for sent in entries:
        if isinstance(sent, Sent):
            uses = by_others[sent.group, sent.number] if all_hear else []
            why = _why_wrong(sent, hellos[sent.port, sent.group], uses)
            if why:
                found.append(Violation(sent, why))
    return found


def _why_wrong(sent, hellos, uses):
    following = bisect.bisect_right(hellos, sent.at, key=lambda hello: hello.at)
    if following == 0 and hellos:
        return None  # the capture began behind the hello that this frame rests on
    if following < len(hellos):
        after = hellos[following]
        if after.at - sent.at < _NEXT_HELLO_SECONDS and sent.number in after.numbers:
            return None
    if following == 0 or sent.number not in hellos[following - 1].numbers:
        return "it claimed it neither before nor after"
    first = bisect.bisect_right(uses, hellos[following - 1].at, key=lambda use: use[0])
    for at, port in uses[first:]:
        if at >= sent.at:
            break
        if port != sent.port:
            return f"since its last hello, {port} had it"
    return None


class SourceWatch:
    """Captures what each gateway sends into a bridge while the block runs; `found` has the violations
    afterwards, `n_sent` and `n_hellos` prove that something was seen. `all_hear` as for violations()."""

    def __init__(self, lab, folder, all_hear=True):
        self.all_hear = all_hear
        self._lab, self._folder = lab, folder
        self.found, self.n_sent, self.n_hellos = [], 0, 0

    def __enter__(self):
        with contextlib.ExitStack() as captures:
            self._paths = {}
            for place in ("lan", "wan"):
                for member in self._lab.gateways:
                    port = member.gateway.name
                    path = self._folder / f"sources-{place}-{port}.pcap"
                    captures.enter_context(Capture(self._lab, place, port, path, FILTER, "in"))
                    self._paths.setdefault(place, {})[port] = path
            self._captures = captures.pop_all()
        return self

    def __exit__(self, *unused):
        self._captures.close()
        for place, ports in self._paths.items():
            entries = [entry for port, path in ports.items() for entry in read_port(path, port)]
            self.n_sent += sum(isinstance(entry, Sent) for entry in entries)
            self.n_hellos += sum(isinstance(entry, Claims) for entry in entries)
            self.found += [f"{place} {violation}" for violation in violations(entries, self.all_hear)]
