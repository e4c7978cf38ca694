# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the appliance with and without 1000 publications a second, in one process.
# Used by: forward.
import json
import subprocess

from benchlib.surroundings import BenchError
from lablib import programs

PHASES = ("no_publish", "publish", "linger")
_START_S = 60


def measure(config, rounds, seconds):
    """For each phase its packets a second in each round; the publications a second in each round; and
    the sums at the end."""
    done = subprocess.run([programs.forward_publish(), config, str(rounds), str(seconds)],
                          capture_output=True, text=True, check=False,
                          timeout=_START_S + rounds * len(PHASES) * (seconds + 1))
    if done.returncode != 0:
        raise BenchError(f"forward_publish ended with status {done.returncode}: {done.stderr.strip()}")
    *phases, sums = [json.loads(line) for line in done.stdout.splitlines()]
    pps = {name: [line["pps"] for line in phases if line["phase"] == name] for name in PHASES}
    rates = [line["publications_per_s"] for line in phases if line["phase"] == "publish"]
    return pps, rates, sums
