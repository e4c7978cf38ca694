# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a gateway in front of four Linux routers: how evenly it spreads heavy-tailed flows, what becomes of
# connections when buckets move and routers die, and that a spray loses and doubles nothing.
import json
import pathlib
import statistics
import subprocess
import sys
import time

from fixture import LabCase, main
from lablib import commands, plan as plans, segment
from lablib.plan import PUBLISHED

_N_ROUTERS = 4
_N_BUCKETS = 4096
_NOBODY = "198.51.100.77"  # routed to the server, which has it not, and says nothing
_SENDER = pathlib.Path(__file__).resolve().parents[2] / "scripts/lablib/flow_sender.py"
_HEALTH = "health: {probe: icmp, interval: 100ms, timeout: 90ms, rise: 2, fall: 3}"


def _dispatcher(words):
    gateways = "".join(f"      - {{name: s{i}, address: 192.0.2.{100 + i}}}\n" for i in range(1, _N_ROUTERS + 1))
    return f"""\
dispatchers:
  - name: out
    interface: lan
    buckets: {_N_BUCKETS}
    {_HEALTH}
    {words}
    gateways:
{gateways}"""


class DispatcherCase(LabCase):
    words = ""
    role = "routers"

    @classmethod
    def setUpClass(cls):
        cls.plan = {"n_hosts": 4, "n_targets": _N_ROUTERS, "targets_are": cls.role,
                    "services": _dispatcher(cls.words), **cls.plan}
        super().setUpClass()

    def setUp(self):
        self.eventually(lambda: all(row["state"] == "up" for row in self.gateways_shown()), 15, "routers are up")

    def shown(self):
        return self.gateway.show("dispatcher")["dispatchers"][0]

    def gateways_shown(self):
        return self.shown()["gateways"]

    def received(self):
        """Packets that each router got."""
        counts = []
        for router in self.lab.plan.targets:
            link = json.loads(commands.run(["ip", "-n", router.netns, "-s", "-j", "link", "show", "eth0"]).stdout)
            counts.append(link[0]["stats64"]["rx"]["packets"])
        return counts

    def send_flows(self, rate, seconds, flows=400, exponent=0.9):
        """From all hosts; the share of each flow in all."""
        shares = []
        for nth, host in enumerate(self.lab.plan.hosts):
            process = subprocess.Popen(
                self.lab.exec_argv(host.name, [
                    sys.executable, "-I", str(_SENDER), _NOBODY, "9", "--flows", str(flows), "--exponent", str(exponent),
                    "--rate", str(rate / len(self.lab.plan.hosts)), "--seconds", str(seconds),
                    "--first-port", str(20_000 + 1_000 * nth)]), stdout=subprocess.PIPE, text=True)
            self.addCleanup(process.stdout.close)
            self.addCleanup(process.wait)
            self.addCleanup(process.terminate)
            shares += [share / len(self.lab.plan.hosts) for share in json.loads(process.stdout.readline())]
        return shares

    def highest_over_mean(self, seconds):
        """Of each second, by what routers got."""
        found, before = [], self.received()
        for _ in range(seconds):
            time.sleep(1)
            now = self.received()
            got = [after - earlier for after, earlier in zip(now, before)]
            found.append(max(got) / (sum(got) / len(got)))
            before = now
        return found


