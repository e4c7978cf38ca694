#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: an independent opinion on what rerouting does to datagrams: NAT of either end, ICMP errors behind NAT,
# tunnels in and out, MSS. Makes random ones, lets our program handle them, and compares byte for byte with
# datagrams that are built anew from their fields, every checksum summed in full. scapy is asked about the first
# of them as well, from the bytes alone, so that what we compare with is right. Shares no code with lib/packet.
# Used by: the tests (100,000 datagrams, scapy about 2,000 of them), and by hand with --datagrams N --seed S
# --scapy N. Exit 77: scapy is missing.
import argparse
import dataclasses
import random
import struct
import subprocess
import sys
import time

try:
    from scapy.all import GRE, ICMP, IP, TCP, UDP, Raw, conf
except ImportError:
    print("skipped: python3-scapy is missing")
    sys.exit(77)

conf.verb = 0
DESTINATION, SOURCE, ERROR_DESTINATION, ERROR_SOURCE, IPIP, GRE_IN, OUT, MSS = range(8)
NAMES = ("new destination", "new source", "error about the destination", "error about the source", "ipip", "gre",
         "out of a tunnel", "mss")
TRANSPORT_VERDICTS = {"ok": 0, "fragment_later": 1, "too_short": 2, "other_protocol": 3}
DROPPED = 5
BATCH = 20000


def checksum(data):
    """RFC 1071, over the whole: the sum of its words, padded with a zero byte."""
    padded = data + bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


@dataclasses.dataclass
class Datagram:
    """TCP, UDP or else, from its fields; piece is (offset, size) in bytes of a fragment, with None the whole."""
    source: int
    destination: int
    protocol: int
    body: bytes
    source_port: int = 0
    destination_port: int = 0
    tcp: tuple = (0, 0, 0, 0, 0)  # sequence, acknowledgement, flags, window, urgent pointer
    tcp_options: bytes = b""
    has_udp_checksum: bool = True
    tos: int = 0
    identification: int = 0
    flags: int = 0  # of the fragment field: 4 is reserved, 2 DF, 1 MF
    ttl: int = 64
    options: bytes = b""
    piece: tuple = None

    def header(self, size):
        flags, offset = self.flags, 0
        if self.piece is not None:
            offset = self.piece[0] // 8
            flags = 1 if self.piece[0] + self.piece[1] < size else 0
            size = self.piece[1]
        length = 20 + len(self.options)
        start = struct.pack("!BBHHHBB", 0x40 | length // 4, self.tos, length + size, self.identification,
                            flags << 13 | offset, self.ttl, self.protocol)
        end = struct.pack("!II", self.source, self.destination) + self.options
        return start + struct.pack("!H", checksum(start + b"\0\0" + end)) + end

    def transport(self):
        ports = struct.pack("!HH", self.source_port, self.destination_port)
        if self.protocol == 6:
            sequence, acknowledgement, flags, window, urgent = self.tcp
            before = ports + struct.pack("!IIBBH", sequence, acknowledgement, (20 + len(self.tcp_options)) // 4 << 4,
                                         flags, window)
            after = struct.pack("!H", urgent) + self.tcp_options + self.body
        elif self.protocol == 17:
            before, after = ports + struct.pack("!H", 8 + len(self.body)), self.body
        else:
            return self.body
        size = len(before) + 2 + len(after)
        pseudo = struct.pack("!IIHH", self.source, self.destination, self.protocol, size)
        found = checksum(pseudo + before + b"\0\0" + after)
        if self.protocol == 17:
            found = (found or 0xFFFF) if self.has_udp_checksum else 0
        return before + struct.pack("!H", found) + after

    def build(self):
        transport = self.transport()
        at, size = self.piece or (0, len(transport))
        return self.header(len(transport)) + transport[at:at + size]


def icmp_error(datagram, start, quote):
    """The error whose header fields are those of datagram; start is type, code and the second word."""
    kind, code, word = start
    body = struct.pack("!BBHI", kind, code, 0, word) + quote
    return dataclasses.replace(datagram, body=body[:2] + struct.pack("!H", checksum(body)) + body[4:]).build()


def outer_header(kind, case):
    inner = case.datagram
    return Datagram(case.address, case.other_address, 4 if kind == IPIP else 47, b"", tos=inner.tos,
                    identification=case.number, flags=inner.flags & 2)


