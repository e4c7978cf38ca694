# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: runs the flooder at a host, and forges group messages from one that was overheard.
# Used by: attack_test.
import contextlib
import json
import os
import random
import struct
import subprocess
import tempfile

from lablib import programs

GROUP_MAC = bytes.fromhex("01005e000066")
_UDP_PORT = 3222
_ETHERNET_SIZE, _IP_SIZE, _UDP_SIZE = 14, 20, 8
_PAYLOAD = _ETHERNET_SIZE + _IP_SIZE + _UDP_SIZE
_TTL, _SOURCE = _ETHERNET_SIZE + 8, _ETHERNET_SIZE + 12
_OWNER_MAC = _PAYLOAD + 6
_HEADER_SIZE = 12
_TLV_HELLO, _TLV_SENDER, _TLV_HMAC = 1, 0xE0, 0xEB
_PRIORITY_IN_HELLO = 5
# Version, flags, capabilities, then the id of the member and its boot nonce.
_MEMBER_IN_SENDER = 2 + 4


def is_hello(frame):
    """Whether bytes are a native hello: its payload has a sender and a digest."""
    return frame[:6] == GROUP_MAC and frame[12:14] == b"\x08\x00" and frame[_ETHERNET_SIZE] == 0x45 and \
        frame[36:38] == struct.pack("!H", _UDP_PORT) and {_TLV_HELLO, _TLV_SENDER, _TLV_HMAC} <= set(_tlvs(frame))


def _tlvs(frame):
    """Type -> (offset of the TLV in the frame, its length)."""
    found, offset = {}, _PAYLOAD + _HEADER_SIZE
    while offset + 2 <= len(frame) and frame[offset + 1] >= 2:
        found.setdefault(frame[offset], (offset, frame[offset + 1]))
        offset += frame[offset + 1]
    return found


def _checked(frame):
    """With the IP checksum made right, and without the one of UDP."""
    frame[_ETHERNET_SIZE + 10:_ETHERNET_SIZE + 12] = bytes(2)
    words = sum(struct.unpack("!10H", frame[_ETHERNET_SIZE:_ETHERNET_SIZE + _IP_SIZE]))
    while words >> 16:
        words = (words & 0xFFFF) + (words >> 16)
    frame[_ETHERNET_SIZE + 10:_ETHERNET_SIZE + 12] = struct.pack("!H", ~words & 0xFFFF)
    frame[_PAYLOAD - 2:_PAYLOAD] = bytes(2)
    return bytes(frame)


class Forger:
    """Changes a hello that was heard. Its digest is right for that hello alone. All frames leave from the
    host's own MAC: a bridge that learnt another would be what is attacked."""

    def __init__(self, frame, host, seed):
        self._frame, self._host, self._random = frame, host, random.Random(seed)

    def as_heard(self):
        """Each byte of the message and of its IP header is as it was."""
        return bytes(self._copy())

    def _copy(self):
        frame = bytearray(self._frame)
        frame[6:12] = bytes.fromhex(self._host.mac.replace(":", ""))
        return frame

    def with_ttl(self, ttl):
        frame = self._copy()
        frame[_TTL] = ttl
        return _checked(frame)

    def with_priority(self, priority):
        """The digest is left as it was."""
        frame = self._copy()
        frame[_tlvs(frame)[_TLV_HELLO][0] + _PRIORITY_IN_HELLO] = priority
        return _checked(frame)

    def with_wrong_key(self):
        """The digest that some other key would have made: 32 random bytes."""
        frame = self._copy()
        offset, length = _tlvs(frame)[_TLV_HMAC]
        frame[offset + length - 32:offset + length] = self._random.randbytes(32)
        return _checked(frame)

    def member(self, number):
        """A member that nobody knows, at an address of its own, with a digest of noise."""
        frame = bytearray(self.with_wrong_key())
        frame[6:12] = frame[_OWNER_MAC:_OWNER_MAC + 6] = struct.pack("!HI", 0x0266, number)
        frame[_SOURCE:_SOURCE + 4] = bytes([10, 77, 0, 150 + number % 100])
        at = _tlvs(frame)[_TLV_SENDER][0] + _MEMBER_IN_SENDER
        frame[at:at + 16] = self._random.randbytes(16)
        return _checked(frame)


@contextlib.contextmanager
def flooding(lab, host, frames, per_second, seconds):
    """The flooder runs beside the block; yields a dictionary with its totals, filled when it is over."""
    totals = {}
    with tempfile.NamedTemporaryFile(prefix="evengate-flood-", suffix=os.extsep + "frames") as file:
        file.write(b"".join(struct.pack("!H", len(frame)) + frame for frame in frames))
        file.flush()
        argv = lab.exec_argv(host.name, [
            programs.flooder(), "--interface", "eth0", "--frames", file.name, "--per-second", per_second,
            "--seconds", seconds])
        with subprocess.Popen([str(word) for word in argv], stdout=subprocess.PIPE, text=True) as process:
            try:
                yield totals
                totals.update(json.loads(process.communicate(timeout=seconds + 30)[0]))
            finally:
                process.kill()
