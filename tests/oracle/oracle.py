#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: an independent opinion on forwarding. Makes random frames, lets our program handle them, builds with
# scapy what must come of each, and compares byte for byte. Shares no code with lib/packet.
# Used by: the tests (20,000 frames), and by hand with --frames N --seed S. Exit 77: scapy is missing.
import argparse
import random
import struct
import subprocess
import sys

try:
    from scapy.all import ICMP, IP, Dot1Q, Ether, IPOption, Raw, conf
except ImportError:
    print("skipped: python3-scapy is missing")
    sys.exit(77)

conf.verb = 0
# The router of tests/fuzz/forward_path.hpp.
ROUTER_MAC, NEXT_HOP_MAC = "02:00:00:00:00:01", "02:00:00:00:00:99"
OWN_MACS, FOREIGN_VMAC = (ROUTER_MAC, "02:45:47:00:01:01"), "02:45:47:00:01:02"
OWN_ADDRESSES = ("192.0.2.1", "192.0.2.254")
INTERFACES = ((), (100,), (200, 300))
ROUTES = {1: ((), 1500), 2: ((100,), 1500), 3: ((200, 300), 1500), 4: ((), 576)}
OTHER_ROUTES = {5: "unresolved", 6: "egress_link_down", 7: "no_such_adjacency"}
ERRORS = {"local_address": (3, 2), "unresolved": (3, 1), "no_route": (3, 0), "ttl_expired": (11, 0)}
ICMP_ERROR_TYPES = (3, 4, 5, 11, 12)

# Bytes of an option, and whether it is copied to every fragment (RFC 791 3.1).
OPTIONS = ((b"\x94\x04\x00\x00", True), (b"\x07\x07\x04\x00\x00\x00\x00", False), (b"\x01", False),
           (b"\x44\x08\x05\x00\x00\x00\x00\x00", False), (b"\x86\x06abcd", True))
BAD_OPTIONS = ((b"\x94\x00\x00\x00", "ipv4_header_invalid"), (b"\x94\x09\x00\x00", "ipv4_header_invalid"),
               (b"\x83\x03\x04\x00", "ipv4_source_route"), (b"\x89\x03\x04\x00", "ipv4_source_route"))


def padded(options):
    return options + bytes(-len(options) % 4)