def ecn_behind_tunnel(inner, outer):
    """RFC 6040 figure 4, row by row; DROPPED where nothing comes out."""
    table = ((0, 0, 0, DROPPED), (1, 1, 1, 3), (2, 1, 2, 3), (3, 3, 3, 3))
    return table[inner][outer]


class Case:
    """An operation on a datagram: its input, and the verdict and output that must come of it."""

    def __init__(self, rng):
        self.rng = rng
        self.operation = rng.choice((DESTINATION, DESTINATION, SOURCE, SOURCE, ERROR_DESTINATION, ERROR_SOURCE, IPIP,
                                     GRE_IN, OUT, OUT, MSS))
        self.address, self.other_address = rng.getrandbits(32), rng.getrandbits(32)
        self.number = rng.choice((0, 53, 80, 8080, 65535, rng.randrange(65536)))
        self.datagram = self.make_datagram()
        self.verdict = 0
        make = (self.nat, self.nat, self.error, self.error, self.into, self.into, self.out, self.mss)
        make[self.operation]()

    def make_datagram(self):
        rng = self.rng
        size = rng.choice((0, 1, 2, 3, 18, 26, rng.randrange(100), rng.randrange(100), rng.randrange(1401)))
        protocol = 6 if self.operation == MSS else rng.choice((6, 6, 6, 17, 17, 17, 50))
        datagram = Datagram(
            rng.choice((1, 10, 126, 128, 192, 223)) << 24 | rng.getrandbits(24), rng.getrandbits(32), protocol,
            rng.randbytes(size), rng.randrange(65536), rng.randrange(65536),
            (rng.getrandbits(32), rng.getrandbits(32), rng.randrange(256), rng.randrange(65536), rng.randrange(65536)),
            rng.choice((b"", b"", b"\2\4\5\xb4", b"\1\2\4\5\xb4\1\1\0", b"\1\1\x08\x0a" + rng.randbytes(8))),
            rng.random() > 0.2, rng.randrange(256), rng.randrange(65536), rng.choice((0, 2, 2, 4)),
            rng.randrange(1, 256), rng.choice((b"", b"", b"", b"\x94\x04\0\0", b"\1\7\7\4" + bytes(8))))
        return datagram

    def end(self):
        return "source" if self.operation in (SOURCE, ERROR_SOURCE) else "destination"

    def with_end(self, datagram):
        names = {self.end(): self.address}
        if datagram.protocol in (6, 17):
            names[self.end() + "_port"] = self.number
        return dataclasses.replace(datagram, **names)

    def aim_at_zero(self):
        """Data for which the checksum behind the rewrite comes out as zero."""
        self.datagram.body = b"\0\0" + self.datagram.body[2:]
        self.datagram.has_udp_checksum = True
        after = self.with_end(self.datagram).transport()
        at = 16 if self.datagram.protocol == 6 else 6
        wanted = struct.unpack_from("!H", after, at)[0]
        self.datagram.body = struct.pack("!H", wanted) + self.datagram.body[2:]

    def nat(self):
        datagram = self.datagram
        if datagram.protocol == 50:
            self.input, self.verdict = datagram.build(), TRANSPORT_VERDICTS["other_protocol"]
            self.expected = self.input
            return
        if self.rng.random() < 0.05 and len(datagram.body) >= 2:
            self.aim_at_zero()
        size = len(datagram.transport())
        if self.rng.random() < 0.2 and size > 40:
            # No later one begins within the first 20 bytes: whose first is as short is refused.
            at = self.rng.choice((0, 0, 24, size // 8 * 8 - 8))
            datagram.piece = (at, min(24 + 8 * self.rng.randrange(3), size - at))
            self.verdict = TRANSPORT_VERDICTS["fragment_later" if at else "ok"]
        self.input = datagram.build()
        self.expected = self.with_end(datagram).build()

    def error(self):
        rng = self.rng
        if self.datagram.protocol in (6, 17) and rng.random() < 0.05 and len(self.datagram.body) >= 2:
            self.aim_at_zero()
        if self.datagram.protocol == 50:
            self.datagram.body = (self.datagram.body + bytes(8))[:max(8, len(self.datagram.body))]
        whole = self.datagram.build()
        length = 20 + len(self.datagram.options)
        self.n_quoted = min(len(whole), length + rng.choice((8, 8, 9, 16, 18, 19, 20, 128, 528)))
        own = "destination" if self.operation == ERROR_SOURCE else "source"
        kind = rng.choice((3, 3, 3, 4, 11, 12))
        self.start = (kind, rng.randrange(16), rng.randrange(1 << 16) if kind == 3 else 0)
        self.envelope = self.make_datagram()
        self.envelope.protocol, self.envelope.piece = 1, None
        self.envelope.destination = self.datagram.source
        if own == "source" and rng.random() < 0.7:
            # Who tells is the one whom it was sent to, an address that check_ipv4() lets through.
            self.datagram.destination = self.envelope.source
            whole = self.datagram.build()
        # The ends before and after, of the error itself; a router on the way keeps its address.
        ours = getattr(self.envelope, own) == getattr(self.datagram, self.end())
        self.envelope_after = dataclasses.replace(self.envelope, **({own: self.address} if ours else {}))
        self.input = icmp_error(self.envelope, self.start, whole[:self.n_quoted])
        self.expected = icmp_error(self.envelope_after, self.start,
                                   self.with_end(self.datagram).build()[:self.n_quoted])

    def into(self):
        self.input = self.datagram.build()
        self.outer = outer_header(self.operation, self)
        self.expected = dataclasses.replace(self.outer, body=self.gre() + self.input).build()

    def gre(self):
        return b"\0\0\x08\0" if self.kind() == GRE_IN else b""

    def kind(self):
        return GRE_IN if self.operation == GRE_IN or self.operation == OUT and self.number % 2 else IPIP

    def out(self):
        self.outer = outer_header(self.kind(), self)
        self.outer.tos, self.outer.source = self.rng.randrange(256), 0x0A00_0000 | self.address & 0xFFFFFF
        self.outer.options = self.rng.choice((b"", b"", b"\x94\x04\0\0"))
        inner = self.datagram.build()
        self.input = dataclasses.replace(self.outer, body=self.gre() + inner).build()
        ecn = ecn_behind_tunnel(self.datagram.tos & 3, self.outer.tos & 3)
        if ecn == DROPPED:
            self.verdict, self.expected = DROPPED, self.input
        else:
            self.tos = self.datagram.tos & 0xFC | ecn
            self.expected = dataclasses.replace(self.datagram, tos=self.tos).build()

    def mss(self):
        self.number = self.rng.choice((536, 1400, 1440, 1460, 65535))
        self.input = self.datagram.build()
        options, at = self.datagram.tcp_options, self.datagram.tcp_options.find(b"\2\4\5\xb4")
        lowered = self.datagram.tcp[2] & 2 and at >= 0 and b"\x08\x0a" not in options and self.number < 1460
        self.verdict = 1 if lowered else 0
        if lowered:
            options = options[:at + 2] + struct.pack("!H", self.number) + options[at + 4:]
        self.expected = dataclasses.replace(self.datagram, tcp_options=options).build()

    def request(self):
        return struct.pack("!BIIHH", self.operation, self.address, self.other_address, self.number,
                           len(self.input)) + self.input


def dotted(address):
    return ".".join(str(byte) for byte in address.to_bytes(4, "big"))


def with_end_by_scapy(datagram, end, address, port):
    """The bytes of a whole datagram with another end, its checksums left to scapy."""
    ip = IP(datagram)
    setattr(ip, "src" if end == "source" else "dst", dotted(address))
    del ip.chksum
    for layer in (TCP, UDP):
        if ip.proto == layer().overload_fields[IP]["proto"] and layer in ip:
            setattr(ip[layer], "sport" if end == "source" else "dport", port)
            if not (layer is UDP and ip[UDP].chksum == 0):
                del ip[layer].chksum
    return ip


def cut_by_scapy(ip, piece):
    body = bytes(ip.payload)
    ip.remove_payload()
    ip.flags, ip.frag, ip.len = ("MF" if sum(piece) < len(body) else 0), piece[0] // 8, None
    return bytes(ip / Raw(body[piece[0]:sum(piece)]))


def expected_by_scapy(case):
    """What scapy makes of the case's input, knowing the operation alone."""
    if case.operation in (DESTINATION, SOURCE):
        if case.datagram.protocol == 50:
            return case.input
        whole = dataclasses.replace(case.datagram, piece=None).build()
        ip = with_end_by_scapy(whole, case.end(), case.address, case.number)
        return cut_by_scapy(ip, case.datagram.piece) if case.datagram.piece else bytes(ip)
    if case.operation in (ERROR_DESTINATION, ERROR_SOURCE):
        quoted = with_end_by_scapy(case.datagram.build(), case.end(), case.address, case.number)
        error = IP(case.input)
        side, old = ("dst", case.datagram.source) if case.operation == ERROR_SOURCE else ("src", case.datagram.destination)
        if getattr(error, side) == dotted(old):
            setattr(error, side, dotted(case.address))
        start = bytes(error.payload)[:8]
        error.remove_payload()
        del error.chksum
        icmp = ICMP(start[:2] + b"\0\0" + start[4:])
        del icmp.chksum
        return bytes(error / Raw(bytes(icmp / Raw(bytes(quoted)[:case.n_quoted]))))
    if case.operation in (IPIP, GRE_IN):
        inner = IP(case.input)
        outer = IP(src=dotted(case.address), dst=dotted(case.other_address), id=case.number, ttl=64, tos=inner.tos,
                   flags="DF" if inner.flags.DF else 0)
        return bytes(outer / GRE() / inner if case.operation == GRE_IN else outer / inner)
    if case.operation == OUT:
        if case.verdict == DROPPED:
            return case.input
        packet = IP(case.input)
        inner = IP(bytes(packet.payload.payload if packet.proto == 47 else packet.payload))
        inner.tos = case.tos
        del inner.chksum
        return bytes(inner)
    ip = IP(case.input)
    if case.verdict:
        ip[TCP].options = [("MSS", case.number) if name == "MSS" else (name, value)
                           for name, value in ip[TCP].options]
    del ip[TCP].chksum
    return bytes(ip)


def answers(output, n_cases):
    at = 0
    for _ in range(n_cases):
        verdict, size = struct.unpack_from("!BH", output, at)
        yield verdict, output[at + 3:at + 3 + size]
        at += 3 + size


def compare(program, cases, counts):
    """Prints the first that differ, and returns how many do."""
    output = subprocess.run([program], input=b"".join(case.request() for case in cases), stdout=subprocess.PIPE,
                            check=True).stdout
    n_wrong = 0
    for case, answer in zip(cases, answers(output, len(cases))):
        name = (NAMES[case.operation], case.verdict)
        counts[name] = counts.get(name, 0) + 1
        if answer != (case.verdict, case.expected):
            n_wrong += 1
            if n_wrong <= 5:
                print(f"{NAMES[case.operation]} {case.input.hex()}\n  ours   {answer[0]} {answer[1].hex()}\n"
                      f"  oracle {case.verdict} {case.expected.hex()}")
    return n_wrong


def ask_scapy(cases):
    """How many of the expected outputs scapy builds otherwise."""
    n_wrong = 0
    for case in cases:
        built = expected_by_scapy(case)
        if built != case.expected:
            n_wrong += 1
            if n_wrong <= 5:
                print(f"{NAMES[case.operation]} {case.input.hex()}\n  oracle {case.expected.hex()}\n"
                      f"  scapy  {built.hex()}")
    return n_wrong


def main():
    parser = argparse.ArgumentParser(description="Compares our rewrites with datagrams built anew, byte for byte.")
    parser.add_argument("program", help="rewrite_datagrams, from the build")
    parser.add_argument("--datagrams", type=int, default=100000)
    parser.add_argument("--scapy", type=int, default=2000, help="how many scapy builds too; as many as there are: all")
    parser.add_argument("--seed", type=int, default=1, help="0: a random one")
    options = parser.parse_args()
    seed = options.seed or random.SystemRandom().randrange(1, 2**32)
    print(f"seed {seed}", flush=True)
    rng = random.Random(seed)
    counts, n_wrong, n_apart, started = {}, 0, 0, time.monotonic()
    for done in range(0, options.datagrams, BATCH):
        cases = [Case(rng) for _ in range(min(BATCH, options.datagrams - done))]
        n_wrong += compare(options.program, cases, counts)
        n_apart += ask_scapy(cases[:max(0, options.scapy - done)])
    for name, verdict in sorted(counts):
        print(f"{counts[name, verdict]:8} {name}, verdict {verdict}")
    print(f"{options.datagrams} datagrams, {n_wrong} differ; of {min(options.scapy, options.datagrams)} scapy builds "
          f"{n_apart} otherwise; {time.monotonic() - started:.1f} s")
    return 1 if n_wrong or n_apart or len({name for name, _ in counts}) < len(NAMES) else 0


if __name__ == "__main__":
    sys.exit(main())
