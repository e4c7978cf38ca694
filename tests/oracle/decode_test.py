#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: evengate-decode on captures made here, on a public one where it is present, and on garbage; and what Wireshark,
# where it is installed, makes of our messages, with and without our dissector.
# Used by: the tests; the program is the only argument.
import ipaddress
import json
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

import glbp_codec as codec
import glbp_signing as signing

ROOT = pathlib.Path(__file__).resolve().parents[2]
PUBLIC_CAPTURE = ROOT.parent / "shared/captures/packetlife_GLBP_election.cap"
DISSECTOR = ROOT / "scripts/wireshark/evengate.lua"
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else ""
ETHERNET, COOKED, COOKED_V2 = 1, 113, 276
SOURCE, SOURCE_V6, SEGMENT = "192.0.2.7", "fe80::7", 9
KEYS = {"hmac_sha256": (7, b"a secret"), "md5": (1, b"password"), "plain": (0, b"cisco")}
GROUP_MAC = bytes.fromhex("01005e000066")

HELLO = {"opcode": "hello", "group": 5, "owner": "02:00:00:00:00:07", "hello": {
    "state": "active", "priority": 200, "hello_ms": 1000, "hold_ms": 3000, "redirect_s": 600, "timeout_s": 14400,
    "virtual_address": "192.0.2.1"}}
SENDER = {"version": 1, "flags": 0, "capabilities": 0, "self": {"member": "00000000000000a7", "boot_nonce": 16 * "1"},
          "sequence": 1, "challenge": 16 * "2"}
NATIVE = {**HELLO, "sender": SENDER, "forwarding": [1, 2, 9], "name": "gw-7"}
REPORT = {**HELLO, "sender": SENDER,
          "load_report": {"counted_at_ns": 12_345_678_901, "packets": 1000, "bytes": 64000, "received": 1100,
                          "missed": 3, "n_counts": 2},
          "vmac_counts": [{"vmac": 1, "packets": 500, "bytes": 32000}, {"vmac": 255, "packets": 0, "bytes": 2**64 - 1}],
          "wanted_moves": [{"reason": "load", "vmac": 57, "to": "00000000000000a8"}]}

SERVICES = {**HELLO, "sender": SENDER,
            "target_verdicts": {"services_digest": 16 * "d", "n_targets": 200, "first_target": 64, "targets": [
                {"health": "up", "n_connections": 17, "packets": 2**64 - 1},
                {"health": "down", "n_connections": 0, "packets": 5}]},
            "target_set": {"name": {"term": 3, "avg": "00000000000000a7", "sequence": 9}, "services_digest": 16 * "d",
                           "targets": [{"state": "draining", "weight": 0}, {"state": "up", "weight": 65535}]},
            "ordered_weights": [{"target": 64, "weight": 12345}],
            "connections": {"services_digest": 16 * "d", "connections": [
                {"client": "192.0.2.10", "published": "203.0.113.1", "client_port": 4000, "published_port": 80,
                 "target": 64, "protocol": 6, "state": "established", "kind": "shadow"},
                {"client": "192.0.2.11", "published": "203.0.113.1", "client_port": 4001, "published_port": 53,
                 "target": 255, "protocol": 17, "state": "closing", "kind": "returned"}]}}


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def udp(payload, port=3222, length=None):
    return struct.pack("!HHHH", 3222, port, 8 + len(payload) if length is None else length, 0) + payload


def ipv4(body, source=SOURCE, fragment=0, ttl=255, **broken):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0xC0, broken.get("length", 20 + len(body)), 1, fragment, ttl, 17, 0,
                         ipaddress.ip_address(source).packed, bytes([224, 0, 0, 102]))
    return header[:10] + struct.pack("!H", broken.get("checksum", checksum(header))) + header[12:] + body


def ipv6(body, source=SOURCE_V6, extension=b"", next_header=17):
    return struct.pack("!IHBB", 0x6C000000, len(extension) + len(body), next_header, 255) + \
        ipaddress.ip_address(source).packed + ipaddress.ip_address("ff02::66").packed + extension + body


def ethernet(packet, tags=b"", kind=0x0800):
    return GROUP_MAC + bytes.fromhex("020000000007") + tags + struct.pack("!H", kind) + packet


def cooked(packet, kind=0x0800):
    return struct.pack("!HHH8sH", 1, 1, 6, bytes(8), kind) + packet


def cooked_v2(packet, kind=0x0800):
    return struct.pack("!HHIHBB8s", kind, 0, 2, 1, 1, 6, bytes(8)) + packet