class Case:
    """A frame and what must come of it: the outcome's name and what leaves."""

    def __init__(self, rng):
        self.rng = rng
        self.options = [rng.choice(OPTIONS) for _ in range(rng.choice((0, 0, 0, 1, 2, 3)))]
        self.outcome = None
        self.ip = self.make_ip()
        self.spoil_ip()
        self.datagram = bytes(self.ip)
        self.frame = self.make_frame()
        self.leaving = []
        if self.outcome is None:
            self.route()

    def make_ip(self):
        rng = self.rng
        destination = rng.choice([f"10.{n}.{rng.randrange(256)}.{rng.randrange(256)}" for n in range(1, 8)] * 3 +
                                 ["192.0.2.1", "192.0.2.254", "203.0.113.9", "127.0.0.1", "0.1.2.3", "250.1.1.1"])
        flags = rng.choice(("", "", "", "DF", "MF"))
        ip = IP(src=f"{rng.choice((1, 10, 126, 128, 192, 223))}.{rng.randrange(256)}.2.3", dst=destination,
                ttl=rng.choice((0, 1, 2, 3, 64, 128, 255)), id=rng.randrange(65536), tos=rng.randrange(256),
                flags=flags, frag=rng.choice((0, 0, 0, 185, 1000)) if flags != "DF" else 0,
                proto=rng.choice((6, 17, 47, 50)))
        if self.options:
            ip.options = [IPOption(padded(b"".join(option for option, _ in self.options)))]
        size = rng.choice((0, 1, 8, 26, 27, 548, 549, 556, 557, 700, 1301, 1400)) + rng.choice((0, 0, rng.randrange(40)))
        body = rng.randbytes(size)
        if rng.random() < 0.2:
            kind = rng.choice((8, 8, 8, 0, 3, 11, 13))
            body = bytes(ICMP(type=kind, id=rng.randrange(65536)) / Raw(body))
            if rng.random() < 0.1:
                body = body[:-1] + bytes([body[-1] ^ 1])
            ip.proto = 1
        return ip / Raw(body)

    def spoil_ip(self):
        """Breaks one thing in some of the datagrams, and knows the name of it."""
        fault = self.rng.randrange(60)
        total = len(self.ip)
        if fault == 0:
            self.ip.len, self.outcome = total + self.rng.randrange(100, 1000), "ipv4_length_invalid"
        elif fault == 1:
            self.ip.len, self.outcome = self.rng.randrange(20), "ipv4_length_invalid"
        elif fault == 2:
            self.ip.version, self.outcome = self.rng.choice((0, 5, 6, 15)), "ipv4_header_invalid"
        elif fault == 3:
            self.ip.ihl, self.outcome = self.rng.randrange(5), "ipv4_header_invalid"
        elif fault == 4:
            self.ip.src, self.outcome = self.rng.choice(("0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255",
                                                         "240.0.0.1")), "ipv4_source_invalid"
        elif fault == 5:
            good = IP(bytes(self.ip)).chksum
            self.ip.chksum, self.outcome = good ^ 1 << self.rng.randrange(16), "ipv4_checksum_wrong"
        elif fault in (6, 7):
            option, self.outcome = self.rng.choice(BAD_OPTIONS)
            self.ip.options = [IPOption(option)]

    def make_frame(self):
        rng = self.rng
        tags = rng.choice(INTERFACES)
        destination, source = rng.choice(OWN_MACS), "02:00:00:00:00:0a"
        fault = rng.randrange(60)
        outcome = None
        if fault == 0:
            destination, outcome = "02:00:00:00:00:77", "not_for_us"
        elif fault == 1:
            destination, outcome = FOREIGN_VMAC, "foreign_vmac"
        elif fault == 2:
            source, outcome = rng.choice(("01:00:5e:00:00:01", "00:00:00:00:00:00")), "source_mac_invalid"
        elif fault == 3:
            tags, outcome = rng.choice(((101,), (200,), (300, 200), (4095,))), "vlan_not_configured"
        elif fault == 4:
            tags, outcome = (200, 300, 1), "vlan_stack_too_deep"
        elif fault == 5:
            tags = rng.choice(((0,) + tags if len(tags) < 2 else tags, tags + (0,) if len(tags) < 2 else tags))
        self.outcome = outcome or self.outcome
        frame = link_header(destination, source, tags, [rng.randrange(8) for _ in tags]) + self.datagram
        if rng.random() < 0.2 and self.outcome not in ("ipv4_length_invalid",):
            self.padding = rng.randbytes(rng.randrange(1, 40))
        else:
            self.padding = b""
        return frame + self.padding

    def route(self):
        ip = self.ip
        first, second = (int(part) for part in ip.dst.split(".")[:2])
        if ip.dst in OWN_ADDRESSES:
            self.outcome = "local_address"
            if not self.echo():
                self.error(*ERRORS["local_address"])
        elif first in (0, 127) or first >= 224:
            self.outcome = "ipv4_destination_invalid"
        elif first == 10 and second in (6, 7):
            self.outcome = OTHER_ROUTES[second]
        elif ip.ttl <= 1:
            self.outcome = "ttl_expired"
            self.error(*ERRORS["ttl_expired"])
        elif first == 10 and second in ROUTES:
            self.forward(*ROUTES[second])
        else:
            self.outcome = OTHER_ROUTES[5] if first == 10 else "no_route"
            self.error(*ERRORS[self.outcome])

    def forward(self, tags, mtu):
        if len(self.datagram) > mtu:
            self.outcome = "too_big"
            if self.ip.flags.DF:
                self.error(3, 4, mtu)
            else:
                self.fragments(mtu)
            return
        self.outcome = "forward"
        expected = self.ip.copy()
        expected.ttl -= 1
        self.leaving = [link_header(NEXT_HOP_MAC, ROUTER_MAC, tags, [0] * len(tags)) + bytes(expected) + self.padding]

    def error(self, kind, code, mtu=0):
        icmp_type = bytes(self.ip.payload)[:1]
        if self.ip.frag != 0 or (self.ip.proto == 1 and (not icmp_type or icmp_type[0] in ICMP_ERROR_TYPES)):
            return
        header = IP(src=OWN_ADDRESSES[0], dst=self.ip.src, ttl=64, tos=0xC0, id=0)
        self.leaving = [bytes(header / ICMP(type=kind, code=code, **({"nexthopmtu": mtu} if mtu else {})) /
                              Raw(self.datagram[:548]))]

    def echo(self):
        body = bytes(self.ip.payload)
        if self.ip.proto != 1 or self.ip.flags.MF or self.ip.frag or body[0] != 8:
            return False
        identifier, sequence = struct.unpack("!HH", body[4:8])
        echo = ICMP(type=8, code=body[1], id=identifier, seq=sequence) / Raw(body[8:])
        if bytes(echo)[2:4] != body[2:4]:
            return False
        reply = IP(src=self.ip.dst, dst=self.ip.src, ttl=64, tos=self.ip.tos, id=self.ip.id)
        self.leaving = [bytes(reply / ICMP(type=0, id=identifier, seq=sequence) / Raw(body[8:]))]
        return True

    def fragments(self, mtu):
        """RFC 791 3.2, over scapy's headers; scapy's own fragment() leaves the options as they are."""
        body = bytes(self.ip.payload)
        copied = padded(b"".join(option for option, copy in self.options if copy))
        at = 0
        while at < len(body):
            piece = self.ip.copy()
            piece.remove_payload()
            if at > 0:
                piece.options = [IPOption(copied)] if copied else []
            room = mtu - len(piece)
            last = len(body) - at <= room
            taken = len(body) - at if last else room // 8 * 8
            piece.flags = "MF" if not last or self.ip.flags.MF else ""
            piece.frag = self.ip.frag + at // 8
            piece.len = piece.ihl = piece.chksum = None
            self.leaving.append(bytes(piece / Raw(body[at:at + taken])))
            at += taken