class Balanced(DispatcherCase):
    words = "policy: balanced"

    def test_heavy_tailed_flows_are_spread_evenly(self):
        before = self.shown()["n_moves"]
        shares = self.send_flows(rate=6_000, seconds=45)
        at_first = self.highest_over_mean(3)
        time.sleep(17)
        found = self.highest_over_mean(20)
        # A bucket has at least what its largest flow has.
        bound = 1.05 * max(1, _N_ROUTERS * max(shares))
        print(f"highest over mean: at first {statistics.median(at_first):.3f}, median {statistics.median(found):.3f}, "
              f"highest {max(found):.3f}; {self.shown()['n_moves'] - before} buckets moved; largest flow {max(shares):.3f}")
        self.assertLessEqual(statistics.median(found), bound)
        self.assertAlmostEqual(self.shown()["imbalance"], statistics.median(found), delta=0.06)
        self.assertGreater(sum(row["packets"] for row in self.gateways_shown()), 30 * 6_000 * 0.9)

    def test_a_dead_router_loses_its_buckets_and_gets_some_when_it_is_back(self):
        link = ["ip", "-n", self.lab.plan.targets[1].netns, "link", "set", "eth0"]
        commands.run([*link, "down"])
        try:
            self.eventually(lambda: self.gateways_shown()[1]["n_buckets"] == 0, 2, "its buckets are others'")
            for host in self.lab.plan.hosts:
                self.lab.run(host.name, "ping", "-n", "-q", "-c", "10", "-i", "0.01", "-W", "1", plans.SERVER)
        finally:
            commands.run([*link, "up"])
            commands.ip_batch(self.lab.plan.targets[1].netns, segment.router_routes(self.lab.plan))
        self.eventually(lambda: self.gateways_shown()[1]["n_buckets"] > _N_BUCKETS // 8, 5, "it has some again")

    def test_what_is_for_the_gateway_or_on_a_link_is_not_dispatched(self):
        before = sum(row["packets"] for row in self.gateways_shown())
        for address in (plans.VIP, self.lab.plan.gateways[0].lan_address, plans.SERVER_UPLINK):
            self.lab.run("h1", "ping", "-n", "-q", "-c", "20", "-i", "0.01", "-W", "1", address)
        self.assertEqual(sum(row["packets"] for row in self.gateways_shown()), before)

    def test_a_datagram_is_handed_on_untouched(self):
        with self.capture("h1", "eth0", f"icmp and dst host {plans.SERVER}") as sent:
            captures = [self.capture(router.name, "eth0", f"icmp and dst host {plans.SERVER} and src net "
                                                          f"{plans.LAN_PREFIX}", "in")
                        for router in self.lab.plan.targets]
            for capture in captures:
                capture.__enter__()
            self.lab.run("h1", "ping", "-n", "-q", "-c", "5", "-i", "0.01", "-W", "1", plans.SERVER)
            for capture in captures:
                capture.__exit__()
        fields = ("ip.src", "ip.dst", "ip.ttl", "ip.id", "icmp.seq", "ip.checksum")
        arrived = [frame for capture in captures for frame in capture.frames("", fields)]
        self.assertEqual(sorted(arrived), sorted(sent.frames("", fields)))


class Stateful(DispatcherCase):
    """Routers translate addresses: a connection that changes its router is cut off."""
    words = "policy: balanced\n    move: new-connections"
    role = "translators"

    def test_connections_outlive_the_moves_of_their_buckets(self):
        # They are the load themselves, some far more than others, so that it is theirs that move.
        rates = [25_000 * 2 ** (nth % 5) for nth in range(10)]
        before = self.shown()["n_moves"]
        seconds = 15
        fetches = [(seconds * rate, subprocess.Popen(self.lab.exec_argv(host.name, [
            "curl", "-sSf", "--max-time", "60", "--limit-rate", str(rate), "-o", "/dev/null", "-w", "%{size_download}",
            f"http://{plans.SERVER}/blob/{seconds * rate}"]), stdout=subprocess.PIPE, text=True))
            for host in self.lab.plan.hosts for rate in rates]
        fetched = [process.communicate(timeout=90)[0] for _, process in fetches]
        moved = self.shown()["n_moves"] - before
        print(f"{moved} buckets moved under {len(fetches)} connections")
        self.assertGreater(moved, 0, "how many depends on which buckets their ports fall into")
        self.assertEqual(fetched, [str(size) for size, _ in fetches])


class Spray(LabCase):
    plan = {"n_hosts": 2, "n_targets": 3, "services": f"""\
sprays:
  - name: logs
    interface: lan
    addresses: [{PUBLISHED[0]}]
    per: packet
    {_HEALTH}
    targets: [192.0.2.101, 192.0.2.102, 192.0.2.103]
"""}

    def test_each_packet_comes_to_exactly_one_target_and_all_get_the_same(self):
        def states():
            return [target["state"] for target in self.gateway.show("dispatcher")["sprays"][0]["targets"]]
        self.eventually(lambda: states() == ["up"] * 3, 10, "targets are up")
        n_packets = 6_000
        captures = [self.capture(target.name, "eth0", f"icmp[icmptype] == 8 and dst host {PUBLISHED[0]}", "in")
                    for target in self.lab.plan.targets]
        for capture in captures:
            capture.__enter__()
        self.lab.run("h1", "ping", "-n", "-q", "-c", n_packets, "-i", "0.001", "-W", "1", PUBLISHED[0], timeout=60)
        for capture in captures:
            capture.__exit__()
        received = [capture.frames("", ("icmp.seq",)) for capture in captures]
        self.assertEqual(sorted(int(seq) for frames in received for seq in frames),
                         list(range(1, n_packets + 1)), "each once")
        expected = n_packets / len(captures)
        chi_square = sum((len(frames) - expected) ** 2 / expected for frames in received)
        print(f"packets of each target: {[len(frames) for frames in received]}, chi-square {chi_square:.2f}")
        self.assertLess(chi_square, 9.21)  # 2 degrees of freedom, p > 0.01
        counted = [target["packets"] for target in self.gateway.show("dispatcher")["sprays"][0]["targets"]]
        self.assertEqual(counted, [len(frames) for frames in received])


if __name__ == "__main__":
    main()
