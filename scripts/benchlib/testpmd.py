# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: dpdk-testpmd on the capture of the bench: what a worker could reach that decides nothing
# (io), or rewrites both MAC addresses (mac). Used by: forward.
import re
import shutil
import time

from benchlib import surroundings as shared
from benchlib.program import Program
from benchlib.surroundings import BenchError

MODES = ("io", "mac")
_BURST = 64  # as our worker
_PROMPT = re.compile(r"testpmd> ")
_BOTH_PORTS = re.compile(r"RX-packets: (\d+).*?RX-packets: (\d+).*?Tx-bps.*?testpmd> ", re.DOTALL)


def find():
    program = shutil.which("dpdk-testpmd")
    if program is None:
        raise BenchError("dpdk-testpmd is missing: apt-get install dpdk")
    return program


def measure(surroundings, seconds):
    """Packets in a second of the worker, for each mode."""
    memory = ["--in-memory"] if surroundings.has_hugepages else ["--no-huge", "--no-shconf"]
    eal = [*memory, "-m", shared.MEMORY_MB, "--no-pci", "--log-level", "error",
           "--lcores", f"0@{surroundings.control_cpu},1@{surroundings.worker_cpu}",
           "--vdev", surroundings.device(0), "--vdev", surroundings.device(1)]
    own = ["-i", "--nb-cores=1", f"--burst={_BURST}", f"--mbuf-size={shared.MBUF_SIZE}",
           f"--total-num-mbufs={shared.N_MBUFS}", f"--mbcache={shared.MBUF_CACHE}"]
    # To a pipe it would print its statistics only when its buffer is full.
    with Program(["stdbuf", "-oL", find(), *eal, "--", *own]) as testpmd:
        testpmd.read_until(_PROMPT)
        return {mode: _measure_mode(testpmd, mode, seconds) for mode in MODES}


def _measure_mode(testpmd, mode, seconds):
    for command in (f"set fwd {mode}", "start"):
        testpmd.say(command)
        testpmd.read_until(_PROMPT)
    time.sleep(0.2)
    before, started = _received(testpmd)
    time.sleep(seconds)
    after, ended = _received(testpmd)
    testpmd.say("stop")
    testpmd.read_until(_PROMPT)
    return (after - before) / (ended - started)


def _received(testpmd):
    testpmd.say("show port stats all")
    counts = testpmd.read_until(_BOTH_PORTS)
    return sum(int(count) for count in counts.groups()), testpmd.worker_seconds()
