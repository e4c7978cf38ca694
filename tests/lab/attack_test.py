# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a host without the key attacks the group: it goes on, nothing changes its owner, memory stays
# bounded, and the reasons are counted.
import collections
import time

from fixture import LabCase, main
from flood import Forger, flooding, is_hello
from frames import Wire
from lablib import plan as plans, settled

_SEED = 20261121
_N_EACH = 50
_STABLE_SECONDS = 3
_N_FORGED_MEMBERS = 1000
_FLOOD_PER_SECOND = 100_000
_FLOOD_SECONDS = 5
_MAX_GROWTH_BYTES = 8 << 20
_MAX_MEMBERS = 30  # of a segment (docs/protocol.md)
# What a group refuses before it looks inside: too many from somebody, or from its own address.
_LIMITED = ("limited_member", "limited_stranger", "source_own")


class Attack(LabCase):
    # Balancing would move vMACs for its own reasons.
    plan = {"n_hosts": 4, "n_gateways": 3, "hello_ms": 100, "hold_ms": 300, "balance": plans.UNBALANCED}

    def setUp(self):
        # A group that has just begun still moves vMACs on its own.
        self.lab.wait_until_settled(stable_seconds=_STABLE_SECONDS)
        self.host = self.lab.plan.hosts[0]
        self.wire = Wire(self.host.netns, "eth0")
        self.addCleanup(self.wire.__exit__)
        heard = self.wire.receive(lambda frame: is_hello(bytes(frame)))
        self.assertIsNotNone(heard, "a hello of the group reaches every host")
        self.forger = Forger(bytes(heard), self.host, _SEED)
        self.before = self.picture()
        self.refused_before = self.refused()

    def reports(self):
        return {member.gateway.netns: member.show("group") for member in self.lab.gateways}

    def picture(self):
        """What an attack must not change."""
        reports = self.reports()
        return (settled.ownership(reports),
                {(name, group["id"]): (group["state"], group["avg"], group["term"], group["take_overs"],
                                       sum(member["live"] for member in group["members"]))
                 for name, groups in reports.items() for group in groups})

    def refused(self):
        """Reason -> messages that all gateways refused in the hosts' group."""
        counts = collections.Counter()
        for groups in self.reports().values():
            for group in groups:
                if group["id"] == plans.GROUP_ID:
                    counts.update({reason["name"]: reason["count"] for reason in group["refused_messages"]})
        return counts

    def grown(self, *reasons):
        now = self.refused()
        return sum(now[reason] - self.refused_before[reason] for reason in reasons)

    def memory(self):
        return {member.gateway.name: member.show("summary")["memory_bytes"] for member in self.lab.gateways}

    def assert_unmoved(self):
        self.assertEqual(self.picture(), self.before)
        for groups in self.reports().values():
            for group in groups:
                self.assertLessEqual(len(group["members"]), _MAX_MEMBERS)
        for host in self.lab.plan.hosts:
            self.assertTrue(self.lab.pings(host.name, plans.SERVER), host.name)

    def send(self, frames, *reasons):
        """Sends them slowly enough for each to be looked at; each gateway must count them."""
        n_wanted = len(frames) * len(self.lab.gateways)
        for frame in frames:
            self.wire.send(frame)
            time.sleep(0.002)
        self.eventually(lambda: self.grown(*reasons, *_LIMITED) >= n_wanted, 5,
                        f"{n_wanted} more of {', '.join(reasons)}: {self.refused() - self.refused_before}")
        self.assertGreater(self.grown(*reasons), 0)
        self.assert_unmoved()

    def test_a_wrong_key(self):
        self.send([self.forger.with_wrong_key() for _ in range(_N_EACH)], "wrong_digest")

    def test_a_replayed_hello(self):
        self.send([self.forger.as_heard()] * _N_EACH, "replayed", "not_proven")

    def test_a_hello_of_before_a_restart_replayed_after_it(self):
        restarted = self.lab.gateways[-1]
        restarted.process.stop()
        self.eventually(lambda: not restarted.is_running(), 5, "it ended")
        restarted.start()
        self.lab.wait_until_settled()
        self.before, self.refused_before = self.picture(), self.refused()
        self.send([self.forger.as_heard()] * _N_EACH, "replayed", "not_proven")

    def test_a_spoofed_priority_of_255(self):
        self.send([self.forger.with_priority(255)] * _N_EACH, "wrong_digest")

    def test_a_ttl_of_254(self):
        self.send([self.forger.with_ttl(254)] * _N_EACH, "ttl_wrong")

    def test_a_thousand_forged_members(self):
        memory = self.memory()
        self.send([self.forger.member(number) for number in range(_N_FORGED_MEMBERS)], "wrong_digest")
        for name, size in self.memory().items():
            self.assertLess(size - memory[name], _MAX_GROWTH_BYTES, name)

    def test_a_flood_of_a_hundred_thousand_hellos_a_second(self):
        frames = [self.forger.member(number) for number in range(_N_FORGED_MEMBERS)]
        frames += [self.forger.as_heard(), self.forger.with_priority(255), self.forger.with_ttl(254)] * 100
        memory = self.memory()
        with flooding(self.lab, self.host, frames, _FLOOD_PER_SECOND, _FLOOD_SECONDS) as totals:
            report = self.lab.probe(10, _FLOOD_SECONDS - 1, disturbed_too=True)
        print(f"{totals}; {report['probes_sent']} probes, {report['probes_lost']} lost, outage "
              f"{report['outage_ns'] / 1e6:.1f} ms, of the machine alone {report['control_outage_ns'] / 1e6:.1f} ms; "
              f"{self.refused() - self.refused_before}")
        self.assertGreater(totals["sent"], _FLOOD_PER_SECOND, "the machine can flood at all")
        self.assertGreater(self.grown(*_LIMITED), 0)
        for flow in report["flows"]:
            self.assertGreater(flow["answered"], flow["sent"] // 2, flow["name"])
        self.assert_unmoved()
        for name, size in self.memory().items():
            self.assertLess(size - memory[name], _MAX_GROWTH_BYTES, name)


if __name__ == "__main__":
    main()