def link_header(destination, source, tags, priorities):
    header = Ether(dst=destination, src=source, type=0x88A8 if len(tags) > 1 else 0x8100 if tags else 0x0800)
    for i, (tag, priority) in enumerate(zip(tags, priorities)):
        header /= Dot1Q(vlan=tag, prio=priority, type=0x0800 if i + 1 == len(tags) else 0x8100)
    return bytes(header)


def answers(output, n_frames):
    at = 0
    for _ in range(n_frames):
        size = output[at]
        name = output[at + 1:at + 1 + size].decode()
        at += 1 + size
        leaving = []
        n_leaving = output[at]
        at += 1
        for _ in range(n_leaving):
            size = struct.unpack_from("!H", output, at)[0]
            leaving.append(output[at + 2:at + 2 + size])
            at += 2 + size
        yield name, leaving


def main():
    parser = argparse.ArgumentParser(description="Compares our forwarding with scapy's, byte for byte.")
    parser.add_argument("program", help="rewrite_frames, from the build")
    parser.add_argument("--frames", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1, help="0: a random one")
    options = parser.parse_args()
    seed = options.seed or random.SystemRandom().randrange(1, 2**32)
    print(f"seed {seed}", flush=True)
    rng = random.Random(seed)
    cases = [Case(rng) for _ in range(options.frames)]
    stdin = b"".join(struct.pack("!H", len(case.frame)) + case.frame for case in cases)
    output = subprocess.run([options.program], input=stdin, stdout=subprocess.PIPE, check=True).stdout
    counts, n_wrong = {}, 0
    for case, (name, leaving) in zip(cases, answers(output, len(cases))):
        counts[case.outcome] = counts.get(case.outcome, 0) + 1
        if (name, leaving) != (case.outcome, case.leaving):
            n_wrong += 1
            if n_wrong <= 5:
                print(f"frame    {case.frame.hex()}\n  ours   {name} {[b.hex() for b in leaving]}\n"
                      f"  oracle {case.outcome} {[b.hex() for b in case.leaving]}")
    for name in sorted(counts):
        print(f"{counts[name]:8} {name}")
    print(f"{len(cases)} frames, {n_wrong} differ")
    return 1 if n_wrong or not counts.get("forward") else 0


if __name__ == "__main__":
    sys.exit(main())
