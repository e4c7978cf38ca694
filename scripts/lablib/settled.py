# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: whether several gateways have become one group: who leads, who owns what, whether the hosts
# know. Used by: lablib.lab, lablib.events, the tests.
import time

from lablib import commands, plan as plans
from lablib.commands import CommandError

_POLL_SECONDS = 0.05
# A group that a member joined may look settled between two of its moves.
_STABLE_SECONDS = 0.5


class NotSettled(RuntimeError):
    """The gateways did not become one group in time; the text says what was still wrong."""


def group_faults(reports, n_gateways):
    """What keeps the gateways from being one group; empty when they are. reports: appliance name ->
    its groups, as "show group json" has them."""
    faults = []
    for group_id in (plans.GROUP_ID, plans.UPLINK_GROUP_ID):
        views = {}
        for name, groups in reports.items():
            views.update({name: group for group in groups if group["id"] == group_id})
        where = f"group {group_id}"
        faults += [f"{where}: {name} does not take part" for name in reports if name not in views]
        faults += [f"{where}: {fault}" for fault in _role_faults(views, n_gateways)]
        faults += [f"{where}: {fault}" for fault in _member_faults(views, n_gateways)]
        faults += [f"{where}: {fault}" for fault in _vmac_faults(views)]
    return faults


def _role_faults(views, n_gateways):
    faults = []
    for role, key in (("active", "avg"), ("standby", "standby")):
        if role == "standby" and n_gateways == 1:
            continue
        having = [name for name, view in views.items() if view["state"] == role]
        if len(having) != 1:
            faults.append(f"{role}: {', '.join(having) or 'none'}")
            continue
        faults += [f"{name} takes {view[key] or 'nobody'} for {key}, which is {having[0]}"
                   for name, view in views.items() if view[key] != having[0]]
    faults += [f"{name} is {word}" for name, view in views.items() for word in ("draining", "fenced")
               if view.get(word)]
    return faults


def _member_faults(views, n_gateways):
    faults = []
    for name, view in views.items():
        live = [member for member in view["members"] if member["live"] or member["name"] == name]
        if len(live) != n_gateways:
            faults.append(f"{name} sees {len(live)} of {n_gateways} members")
        faults += [f"{member['name']} does not hear {name}" for member in live
                   if member["name"] != name and not member["hears_us"]]
    return faults


def owners(views):
    """vMAC number -> the gateways that say "own"."""
    found = {}
    for name, view in views.items():
        for vmac in view["vmacs"]:
            found.setdefault(vmac["number"], set())
            if vmac["state"] == "own":
                found[vmac["number"]].add(name)
    return found


def _vmac_faults(views):
    found = owners(views)
    faults = [f"vMAC {number} is owned by {', '.join(sorted(names)) or 'nobody'}"
              for number, names in sorted(found.items()) if len(names) != 1]
    owning = {name for names in found.values() for name in names}
    if len(found) >= len(views):
        faults += [f"{name} owns nothing" for name in views if name not in owning]
    return faults


def ownership(reports):
    """(group, vMAC MAC address) -> the gateway that owns it; what a move changes."""
    return {(group["id"], vmac["mac"]): name for name, groups in reports.items() for group in groups
            for vmac in group["vmacs"] if vmac["state"] == "own"}


def pair_faults(held, preferred):
    """Of a keepalived pair. held: gateway -> its VIPs."""
    faults = []
    for vip in (plans.VIP, plans.UPLINK_VIP):
        having = [name for name, vips in held.items() if vip in vips]
        if having != [preferred]:
            faults.append(f"{vip} is at {', '.join(having) or 'nobody'}, not at {preferred}")
    return faults


def entry_faults(entries, owned_macs):
    """entries: host -> the MAC that it has for its gateway's VIP, or None."""
    return [f"{host} has {mac or 'no MAC'} for its gateway, which nobody owns"
            for host, mac in entries.items() if mac not in owned_macs]


def _look(lab):
    """(faults, what must stay the same for a while)."""
    for member in lab.gateways:
        if not member.is_running():
            raise NotSettled(f"{member.gateway.name} ended")
    if lab.plan.is_pair:
        held = {member.gateway.name: member.vips() for member in lab.gateways}
        preferred = [member.gateway.name for member in lab.gateways if member.has_priority()][0]
        return pair_faults(held, preferred), held
    if not lab.plan.is_group:
        return [], None
    reports = {member.gateway.netns: member.show("group") for member in lab.gateways}
    return group_faults(reports, len(lab.gateways)), ownership(reports)


def _path_faults(lab, owned):
    """Whether hosts and server reach each other, by vMACs that somebody owns."""
    faults = [f"{host.name} does not reach the server" for host in lab.plan.hosts
              if not lab.pings(host.name, plans.SERVER)]
    if lab.plan.is_group and lab.plan.gateway == "evengate":
        at_hosts = {mac for group, mac in owned if group == plans.GROUP_ID}
        at_server = {mac for group, mac in owned if group == plans.UPLINK_GROUP_ID}
        faults += entry_faults({host.name: lab.vip_mac(host.name) for host in lab.plan.hosts}, at_hosts)
        faults += entry_faults({"server": lab.neighbour("server", plans.UPLINK_VIP)}, at_server)
    return faults


def wait_until_settled(lab, seconds=30, stable_seconds=_STABLE_SECONDS):
    """Returns the time at which the gateways had become one group (time.monotonic()), once they have
    been so for stable_seconds.
    Fails: NotSettled; at once when a gateway has ended."""
    deadline = time.monotonic() + seconds
    since, last = None, None
    while True:
        try:
            faults, now_same = _look(lab)
        except CommandError as error:
            faults, now_same = [str(error)], None
        if faults or since is None or now_same != last:
            since = time.monotonic() if not faults else None
            last = now_same
        elif time.monotonic() - since >= stable_seconds:
            faults = _path_faults(lab, now_same or {})
            if not faults:
                return since
        if time.monotonic() > deadline:
            raise NotSettled(f"not one group within {seconds} s: " +
                             ("; ".join(faults[:8]) or "vMACs keep moving"))
        time.sleep(_POLL_SECONDS)


def roles(lab):
    """Gateway -> its state and number of vMACs for each group, as text; for "lab status"."""
    found = {}
    for member in lab.gateways:
        try:
            if lab.plan.is_pair:
                found[member.gateway.name] = {"vips": sorted(member.vips())}
            elif lab.plan.is_group:
                found[member.gateway.name] = {
                    f"group {group['id']}": f"{group['state']}, owns "
                    f"{sum(vmac['state'] == 'own' for vmac in group['vmacs'])} of {len(group['vmacs'])}"
                    for group in member.show("group")}
        except (commands.CommandError, KeyError) as error:
            found[member.gateway.name] = {"unknown": str(error)}
    return found
