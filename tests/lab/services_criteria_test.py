# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: what chooses the server of a new connection: QoS, distance, availability, stickiness, wanted shares, a script.
import pathlib
import shutil
import tempfile

from fixture import main
from lablib.plan import PUBLISHED
from lablib.servers import OTHER_TCP_PORT, TCP_PORT
from services_case import ALL, ServicesCase, service, targets_text

# As QoS has it; Python's socket option wants the whole byte.
_ASK_WITH_DSCP_46 = """\
import socket
sock = socket.socket()
sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 46 << 2)
sock.settimeout(3)
sock.connect(("{address}", {port}))
sock.send(b"x\\n")
print(sock.recv(99).split()[0].decode())
"""


class Criteria(ServicesCase):
    """QoS, distance, availability, stickiness: one service each."""

    plan = {"n_hosts": 6}
    services = (service("qos", PUBLISHED[0], "mode: mac\n    criterion: stateful",
                        targets_text(s1=", dscp: [46]", s2=", dscp: [0]", s3=", dscp: [0]")) +
                service("near", PUBLISHED[1], "mode: mac\n    criterion: stateful",
                        targets_text(s1=", clients: [10.77.0.101/32]", s2=", clients: [10.77.0.102/32]")) +
                service("films", PUBLISHED[2], "mode: mac\n    criterion: stateful\n    data: films",
                        targets_text(s1=", data: [films]", s2=", data: [songs]", s3=", data: [films]")) +
                service("sticky", PUBLISHED[0], "mode: mac\n    criterion: stateful\n    sticky: 10min",
                        port=OTHER_TCP_PORT))
    # s2 does not hold what is asked for, and is up.
    n_up = 12

    def test_qos_sends_marked_packets_to_their_server(self):
        self.assertEqual(self.answered_by(PUBLISHED[0]), {"s2", "s3"})
        script = _ASK_WITH_DSCP_46.format(address=PUBLISHED[0], port=TCP_PORT)
        names = {self.lab.run("h1", "/usr/bin/python3", "-c", script).stdout.strip() for _ in range(8)}
        self.assertEqual(names, {"s1"})

    def test_distance_prefers_the_server_that_is_near_to_the_client(self):
        self.assertEqual(self.answered_by(PUBLISHED[1], host="h1"), {"s1"})
        self.assertEqual(self.answered_by(PUBLISHED[1], host="h2"), {"s2"})
        # Near to nobody; the others are steered away from what their clients bring.
        self.assertIn("s3", self.answered_by(PUBLISHED[1], 20, "h3"))

    def test_availability_asks_only_servers_that_hold_the_data(self):
        self.assertEqual(self.answered_by(PUBLISHED[2]), {"s1", "s3"})

    def sticky_servers(self, host, count):
        """Where that many new connections of a host went, which stay open."""
        client = self.client(host, PUBLISHED[0], OTHER_TCP_PORT)
        opened = self.assert_opens(client, count)
        return client, set(opened["servers"])

    def test_stickiness_keeps_a_client_with_its_server_whatever_its_hash_says(self):
        of_host = {}
        for host in self.lab.plan.hosts:
            _, servers = self.sticky_servers(host.name, 20)
            self.assertEqual(len(servers), 1, host.name)
            of_host[host.name] = servers.pop()
        self.assertGreater(len(set(of_host.values())), 1, f"a second client gets another: {of_host}")
        shown = self.gateway.show("connections", self.lab.plan.hosts[0].address)["connections"]
        connections = [entry for entry in shown if entry["service"] == "sticky"]
        explained = [self.gateway.ask(f"explain connection {entry['client']}:{entry['client_port']} "
                                      f"{PUBLISHED[0]}:{OTHER_TCP_PORT} tcp") for entry in connections]
        leads_here = sum(f"leads to {of_host['h1']}" in text for text in explained)
        self.assertGreaterEqual(len(explained), 20)
        self.assertLess(leads_here, len(explained), "slots would have spread them")

    def test_a_sticky_client_is_given_another_server_once_its_own_drains(self):
        client, before = self.sticky_servers("h1", 5)
        name, = before
        self.do(f"drain target sticky/{name}", f"undrain target sticky/{name}")
        _, after = self.sticky_servers("h1", 20)
        self.assertEqual(len(after), 1, "and stays there")
        self.assertNotEqual(after, before)
        self.assertEqual(client.ask()["alive"], 5, "what it had goes on")
        self.do(f"undrain target sticky/{name}")
        _, later = self.sticky_servers("h1", 20)
        self.assertEqual(later, after, "it was there last")


