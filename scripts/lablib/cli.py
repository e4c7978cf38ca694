# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the command line of scripts/lab. Used by: scripts/lab.
import argparse
import json
import os
import sys
import time

from lablib import balance_command, commands, events, lab as labs, outage_command, plan as plans, programs, \
    segment
from lablib.capture import Capture
from lablib.lab import Lab
from lablib.plan import Plan


def _up(options):
    lab = Lab(Plan(name=options.name, n_hosts=options.hosts, n_gateways=options.gateways,
                   gateway=options.gateway, driver=options.driver, policy=options.policy,
                   n_vmacs=options.vmacs, uplink_mtu=options.uplink_mtu, vlans=options.vlans,
                   hello_ms=options.hello, hold_ms=options.hold, preempt=options.preempt,
                   capacities_pps=options.capacities))
    lab.up()
    print(f"Lab '{lab.plan.name}' is up: {len(lab.plan.hosts)} hosts behind {plans.VIP}, "
          f"server {plans.SERVER}. Look inside:\n"
          f"  scripts/lab --name {options.name} exec h1 ping {plans.SERVER}\n"
          f"  scripts/lab --name {options.name} status\n"
          f"  scripts/lab --name {options.name} down")


def _down(options):
    labs.down(options.name)


def _status(options):
    print(json.dumps(Lab.open(options.name).status(), indent=2))


def _exec(options):
    argv = Lab.open(options.name).exec_argv(options.place, options.command)
    os.execvp(argv[0], argv)


def _probe(options):
    words = ["--log", options.log] if options.log else []
    report = Lab.open(options.name).probe(options.interval_ms, options.seconds, *words)
    if options.json:
        print(json.dumps(report, indent=2))
        return
    for flow in report["flows"]:
        print(f"{flow['name']:>5} {flow['role']:>8}: {flow['sent']} sent, {flow['lost']} lost, "
              f"{flow['duplicates']} doubled, {flow['reordered']} reordered, "
              f"outage {flow['outage_ns'] / 1e6:.3f} ms, "
              f"longest round trip {flow['longest_round_trip_ns'] / 1e6:.3f} ms")
    print(f"{report['probes_sent']} sent, {report['probes_lost']} lost, outage "
          f"{report['outage_ns'] / 1e6:.3f} ms (machine alone {report['control_outage_ns'] / 1e6:.3f} "
          f"ms), {report['discarded_runs']} disturbed runs discarded")


def _capture(options):
    with Capture(Lab.open(options.name), options.place, "br0", options.file) as capture:
        try:
            time.sleep(options.seconds)
        except KeyboardInterrupt:
            pass
    malformed = capture.malformed()
    print(f"{options.file}: {len(capture.frames())} frames, {len(malformed)} malformed")
    print("\n".join(malformed[:20]))


def _check(options):
    lab = Lab.open(options.name)
    segment.assert_honest(lab.plan)
    status = lab.status()
    wrong = [name for name, state in status["gateways"].items() if state != "running"]
    wrong += [host.name for host in lab.plan.hosts if not lab.pings(host.name, plans.SERVER)]
    if wrong or status["server"] != "running":
        raise labs.LabError(f"not serving: {', '.join(wrong) or 'server'}")
    print(f"honest, and all {len(lab.plan.hosts)} hosts are served")


def _parser():
    parser = argparse.ArgumentParser(description="A network of namespaces: Linux hosts behind gateways.")
    parser.add_argument("--name", default=Plan.name, help="one machine may hold several labs")
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    up = verbs.add_parser("up", help="build it; one that is left over is removed first")
    up.add_argument("--hosts", type=int, default=Plan.n_hosts)
    up.add_argument("--gateways", type=int, default=Plan.n_gateways)
    up.add_argument("--gateway", default=Plan.gateway, help="evengate; kernel, keepalived: yardsticks")
    up.add_argument("--driver", default=Plan.driver, help="af_packet or af_xdp")
    up.add_argument("--policy", default=Plan.policy, help="how hosts are given vMACs")
    up.add_argument("--vmacs", type=int, default=Plan.n_vmacs)
    up.add_argument("--uplink-mtu", type=int, default=Plan.uplink_mtu)
    up.add_argument("--vlans", action="store_true", help="tagged interfaces on the gateways as well")
    up.add_argument("--hello", type=outage_command.milliseconds, default=Plan.hello_ms, metavar="100ms")
    up.add_argument("--hold", type=outage_command.milliseconds, default=Plan.hold_ms, metavar="300ms",
                    help="three hellos by default")
    up.add_argument("--preempt", action="store_true", help="the better gateway becomes AVG again")
    up.add_argument("--capacities", type=balance_command.capacities, default=Plan.capacities_pps,
                    metavar="PPS,PPS,...", help="one for each gateway; for \"balance\"")
    up.set_defaults(run=_up)

    verbs.add_parser("down", help="remove it, also after a crash").set_defaults(run=_down)
    verbs.add_parser("status", help="what there is and how it does").set_defaults(run=_status)

    execute = verbs.add_parser("exec", help="run a command at h1, gw1, server, lan or wan")
    execute.add_argument("place")
    execute.add_argument("command", nargs=argparse.REMAINDER)
    execute.set_defaults(run=_exec)

    probe = verbs.add_parser("probe", help="measure loss and outage from all hosts")
    probe.add_argument("--interval-ms", type=float, default=5)
    probe.add_argument("--seconds", type=float, default=10)
    probe.add_argument("--log", help="write a line for each probe to this file")
    probe.add_argument("--json", action="store_true")
    probe.set_defaults(run=_probe)

    capture = verbs.add_parser("capture", help="capture on a bridge and look for malformed frames")
    capture.add_argument("file")
    capture.add_argument("--place", default="lan", choices=("lan", "wan"))
    capture.add_argument("--seconds", type=float, default=10)
    capture.set_defaults(run=_capture)

    outage = verbs.add_parser("outage", help="how long hosts are cut off when something befalls a gateway")
    outage_command.add_arguments(outage)
    outage.set_defaults(run=outage_command.run)

    balance = verbs.add_parser("balance", help="how evenly gateways of unequal capacity share hosts")
    balance_command.add_arguments(balance)
    balance.set_defaults(run=balance_command.run)

    verbs.add_parser("check", help="assert that the lab is honest and serves").set_defaults(run=_check)
    return parser


def main():
    options = _parser().parse_args()
    if os.geteuid() != 0:
        sys.exit("lab: network namespaces need root: run it with sudo")
    try:
        options.run(options)
    except (labs.LabError, segment.LabNotHonest, commands.CommandError, plans.PlanError,
            programs.ProgramMissing, events.EventError) as error:
        sys.exit(f"lab: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
