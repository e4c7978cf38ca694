# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: captures on the bridges and at single ports, and what tshark says of them.
# Used by: scripts/lab, tests/lab.
import signal
import subprocess
import time

from lablib import commands

_START_SECONDS = 10
_DRAIN_SECONDS = 1.3
# Offloads are off, so every checksum on the wire must be right.
# Linux hosts send a TCP checksum that comes out as 0 as 0xFFFF, one frame in 65,536; it is the same
# sum, and no fault of the gateway's.
_MALFORMED = ("_ws.malformed || (_ws.expert.severity == error && !(tcp.checksum == 0xffff)) || "
              "ip.checksum.status == bad || (tcp.checksum.status == bad && !(tcp.checksum == 0xffff)) || "
              "udp.checksum.status == bad || icmp.checksum.status == bad")
_CHECK_ALL = [word for protocol in ("ip", "tcp", "udp")
              for word in ("-o", f"{protocol}.check_checksum:TRUE")]


class Capture:
    """tcpdump while the block runs. direction: "in" is from the port's peer into the bridge."""

    def __init__(self, lab, place, interface, path, bpf_filter="", direction="inout"):
        self.path = path
        self._argv = lab.exec_argv(place, [
            "tcpdump", "-i", interface, "-Q", direction, "-w", str(path), "-U", "-B", "65536",
            "-Z", "root", *bpf_filter.split()])

    def __enter__(self):
        self._process = subprocess.Popen(self._argv, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + _START_SECONDS
        # tcpdump says "listening on" once the socket is open; only then may the traffic start.
        while "listening on" not in (said := self._process.stderr.readline()):
            if not said or time.monotonic() > deadline:
                raise RuntimeError(f"tcpdump did not start: {said}")
        return self

    def __exit__(self, *unused):
        # The kernel hands frames to tcpdump up to a second late; they belong to the block as well.
        time.sleep(_DRAIN_SECONDS)
        self._process.send_signal(signal.SIGINT)
        self.summary = self._process.communicate(timeout=30)[1]

    def frames(self, display_filter="", fields=("frame.number",)):
        """Lines of tab-separated fields of the frames that match."""
        argv = ["tshark", "-n", "-r", self.path, *_CHECK_ALL, "-T", "fields"]
        for field in fields:
            argv += ["-e", field]
        if display_filter:
            argv += ["-Y", display_filter]
        return commands.run(argv, timeout=300).stdout.splitlines()

    def malformed(self):
        return self.frames(_MALFORMED, ("frame.number", "eth.src", "eth.dst", "_ws.col.Info"))
