# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: "lab outage": measures, compares with keepalived, prints, and leaves no lab that it made.
# Used by: lablib.cli.
import contextlib
import json
import pathlib
import re

from lablib import events, figures, lab as labs, outage, ownership
from lablib.lab import Lab, LabError
from lablib.made_lab import end_at_signals, made_lab
from lablib.plan import Plan

_BASELINE_EVENT = "link-down"


def milliseconds(text):
    """ "10ms" and "10" to 10, for argparse."""
    found = re.fullmatch(r"(\d+)(?:ms)?", text)
    if not found:
        raise ValueError(text)
    return int(found[1])


def add_arguments(parser):
    parser.add_argument("--event", required=True, choices=events.EVENTS)
    parser.add_argument("--runs", type=int, default=10, help="that the machine does not disturb")
    parser.add_argument("--json", metavar="FILE", help="write all figures")
    parser.add_argument("--baseline", choices=("keepalived",), help="the same of two keepalived")
    parser.add_argument("--no-source-check", action="store_true", help="capture nothing")
    made = parser.add_argument_group("of the lab that is made when none is up")
    made.add_argument("--hello", type=milliseconds, default=10, metavar="10ms")
    made.add_argument("--hosts", type=int, default=12)
    made.add_argument("--gateways", type=int, default=3)
    made.add_argument("--gateway", default=Plan.gateway, choices=("evengate", "keepalived"))
    made.add_argument("--driver", default=Plan.driver)


def _lab(options):
    if labs.is_up(options.name):
        return contextlib.nullcontext(Lab.open(options.name))
    n_gateways = 2 if options.gateway == "keepalived" else options.gateways
    return made_lab(Plan(name=options.name, n_hosts=options.hosts, n_gateways=n_gateways,
                         hello_ms=options.hello, gateway=options.gateway, driver=options.driver))


def _say(run):
    back = "" if run.back is None else f", {run.back.lost} lost when it came back"
    print(f"  run {run.number:3} {run.target}: " +
          (f"discarded, the machine stood still for {max(run.event.control_ms, run.event.stalled_ms):.1f} ms" if run.discarded else
           f"outage {run.event.outage_ms:.1f} ms at {len(run.event.hosts_ms)} hosts, {run.event.lost} lost, "
           f"{run.event.duplicated} doubled{back}, settled after {run.settled_seconds:.2f} s"), flush=True)


def _measure(lab, event, n_runs):
    runs = outage.measure(lab, event, n_runs, _say)
    result = figures.summary(event.name, runs)
    if result["counted_runs"] < n_runs:
        raise LabError(f"{result['discarded_runs']} of {len(runs)} runs were disturbed: the machine is too busy")
    return result


def _print(title, result):
    print(f"{title}: {result['counted_runs']} runs ({result['discarded_runs']} discarded), hosts affected in "
          f"{result['affected_runs']}; outage median {result['median_ms']:.1f} ms, p99 {result['p99_ms']:.1f} ms, "
          f"max {result['max_ms']:.1f} ms; of single hosts, median {result['hosts_median_ms']:.1f} ms; "
          f"{result['lost']} lost, {result['duplicated']} doubled; at {result['counted_returns']} returns that the "
          f"machine did not disturb {result['return_lost']} lost, {result['return_duplicated']} doubled", flush=True)


def _baseline(plan, gateway, event, n_runs):
    """The yardstick's figures: of its link-down always, and of the event itself where it has one."""
    yardstick = Plan(name=_other_name(plan.name), n_hosts=plan.n_hosts, n_gateways=2, gateway=gateway,
                     hello_ms=plan.hello_ms)
    wanted = dict.fromkeys([_BASELINE_EVENT] + ([event.name] if event.for_keepalived else []))
    with made_lab(yardstick) as pair:
        found = {}
        for name in wanted:
            print(f"{gateway}, {name}:", flush=True)
            found[name] = _measure(pair, events.EVENTS[name], n_runs)
        return found


def _other_name(name):
    return f"k{name[:7]}" if not name.startswith("k") else f"j{name[:7]}"


def run(options):
    end_at_signals()
    event = events.EVENTS[options.event]
    with _lab(options) as lab:
        plan = lab.plan
        if not plan.is_group:
            raise LabError("one gateway has nobody to take over: scripts/lab up --gateways 3")
        if plan.is_pair and not event.for_keepalived:
            raise LabError(f"{plan.gateway} has no '{event.name}'")
        print(f"{plan.gateway}, {event.name}: {plan.n_gateways} gateways, {plan.n_hosts} hosts, hello "
              f"{plan.hello_ms} ms, hold {plan.hold} ms", flush=True)
        watching = plan.gateway == "evengate" and not options.no_source_check
        watch = ownership.SourceWatch(lab, lab.state, event.all_hear) if watching else contextlib.nullcontext()
        with watch:
            result = _measure(lab, event, options.runs)
        result |= {"gateway": plan.gateway, "hosts": plan.n_hosts, "gateways": plan.n_gateways,
                   "hello_ms": plan.hello_ms, "hold_ms": plan.hold}
        if watching:
            result |= {"frames_from_vmacs": watch.n_sent, "source_violations": watch.found}
    if options.baseline:
        result["baseline"] = _baseline(plan, options.baseline, event, options.runs)
        result["baseline_median_ms"] = result["baseline"][_BASELINE_EVENT]["median_ms"]
        result["baseline_event_median_ms"] = result["baseline"].get(event.name, {}).get("median_ms")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(result, indent=2) + "\n")
    _print(f"{plan.gateway}, {event.name}", result)
    for name, figure in result.get("baseline", {}).items():
        _print(f"{options.baseline}, {name}", figure)
    if watching:
        print(f"{len(watch.found)} of {watch.n_sent} frames from vMACs came from gateways that did not own them "
              f"({watch.n_hellos} hellos seen)")
        print("\n".join(watch.found[:10]))
