# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: one lab, from up to down; its state is in a folder, so any later command finds it again.
# Used by: scripts/lab, scripts/quickstart, tests/lab.
import fcntl
import json
import pathlib
import shutil
import sys
import time

from lablib import commands, figures, plan as plans, programs, segment, settled
from lablib.gateways import make_gateway
from lablib.plan import Plan
from lablib.processes import Process, start_ticks
from lablib.servers import Server

STATE_ROOT = pathlib.Path("/run/evengate-lab")
_READY_SECONDS = 20
_SETTLE_SECONDS = 30
_MAX_DISCARDED_RUNS = 4


class LabError(RuntimeError):
    """The lab cannot do what was asked; the text says why and, where there is one, the way out."""


class Lab:
    def __init__(self, plan):
        self.plan = plan
        self.state = STATE_ROOT / plan.name
        self.gateways = [make_gateway(plan, gateway, self.state) for gateway in plan.gateways]
        self.servers = [Server(plan, target, self.state) for target in plan.targets]
        self._origin = Process(self.state / "origin.process")
        self._responder = Process(self.state / "responder.process")

    @staticmethod
    def open(name):
        """A lab that is up. Fails: none of this name."""
        path = STATE_ROOT / name / "plan.json"
        if not path.is_file():
            raise LabError(f"no lab '{name}' is up: scripts/lab --name {name} up")
        return Lab(Plan.from_json(path.read_text()))

    def up(self):
        """Builds everything and returns once every host reaches the server. A stale lab of the same
        name is removed first. Fails: removes what was built."""
        down(self.plan.name)
        self.state.mkdir(parents=True)
        (self.state / "plan.json").write_text(self.plan.to_json())
        try:
            with _lock(self.plan.name):
                segment.build(self.plan)
                segment.assert_honest(self.plan)
                self._start_server()
                for gateway in self.gateways:
                    gateway.start()
                self._wait_until_serving()
        except BaseException:
            down(self.plan.name)
            raise

    def down(self):
        down(self.plan.name)
        for process in [self._origin, self._responder] + [member.process for member in self.gateways + self.servers]:
            process.reap()

    def _start_server(self):
        netns = self.plan.netns("server")
        origin = pathlib.Path(__file__).with_name("origin.py")
        self._origin.start(netns, [sys.executable, "-I", origin, plans.SERVER, plans.HTTP_PORT],
                           self.state / "origin.log")
        control = self.plan.hosts[-1]
        self._responder.start(netns, [
            programs.prober(), "respond",
            "--at", f"/run/netns/{netns},{plans.SERVER}:{plans.PROBE_PORT}",
            "--at", f"/run/netns/{control.netns},{control.address}:{plans.PROBE_PORT}",
        ], self.state / "responder.log")

    def wait_until_settled(self, seconds=_SETTLE_SECONDS, **options):
        """Until each gateway forwards, each vMAC has one owner, and each host is served by one that is
        live. Returns when that was so first (time.monotonic()). Fails: LabError, what was missing."""
        try:
            return settled.wait_until_settled(self, seconds, **options)
        except settled.NotSettled as error:
            logs = "\n".join(f"{member.gateway.name}:\n{_tail(member.log_path)}" for member in self.gateways)
            raise LabError(f"{error}\n{logs}") from error

    def _wait_until_serving(self):
        if self.plan.is_group:
            self.wait_until_settled()
            return
        waiting = [host.name for host in self.plan.hosts]
        deadline = time.monotonic() + _READY_SECONDS
        while waiting:
            waiting = [name for name in waiting if not self.pings(name, plans.SERVER)]
            for gateway in self.gateways:
                if not gateway.is_running():
                    raise LabError(f"{gateway.gateway.name} ended:\n{_tail(gateway.log_path)}")
            if waiting and time.monotonic() > deadline:
                logs = "\n".join(_tail(gateway.log_path) for gateway in self.gateways)
                raise LabError(f"no way to the server from {', '.join(waiting)}; gateway logs:\n{logs}")

    def exec_argv(self, place, argv):
        return commands.in_netns(self.plan.place_netns(place), *argv)

    def run(self, place, *argv, check=True, timeout=60):
        """Runs a command at "h1", "gw1", "server", "lan" or "wan"."""
        return commands.run(self.exec_argv(place, argv), check=check, timeout=timeout)

    def pings(self, place, address):
        return self.run(place, "ping", "-n", "-q", "-c", "1", "-W", "1", address,
                        check=False).returncode == 0

    def vip_mac(self, host_name):
        """The MAC that a host has for the VIP, or None."""
        return self.neighbour(host_name, plans.VIP)

    def neighbour(self, place, address):
        """The MAC that a place has for an address, or None."""
        shown = json.loads(self.run(place, "ip", "-j", "neigh", "show", address).stdout or "[]")
        return shown[0].get("lladdr") if shown else None

    def forget_neighbours(self):
        for host in self.plan.hosts:
            commands.ip_batch(host.netns, ["neigh flush dev eth0"])

    def tcp_retransmits(self, place):
        """Segments that the TCP of this place has sent again since it exists."""
        lines = self.run(place, "cat", "/proc/net/snmp").stdout.splitlines()
        keys, values = [line.split() for line in lines if line.startswith("Tcp:")]
        return int(values[keys.index("RetransSegs")])

    def probe_argv(self, interval_ms, seconds, *options):
        def flow(name, host, target):
            return f"{name},/run/netns/{host.netns},{target}:{plans.PROBE_PORT}"

        words = [str(programs.prober()), "probe", "--interval-ms", str(interval_ms),
                 "--seconds", str(seconds), *options]
        for host in self.plan.hosts:
            words += ["--flow", flow(host.name, host, plans.SERVER)]
        first, last = self.plan.hosts[0], self.plan.hosts[-1]
        return words + ["--control", flow(figures.CONTROL, first, last.address)]

    def probe(self, interval_ms, seconds, *options, disturbed_too=False):
        """The prober's report of the first run that the machine itself did not disturb (or of the first
        at all), with "discarded_runs", the number of those before it. Fails: all were disturbed."""
        for n_discarded in range(_MAX_DISCARDED_RUNS + 1):
            done = commands.run(self.probe_argv(interval_ms, seconds, *options), timeout=seconds + 60)
            report = json.loads(done.stdout.splitlines()[-1])
            if disturbed_too or not report["disturbed"]:
                return {**report, "discarded_runs": n_discarded}
        raise LabError(f"{_MAX_DISCARDED_RUNS + 1} runs in a row were disturbed: the control flow, which "
                       f"no gateway carries, was cut off for {report['control_outage_ns'] / 1e6:.1f} ms")

    def status(self):
        """What there is and how it does, as plain values."""
        return {
            "name": self.plan.name,
            "gateways": {member.gateway.name: "running" if member.is_running() else "ended"
                         for member in self.gateways},
            "roles": settled.roles(self),
            "server": "running" if self._origin.pid() and self._responder.pid() else "ended",
            "hosts": {host.name: {"address": host.address, "vip_mac": self.vip_mac(host.name)}
                      for host in self.plan.hosts},
        }


def is_up(name):
    return (STATE_ROOT / name / "plan.json").is_file()


def down(name):
    """Removes a lab and all that was left of it, also after a crash. Nothing there is fine."""
    plans.check_name(name)  # it becomes a path
    state = STATE_ROOT / name
    if state.is_dir():
        with _lock(name):
            for record in state.glob("*.process"):
                Process(record).stop()
    segment.remove(name)
    shutil.rmtree(state, ignore_errors=True)


def remove_orphans():
    """Removes labs of tests that died before they could."""
    for path in STATE_ROOT.glob("*/plan.json"):
        plan = json.loads(path.read_text())  # of whatever version of the lab
        if plan["owner_pid"] and start_ticks(plan["owner_pid"]) is None:
            down(plan["name"])


class _lock:
    """One command at a time changes a lab."""

    def __init__(self, name):
        self._path = STATE_ROOT / name / "lock"

    def __enter__(self):
        self._file = open(self._path, "w", encoding="ascii")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *unused):
        self._file.close()


def _tail(path, n_lines=20):
    if not path.is_file():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-n_lines:])
