# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: our gateway on a capture of flows, with a service or merely forwarding. Used by: reroute.
import json
import os
import subprocess

from benchlib import reroute_traffic as traffics, traffic
from benchlib.surroundings import BenchError
from benchlib.traffic import mac_text
from lablib import programs

# Frames are short; a million of them must fit.
MBUF_SIZE = 384  # headroom included
_MTU = 200  # what fits in there
_RING = "net_ring1"  # connections are opened through it
_START_S = 90


def memory_mb(n_mbufs):
    """Buffers, tables of flows, and the rest."""
    return 300 + n_mbufs * 704 // 2**20


def write_config(setting, case, network, service):
    """The configuration; service: whether the published address has one, or is routed to a target."""
    segments = [network.segment, traffic.Segment(1)]
    hugepages = "required" if setting.has_hugepages else "never"
    lines = ["appliance:",
             f"  name: bench-{os.getpid()}",
             "  poll-mode: busy",
             f"  cpus: {{control: '{setting.control_cpu}', workers: '{setting.worker_cpu}'}}",
             f"  memory: {memory_mb(setting.n_mbufs)}MB",
             f"  hugepages: {hugepages}",
             f"  mbufs: {setting.n_mbufs}",
             f"console: {{socket: {setting.folder}/console}}",
             "ports:",
             f"  - {{name: lan0, device: '{setting.device}', mtu: {_MTU}}}",
             f"  - {{name: lan1, device: {_RING}, mtu: {_MTU}}}",
             "interfaces:"]
    lines += [f"  - {{name: {s.name}, port: {s.name}, addresses: [{s.own_address}/16]}}" for s in segments]
    lines += ["groups:"]
    lines += [f"  - {{id: {traffic.GROUP_ID}, interface: {s.name}, virtual-addresses: [{s.vip}], "
              f"vmacs: {traffic.N_VMACS}}}" for s in segments]
    lines += ["neighbours:"]
    neighbours = [*zip(network.targets, network.target_macs), (network.router, network.router_mac)]
    lines += [f"  - {{interface: lan0, address: {address}, mac: '{mac_text(mac)}'}}"
              for address, mac in neighbours]
    lines += ["routes:", f"  - {{prefix: {traffics.CLIENTS}, via: {network.router}}}"]
    if service:
        lines += _service(case, network)
    else:
        lines += [f"  - {{prefix: {traffics.PUBLISHED}/32, via: {network.targets[0]}}}"]
    path = setting.folder / f"{case.name}-{'service' if service else 'forward'}.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def _service(case, network):
    port = f", port: {traffics.TARGET_PORT}" if case.mode == "nat" else ""
    lines = ["services:",
             "  - name: web",
             f"    addresses: [{traffics.PUBLISHED}]",
             "    protocol: tcp",
             f"    ports: [{traffics.PUBLISHED_PORT}]",
             f"    mode: {case.mode}",
             f"    criterion: {case.criterion}",
             "    health: {probe: none}",
             "    interval: 5min",  # shares as the hash gives them
             "    targets:"]
    lines += [f"      - {{name: server{i}, address: {address}, weight: {traffics.WEIGHT}{port}}}"
              for i, address in enumerate(network.targets)]
    if case.criterion == "stateful":
        # Of half-open ones as many: the capture's ACKs come a round after the SYNs.
        size = min(1_048_576, max(65_536, case.n_flows + case.n_flows // 4))
        lines += ["rerouting:", f"  connections: {size}", f"  half-open-connections: {size}"]
    return lines


def measure(setting, config, seconds, opening=None, n_connections=0):
    """What reroute_run found; and the frames it took, in a file beside the configuration."""
    words = [programs.reroute_run(), config, str(seconds), str(MBUF_SIZE), config.with_suffix(".sample")]
    if opening is not None:
        words += [opening, str(n_connections)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=_START_S + seconds)
    if done.returncode != 0:
        raise BenchError(f"reroute_run ended with status {done.returncode}: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
