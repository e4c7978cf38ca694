# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: how evenly hosts with heavy-tailed rates are shared by gateways of unequal capacity, seen from
# outside: by what the server gets through each. Used by: lablib.balance_command, the tests.
import contextlib
import dataclasses
import json
import random
import select
import subprocess

from lablib import balance_figures, plan as plans, programs, settled
from lablib.balance_figures import Interval
from lablib.lab import LabError

INTERVAL_SECONDS = 1.0  # as the group's, by default
DEFAULT_INTERVALS = balance_figures.FIRST_JUDGED_INTERVAL - 1 + balance_figures.MIN_JUDGED_INTERVALS
_EXCHANGE_INTERVALS = 5
_FLASH_INTERVALS = 10
_LATE_SECONDS = 5
_END_SECONDS = 10


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What is to be measured. load: of the capacities together; intervals: with exchanges of rates;
    flash: a flash crowd afterwards."""
    load: float = 0.6
    exponent: float = 1.0
    seed: int = 1
    intervals: int = DEFAULT_INTERVALS
    flash: bool = True


class Traffic:
    """The senders of all hosts, and the sink at the server. They end with their standard input, so also
    when this process is gone."""

    def __init__(self, lab):
        self._log = open(lab.state / "traffic.log", "wb")
        self._process = subprocess.Popen(_traffic_argv(lab.plan), stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=self._log)

    def set_rates(self, rates):
        self._process.stdin.write((" ".join(f"{rate:.6f}" for rate in rates) + "\n").encode())
        self._process.stdin.flush()

    def next_report(self):
        """Waits for the end of the interval. Fails: LabError."""
        ready, _, _ = select.select([self._process.stdout], [], [], INTERVAL_SECONDS + _LATE_SECONDS)
        line = self._process.stdout.readline() if ready else b""
        if not line:
            raise LabError(f"the traffic has ended or stands still: see {self._log.name}")
        return json.loads(line)

    def finish(self):
        """Sends no more; the counts when all has arrived that ever will."""
        self._process.stdin.close()
        lines = self._process.stdout.read().splitlines()
        if self._process.wait(_END_SECONDS) != 0 or not lines:
            raise LabError(f"the traffic failed: see {self._log.name}")
        return json.loads(lines[-1])

    def end(self):
        self._process.kill()
        self._process.wait()
        for file in (self._process.stdin, self._process.stdout, self._log):
            with contextlib.suppress(OSError):  # what was not written yet has no reader
                file.close()


@contextlib.contextmanager
def traffic(lab):
    """Hosts that send while the block runs."""
    running = Traffic(lab)
    try:
        yield running
    finally:
        running.end()


def _traffic_argv(plan):
    words = [str(programs.traffic()), "--next-hop", plans.VIP, "--target", f"{plans.SERVER}:{plans.TRAFFIC_PORT}",
             "--sink", f"/run/netns/{plan.netns('server')},eth0", "--interval-ms", str(INTERVAL_SECONDS * 1000)]
    for host in plan.hosts:
        words += ["--host", f"{host.name},/run/netns/{host.netns}"]
    return words


class _Watch:
    """Makes an Interval of each report of the traffic."""

    def __init__(self, lab):
        self._lab = lab
        self._last = None
        self._owners = {}
        self.intervals = []
        self.n_unclear = 0  # owners that nobody, or two, said to be: a hand-over was under way

    def add(self, report):
        """Fails: LabError, when the server got something from who is no gateway."""
        self._look_at_owners()
        then = self._last or {"hosts": [{"sent": 0}] * len(report["hosts"]), "forwarded": {}}
        seconds = (report["at_ns"] - self._last["at_ns"]) / 1e9 if self._last else INTERVAL_SECONDS
        known = [gateway.uplink_mac for gateway in self._lab.plan.gateways]
        strangers = set(report["forwarded"]) - set(known)
        if strangers:
            raise LabError(f"the server got datagrams from {', '.join(strangers)}, which is no gateway")
        nothing = [0] * len(report["hosts"])
        forwarded = [[now - before for now, before in zip(report["forwarded"].get(mac, nothing),
                                                          then["forwarded"].get(mac, nothing))] for mac in known]
        self.intervals.append(Interval(
            number=len(self.intervals) + 1,
            sent=[(now["sent"] - before["sent"]) / seconds for now, before in zip(report["hosts"], then["hosts"])],
            loads=[sum(counts) / seconds for counts in forwarded],
            carriers=[max(range(len(known)), key=counts.__getitem__) if any(counts) else None
                      for counts in zip(*forwarded)],
            vmacs={host["name"]: host["vmac"] or None for host in report["hosts"]},
            owners=dict(self._owners)))
        self._last = report
        return self.intervals[-1]

    def _look_at_owners(self):
        for number, names in settled.owners(_views(self._lab)).items():
            if len(names) == 1:
                self._owners[number], = names
            else:
                self.n_unclear += 1


def _views(lab):
    """Gateway -> what it says of the hosts' group."""
    return {member.gateway.name: group for member in lab.gateways for group in member.show("group")
            if group["id"] == plans.GROUP_ID}


