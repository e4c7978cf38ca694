# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: what can befall a gateway, and how it is mended. Used by: lablib.outage, the tests.
import dataclasses
import itertools
import signal
import time
from collections.abc import Callable

from lablib import commands, plan as plans, settled
from lablib.commands import CommandError

_POLL_SECONDS = 0.02
# drain-quiet and drain-limit of the appliance are within it.
_DRAIN_SECONDS = 45
# A group that the machine held up elects anew.
_ELECTION_SECONDS = 5
_N_MOVES = 20
_CUT_TABLE = "evengate_lab_cut"
_GROUP_UDP_PORT = 3222


class EventError(RuntimeError):
    """An event did not take the course that it should; the text says where it stopped."""


@dataclasses.dataclass(frozen=True)
class Event:
    """strike(lab, member) and, unless it is planned, mend(lab, member): a gateway of lab.gateways.
    planned: the gateways were told before, so that nothing may be lost."""
    name: str
    planned: bool
    strike: Callable
    mend: Callable | None = None
    for_keepalived: bool = False
    all_hear: bool = True


def leader(lab, group_id=plans.GROUP_ID):
    """The gateway that is AVG of a group, or that keepalived prefers."""
    def leads(member):
        if lab.plan.is_pair:
            return member.has_priority()
        return any(group["id"] == group_id and group["state"] == "active" for group in member.show("group"))

    found = []
    _await(lambda: found.extend(filter(leads, lab.gateways)) or found, _ELECTION_SECONDS,
           f"a gateway leads group {group_id}")
    return found[0]


def choose(lab, number):
    """The gateway that run `number`, from 1, befalls: the AVG on odd runs, the others in turn on
    even ones; of a keepalived pair always the one that forwards."""
    first = leader(lab)
    if number % 2 or lab.plan.is_pair:
        return first
    others = [member for member in lab.gateways if member is not first]
    return others[(number // 2 - 1) % len(others)]


def _await(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise EventError(f"not within {seconds} s: {what}")
        time.sleep(_POLL_SECONDS)


def _kill(lab, member):
    member.crash()


def _start(lab, member):
    _await(lambda: not member.is_running(), 10, f"{member.gateway.name} ended")
    member.start()


def _pause(lab, member):
    member.pause()


def _resume(lab, member):
    member.resume()


def _set_port(lab, member, state):
    commands.ip_batch(lab.plan.netns("lan"), [f"link set {member.gateway.name} {state}"])


def _link_down(lab, member):
    _set_port(lab, member, "down")


def _link_up(lab, member):
    _set_port(lab, member, "up")


def _cut(lab, member):
    """Group messages between this gateway and the others are lost, on both sides."""
    alone = member.gateway.name
    others = ", ".join(other.gateway.name for other in lab.gateways if other is not member)
    # At a bridge's port: what one half sends to the other.
    rules = f"""\
table bridge {_CUT_TABLE} {{
    chain cut {{
        type filter hook forward priority 0
        iifname {alone} oifname {{ {others} }} udp dport {_GROUP_UDP_PORT} drop
        iifname {{ {others} }} oifname {alone} udp dport {_GROUP_UDP_PORT} drop
    }}
}}
"""
    for place in ("lan", "wan"):
        commands.run(lab.exec_argv(place, ["nft", "-f", "-"]), text_input=rules)


def _heal(lab, member):
    for place in ("lan", "wan"):
        lab.run(place, "nft", "delete", "table", "bridge", _CUT_TABLE)


def _owned(member):
    return [(group["id"], vmac["number"]) for group in member.show("group") for vmac in group["vmacs"]
            if vmac["state"] == "own"]


def _drain(lab, member):
    member.ask("drain")
    _await(lambda: not _owned(member), _DRAIN_SECONDS, f"{member.gateway.name} is drained")
    member.ask("undrain")


def _restart(lab, member):
    member.process.send_signal(signal.SIGTERM)
    _await(lambda: not member.is_running(), _DRAIN_SECONDS, f"{member.gateway.name} ended after SIGTERM")
    member.start()


def vmacs_in_use(lab):
    """(group, number) of each vMAC that a host or the server has in its neighbour table."""
    used = {lab.vip_mac(host.name) for host in lab.plan.hosts} | {lab.neighbour("server", plans.UPLINK_VIP)}
    return [(group["id"], vmac["number"]) for group in lab.gateways[0].show("group")
            for vmac in group["vmacs"] if vmac["mac"] in used]


def move(lab, group_id, number, to, meanwhile=lambda: None):
    """Moves one vMAC, does something meanwhile, and returns once the new owner forwards and no other does."""
    leader(lab, group_id).ask(f"move vmac {group_id} {number} {to.gateway.netns}")
    meanwhile()

    def is_moved():
        views = {member.gateway.name: group for member in lab.gateways for group in member.show("group")
                 if group["id"] == group_id}
        return settled.owners(views)[number] == {to.gateway.name}

    _await(is_moved, 10, f"vMAC {number} of group {group_id} is at {to.gateway.name}")


def _owner(lab, group_id, number):
    for member in lab.gateways:
        if (group_id, number) in _owned(member):
            return member
    raise EventError(f"nobody owns vMAC {number} of group {group_id}")


def _forget_addresses(lab):
    """Both bridges flood until they have learnt anew."""
    for place in ("lan", "wan"):
        commands.ip_batch(lab.plan.netns(place), ["link set br0 type bridge fdb_flush"])


def _move_many(lab, member, meanwhile=lambda: None):
    """vMACs that are in use, each to the gateway after its owner."""
    used = vmacs_in_use(lab)
    if not used:
        raise EventError("no vMAC is in use")
    for group_id, number in itertools.islice(itertools.cycle(used), _N_MOVES):
        owner = lab.gateways.index(_owner(lab, group_id, number))
        move(lab, group_id, number, lab.gateways[(owner + 1) % len(lab.gateways)], meanwhile)


def _move_many_while_bridges_flood(lab, member):
    _move_many(lab, member, lambda: _forget_addresses(lab))


_EVENTS = (
    Event("kill", False, _kill, _start, for_keepalived=True),
    Event("stop", False, _pause, _resume, for_keepalived=True),
    Event("link-down", False, _link_down, _link_up, for_keepalived=True),
    Event("partition", False, _cut, _heal, all_hear=False),
    Event("drain", True, _drain),
    Event("restart", True, _restart, for_keepalived=True),
    Event("move", True, _move_many),
    Event("move-flooded", True, _move_many_while_bridges_flood),
)
EVENTS = {event.name: event for event in _EVENTS}


def mend_all(lab):
    """After an interruption: undoes what an event may have left undone, as far as that goes."""
    for member in lab.gateways:
        for undo in (_resume, _link_up):
            try:
                undo(lab, member)
            except (CommandError, OSError):
                pass  # it was not done, or its gateway is gone
        if not member.is_running():
            member.start()
    for place in ("lan", "wan"):
        lab.run(place, "nft", "delete", "table", "bridge", _CUT_TABLE, check=False)