def pcap(frames, link=ETHERNET, order="<", magic=0xA1B2C3D4, cut=0):
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for i, frame in enumerate(frames):
        kept = frame[:len(frame) - cut]
        out += struct.pack(order + "IIII", 1000 + i, 500, len(kept), len(frame)) + kept
    return out


def pcapng(frames, link=ETHERNET):
    def block(kind, body):
        size = len(body) + 12
        return struct.pack("<II", kind, size) + body + struct.pack("<I", size)
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", link, 0, 65535))
    for i, frame in enumerate(frames):
        body = struct.pack("<IIIII", 0, 0, 1_000_000 + i, len(frame), len(frame)) + frame + bytes(-len(frame) % 4)
        out += block(6, body)
    return out


def sign(message, method, source=SOURCE):
    return signing.sign(message, method, KEYS[method], source, SEGMENT)


class Captures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, capture):
        path = self.folder / "capture.pcap"
        path.write_bytes(capture)
        return path

    def run_program(self, *arguments):
        run = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        return run

    def lines(self, capture, *arguments):
        run = self.run_program(self.write(capture), *arguments)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run.stdout.splitlines()

    def totals(self, capture, *arguments):
        return [int(word) for word in self.lines(capture, *arguments)[-1].replace(",", "").split()[1::2]]


