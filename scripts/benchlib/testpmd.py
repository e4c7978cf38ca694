# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: dpdk-testpmd on the capture of the bench: what a worker could reach that decides nothing
# (io), or rewrites both MAC addresses (mac). Used by: forward, reroute.
import re
import shutil
import time

from benchlib import surroundings as shared
from benchlib.program import Program
from benchlib.surroundings import BenchError

MODES = ("io", "mac")
_BURST = 64  # as our worker
_PROMPT = re.compile(r"testpmd> ")
_ONE_PORT = re.compile(r"RX-packets: (\d+).*?Tx-bps.*?testpmd> ", re.DOTALL)
_BOTH_PORTS = re.compile(r"RX-packets: (\d+).*?RX-packets: (\d+).*?Tx-bps.*?testpmd> ", re.DOTALL)


def find():
    program = shutil.which("dpdk-testpmd")
    if program is None:
        raise BenchError("dpdk-testpmd is missing: apt-get install dpdk")
    return program


def measure(surroundings, seconds):
    """Packets in a second of the worker, for each mode."""
    devices = [surroundings.device(0), surroundings.device(1)]
    with _start(surroundings, devices, shared.MBUF_SIZE, shared.N_MBUFS, shared.MEMORY_MB) as testpmd:
        testpmd.read_until(_PROMPT)
        return {mode: _measure_mode(testpmd, mode, seconds, _BOTH_PORTS) for mode in MODES}


def measure_one_port(setting, seconds, mbuf_size, memory_mb):
    """Packets in a second of the worker, io; what comes in goes out by the same port."""
    with _start(setting, [setting.device], mbuf_size, setting.n_mbufs, memory_mb) as testpmd:
        testpmd.read_until(_PROMPT)
        return _measure_mode(testpmd, "io", seconds, _ONE_PORT)


def _start(surroundings, devices, mbuf_size, n_mbufs, memory_mb):
    memory = ["--in-memory"] if surroundings.has_hugepages else ["--no-huge", "--no-shconf"]
    eal = [*memory, "-m", memory_mb, "--no-pci", "--log-level", "error",
           "--lcores", f"0@{surroundings.control_cpu},1@{surroundings.worker_cpu}",
           *(word for device in devices for word in ("--vdev", device))]
    own = ["-i", "--nb-cores=1", f"--burst={_BURST}", f"--mbuf-size={mbuf_size}",
           f"--total-num-mbufs={n_mbufs}", f"--mbcache={shared.MBUF_CACHE}"]
    # To a pipe it would print its statistics only when its buffer is full.
    return Program(["stdbuf", "-oL", find(), *eal, "--", *own])


def _measure_mode(testpmd, mode, seconds, ports):
    for command in (f"set fwd {mode}", "start"):
        testpmd.say(command)
        testpmd.read_until(_PROMPT)
    time.sleep(0.2)
    before, started = _received(testpmd, ports)
    time.sleep(seconds)
    after, ended = _received(testpmd, ports)
    testpmd.say("stop")
    testpmd.read_until(_PROMPT)
    return (after - before) / (ended - started)


def _received(testpmd, ports):
    testpmd.say("show port stats all")
    counts = testpmd.read_until(ports)
    return sum(int(count) for count in counts.groups()), testpmd.worker_seconds()
