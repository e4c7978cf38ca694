# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the forwarding bench: the appliance and testpmd in turn, then publishing; and the result as
# a dictionary and as a table. Packets a second are of the CPU time of the worker's thread, so that
# others on the same CPU do not count; on a CPU of its own that is the time of the clock.
# Used by: cli.
import pathlib
import statistics
import tempfile

from benchlib import appliance, publishing, surroundings as shared, testpmd
from benchlib.surroundings import Surroundings
from benchlib.traffic import FRAME_SIZE, N_FRAMES, N_HOSTS, N_ROUTES, N_VMACS, Traffic


# Publishing is told from noise by many short phases that take turns.
_PHASES_PER_MEASUREMENT = 4


def run(seed, rounds, publish_rounds, seconds):
    traffic = Traffic(seed)
    control_cpu, worker_cpu = shared.choose_cpus()
    with tempfile.TemporaryDirectory(prefix="evengate-bench-") as folder:
        folder = pathlib.Path(folder)
        surroundings = Surroundings(folder=folder, capture=folder / "frames.pcap",
                                    pages=shared.choose_pages(), control_cpu=control_cpu,
                                    worker_cpu=worker_cpu)
        traffic.write_capture(surroundings.capture)
        config = appliance.write_config(surroundings, traffic)
        measured = _side_by_side(surroundings, config, rounds, seconds)
        phases, publications, sums = publishing.measure(config, publish_rounds,
                                                        seconds / _PHASES_PER_MEASUREMENT)
    measured |= phases
    return {
        **_ratios(measured),
        "packets_lost": sums["packets_lost"],
        **{f"{name}_pps": statistics.median(values) for name, values in measured.items()},
        "publications_per_s": statistics.median(publications),
        "pages": surroundings.pages,
        "mbuf_size": shared.MBUF_SIZE,
        "mbufs": shared.N_MBUFS,
        "seed": seed,
        "rounds": rounds,
        "publish_rounds": publish_rounds,
        "seconds": seconds,
        "per_round_pps": measured,
        "sums": sums,
        "cpu_model": shared.cpu_model(),
        "worker_cpu": worker_cpu,
    }


def _side_by_side(surroundings, config, rounds, seconds):
    measured = {"evengate": [], **{f"testpmd_{mode}": [] for mode in testpmd.MODES}}
    for _ in range(rounds):
        measured["evengate"].append(appliance.measure(surroundings, config, seconds))
        for mode, pps in testpmd.measure(surroundings, seconds).items():
            measured[f"testpmd_{mode}"].append(pps)
    return measured


def _ratios(measured):
    def ratio(name, other):
        return statistics.median(measured[name]) / statistics.median(measured[other])

    # Phases of one round are next to each other in time: what slows the machine for longer than that
    # slows both.
    def ratio_of_neighbours(name, other):
        return statistics.median(a / b for a, b in zip(measured[name], measured[other]))

    return {"ratio_io": ratio("evengate", "testpmd_io"),
            "ratio_mac": ratio("evengate", "testpmd_mac"),
            "ratio_publish": ratio_of_neighbours("publish", "no_publish"),
            # Publishing alone: what it costs that half of the vMACs linger is taken out.
            "ratio_publish_alone": ratio_of_neighbours("publish", "linger")}


_ROWS = (("testpmd io", "testpmd_io"), ("testpmd mac", "testpmd_mac"), ("evengate", "evengate"),
         ("evengate, nothing published", "no_publish"), ("evengate, half of the vMACs linger", "linger"),
         ("evengate, 1000 publications/s", "publish"))


def to_table(result):
    lines = [f"{N_FRAMES} frames of {FRAME_SIZE + 4} bytes, {N_VMACS} vMACs, {N_HOSTS} hosts, {N_ROUTES} "
             f"routes, seed {result['seed']}; one worker on CPU {result['worker_cpu']}, two net_pcap ports,",
             f"{result['mbufs']} mbufs of {result['mbuf_size']} bytes on {result['pages']}; "
             f"{result['cpu_model']}",
             "",
             f"{'packets in a us of the worker':<36} {'median':>8} {'least':>8} {'most':>8} {'rounds':>7}"]
    for title, name in _ROWS:
        values = [pps / 1e6 for pps in result["per_round_pps"][name]]
        lines.append(f"{title:<36} {statistics.median(values):8.3f} {min(values):8.3f} {max(values):8.3f} "
                     f"{len(values):7}")
    sums = result["sums"]
    lines += ["",
              f"evengate is {result['ratio_io']:.3f} of io and {result['ratio_mac']:.3f} of mac",
              f"with {result['publications_per_s']:.0f} publications/s it is {result['ratio_publish']:.4f} of "
              f"itself without, {result['ratio_publish_alone']:.4f} of itself with as many vMACs lingering",
              f"packets lost: {result['packets_lost']} = {sums['received']} received - "
              f"{sums['forwarded']} forwarded - {sums['punted']} punted - {sum(sums['dropped'].values())} "
              "dropped by reason"]
    return "\n".join(lines)