class Decode(Captures):
    def test_the_public_capture_has_80_messages_that_tell_of_an_election(self):
        if not PUBLIC_CAPTURE.is_file():
            self.skipTest(f"{PUBLIC_CAPTURE.name} is not here")
        run = self.run_program(PUBLIC_CAPTURE)
        lines = run.stdout.splitlines()
        self.assertEqual(lines[-1], "frames 80, authenticated 0, rejected 0, malformed 0")
        by_number = {int(line.split()[0]): line for line in lines[:-1]}
        for number, words in ((1, "Listen prio 200"), (9, "Speak prio 200"), (21, "Standby"), (22, "Active"),
                              (26, "192.168.0.30 > 192.168.0.10 request"), (28, "reply group 1"),
                              (36, "forwarder 1 Active prio 167"), (40, "forwarder 2 Active"),
                              (43, "forwarder 3 Active"), (48, "Standby prio 100")):
            self.assertIn(words, by_number[number])
        self.assertIn(" 17.012984 ", by_number[22])

    def test_each_kind_of_capture_and_link_is_read(self):
        payload = codec.encode(HELLO)
        four, six = ipv4(udp(payload)), ipv6(udp(payload))
        hop_by_hop = ipv6(udp(payload), extension=bytes([17, 0, 1, 4, 0, 0, 0, 0]), next_header=0)
        frames = [ethernet(four), ethernet(four, bytes.fromhex("81000064")), ethernet(six, kind=0x86DD),
                  ethernet(four, bytes.fromhex("88a800c8 8100012c".replace(" ", ""))),
                  ethernet(hop_by_hop, kind=0x86DD), ethernet(four) + bytes(7)]
        for capture in (pcap(frames), pcap(frames, order=">"), pcap(frames, magic=0xA1B23C4D), pcapng(frames)):
            self.assertEqual(self.totals(capture), [6, 0, 0, 0])
        for link, make in ((COOKED, cooked), (COOKED_V2, cooked_v2)):
            self.assertEqual(self.totals(pcap([make(four), make(six, 0x86DD)], link)), [2, 0, 0, 0])

    def test_other_frames_are_not_counted(self):
        other_port = ipv4(udp(codec.encode(HELLO), port=1985))
        tcp = bytearray(ipv4(udp(codec.encode(HELLO))))
        tcp[9] = 6
        later_fragment = ipv4(udp(codec.encode(HELLO)), fragment=185)
        frames = [ethernet(other_port), ethernet(bytes(tcp)), ethernet(b"", kind=0x0806), ethernet(later_fragment),
                  b"", GROUP_MAC, ethernet(b"", bytes.fromhex("8100"))]
        self.assertEqual(self.totals(pcap(frames)), [0, 0, 0, 0])

    def test_what_is_wrong_with_a_frame_is_named(self):
        payload = codec.encode(HELLO)
        six_fragment = ipv6(udp(payload), extension=bytes([17, 0, 0, 1, 0, 0, 0, 1]), next_header=44)
        cases = [(ethernet(ipv4(udp(payload), length=19)), "ip_length_invalid"),
                 (ethernet(ipv4(udp(payload), length=200)), "ip_length_invalid"),
                 (ethernet(ipv4(udp(payload), checksum=0x1234)), "ip_checksum_wrong"),
                 (ethernet(ipv4(udp(payload), fragment=0x2000)), "ip_fragment"),
                 (ethernet(six_fragment, kind=0x86DD), "ip_fragment"),
                 (ethernet(ipv4(udp(payload, length=7))), "udp_length_invalid"),
                 (ethernet(ipv4(udp(payload, length=len(payload) + 7))), "udp_length_invalid"),
                 (ethernet(ipv4(udp(payload, length=len(payload) + 9))), "udp_length_invalid"),
                 (ethernet(ipv4(udp(payload[:-1]))), "tlv_cut"), (ethernet(ipv4(udp(b"\1"))), "too_short"),
                 (ethernet(ipv4(udp(b"\2" + payload[1:]))), "version_unknown")]
        lines = self.lines(pcap([frame for frame, _ in cases]))
        for line, (_, name) in zip(lines, cases):
            self.assertTrue(line.endswith(f" malformed {name}"), f"{line}: not {name}")
        self.assertEqual(lines[-1], f"frames {len(cases)}, authenticated 0, rejected 0, malformed {len(cases)}")
        self.assertTrue(self.lines(pcap([ethernet(ipv4(udp(payload)))], cut=3))[0].endswith(" malformed frame_cut"))
        self.assertEqual(self.totals(pcap([ethernet(ipv4(udp(payload), checksum=0))])), [1, 0, 0, 0])
        self.assertIn(" ttl 254 hello ", self.lines(pcap([ethernet(ipv4(udp(payload), ttl=254))]))[0])

    def test_digests_are_verified_with_the_keys_that_are_given(self):
        payloads = [sign(NATIVE, "hmac_sha256"), sign(HELLO, "md5"), sign(HELLO, "plain"), codec.encode(HELLO)]
        capture = pcap([ethernet(ipv4(udp(payload))) for payload in payloads])
        keys = [word for key_id, secret in KEYS.values() for word in ("--key", f"{key_id}:{secret.decode()}")]
        right = [*keys, "--segment", SEGMENT]

        def verdicts(*arguments):
            return [next((name for name in ("authenticated", "rejected wrong_digest", "no key") if line.endswith(name)),
                         "") for line in self.lines(capture, *arguments)[:-1]]
        self.assertEqual(verdicts(), ["", "", "", ""])
        self.assertEqual(verdicts(*right), ["authenticated", "authenticated", "authenticated", ""])
        self.assertEqual(verdicts(*keys), ["rejected wrong_digest", "authenticated", "authenticated", ""])
        self.assertEqual(verdicts("--key", "7:other", "--segment", SEGMENT),
                         ["rejected wrong_digest", "no key", "rejected wrong_digest", ""])
        self.assertEqual(self.totals(capture, *right), [4, 3, 0, 0])
        self.assertEqual(self.totals(capture, "--key", "7:other"), [4, 0, 2, 0])
        key_file = self.folder / "keys"
        key_file.write_text("# ours\n7 a\n1 password\n")
        self.assertEqual(verdicts("--key-file", key_file), ["rejected wrong_digest", "authenticated",
                                                            "rejected wrong_digest", ""])
        moved = pcap([ethernet(ipv4(udp(payload), source="192.0.2.8")) for payload in payloads])
        self.assertEqual(self.totals(moved, *right), [4, 1, 2, 0])

    def test_json_has_an_object_a_line(self):
        frames = [ethernet(ipv4(udp(sign(NATIVE, "hmac_sha256")))), ethernet(ipv4(udp(sign(HELLO, "plain")))),
                  ethernet(ipv4(udp(b""))), ethernet(ipv4(udp(sign(REPORT, "hmac_sha256"))))]
        native, plain, empty, report, totals = map(json.loads, self.lines(pcap(frames), "--json", "--key", "7:a secret",
                                                                  "--segment", SEGMENT))
        self.assertEqual((native["frame"], native["source"], native["verdict"]), (1, SOURCE, "authenticated"))
        self.assertEqual(native["message"]["sender"], SENDER)
        self.assertEqual(native["message"]["forwarding"], [1, 2, 9])
        self.assertEqual(plain["message"]["cisco_authentication"], {"type": "plain", "key_id": 0, "password_bytes": 6})
        self.assertEqual(empty["malformed"], "too_short")
        for name in ("load_report", "vmac_counts", "wanted_moves"):
            self.assertEqual(report["message"][name], REPORT[name])
        self.assertEqual(totals, {"totals": {"frames": 4, "authenticated": 2, "rejected": 1, "malformed": 1}})

    def test_what_cannot_be_read_is_said(self):
        self.assertIn("nowhere.pcap", self.run_program("nowhere.pcap").stderr)
        for capture, arguments, words in ((b"", [], "capture.pcap"), (b"garbage", [], "capture.pcap"),
                                          (pcap([], link=147), [], "link type"),
                                          (pcap([]), ["--key", "x"], "ID:SECRET")):
            run = self.run_program(self.write(capture), *arguments)
            self.assertEqual((run.returncode, run.stdout), (1, ""))
            self.assertIn(words, run.stderr)
        cut = self.run_program(self.write(pcap([ethernet(ipv4(udp(codec.encode(HELLO))))] * 2)[:-5]))
        self.assertEqual(cut.returncode, 1)
        self.assertIn("frames 1,", cut.stdout)
        self.assertIn("behind frame 1", cut.stderr)

    def test_garbage_ends_with_totals_or_a_message(self):
        rng = random.Random(1)
        good = pcap([ethernet(ipv4(udp(sign(NATIVE, "hmac_sha256")))), ethernet(ipv6(udp(sign(HELLO, "md5"))),
                                                                                kind=0x86DD)] * 20)
        for _ in range(60):
            capture = bytearray(good if rng.random() < 0.8 else rng.randbytes(500))
            for _ in range(rng.choice((1, 5, 100))):
                capture[rng.randrange(24, len(capture))] = rng.randrange(256)
            run = self.run_program(self.write(capture), "--key", "7:a", *rng.choice(([], ["--json"])))
            self.assertTrue(run.stdout or run.stderr)


