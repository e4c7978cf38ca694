# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the command line of scripts/bench. Used by: scripts/bench.
import argparse
import json
import pathlib
import secrets
import signal
import sys

from benchlib import forward, reroute, surroundings, testpmd
from benchlib.surroundings import BenchError
from lablib.programs import ProgramMissing


def _forward(options):
    seed = secrets.randbits(32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    with surroundings.hugepages(options.hugepages):
        result = forward.run(seed, options.rounds, options.publish_rounds, options.seconds)
    print(forward.to_table(result))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0 if result["packets_lost"] == 0 else 1


def _reroute(options):
    seed = secrets.randbits(32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    with surroundings.hugepages(options.hugepages):
        result = reroute.run(seed, options.rounds, options.seconds, options.flows, options.case)
    print(reroute.to_table(result))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0


def _positive(kind):
    def parse(text):
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value

    return parse


def _add_common(bench):
    bench.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the result to a file")
    bench.add_argument("--rounds", type=_positive(int), default=5, help="of the appliance and testpmd in turn")
    bench.add_argument("--seconds", type=_positive(float), default=2.0, help="of each measurement")
    bench.add_argument("--seed", type=int, help="of addresses, routes and the order of frames; printed")
    bench.add_argument("--hugepages", type=_positive(int), metavar="N",
                       help="have N hugepages of 2 MB while it runs (root)")


def main():
    parser = argparse.ArgumentParser(prog="bench", description="Measures the appliance side by side with DPDK.")
    benches = parser.add_subparsers(dest="bench", required=True)
    bench = benches.add_parser("forward", help="packets a second of one worker, against dpdk-testpmd")
    _add_common(bench)
    bench.add_argument("--publish-rounds", type=_positive(int), default=30, metavar="ROUNDS",
                       help="with publications and without, in turn")
    bench.set_defaults(run=_forward)
    bench = benches.add_parser("reroute", help="the same with a service: each mode, and connections")
    _add_common(bench)
    bench.add_argument("--flows", type=_positive(int), default=reroute.N_FLOWS,
                       help="of the cases with 100,000 (the default); another has ten times as many")
    bench.add_argument("--case", action="append", choices=[case.name for case in reroute.cases(1)],
                       help="this one alone; may be given several times")
    bench.set_defaults(run=_reroute)
    options = parser.parse_args()
    # Ended from outside, it still ends its programs and gives hugepages back.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        testpmd.find()
        sys.exit(options.run(options))
    except (BenchError, ProgramMissing) as error:
        sys.exit(f"bench: {error}")
