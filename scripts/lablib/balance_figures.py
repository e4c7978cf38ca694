# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the arithmetic of balancing: heavy-tailed rates and how they change, how even loads are, how
# even they could be, what moved; pure. Used by: lablib.balance, the tests.
import dataclasses

from lablib import figures

# What the group must show; issue and docs/lab.md.
FIRST_JUDGED_INTERVAL = 6
MIN_JUDGED_INTERVALS = 60
MAX_MEDIAN, MAX_P90 = 1.10, 1.25
SETTLED = 1.25
MAX_SETTLING_INTERVALS, MAX_SETTLING_MOVES = 5, 6
NO_RETURN_INTERVALS = 30
_FLASH_FACTOR = 10
# Even for one interval is luck; so many in a row are a state.
_STEADY_INTERVALS = 3
# Who is as even as can be seems this much less so, as packets are counted in whole ones.
_COUNTING = 1.02


def zipf_rates(n_hosts, total, exponent=1.0):
    """Rates in packets a second, the largest first, that add up to total: the k-th is in proportion to
    1 / k ** exponent."""
    parts = [1 / rank ** exponent for rank in range(1, n_hosts + 1)]
    return [total * part / sum(parts) for part in parts]


def exchanged(rates, generator):
    """The rates after two of the hosts, by this random.Random, have exchanged theirs, and which two."""
    first, second = generator.sample(range(len(rates)), 2)
    changed = list(rates)
    changed[first], changed[second] = rates[second], rates[first]
    return changed, (first, second)


def unevenness(loads, capacities):
    """The highest utilisation over that of all gateways together; 1 is even, 0: no load."""
    mean = sum(loads) / sum(capacities)
    return max(load / capacity for load, capacity in zip(loads, capacities)) / mean if mean else 0.0


def least_unevenness(rates, capacities):
    """No assignment of whole hosts has less: the q largest hosts use at most q gateways."""
    mean = sum(rates) / sum(capacities)
    if not mean:
        return 0.0
    hosts, gateways = sorted(rates, reverse=True), sorted(capacities, reverse=True)
    return max(1.0, *(sum(hosts[:q]) / sum(gateways[:q]) / mean for q in range(1, len(gateways))))


def round_robin_loads(rates, n_gateways):
    """GLBP's way: the host that appeared i-th, from 0, is at gateway i mod m, whatever it sends."""
    return [sum(rates[first::n_gateways]) for first in range(n_gateways)]


@dataclasses.dataclass(frozen=True)
class Interval:
    """What was seen in one interval. Loads and rates in packets a second."""
    number: int     # from 1
    sent: list      # by host
    loads: list     # by gateway: what the server got through it
    carriers: list  # by host: the index of the gateway that forwarded most of it; None: it sent nothing
    vmacs: dict     # host -> the MAC that it has for the VIP
    owners: dict    # vMAC number -> the gateway that owns it at the end of the interval

    def unevenness(self, capacities):
        return unevenness(self.loads, capacities)


@dataclasses.dataclass(frozen=True)
class Move:
    interval: int
    vmac: int
    giver: str
    taker: str

    def __str__(self):
        return f"{self.vmac} {self.giver}>{self.taker}"


def moves(intervals):
    """The vMACs whose owner changed between two intervals."""
    return [Move(after.number, vmac, before.owners[vmac], owner)
            for before, after in zip(intervals, intervals[1:])
            for vmac, owner in sorted(after.owners.items())
            if vmac in before.owners and owner != before.owners[vmac]]


def host_changes(intervals):
    """(interval, host) where a host was told another vMAC."""
    return [(after.number, host) for before, after in zip(intervals, intervals[1:])
            for host, mac in after.vmacs.items() if before.vmacs.get(host) not in (None, mac)]


def returns(all_moves, within=NO_RETURN_INTERVALS):
    """Moves of a vMAC to a gateway that gave it up at most so many intervals before."""
    return [move for i, move in enumerate(all_moves) if any(
        former.vmac == move.vmac and former.giver == move.taker and move.interval - former.interval <= within
        for former in all_moves[:i])]


def settled_after(values, limit, steady=_STEADY_INTERVALS):
    """The number, from 1, of the first value from which on the limit is kept for `steady` values; None:
    there is none."""
    for i in range(len(values) - steady + 1):
        if all(value <= limit for value in values[i:i + steady]):
            return i + 1
    return None


