# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: how long hosts are cut off when something befalls a gateway, measured many times.
# Used by: lablib.outage_command, the tests.
import contextlib
import signal
import subprocess
import time

from lablib import events, figures
from lablib.lab import LabError

INTERVAL_MS = 1
_INTERVAL_NS = 1_000_000
# Of probing before an event; the first probes of all hosts are answered by then.
_LEAD_SECONDS = 0.5
# From an unplanned event to its repair: many holds.
_OBSERVE_SECONDS = 1.0
# Late answers, and duplicates while the old owner lingers.
_TAIL_SECONDS = 0.5
_PROBER_END_SECONDS = 30


@contextlib.contextmanager
def probing(lab, log_path, *options):
    """The prober runs in the block; its logs are whole behind it."""
    argv = lab.probe_argv(INTERVAL_MS, 0, "--log", log_path, *options)
    # An interruption waits until the prober is known, or it would go on for ever.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        prober = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                  start_new_session=True,
                                  preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before))
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            yield
        finally:
            said = _end(prober)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if prober.returncode != 0:
        raise LabError(f"the prober ended with status {prober.returncode}: {said}")


def _end(prober):
    """Lets it wait for the last answers and write its log; returns what it said."""
    prober.terminate()
    try:
        return prober.communicate(timeout=_PROBER_END_SECONDS)[1]
    except BaseException:
        prober.kill()
        prober.wait()
        raise


def measure_once(lab, event, number):
    """One run; the gateways are one group before and behind it. Fails: LabError, EventError."""
    member = events.choose(lab, number)
    log_path = lab.state / "probes.csv"
    stalls_path = lab.state / "stalls.csv"
    with probing(lab, log_path, "--stalls", stalls_path):
        time.sleep(_LEAD_SECONDS)
        struck = mended = time.monotonic_ns()
        event.strike(lab, member)
        if event.mend is not None:
            time.sleep(_OBSERVE_SECONDS)
            mended = time.monotonic_ns()
            event.mend(lab, member)
        settled_at = lab.wait_until_settled()
        time.sleep(_TAIL_SECONDS)
        ended = time.monotonic_ns()
    flows = figures.read_log(log_path)
    if any(not probes or probes[0].sent_ns >= struck for probes in flows.values()) or not flows:
        raise LabError("the prober had not begun when the event came: the machine is overloaded")
    windows = [(struck, ended)] if event.mend is None else [(struck, mended), (mended, ended)]
    stalls = figures.read_stalls(stalls_path)
    phases = [figures.phase(flows, _INTERVAL_NS, figures.Window(*window), stalls, lab.plan.hold) for window in windows]
    return figures.Run(number, member.gateway.name, phases[0], phases[1] if event.mend else None,
                       max(0.0, settled_at - mended / 1e9))


def measure(lab, event, n_runs, say=lambda run: None):
    """Runs until n_runs were not disturbed by the machine itself; gives up when more are disturbed
    than not. Returns all of them. Fails: as measure_once(); what was struck is mended."""
    lab.wait_until_settled()
    runs = []
    try:
        while sum(not run.discarded for run in runs) < n_runs and len(runs) < 2 * n_runs + 4:
            runs.append(measure_once(lab, event, len(runs) + 1))
            say(runs[-1])
    except BaseException:
        events.mend_all(lab)
        raise
    return runs
