# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: services under load and attack, and how soon the death and the return of a server are noticed.
import ipaddress
import json
import random
import shutil
import struct
import time
import unittest

from fixture import main
from flood import flooding
from lablib import commands
from lablib.plan import PUBLISHED
from lablib.processes import Process
from lablib.servers import TCP_PORT
from services_case import ALL, FALL, HEALTH, INTERVAL_S, RISE, ServicesCase, service, targets_text

_SLACK_S = 0.5
_TIMEOUT_S = 0.15


def _with_checksum(header, at, pseudo=b""):
    words = sum(struct.unpack(f"!{len(pseudo + header) // 2}H", pseudo + header))
    while words >> 16:
        words = (words & 0xFFFF) + (words >> 16)
    return header[:at] + struct.pack("!H", ~words & 0xFFFF) + header[at + 2:]


class Throughput(ServicesCase):
    """iperf3 has a connection for what to do and others for data, which one server must get: there is one."""

    _PORT, _SECONDS = 5201, 2
    _MOST_SENT_AGAIN = 0.02  # of all segments
    _SEGMENT = 1448
    plan = {"n_hosts": 2, "n_targets": 1}
    services = (service("nat", PUBLISHED[0], "mode: nat\n    criterion: stateful", targets_text(1), port=_PORT) +
                service("mac", PUBLISHED[1], "mode: mac\n    criterion: stateful", targets_text(1), port=_PORT))
    n_up = 2

    @classmethod
    def setUpClass(cls):
        if shutil.which("iperf3") is None:
            raise unittest.SkipTest("needs iperf3: run scripts/install-dependencies --for lab")
        super().setUpClass()

    @classmethod
    def start_servers(cls):
        cls.iperf = Process(cls.lab.state / "iperf3.process")
        cls.iperf.start(cls.lab.plan.targets[0].netns, ["iperf3", "--server", "--port", cls._PORT],
                        cls.lab.state / "iperf3.log")
        cls.addClassCleanup(cls.iperf.stop)

    def assert_carries(self, address, *options):
        shown = json.loads(self.lab.run("h1", "iperf3", "--client", address, "--port", self._PORT, "--time",
                                        self._SECONDS, "--json", *options).stdout)
        sent, received = shown["end"]["sum_sent"], shown["end"]["sum_received"]
        n_segments = sent["bytes"] / self._SEGMENT
        print(f"{self.id()}: {received['bits_per_second'] / 1e6:.0f} Mbit/s, {sent['retransmits']} of "
              f"{n_segments:.0f} segments sent again")
        self.assertGreater(received["bytes"], 1_000_000)
        self.assertLess(sent["retransmits"], self._MOST_SENT_AGAIN * n_segments)

    def test_nat_carries_a_stream_to_the_server(self):
        self.assert_carries(PUBLISHED[0])

    def test_nat_carries_a_stream_to_the_client(self):
        self.assert_carries(PUBLISHED[0], "--reverse")

    def test_mac_carries_streams(self):
        self.assert_carries(PUBLISHED[1], "--parallel", "4")


class Health(ServicesCase):
    plan = {"n_hosts": 2}
    services = (service("web", PUBLISHED[0], "mode: mac\n    criterion: stateless") +
                service("files", PUBLISHED[1], "mode: nat\n    criterion: stateful"))
    n_up = 6
    # The last check that passed may be as young as the death.
    _NOTICED_S = FALL * INTERVAL_S + _TIMEOUT_S + _SLACK_S
    _BACK_S = RISE * INTERVAL_S + _TIMEOUT_S + _SLACK_S
    _DEAD_S = 2

    def test_a_killed_server_gets_nothing_new_within_the_time_to_fall_and_its_return_is_noticed(self):
        clients = [self.client(host, address) for host, address in (("h1", PUBLISHED[0]), ("h2", PUBLISHED[1]))]
        self.addCleanup(self.server["s2"].start)
        for client in clients:
            client.begin("come-and-go 5 60")
        time.sleep(0.5)
        self.server["s2"].stop()
        killed = time.monotonic()
        time.sleep(self._DEAD_S)
        asked_back = time.monotonic()
        self.server["s2"].start()
        for client in clients:
            found = client.end()
            self.assertEqual(set(found["servers"]), ALL)
            refused = found["failed"]
            self.assertGreater(len(refused), 0, "as long as nobody knows it")
            print(f"{len(refused)} refused, the last {refused[-1] - killed:.2f} s after the death")
            self.assertLess(refused[-1], killed + self._NOTICED_S)
            back = min(time for time in found["servers"]["s2"] if time > killed)
            print(f"back {back - asked_back:.2f} s after its start")
            self.assertLess(back, asked_back + self._BACK_S + _SLACK_S, "Python takes its time to start")

    def test_a_server_that_falls_silent_is_found_down_and_costs_no_new_connection(self):
        # Whoever asked it in vain asks again, and then comes to another.
        port = ["ip", "-n", self.lab.plan.netns("wan"), "link", "set", self.server["s3"].name]
        self.addCleanup(commands.run, [*port, "up"])
        clients = [self.client(host, address) for host, address in (("h1", PUBLISHED[0]), ("h2", PUBLISHED[1]))]
        for client in clients:
            client.begin("come-and-go 4 60")
        time.sleep(0.5)
        commands.run([*port, "down"])
        silent = time.monotonic()
        for name in ("web", "files"):
            self.eventually(lambda: self.targets(name)["s3"]["state"] == "down", self._NOTICED_S,
                            f"s3 of {name} is down")
        print(f"found down {time.monotonic() - silent:.2f} s after it fell silent")
        for client in clients:
            found = client.end()
            self.assertTrue(all(begun < silent for begun in found["failed"]), "it had accepted those")
            self.assertLess(found["servers"]["s3"][-1], silent)
        commands.run([*port, "up"])
        back = time.monotonic()
        # It has to be found by ARP first.
        self.eventually(lambda: self.targets("files")["s3"]["state"] == "up", self._BACK_S + 1, "s3 is up")
        print(f"found up {time.monotonic() - back:.2f} s after its return")


