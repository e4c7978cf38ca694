# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: what all competitors share: CPUs, pages, buffers, the capture. Used by: benchlib.
import contextlib
import dataclasses
import os
import pathlib

# As many as two endless captures hold (16,384 frames each), and enough to move.
N_MBUFS = 65_535
MBUF_SIZE = 2176  # headroom included
MBUF_CACHE = 256
MEMORY_MB = 512

_HUGEPAGES = pathlib.Path("/sys/kernel/mm/hugepages/hugepages-2048kB")
_HUGEPAGE_MB = 2


class BenchError(RuntimeError):
    """The bench cannot go on; the text says what is missing."""


@dataclasses.dataclass(frozen=True)
class Surroundings:
    folder: pathlib.Path  # for files of this run
    capture: pathlib.Path
    pages: str  # "hugepages" or "4 KiB pages"
    control_cpu: int
    worker_cpu: int

    @property
    def has_hugepages(self):
        return self.pages == "hugepages"

    def device(self, index):
        return f"net_pcap{index},rx_pcap={self.capture},infinite_rx=1"


def choose_cpus():
    """One for control, one for the worker that is measured."""
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        raise BenchError("two CPUs are needed: one for the worker, one for everything else")
    return cpus[0], cpus[-1]


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown"


def choose_pages(memory_mb=MEMORY_MB):
    """Hugepages if all competitors, one after the other, can have them."""
    try:
        free = int((_HUGEPAGES / "free_hugepages").read_text())
    except OSError:
        free = 0
    return "hugepages" if free * _HUGEPAGE_MB >= memory_mb else "4 KiB pages"


@contextlib.contextmanager
def hugepages(count):
    """That many hugepages while it lasts; None leaves them alone."""
    if count is None:
        yield
        return
    switch = _HUGEPAGES / "nr_hugepages"
    before = switch.read_text()
    try:
        switch.write_text(str(count))
    except OSError as error:
        raise BenchError(f"hugepages cannot be set up: {error}") from error
    try:
        yield
    finally:
        switch.write_text(before)
