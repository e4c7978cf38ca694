# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: raw and UDP sockets in a lab's namespaces, for frames that no kernel would send.
# Used by: the lab tests.
import contextlib
import ctypes
import os
import select
import socket
import struct
import time

from scapy.layers.l2 import Ether

_CLONE_NEWNET = 0x40000000
_ETH_P_ALL = 3
_SOL_PACKET, _PACKET_AUXDATA = 263, 8
_TP_STATUS_VLAN_VALID, _TP_STATUS_VLAN_TPID_VALID = 0x10, 0x40
_AUXDATA = struct.Struct("@IIIHHHH")  # status len snaplen mac net vlan_tci vlan_tpid
_libc = ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def inside(netns):
    """Sockets that are made in this block live in that namespace for good."""
    def enter(fd):
        if _libc.setns(fd, _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {netns}")

    home, there = (os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                   for path in ("/proc/self/ns/net", f"/run/netns/{netns}"))
    try:
        enter(there)
        yield
    finally:
        enter(home)
        os.close(home)
        os.close(there)


def udp_socket(netns):
    with inside(netns):
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


class Wire:
    """Sends and receives whole frames, VLAN tags included, on one interface of a namespace."""

    def __init__(self, netns, interface):
        with inside(netns):
            self._raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
            self._raw.bind((interface, _ETH_P_ALL))
        self._raw.setsockopt(_SOL_PACKET, _PACKET_AUXDATA, 1)
        self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self._raw.close()

    def send(self, frame):
        self._raw.send(bytes(frame))

    def receive(self, matches, seconds=3):
        """The first frame from the peer that matches, as a scapy packet; None: none came in time."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([self._raw], [], [], left)[0]:
                break
            raw, ancillary, _, address = self._raw.recvmsg(65536, 256)
            if address[2] == socket.PACKET_OUTGOING:
                continue
            frame = Ether(_with_outer_tag(raw, ancillary))
            if matches(frame):
                return frame
        return None

    def exchange(self, frame, matches, seconds=3):
        self.send(frame)
        return self.receive(matches, seconds)


def _with_outer_tag(raw, ancillary):
    # The kernel takes the outer tag out of the frame, also where it has no VLAN devices.
    for level, kind, aux in ancillary:
        if level == _SOL_PACKET and kind == _PACKET_AUXDATA:
            status, *_, tci, tpid = _AUXDATA.unpack(aux[:_AUXDATA.size])
            if status & _TP_STATUS_VLAN_VALID:
                tpid = tpid if status & _TP_STATUS_VLAN_TPID_VALID else 0x8100
                return raw[:12] + struct.pack("!HH", tpid, tci) + raw[12:]
    return raw