class SynFlood(ServicesCase):
    _HALF_OPEN = 4096
    plan = {"n_hosts": 3}
    services = (service("web", PUBLISHED[0], "mode: mac\n    criterion: stateful", health=HEALTH) +
                f"rerouting: {{half-open-connections: {_HALF_OPEN}}}\n")
    _PER_SECOND, _SECONDS = 10_000, 4
    _MAX_GROWTH_BYTES = 8 << 20

    def syns(self, count):
        """Frames of that many clients that do not exist, to the service. By hand: scapy takes a minute."""
        chance = random.Random(20261122)
        ethernet = bytes.fromhex((self.lab.vip_mac("h3") + self.lab.plan.hosts[2].mac).replace(":", "")) + b"\x08\x00"
        published = ipaddress.ip_address(PUBLISHED[0]).packed
        frames = []
        for _ in range(count):
            addresses = bytes([198, 18, chance.randrange(256), chance.randrange(1, 255)]) + published
            ip = struct.pack("!BBHHHBBH", 0x45, 0, 40, 0, 0x4000, 64, 6, 0) + addresses
            tcp = struct.pack("!HHIIBBHHH", chance.randrange(1024, 65536), TCP_PORT, chance.randrange(1 << 32), 0,
                              5 << 4, 2, 65535, 0, 0)
            frames.append(ethernet + _with_checksum(ip, 10) +
                          _with_checksum(tcp, 16, addresses + struct.pack("!HH", 6, len(tcp))))
        return frames

    def test_a_syn_flood_takes_nothing_from_a_client_that_is_served(self):
        self.assertTrue(self.lab.pings("h3", PUBLISHED[0]))  # so that h3 knows a vMAC
        frames = self.syns(2 * self._HALF_OPEN)
        kept, served = self.client("h1", PUBLISHED[0]), self.client("h2", PUBLISHED[0])
        self.assert_opens(kept, 200)
        memory = self.gateway.show("summary")["memory_bytes"]
        before = self.events()
        with flooding(self.lab, self.lab.plan.hosts[2], frames, self._PER_SECOND, self._SECONDS) as totals:
            found = served.come_and_go(self._SECONDS - 1, 50)
            self.assertEqual(kept.ask()["alive"], 200)
            shown = self.gateway.show("services")
        after = self.events()
        overwritten = after["half_open_overwritten"] - before["half_open_overwritten"]
        n_served = sum(map(len, found["servers"].values()))
        print(f"{totals}; {n_served} served, {len(found['failed'])} not; {overwritten} overwritten, "
              f"{shown['n_half_open']} half open")
        self.assertGreater(overwritten, self._HALF_OPEN, "the flood is more than there is room for")
        self.assertLessEqual(shown["n_half_open"], self._HALF_OPEN)
        self.assertEqual(found["why"], {})
        self.assertEqual(after["table_full"], before["table_full"])
        self.assertEqual(kept.ask()["alive"], 200)
        self.assertLess(self.gateway.show("summary")["memory_bytes"] - memory, self._MAX_GROWTH_BYTES)


if __name__ == "__main__":
    main()
