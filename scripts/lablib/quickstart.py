# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: scripts/quickstart: dependencies, build, lab, live output, summary. Used by: scripts/quickstart.
import argparse
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

from lablib import commands, lab as labs, live, plan as plans, programs, segment
from lablib.lab import Lab
from lablib.plan import Plan

_N_GATEWAYS = 3  # of evengate; the yardsticks have their own number
_YARDSTICK_GATEWAYS = {"kernel": 1, "keepalived": 2}
_INTERVAL_MS = 10
_ANSWER_TIMEOUT_MS = 500  # below a second, so that the first picture already shows answers
_CLEAR = "\033[H\033[J"


def _prepare():
    """Installs and builds; both say nothing when there is nothing to do."""
    for argv in (["scripts/install-dependencies", "--for", "lab"], ["scripts/build", "release"]):
        print(f"quickstart: {' '.join(argv)}", flush=True)
        if subprocess.run([programs.ROOT / argv[0], *argv[1:]], cwd=programs.ROOT, check=False).returncode != 0:
            raise labs.LabError(f"{' '.join(argv)} failed; its output is above")


def _show(picture, hint):
    if sys.stdout.isatty():
        print(_CLEAR + live.table(picture) + "\n\n" + hint, flush=True)
    else:
        print(live.one_line(picture), flush=True)


@contextlib.contextmanager
def _prober(lab, seconds):
    # Its own session: Ctrl-C is for us, who ask it for its last report.
    argv = lab.probe_argv(_INTERVAL_MS, seconds, "--progress",
                          "--answer-timeout-ms", str(_ANSWER_TIMEOUT_MS))
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def _watch(lab, seconds, hint):
    """Shows a picture each second until the time is over or Ctrl-C; returns the last one."""
    started = time.monotonic()
    picture = None
    with _prober(lab, seconds) as prober:
        signal.signal(signal.SIGINT, lambda *unused: prober.terminate())
        signal.signal(signal.SIGTERM, lambda *unused: prober.terminate())
        for line in prober.stdout:
            picture = live.take(lab, time.monotonic() - started, json.loads(line))
            _show(picture, hint)
    if picture is None:
        raise labs.LabError("the prober ended without a report")
    return picture


def _run(options):
    if not options.no_build:
        _prepare()
    n_gateways = options.gateways or _YARDSTICK_GATEWAYS.get(options.gateway, _N_GATEWAYS)
    lab = Lab(Plan(name=options.name, n_hosts=options.hosts, n_gateways=n_gateways,
                   gateway=options.gateway, driver=options.driver))
    hint = (f"Look inside from another terminal:\n"
            f"  ./scripts/lab --name {options.name} exec h1 ping {plans.SERVER}\n"
            f"  ./scripts/lab --name {options.name} exec h1 ip neigh" +
            (f"\nKill a gateway, and watch the others take over (it stays away):\n"
             f"  kill -9 $(pgrep -f {options.name}/gw1.yaml)"
             if n_gateways > 1 and options.gateway == "evengate" else ""))
    try:
        lab.up()
        print(f"The lab is up. {hint}\n" + ("" if options.seconds else "Ctrl-C ends it and removes it."),
              flush=True)
        picture = _watch(lab, options.seconds, hint)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not stop the cleaning up
        lab.down()
    return live.summary(picture)


def _parser():
    parser = argparse.ArgumentParser(
        description="Installs what is missing, builds, and shows Linux hosts behind a gateway group.")
    parser.add_argument("--seconds", type=float, default=0, help="end by itself; else at Ctrl-C")
    parser.add_argument("--json", metavar="FILE", help="write a summary")
    parser.add_argument("--hosts", type=int, default=Plan.n_hosts)
    parser.add_argument("--gateways", type=int, default=0, help=f"{_N_GATEWAYS} by default")
    parser.add_argument("--gateway", default=Plan.gateway, help="evengate; kernel, keepalived: yardsticks")
    parser.add_argument("--driver", default=Plan.driver, help="af_packet or af_xdp")
    parser.add_argument("--name", default="qs", help="of the lab")
    parser.add_argument("--no-build", action="store_true", help="take the programs as they are")
    return parser


def main():
    options = _parser().parse_args()
    if os.geteuid() != 0:
        sys.exit("quickstart: network namespaces need root: sudo ./scripts/quickstart")
    try:
        result = _run(options)
    except (labs.LabError, segment.LabNotHonest, commands.CommandError, plans.PlanError,
            programs.ProgramMissing) as error:
        sys.exit(f"quickstart: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(result, indent=2) + "\n")
    served = result["hosts_served"] == result["hosts"]
    print(f"{result['hosts_served']} of {result['hosts']} hosts were served through "
          f"{result['vmacs_in_use']} vMACs; {result['probes_sent']} probes, {result['probes_lost']} lost")
    sys.exit(0 if served else 1)