@unittest.skipUnless(shutil.which("tshark"), "tshark is missing")
class Wireshark(Captures):
    def tshark(self, message, *arguments):
        path = self.write(pcap([ethernet(ipv4(udp(message)))]))
        run = subprocess.run(["tshark", "-r", str(path), "-V", *arguments], capture_output=True, text=True,
                             check=False, timeout=120)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout + run.stderr

    def test_our_hellos_are_well_formed_glbp(self):
        for message in (sign(NATIVE, "hmac_sha256"), sign(HELLO, "md5"), codec.encode(HELLO)):
            shown = self.tshark(message)
            self.assertIn("Gateway Load Balancing Protocol", shown)
            self.assertIn("192.0.2.1", shown)
            self.assertNotIn("Malformed", shown)

    def test_our_dissector_shows_what_is_native(self):
        script = ("-X", f"lua_script:{DISSECTOR}")
        shown = self.tshark(sign(NATIVE, "hmac_sha256"), *script)
        for words in ("Member id: 0x00000000000000a7", "vMACs: 1-2,9", "Name: gw-7", "Key id: 7"):
            self.assertIn(words, shown)
        report = self.tshark(sign(REPORT, "hmac_sha256"), *script)
        for words in ("Counted at, ns: 12345678901", "Packets missed: 3", "vMAC: 255",
                      "Bytes forwarded: 18446744073709551615", "Reason: load (2)", "New owner: 0x00000000000000a8"):
            self.assertIn(words, report)
        services = self.tshark(sign(SERVICES, "hmac_sha256"), *script)
        for words in ("Digest of the services: 0xdddddddddddddddd", "Targets in all: 200", "First target: 64",
                      "Health: down (2)", "Connections: 17", "State of the target: draining (2)",
                      "Weight of the target: 65535", "Client: 192.0.2.11", "Published address: 203.0.113.1",
                      "Port of the client: 4001", "Published port: 53", "Target: 255", "Protocol: 17",
                      "State of the connection: established (2)", "Kind: returned (2)",
                      "Ordered weight: 12345"):
            self.assertIn(words, services)
        for word in ("Malformed", "Lua Error", "error"):
            self.assertNotIn(word, shown + report + services)
        self.assertNotIn("evengate", self.tshark(codec.encode(HELLO), *script).split("Frame 1")[-1])

    def test_our_dissector_stands_what_is_random(self):
        rng = random.Random(1)
        frames = []
        for i in range(200):
            payload = bytearray(sign((NATIVE, REPORT, SERVICES)[i % 3], "hmac_sha256"))
            for _ in range(rng.randint(1, 6)):
                payload[rng.randrange(12, len(payload))] = rng.randrange(256)
            frames.append(ethernet(ipv4(udp(bytes(payload[:rng.randint(12, len(payload))])))))
        path = self.write(pcap(frames))
        run = subprocess.run(["tshark", "-r", str(path), "-V", "-X", f"lua_script:{DISSECTOR}"], capture_output=True,
                             text=True, check=False, timeout=120)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("Lua Error", run.stdout + run.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv[:1])