class Shares(ServicesCase):
    """Wanted shares, where a part of the clients has its server by another rule."""

    plan = {"n_hosts": 2}
    services = service("web", PUBLISHED[0], "mode: mac\n    criterion: stateful\n    interval: 500ms",
                       targets_text(s1=", weight: 50", s2=", weight: 30", s3=", weight: 20, clients: [10.77.0.102/32]"))
    _WANTED = {"s1": 0.50, "s2": 0.30, "s3": 0.20}
    _INTERVALS, _INTERVAL_S = 10, 0.5
    _MEASURED_S = 10
    _PER_SECOND, _PER_SECOND_NEAR = 270, 30  # weights alone would give s3 10 % and 20 % of the rest

    def test_shares_of_50_30_and_20_are_reached_after_ten_intervals(self):
        far, near = self.client("h1", PUBLISHED[0]), self.client("h2", PUBLISHED[0])

        def come_and_go(seconds):
            for client, per_second in ((far, self._PER_SECOND), (near, self._PER_SECOND_NEAR)):
                client.begin(f"come-and-go {seconds} {per_second}")
            found = [client.end() for client in (far, near)]
            self.assertEqual(sum(len(part["failed"]) for part in found), 0)
            return {name: sum(len(part["servers"].get(name, [])) for part in found) for name in self._WANTED}

        come_and_go(int(self._INTERVALS * self._INTERVAL_S))
        before = self.targets("web")
        answered = come_and_go(self._MEASURED_S)
        after = self.targets("web")
        shares = {"answered": answered}
        for key in ("packets", "connections_opened"):
            shares[key] = {name: after[name][key] - before[name][key] for name in self._WANTED}
        for what, of_target in shares.items():
            for name, wanted in self._WANTED.items():
                share = of_target[name] / sum(of_target.values())
                print(f"{what} {name}: {share:.4f}, wanted {wanted}")
                self.assertLess(abs(share - wanted), 0.02, f"{what} of {name}")


_SCRIPT = """\
#!/bin/sh
# Up is who has no file with its name here.
exec test ! -e "${0%/*}/$1"
"""


class Scripted(ServicesCase):
    """A program says which servers serve."""

    plan = {"n_hosts": 2}

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        script = cls.folder / "check"
        script.write_text(_SCRIPT)
        script.chmod(0o700)
        cls.services = service(
            "web", PUBLISHED[0], "mode: mac\n    criterion: stateful",
            health=f"health: {{probe: script, script: {script}, interval: 200ms, timeout: 150ms, rise: 2, fall: 3}}")
        super().setUpClass()

    def test_a_server_of_which_the_script_says_no_gets_nothing_new_until_it_says_yes(self):
        (self.folder / "s2").touch()
        self.eventually(lambda: self.targets("web")["s2"]["state"] == "down", 5, "s2 is down")
        self.assertEqual(self.targets("web")["s2"]["reason"], "its script failed")
        self.assert_opens(self.client("h1", PUBLISHED[0]), 60, {"s1", "s3"})
        (self.folder / "s2").unlink()
        self.eventually(lambda: self.targets("web")["s2"]["state"] == "up", 5, "s2 is back")
        self.assert_opens(self.client("h2", PUBLISHED[0]), 60, ALL)


if __name__ == "__main__":
    main()