def crowded(rates, host):
    """The rates when everybody wants something of one host."""
    return [rate * (_FLASH_FACTOR if i == host else 1) for i, rate in enumerate(rates)]


def flash_host(rates, carriers, capacities):
    """The index of a host of the middle third, by rate, whose flash crowd makes the gateways, as they
    carry hosts now, most uneven: on a large gateway that is half empty it would be no trial."""
    by_rate = sorted(range(len(rates)), key=lambda host: -rates[host])
    middle = by_rate[len(rates) // 3:-(len(rates) // 3)]

    def then(host):
        loads = [0.0] * len(capacities)
        for rate, carrier in zip(crowded(rates, host), carriers):
            if carrier is not None:
                loads[carrier] += rate
        return unevenness(loads, capacities)

    return max(middle, key=then)


def distribution(values):
    return {"median": round(figures.median(values), 4), "p90": round(figures.percentile(values, 0.9), 4),
            "max": round(max(values, default=0.0), 4)}


def exchange_summary(intervals, capacities):
    """Of the part in which hosts exchange their rates."""
    judged = [interval for interval in intervals if interval.number >= FIRST_JUDGED_INTERVAL]
    n_gateways = len(capacities)
    return {
        "intervals": len(judged),
        "max_over_mean": distribution([interval.unevenness(capacities) for interval in judged]),
        "round_robin_max_over_mean": distribution(
            [unevenness(round_robin_loads(interval.sent, n_gateways), capacities) for interval in judged]),
        "least_possible": distribution([least_unevenness(interval.sent, capacities) for interval in judged]),
        "mean_utilisation": round(figures.median(
            [sum(interval.loads) / sum(capacities) for interval in judged]), 4),
        "moves": len(moves(intervals)),
    }


def flash_summary(before, intervals, capacities):
    """Of a flash crowd. before: the last interval without it; intervals: all that it had."""
    least = max((least_unevenness(interval.sent, capacities) for interval in intervals), default=0.0)
    limit = max(SETTLED, least * _COUNTING)
    values = [interval.unevenness(capacities) for interval in intervals]
    settled = settled_after(values, limit)
    moved = moves([before, *intervals])
    last = intervals[0].number + settled - 1 if settled else intervals[-1].number
    return {
        "least_possible": round(least, 4), "limit": round(limit, 4),
        "max_over_mean": [round(value, 4) for value in values],
        "settled_after": settled,
        "moves_until_settled": sum(move.interval <= last for move in moved),
        "moves": len(moved),
    }


def missed_bars(result):
    """Sentences about what the group should have shown and did not; empty: it did all. result: as
    lablib.balance.measure() returns it."""
    exchange, flash = result["exchange"], result["flash"]
    even = exchange["max_over_mean"]
    bars = [
        (exchange["intervals"] >= MIN_JUDGED_INTERVALS,
         f"{exchange['intervals']} intervals are too few to judge, {MIN_JUDGED_INTERVALS} are needed"),
        (even["median"] < MAX_MEDIAN, f"max/mean has median {even['median']}, not below {MAX_MEDIAN}"),
        (even["p90"] < MAX_P90, f"max/mean has 90th percentile {even['p90']}, not below {MAX_P90}"),
        (result["lost"] == 0, f"{result['lost']} datagrams were lost"),
        (result["duplicated"] == 0, f"{result['duplicated']} datagrams arrived twice"),
        (not result["returns"], f"vMACs were back within {NO_RETURN_INTERVALS} intervals: "
                                f"{', '.join(result['returns'])}"),
    ]
    if flash is not None:
        settled, n_moves = flash["settled_after"], flash["moves_until_settled"]
        bars += [
            (settled is not None and settled <= MAX_SETTLING_INTERVALS,
             f"the flash crowd was settled after {settled or 'none of its'} intervals, "
             f"not {MAX_SETTLING_INTERVALS}"),
            (n_moves <= MAX_SETTLING_MOVES, f"the flash crowd took {n_moves} moves, not {MAX_SETTLING_MOVES}"),
        ]
    return [sentence for kept, sentence in bars if not kept]
