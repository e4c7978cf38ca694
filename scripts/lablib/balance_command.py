# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: "lab balance": measures how even gateways of unequal capacity are, and prints it.
# Used by: lablib.cli.
import argparse
import contextlib
import json
import pathlib

from lablib import balance, balance_figures, lab as labs
from lablib.lab import Lab, LabError
from lablib.made_lab import end_at_signals, made_lab
from lablib.outage_command import milliseconds
from lablib.plan import Plan

N_HOSTS, N_VMACS = 24, 64
CAPACITIES = (4000, 2000, 1000)
POLICY = "least-loaded"  # an appliance's default


def capacities(text):
    """ "4000,2000,1000" to (4000, 2000, 1000), for argparse."""
    found = tuple(int(word) for word in text.split(","))
    if min(found) <= 0:
        raise ValueError(text)
    return found


def _setting(text):
    key, found, value = text.partition("=")
    if not found or not key:
        raise argparse.ArgumentTypeError(f"'{text}' is not KEY=VALUE")
    return key, value


def add_arguments(parser):
    parser.add_argument("--intervals", type=int, default=balance.Wanted.intervals,
                        help="in which hosts exchange rates; from the 6th on they are judged")
    parser.add_argument("--load", type=float, default=balance.Wanted.load, help="of all capacities together")
    parser.add_argument("--exponent", type=float, default=balance.Wanted.exponent, help="of Zipf's law")
    parser.add_argument("--seed", type=int, default=balance.Wanted.seed, help="who has which rate, who exchanges")
    parser.add_argument("--no-flash", action="store_true", help="no flash crowd afterwards")
    parser.add_argument("--json", metavar="FILE", help="write all figures")
    made = parser.add_argument_group("of the lab that is made when none is up")
    made.add_argument("--capacities", type=capacities, default=CAPACITIES, metavar="PPS,PPS,...",
                      help="one for each gateway")
    made.add_argument("--hosts", type=int, default=N_HOSTS)
    made.add_argument("--vmacs", type=int, default=N_VMACS)
    made.add_argument("--policy", default=POLICY)
    made.add_argument("--hello", type=milliseconds, default=Plan.hello_ms, metavar="100ms")
    made.add_argument("--driver", default=Plan.driver)
    made.add_argument("--set", type=_setting, action="append", default=[], metavar="KEY=VALUE",
                      help="a key of groups[].balance, as algorithm=off")


def _lab(options):
    if labs.is_up(options.name):
        return contextlib.nullcontext(Lab.open(options.name))
    return made_lab(Plan(name=options.name, n_hosts=options.hosts, n_gateways=len(options.capacities),
                         capacities_pps=options.capacities, n_vmacs=options.vmacs, policy=options.policy,
                         hello_ms=options.hello, driver=options.driver, balance=dict(options.set)))


class Table:
    """A line for each interval."""

    def __init__(self, plan):
        self._plan = plan
        self._before = None
        names = "".join(f"{gateway.name:>7}" for gateway in plan.gateways)
        print(f"{'':>4}{'pps':>7}{names}{'max/mean':>10}{'least':>7}{'round robin':>13}  moves", flush=True)

    def add(self, interval, note):
        limits = self._plan.capacities_pps
        used = "".join(f"{load / capacity:>7.2f}" for load, capacity in zip(interval.loads, limits))
        round_robin = balance_figures.unevenness(
            balance_figures.round_robin_loads(interval.sent, len(limits)), limits)
        moved = balance_figures.moves([self._before, interval]) if self._before else []
        if note:
            print(f"     {note}")
        print(f"{interval.number:>4}{sum(interval.sent):>7.0f}{used}{interval.unevenness(limits):>10.3f}"
              f"{balance_figures.least_unevenness(interval.sent, limits):>7.2f}{round_robin:>13.3f}  "
              f"{', '.join(map(str, moved))}".rstrip(), flush=True)
        self._before = interval


def _words(figure):
    return f"median {figure['median']:.3f}, p90 {figure['p90']:.3f}, max {figure['max']:.3f}"


def print_result(result):
    exchange, flash = result["exchange"], result["flash"]
    print(f"{exchange['intervals']} intervals, utilisation {exchange['mean_utilisation']:.0%}:\n"
          f"  max/mean           {_words(exchange['max_over_mean'])}; {exchange['moves']} moves\n"
          f"  GLBP's round robin {_words(exchange['round_robin_max_over_mean'])}\n"
          f"  least possible     {_words(exchange['least_possible'])}")
    if flash is not None:
        print(f"flash crowd, {flash['host']} from {flash['from_pps']:.0f} to {flash['to_pps']:.0f} pps: "
              f"settled below {flash['limit']:.2f} " +
              (f"after {flash['settled_after']} intervals" if flash["settled_after"] else "not at all") +
              f" with {flash['moves_until_settled']} moves, {flash['moves']} in all")
    print(f"{result['sent']} sent, {result['lost']} lost, {result['duplicated']} doubled, "
          f"{result['reordered']} reordered; {len(result['returns'])} vMACs back within "
          f"{balance_figures.NO_RETURN_INTERVALS} intervals; {len(result['host_changes'])} times a host was "
          "told another vMAC")
    for round_ in result["explained"].get("history", [])[-10:]:
        print(f"  {round_['reason']}: {round_['text']}")
    for sentence in balance_figures.missed_bars(result):
        print(f"missed: {sentence}")


def run(options):
    if options.intervals < 1:
        raise LabError(f"{options.intervals} intervals: at least one")
    end_at_signals()
    wanted = balance.Wanted(load=options.load, exponent=options.exponent, seed=options.seed,
                            intervals=options.intervals, flash=not options.no_flash)
    with _lab(options) as lab:
        if not lab.plan.capacities_pps:
            raise LabError("the gateways of the lab that is up have no capacities: scripts/lab up --capacities "
                           "4000,2000,1000; or down it, and this command makes one")
        lab.wait_until_settled()
        print(f"{lab.plan.n_hosts} hosts, {lab.plan.n_vmacs} vMACs, policy {lab.plan.policy}, seed {wanted.seed}; "
              f"capacities {', '.join(map(str, lab.plan.capacities_pps))} pps", flush=True)
        result = balance.measure(lab, wanted, Table(lab.plan).add)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(result, indent=2) + "\n")
    print_result(result)
