# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: whether what reroute_run counted, and the frames it took, are what the capture asks for.
# Needs scapy. Used by: reroute.
import struct

from scapy.all import IP, TCP, Ether

from benchlib import reroute_traffic as traffics
from benchlib.surroundings import BenchError

N_SAMPLED = 1000


class Wrong(BenchError):
    """The gateway did something else than it should."""


def _expect(what, found, expected):
    if found != expected:
        raise Wrong(f"{what}: {found}, and should be {expected}")


def check_forwarded(run):
    """Plain forwarding: all that came went out."""
    end = run["in_the_end"]
    _expect("forwarded", end["forwarded"], end["received"])
    _expect("dropped", end["dropped"], {})


def check_counts(run, case, capture):
    """All packets since the start, the measured time among them, to the last one."""
    end = run["in_the_end"]
    check_forwarded(run)
    n_captured = end["received"] - run["fed"]
    n_answers = 0
    if capture.is_hashed:
        *expected, n_answers = capture.expected(n_captured)
        if run["fed"]:
            # Whoever was fed is one frame of each flow, perhaps more than once.
            of_flow = capture.expected(len(capture.frames))
            rounds = run["fed"] / case.n_flows
            expected = [count + round(of * rounds) for count, of in zip(expected, of_flow)]
        _expect("packets of the targets", end["target_packets"], expected)
    else:
        _expect_proportion(end, case)
    _expect("answers restored", end["events"]["answers_restored"], n_answers)
    _expect("packets with an outer header", end["events"]["encapsulated"],
            end["received"] if case.mode == "ipip" else 0)
    for event in ("table_full", "connections_expired", "sprayed"):
        _expect(event, end["events"][event], 0)
    _check_connections(run, case, capture, n_captured)


def _expect_proportion(end, case):
    """Each target's packets are to all packets as its connections to all connections."""
    _expect("packets of all targets", sum(end["target_packets"]), end["received"])
    for packets, connections in zip(end["target_packets"], end["target_connections"]):
        share = end["received"] * connections / case.n_opened
        if abs(packets - share) > 0.01 * share + connections:
            raise Wrong(f"a target with {connections} connections of {case.n_opened} got {packets} packets of "
                        f"{end['received']}")


def _check_connections(run, case, capture, n_captured):
    if case.is_short_connections:
        end = run["in_the_end"]
        # The first SYN of a flow closes nothing.
        n_closed = max(0, capture.count_of(traffics.SYN, n_captured) - case.n_flows)
        _expect("connections opened", end["opened"], capture.count_of(traffics.ACK, n_captured))
        _expect("connections closed", end["closed"], n_closed)
        return
    for moment in ("before", "after", "in_the_end"):
        # Not all of them were opened: of some the second frame of the capture came before the SYN, and a
        # gateway that has just started takes those over (rerouting.transition).
        _expect(f"connections {moment}", run[moment]["connections"], case.n_opened)


def read_capture(path):
    content = path.read_bytes()
    offset = 24
    while offset < len(content):
        size = struct.unpack_from("<I", content, offset + 8)[0]
        yield content[offset + 16:offset + 16 + size]
        offset += 16 + size


def check_sample(path, case, capture, network, targets):
    """Each frame is what scapy makes of the frame of the capture that has its client, for the target that
    docs/rerouting.md gives the flow."""
    frames = list(read_capture(path))
    _expect("frames looked at", len(frames), N_SAMPLED)
    came = {_identity_in(frame): frame for frame in capture.frames}
    n_answers = 0
    for frame in frames:
        is_answer = frame[:6] == network.router_mac.to_bytes(6, "big")
        n_answers += is_answer
        identity = _identity(frame, 20 if case.mode == "ipip" else 0, is_answer)
        before = came.get(identity)
        if before is None:
            raise Wrong(f"nobody sent {frame.hex()}")
        expected = _expected(before, frame, case, is_answer, network, targets)
        # Who sends it is the port's own affair.
        _expect("frame", (frame[:6] + frame[12:]).hex(), (expected[:6] + expected[12:]).hex())
    if case.answers and not 0.4 < n_answers / len(frames) < 0.6:
        raise Wrong(f"{n_answers} of {len(frames)} frames are answers")


def _identity_in(frame):
    return _identity(frame, 0, is_answer=frame[30:34] != traffics.PUBLISHED.packed)


def _identity(frame, outer_size, is_answer):
    """The client's address and port, which way it goes, and the TCP flags."""
    address, port = (30, 36) if is_answer else (26, 34)
    ip = frame[outer_size:]
    return ip[address:address + 4] + ip[port:port + 2], is_answer, ip[47:48]


def _expected(before, frame, case, is_answer, network, targets):
    datagram = Ether(before)[IP]
    padding = before[14 + datagram.len:]
    datagram[TCP].remove_payload()
    datagram[TCP].add_payload(before[54:14 + datagram.len])
    if is_answer:
        datagram.src, datagram[TCP].sport = str(traffics.PUBLISHED), traffics.PUBLISHED_PORT
        mac = network.router_mac
    else:
        target = targets.of([(int.from_bytes(before[26:30], "big"), int.from_bytes(before[34:36], "big"))])[0]
        mac = network.target_macs[target]
        address = str(network.targets[target])
    if case.mode != "mac":
        datagram.ttl -= 1
    if case.mode == "nat" and not is_answer:
        datagram.dst, datagram[TCP].dport = address, traffics.TARGET_PORT
    # Scapy computes anew what is taken out.
    del datagram.chksum, datagram[TCP].chksum
    if case.mode == "ipip":
        identification = int.from_bytes(frame[18:20], "big")  # any will do
        datagram = IP(src=str(network.segment.own_address), dst=address, ttl=64, id=identification) / datagram
    return mac.to_bytes(6, "big") + bytes(6) + b"\x08\x00" + bytes(datagram) + padding
