# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the rerouting bench: for each case testpmd io, our gateway forwarding the same frames, and our
# gateway with a service, in turn on the same capture; the result as a dictionary and as a table.
# Packets a second are of the CPU time of the worker's thread, as in forward. Used by: cli.
import dataclasses
import pathlib
import statistics
import tempfile

from benchlib import reroute_appliance as appliance, reroute_traffic as traffics
from benchlib import surroundings as shared, testpmd

N_FLOWS = 100_000
_MANY = 10  # times as many flows in the case with the most
# Beside those that the endless capture holds.
_MBUFS_TO_MOVE = 16_384


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    mode: str
    criterion: str
    n_flows: int
    answers: bool = False
    is_short_connections: bool = False

    @property
    def n_opened(self):
        """Connections that are open all the time."""
        return self.n_flows if self.criterion == "stateful" and not self.is_short_connections else 0

    @property
    def target_port(self):
        return traffics.TARGET_PORT if self.mode == "nat" else 0


@dataclasses.dataclass(frozen=True)
class Setting:
    folder: pathlib.Path
    capture: pathlib.Path
    n_mbufs: int
    pages: str
    control_cpu: int
    worker_cpu: int

    @property
    def has_hugepages(self):
        return self.pages == "hugepages"

    @property
    def device(self):
        return f"net_pcap0,rx_pcap={self.capture},infinite_rx=1"


def cases(n_flows):
    return [Case("stateless_mac", "mac", "stateless", n_flows),
            Case("stateful_100k", "mac", "stateful", n_flows),
            Case("nat", "nat", "stateful", n_flows, answers=True),
            Case("ipip", "ipip", "stateful", n_flows),
            Case("stateful_1m", "mac", "stateful", _MANY * n_flows),
            Case("new_connections", "mac", "stateful", n_flows, is_short_connections=True)]


def run(seed, rounds, seconds, n_flows, names):
    # Scapy is needed here alone.
    from benchlib import reroute_check as check

    network = traffics.Network()
    targets = {port: traffics.Targets(network, port) for port in (0, traffics.TARGET_PORT)}
    control_cpu, worker_cpu = shared.choose_cpus()
    results = {}
    with tempfile.TemporaryDirectory(prefix="evengate-bench-") as folder:
        for case in cases(n_flows):
            if names and case.name not in names:
                continue
            bench = _CaseBench(case, seed, network, targets[case.target_port], pathlib.Path(folder), check,
                               (control_cpu, worker_cpu))
            results[case.name] = bench.run(rounds, seconds)
    return {**{name: result["ratio"] for name, result in results.items() if name != "new_connections"},
            **{"new_connections_per_s": result["opened_per_s"]
               for name, result in results.items() if name == "new_connections"},
            "cycles_added": {name: result["cycles_added"] for name, result in results.items()},
            "cases": results,
            "pages": shared.choose_pages(),
            "mbuf_size": appliance.MBUF_SIZE,
            "seed": seed,
            "rounds": rounds,
            "seconds": seconds,
            "flows": n_flows,
            "cpu_model": shared.cpu_model(),
            "worker_cpu": worker_cpu}


class _CaseBench:
    def __init__(self, case, seed, network, targets, folder, check, cpus):
        self._case = case
        self._network = network
        self._targets = targets
        self._check = check
        maker = traffics.FrameMaker(network)
        flows = traffics.Flows(seed, case.n_flows, targets)
        self._capture = (traffics.short_connections(flows, maker) if case.is_short_connections
                         else traffics.data(flows, network, maker, case.answers))
        self._opening = None
        if case.n_opened:
            self._opening = folder / f"{case.name}-opening.pcap"
            traffics.opening(flows, maker).write(self._opening)
        n_mbufs = len(self._capture.frames) + _MBUFS_TO_MOVE
        self._setting = Setting(folder=folder, capture=folder / f"{case.name}.pcap", n_mbufs=n_mbufs,
                                pages=shared.choose_pages(appliance.memory_mb(n_mbufs)), control_cpu=cpus[0],
                                worker_cpu=cpus[1])
        self._capture.write(self._setting.capture)

    def run(self, rounds, seconds):
        configs = {service: appliance.write_config(self._setting, self._case, self._network, service)
                   for service in (False, True)}
        io, forward, reroute = [], [], []
        for _ in range(rounds):
            io.append(testpmd.measure_one_port(self._setting, seconds, appliance.MBUF_SIZE,
                                               appliance.memory_mb(self._setting.n_mbufs)))
            forward.append(self._measure_forward(configs[False], seconds))
            reroute.append(self._measure_reroute(configs[True], seconds))
        return self._result(io, forward, reroute)

    def _measure_forward(self, config, seconds):
        found = appliance.measure(self._setting, config, seconds)
        self._check.check_forwarded(found)
        return found

    def _measure_reroute(self, config, seconds):
        found = appliance.measure(self._setting, config, seconds, self._opening, self._case.n_opened)
        self._check.check_counts(found, self._case, self._capture)
        self._check.check_sample(config.with_suffix(".sample"), self._case, self._capture, self._network,
                                 self._targets)
        return found

    def _result(self, io, forward, reroute):
        def median(runs, key="pps"):
            return statistics.median(run[key] for run in runs)

        pps, forward_pps, io_pps = median(reroute), median(forward), statistics.median(io)
        tsc_hz = reroute[0]["tsc_hz"]
        last = reroute[-1]["in_the_end"]
        return {"ratio": pps / io_pps,
                "ratio_forward": pps / forward_pps,
                "pps": pps,
                "testpmd_io_pps": io_pps,
                "forward_pps": forward_pps,
                "cycles_added": tsc_hz * (1 / pps - 1 / forward_pps),
                "cycles": tsc_hz / pps,
                "opened_per_s": median(reroute, "opened_per_s"),
                "closed_per_s": median(reroute, "closed_per_s"),
                "connections": last["connections"],
                "target_packets": last["target_packets"],
                "events": {name: count for name, count in last["events"].items() if count},
                "frames_verified": sum(run["sampled"] for run in reroute),
                "flows": self._case.n_flows,
                "frames": len(self._capture.frames),
                "mbufs": self._setting.n_mbufs,
                "pages": self._setting.pages,
                "per_round_pps": {"testpmd_io": io, "forward": [run["pps"] for run in forward],
                                  "reroute": [run["pps"] for run in reroute]}}


def to_table(result):
    lines = [f"64-byte frames, mbufs of {result['mbuf_size']} bytes, seed {result['seed']}, "
             f"{result['rounds']} rounds; one worker on CPU {result['worker_cpu']}, one net_pcap port; "
             f"{result['cpu_model']}",
             "",
             f"{'packets in a us of the worker':<30} {'io':>7} {'forward':>8} {'reroute':>8} {'of io':>6} "
             f"{'cycles added':>13}  pages"]
    for name, case in result["cases"].items():
        pps = [case[key] / 1e6 for key in ("testpmd_io_pps", "forward_pps", "pps")]
        lines.append(f"{name:<30} {pps[0]:7.2f} {pps[1]:8.2f} {pps[2]:8.2f} {case['ratio']:6.3f} "
                     f"{case['cycles_added']:13.0f}  {case['pages']}")
    short = result["cases"].get("new_connections")
    if short:
        lines += ["", f"new connections a second: {short['opened_per_s']:.0f}, and {short['closed_per_s']:.0f} "
                      "deleted"]
    lines += ["", "verified in each round: connections, packets of each target, "
                  f"{sum(case['frames_verified'] for case in result['cases'].values())} frames"]
    return "\n".join(lines)
