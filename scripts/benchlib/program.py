# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a program that is driven through its standard input and output, against a deadline.
# Used by: appliance, testpmd.
import os
import pathlib
import selectors
import subprocess
import time

from benchlib.surroundings import BenchError

_PATIENCE_S = 30


class Program:
    """Ends with the block it is opened for."""

    def __init__(self, argv):
        self._argv = [str(word) for word in argv]
        self._process = None
        self._output = ""

    def __enter__(self):
        self._process = subprocess.Popen(self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def say(self, line):
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise BenchError(self._explain("ended")) from None

    def read_until(self, pattern):
        """The first match in what it printed since the last one; that far the output is done with."""
        deadline = time.monotonic() + _PATIENCE_S
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while True:
                match = pattern.search(self._output)
                if match:
                    self._output = self._output[match.end():]
                    return match
                if not selector.select(max(0, deadline - time.monotonic())):
                    raise BenchError(self._explain(f"did not print {pattern.pattern!r}"))
                piece = os.read(self._process.stdout.fileno(), 65_536)
                if not piece:
                    raise BenchError(self._explain("ended"))
                self._output += piece.decode(errors="replace")

    def worker_seconds(self):
        """The CPU time of its one DPDK worker so far: others on the same CPU do not count."""
        for task in pathlib.Path(f"/proc/{self._process.pid}/task").iterdir():
            if "-worker-" in (task / "comm").read_text():
                return int((task / "schedstat").read_text().split()[0]) / 1e9
        raise BenchError(self._explain("has no worker"))

    def expect_running(self):
        if self._process.poll() is not None:
            self._output += self._process.stdout.read().decode(errors="replace")
            raise BenchError(self._explain("ended"))

    def _explain(self, what):
        return f"{os.path.basename(self._argv[0])} {what}; its last words:\n{self._output[-2000:]}"
