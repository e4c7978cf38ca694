# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: from captures at the bridge's port of each gateway: did anybody send from a vMAC that it did
# not own? Judged by what the gateways say to each other: the hellos, in which each says what it
# forwards, and the hand-overs. Used by: lablib.outage, the tests.
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
# docs/protocol.md
_TLV_HELLO, _HOLD_OFFSET = 0x01, 10
_TLV_FORWARDING, _BITMAP_SIZE = 0xE3, 32  # by vMAC number; behind it sometimes a second one, of others
_TLV_HAND_OVER, _STEP_SIZE, _STEP_RELEASED = 0xE7, 34, 3
# A take-over is announced first, and the next hello says so.
_NEXT_HELLO_SECONDS = 1.0
# Between the worker that checks a lease and the bridge that stamps the frame.
_ON_THE_WAY_SECONDS = 0.005


@dataclasses.dataclass(frozen=True)
class Said:
    """A message: which vMACs a member forwards for in a group if it is a hello (else None), which it
    gave up, and for how long the others wait for its next hello, in seconds."""
    at: float
    port: str
    group: int
    numbers: frozenset | None
    released: frozenset = frozenset()
    hold: float = 1.0


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


def _tlvs(payload):
    offset = _HEADER_SIZE
    while offset + 2 <= len(payload):
        kind, length = payload[offset], payload[offset + 1]
        if length < 2 or offset + length > len(payload):
            return
        yield kind, payload[offset + 2:offset + length]
        offset += length


def read_message(at, port, payload):
    """What a native message says, or None if it says nothing of what is forwarded."""
    numbers, released, hold = None, set(), 1.0
    for kind, value in _tlvs(payload):
        if kind == _TLV_HELLO and len(value) >= _HOLD_OFFSET + 4:
            hold = int.from_bytes(value[_HOLD_OFFSET:_HOLD_OFFSET + 4], "big") / 1000
        elif kind == _TLV_FORWARDING and len(value) in (_BITMAP_SIZE, 2 * _BITMAP_SIZE):
            bitmap = int.from_bytes(value[:_BITMAP_SIZE], "little")
            numbers = frozenset(number for number in range(256) if bitmap >> number & 1)
        elif kind == _TLV_HAND_OVER:
            steps = [value[i:i + _STEP_SIZE] for i in range(0, len(value) - _STEP_SIZE + 1, _STEP_SIZE)]
            released |= {step[1] for step in steps if step[0] == _STEP_RELEASED}
    if numbers is None and not released:
        return None
    return Said(at, port, int.from_bytes(payload[2:4], "big"), numbers, frozenset(released), hold)


def read_port(path, port):
    """What one gateway sent: Said and Sent, in the order of the wire."""
    for at, frame in read_pcap(path):
        if frame[6:9] == _VMAC_PREFIX:
            yield Sent(at, port, int.from_bytes(frame[9:11], "big"), frame[11])
            continue
        payload = _group_payload(frame)
        said = read_message(at, port, payload) if payload else None
        if said:
            yield said


def violations(entries, all_hear=True):
    """Frames from a vMAC whose sender did not own it when it sent: it claimed it neither in its last
    hello nor in its next one, or had released it since, or its lease had ended (a hold after its last
    hello), or it and another had claimed it for longer than a hold and neither gave way. What a port sent
    before its first hello here is not judged. entries: Said and Sent of all ports of one segment.
    all_hear: else some are cut off from each other, and cannot know what another claims."""
    entries = sorted(entries, key=lambda entry: entry.at)
    hellos = collections.defaultdict(list)
    releases = collections.defaultdict(list)
    for entry in entries:
        if isinstance(entry, Said):
            if entry.numbers is not None:
                hellos[entry.port, entry.group].append(entry)
            for number in entry.released:
                releases[entry.port, entry.group, number].append(entry.at)
    found = []
    for sent in entries:
        if isinstance(sent, Sent):
            others = [said for (port, group), said in hellos.items()
                      if all_hear and port != sent.port and group == sent.group]
            why = _why_wrong(sent, hellos[sent.port, sent.group],
                             releases[sent.port, sent.group, sent.number], others)
            if why:
                found.append(Violation(sent, why))
    return found


def _why_wrong(sent, hellos, releases, others):
    following = _n_until(hellos, sent.at)
    if following == 0 and hellos:
        return None  # the capture began behind the hello that this frame rests on
    if following < len(hellos):
        after = hellos[following]
        if after.at - sent.at < _NEXT_HELLO_SECONDS and sent.number in after.numbers:
            return None
    if following == 0 or sent.number not in hellos[following - 1].numbers:
        return "it claimed it neither before nor after"
    last = hellos[following - 1]
    if any(last.at <= at <= sent.at for at in releases):
        return "it had released it"
    if sent.at > last.at + last.hold + _ON_THE_WAY_SECONDS:
        return "its lease had ended"
    if _claimed_throughout(hellos, sent.number, sent.at - last.hold, sent.at):
        for rival in others:
            if _claimed_throughout(rival, sent.number, sent.at - last.hold, sent.at):
                return f"{rival[0].port} had claimed it, too, for longer than a hold"
    return None


def _n_until(hellos, at):
    return bisect.bisect_right(hellos, at, key=lambda hello: hello.at)


def _claimed_throughout(hellos, number, begin, end):
    first, behind = _n_until(hellos, begin), _n_until(hellos, end)
    during = hellos[first:behind]
    is_current = during and end - during[-1].at < during[-1].hold / 2
    return first > 0 and is_current and all(number in hello.numbers for hello in hellos[first - 1:behind])


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
            self.n_hellos += sum(isinstance(entry, Said) for entry in entries)
            self.found += [f"{place} {violation}" for violation in violations(entries, self.all_hear)]
