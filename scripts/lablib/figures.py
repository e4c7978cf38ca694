# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the arithmetic of outages: from the prober's log to the figures of a run, and of many; pure.
# Used by: lablib.outage, the tests.
import csv
import dataclasses
import math

CONTROL = "control"  # the flow that no gateway carries
# A run in which the control flow was cut off for longer says more of the machine.
MAX_CONTROL_OUTAGE_MS = 5.0
# A CPU that stood still for longer than this part of a hold stops a gateway's lease, or others' belief in it.
_MAX_STALL_OF_HOLD = 0.5
# What was under way when an event came is the event's.
_EDGE_NS = 10_000_000


@dataclasses.dataclass(frozen=True)
class Probe:
    sent_ns: int
    answered: bool
    n_duplicates: int


@dataclasses.dataclass(frozen=True)
class Window:
    """Probes sent in start_ns <= t < end_ns, on the prober's clock (CLOCK_MONOTONIC)."""
    start_ns: int
    end_ns: int

    def widened(self):
        return Window(self.start_ns - _EDGE_NS, self.end_ns)

    def holds(self, probe):
        return self.start_ns <= probe.sent_ns < self.end_ns

    def overlaps(self, stall):
        return stall.began_ns < self.end_ns and stall.ended_ns > self.start_ns


@dataclasses.dataclass(frozen=True)
class Stall:
    """A CPU stood still, as its witness saw it: nothing that is tested can delay that one."""
    cpu: int
    began_ns: int
    ended_ns: int


def read_stalls(path):
    with open(path, encoding="ascii", newline="") as file:
        return [Stall(int(row["cpu"]), int(row["began_ns"]), int(row["ended_ns"])) for row in csv.DictReader(file)]


def read_log(path):
    """Flow -> its probes in the order they were sent."""
    flows = {}
    with open(path, encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            flows.setdefault(row["flow"], []).append(
                Probe(int(row["sent_ns"]), row["answered_ns"] != "0", int(row["duplicates"])))
    return flows


def outage_ms(probes, interval_ns, window):
    """The longest time without an answered probe that begins or ends in the window, minus one
    interval. The edges of the log count as answered."""
    if not probes:
        return 0.0
    longest = 0
    last = probes[0].sent_ns - interval_ns
    for sent in [probe.sent_ns for probe in probes if probe.answered] + [probes[-1].sent_ns + interval_ns]:
        if sent > window.start_ns and last < window.end_ns:
            longest = max(longest, sent - last)
        last = sent
    return max(0, longest - interval_ns) / 1e6


@dataclasses.dataclass(frozen=True)
class Phase:
    """What one window of a run was like for the hosts."""
    hosts_ms: dict          # host -> outage, of hosts that lost at least one probe
    longest_gap_ms: float   # of all hosts
    lost: int
    duplicated: int
    control_ms: float       # outage of the flow that no gateway carries
    control_lost: int
    stalled_ms: float = 0.0  # the longest that a CPU stood still
    hold_ms: float = math.inf

    @property
    def outage_ms(self):
        """Of the run: the longest outage of a host that lost a probe; 0 if none did."""
        return max(self.hosts_ms.values(), default=0.0)

    @property
    def stood_still(self):
        return self.stalled_ms > self.hold_ms * _MAX_STALL_OF_HOLD

    @property
    def disturbed(self):
        return self.control_ms > MAX_CONTROL_OUTAGE_MS or self.stood_still


def phase(flows, interval_ns, window, stalls=(), hold_ms=math.inf):
    window = window.widened()
    control = flows.get(CONTROL, [])
    hosts_ms, gaps, lost, duplicated = {}, [0.0], 0, 0
    for name, probes in flows.items():
        if name == CONTROL:
            continue
        inside = [probe for probe in probes if window.holds(probe)]
        n_lost = sum(not probe.answered for probe in inside)
        lost += n_lost
        duplicated += sum(probe.n_duplicates for probe in inside)
        gaps.append(outage_ms(probes, interval_ns, window))
        if n_lost:
            hosts_ms[name] = gaps[-1]
    return Phase(hosts_ms, max(gaps), lost, duplicated,
                 outage_ms(control, interval_ns, window),
                 sum(not probe.answered for probe in control if window.holds(probe)),
                 max(((stall.ended_ns - stall.began_ns) / 1e6 for stall in stalls if window.overlaps(stall)), default=0.0),
                 hold_ms)


@dataclasses.dataclass(frozen=True)
class Run:
    number: int             # from 1
    target: str             # the gateway that the event befell
    event: Phase            # from the event on; of a planned one, until all is settled again
    back: Phase | None      # from the repair until all is settled; planned events have none
    settled_seconds: float  # from the repair on

    @property
    def discarded(self):
        """A machine that stands still for a moment makes an outage; it loses nothing. Of a planned event, where
        loss is what counts, only a run in which the control flow lost something as well, or a CPU stood still for so
        long that leases run out, says nothing."""
        if self.back is None:
            return self.event.control_lost > 0 or self.event.stood_still
        return self.event.disturbed

    def to_json(self):
        return {
            "run": self.number, "target": self.target, "discarded": self.discarded,
            "outage_ms": round(self.event.outage_ms, 3),
            "hosts_ms": {host: round(value, 3) for host, value in self.event.hosts_ms.items()},
            "longest_gap_ms": round(self.event.longest_gap_ms, 3),
            "control_ms": round(self.event.control_ms, 3),
            "stalled_ms": round(self.event.stalled_ms, 3),
            "lost": self.event.lost, "duplicated": self.event.duplicated,
            "return_outage_ms": None if self.back is None else round(self.back.outage_ms, 3),
            "return_lost": 0 if self.back is None else self.back.lost,
            "return_duplicated": 0 if self.back is None else self.back.duplicated,
            "return_disturbed": self.back is not None and self.back.disturbed,
            "settled_seconds": round(self.settled_seconds, 3),
        }


def percentile(values, part):
    """The nearest rank: the smallest value that at least this part of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else 0.0


def median(values):
    ordered = sorted(values)
    if not ordered:
        return 0.0
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def summary(event, runs):
    """The figures of all runs. Runs that are discarded count nowhere but in discarded_runs;
    runs in which no host lost a probe have no outage, and would only make the median look better."""
    counted = [run for run in runs if not run.discarded]
    outages = [run.event.outage_ms for run in counted if run.event.hosts_ms]
    of_hosts = [value for run in counted for value in run.event.hosts_ms.values()]
    calm_returns = [run.back for run in counted if run.back and not run.back.disturbed]
    return {
        "event": event,
        "runs": len(runs),
        "counted_runs": len(counted),
        "discarded_runs": len(runs) - len(counted),
        "affected_runs": len(outages),
        "median_ms": round(median(outages), 3),
        "p99_ms": round(percentile(outages, 0.99), 3),
        "max_ms": round(max(outages, default=0.0), 3),
        "hosts_median_ms": round(median(of_hosts), 3),
        "hosts_p99_ms": round(percentile(of_hosts, 0.99), 3),
        "affected_hosts": len(of_hosts),
        "lost": sum(run.event.lost for run in counted),
        "duplicated": sum(run.event.duplicated for run in counted),
        "counted_returns": len(calm_returns),
        "return_max_ms": round(max((back.outage_ms for back in calm_returns), default=0.0), 3),
        "return_lost": sum(back.lost for back in calm_returns),
        "return_duplicated": sum(back.duplicated for back in calm_returns),
        "longest_gap_ms": round(max((run.event.longest_gap_ms for run in counted), default=0.0), 3),
        "per_run": [run.to_json() for run in runs],
    }