def explanation(lab):
    """What the group itself says of its balancing: the view of the member that decides, or {}."""
    for view in _views(lab).values():
        if view.get("balance", {}).get("decides_here"):
            return view["balance"]
    return {}


def measure(lab, wanted, say=lambda interval, note: None):
    """Measures in a lab that is up, and returns plain values. say sees each interval, and a note of what
    was done at its beginning. Fails: LabError, CommandError."""
    capacities = lab.plan.capacities_pps
    generator = random.Random(wanted.seed)
    rates = balance_figures.zipf_rates(lab.plan.n_hosts, wanted.load * sum(capacities), wanted.exponent)
    generator.shuffle(rates)
    watch = _Watch(lab)
    with traffic(lab) as hosts:
        note, flash = "", None
        hosts.set_rates(rates)
        for number in range(1, wanted.intervals + 1):
            say(watch.add(hosts.next_report()), note)
            note = ""
            if number % _EXCHANGE_INTERVALS == 0 and number < wanted.intervals:
                rates, (first, second) = balance_figures.exchanged(rates, generator)
                hosts.set_rates(rates)
                note = f"h{first + 1} and h{second + 1} exchanged their rates"
        if wanted.flash:
            flash = _flash(watch, hosts, rates, capacities, say)
        explained = explanation(lab)
        last = hosts.finish()
    return _result(lab.plan, wanted, watch, last, flash, explained)


def _flash(watch, hosts, rates, capacities, say):
    before = watch.intervals[-1]
    host = balance_figures.flash_host(rates, before.carriers, capacities)
    crowded = balance_figures.crowded(rates, host)
    hosts.set_rates(crowded)
    note = f"flash crowd: h{host + 1} from {rates[host]:.0f} to {crowded[host]:.0f} pps"
    for _ in range(_FLASH_INTERVALS):
        say(watch.add(hosts.next_report()), note)
        note = ""
    during = watch.intervals[-_FLASH_INTERVALS:]
    return {"host": f"h{host + 1}", "from_pps": round(rates[host], 1), "to_pps": round(crowded[host], 1),
            "load": round(sum(crowded) / sum(capacities), 4),
            **balance_figures.flash_summary(before, during, capacities)}


def _result(plan, wanted, watch, last, flash, explained):
    if last["sink_dropped"]:
        raise LabError(f"the sink was too slow for {last['sink_dropped']} datagrams: the machine is too busy")
    intervals, capacities = watch.intervals, plan.capacities_pps
    moved = balance_figures.moves(intervals)
    return {
        "capacities_pps": list(capacities), "hosts": plan.n_hosts, "vmacs": plan.n_vmacs, "policy": plan.policy,
        **dataclasses.asdict(wanted),
        "exchange": balance_figures.exchange_summary(intervals[:wanted.intervals], capacities),
        "flash": flash,
        "sent": sum(host["sent"] for host in last["hosts"]),
        "lost": sum(host["lost"] for host in last["hosts"]),
        "duplicated": sum(host["duplicates"] for host in last["hosts"]),
        "reordered": sum(host["reordered"] for host in last["hosts"]),
        "moves": [{"interval": move.interval, "vmac": move.vmac, "from": move.giver, "to": move.taker}
                  for move in moved],
        "returns": [f"interval {move.interval}: {move}" for move in balance_figures.returns(moved)],
        "host_changes": [{"interval": number, "host": host}
                         for number, host in balance_figures.host_changes(intervals)],
        "unclear_owners": watch.n_unclear,
        "per_interval": [{
            "interval": interval.number,
            "sent_pps": [round(rate, 1) for rate in interval.sent],
            "load_pps": [round(load, 1) for load in interval.loads],
            "max_over_mean": round(interval.unevenness(capacities), 4),
            "vmacs": interval.vmacs} for interval in intervals],
        "explained": explained,
    }
