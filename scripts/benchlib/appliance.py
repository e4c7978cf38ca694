# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: our appliance on the capture of the bench. Used by: forward.
import json
import os
import subprocess
import time

from benchlib import surroundings as shared, traffic as traffics
from benchlib.program import Program
from benchlib.surroundings import BenchError
from lablib import programs

_PATIENCE_S = 30


def write_config(surroundings, traffic):
    """The configuration that serves the traffic; one worker that never sleeps."""
    lines = ["appliance:",
             f"  name: bench-{os.getpid()}",
             "  poll-mode: busy",
             f"  cpus: {{control: '{surroundings.control_cpu}', workers: '{surroundings.worker_cpu}'}}",
             f"  memory: {shared.MEMORY_MB}MB",
             f"  hugepages: {'required' if surroundings.has_hugepages else 'never'}",
             f"  mbufs: {shared.N_MBUFS}",
             f"console: {{socket: {surroundings.folder}/console}}"]
    segments = traffic.segments
    lines += ["ports:"] + [f"  - {{name: {s.name}, device: '{surroundings.device(s.index)}'}}"
                           for s in segments]
    lines += ["interfaces:"] + [f"  - {{name: {s.name}, port: {s.name}, addresses: [{s.own_address}/16]}}"
                                for s in segments]
    lines += ["groups:"] + [f"  - {{id: {traffics.GROUP_ID}, interface: {s.name}, "
                            f"virtual-addresses: [{s.vip}], vmacs: {traffics.N_VMACS}}}" for s in segments]
    lines += ["neighbours:"] + [f"  - {{interface: {s.name}, address: {address}, "
                                f"mac: '{traffics.mac_text(mac)}'}}"
                                for s in segments for address, mac in {**s.hosts, **s.next_hops}.items()]
    lines += ["routes:"] + [f"  - {{prefix: {prefix}, via: {via}}}" for prefix, via in traffic.routes]
    path = surroundings.folder / "evengate.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def measure(surroundings, config, seconds):
    """Packets that are forwarded in a second of the worker; all that come must be."""
    with Program([programs.evengate(), "run", config]) as program:
        _await_forwarding(program, surroundings)
        time.sleep(0.2)
        before, started = _workers(surroundings), program.worker_seconds()
        time.sleep(seconds)
        after, ended = _workers(surroundings), program.worker_seconds()
    # Until the links are known to be up, frames are dropped; that is over.
    if _drops(before) != _drops(after):
        raise BenchError(f"the appliance does not forward all of the traffic: {_drops(before)}, "
                         f"a little later {_drops(after)}")
    return (_forwarded(after) - _forwarded(before)) / (ended - started)


def _forwarded(workers):
    return sum(worker["forwarded"] for worker in workers)


def _drops(workers):
    return [worker["drops"] for worker in workers]


def _workers(surroundings):
    # Not on the CPU that is measured.
    done = subprocess.run(["taskset", "-c", str(surroundings.control_cpu), programs.evengate(), "console",
                           "--socket", surroundings.folder / "console", "show", "workers", "json"],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return []
    return json.loads(done.stdout)


def _await_forwarding(program, surroundings):
    deadline = time.monotonic() + _PATIENCE_S
    while _forwarded(_workers(surroundings)) == 0:
        program.expect_running()
        if time.monotonic() > deadline:
            raise BenchError("the appliance does not forward: " + str(_workers(surroundings)))
        time.sleep(0.05)
