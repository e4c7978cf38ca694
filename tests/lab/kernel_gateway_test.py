# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the lab itself is honest. With Linux as the gateway every check that any gateway must pass
# passes; and the lab finds the faults that are planted in it.
import json
import signal
import subprocess
import sys

from fixture import LabCase, main
from frames import Wire
from lablib import commands, lab as labs, ownership, processes, segment
from lablib.plan import Plan
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from serving import ServingChecks


class KernelGateway(ServingChecks, LabCase):
    plan = {"gateway": "kernel"}

    def test_an_offload_that_is_left_on_is_found(self):
        self.addCleanup(self.lab.run, "h3", "ethtool", "-K", "eth0", "tx", "off")
        self.lab.run("h3", "ethtool", "-K", "eth0", "tx", "on")
        with self.assertRaisesRegex(segment.LabNotHonest, "h3: tx-checksumming is on"):
            segment.assert_honest(self.lab.plan)

    def test_a_kernel_that_would_answer_at_a_gateways_port_is_found(self):
        with self.assertRaisesRegex(segment.LabNotHonest, "gw1: ARP is on"):
            segment.assert_honest(Plan(name=self.lab.plan.name, gateway="evengate"))

    def test_a_bad_checksum_and_a_foreign_source_on_the_bridge_are_found(self):
        host = self.lab.plan.hosts[1]
        to_server = IP(src=host.address, dst="198.51.100.1") / UDP(sport=40000, dport=9) / b"x"
        to_gateway = Ether(src=host.mac, dst=self.gateway.gateway.lan_mac)
        with self.capture("lan") as capture, Wire(host.netns, "eth0") as wire:
            wire.send(to_gateway / to_server)
            self.assertEqual(self.lab.pings("h1", "198.51.100.1"), True)
            to_server.chksum = 0x1234
            wire.send(Ether(src="02:45:47:00:01:05", dst=to_gateway.dst) / to_server)
        self.assertEqual([line.split("\t")[1] for line in capture.malformed()], ["02:45:47:00:01:05"])

    def test_a_frame_from_a_vmac_that_its_sender_does_not_own_is_found(self):
        announcement = Ether(src="02:45:47:00:01:05", dst="ff:ff:ff:ff:ff:ff", type=0x8035) / bytes(46)
        hello = Ether(src=self.gateway.gateway.lan_mac, dst="01:00:5e:00:00:66") / \
            IP(src="10.77.0.2", dst="224.0.0.102", ttl=255) / UDP(sport=3222, dport=3222) / \
            (bytes([1, 0, 0, 1]) + bytes(8) + bytes([0xE3, 34, 1 << 6]) + bytes(31))  # of group 1: vMAC 6
        folder = self.artefact("").resolve()
        with ownership.SourceWatch(self.lab, folder) as watch, Wire(self.gateway.gateway.netns, "lan0") as wire:
            wire.send(hello)
            wire.send(announcement)
            announcement.src = "02:45:47:00:01:06"
            wire.send(announcement)
        self.assertEqual((watch.n_hellos, watch.n_sent), (1, 2))
        self.assertEqual(len(watch.found), 1, watch.found)
        self.assertIn("gw1 sent from vMAC 5", watch.found[0])

    def test_an_interrupted_path_is_measured_as_long_as_it_was(self):
        # 300 ms without forwarding, in the middle of a run of 2 s.
        argv = self.lab.probe_argv(5, 2)
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as prober:
            self.lab.run("h1", "sleep", "0.8")
            self.gateway.stop()
            self.lab.run("h1", "sleep", "0.3")
            self.lab.gateways[0].start()
            report = prober.communicate(timeout=30)[0]
        flows = json.loads(report.splitlines()[-1])
        self.assertGreater(flows["outage_ns"], 280_000_000)
        self.assertLess(flows["outage_ns"], 900_000_000)
        self.assertGreater(flows["probes_lost"], 8 * 50)
        control = [flow for flow in flows["flows"] if flow["role"] == "control"]
        self.assertEqual([flow["lost"] for flow in control], [0])


class Crash(LabCase):
    plan = {"gateway": "kernel", "n_hosts": 2}

    def test_what_a_killed_maker_left_behind_is_removed(self):
        name = "x" + self.lab.plan.name[1:]
        self.addCleanup(labs.down, name)
        script = (f"import sys, os; sys.path.insert(0, {str(sys.path[0])!r}); "
                  f"from lablib.lab import Lab; from lablib.plan import Plan; "
                  f"Lab(Plan(name={name!r}, n_hosts=2, gateway='kernel', owner_pid=os.getpid())).up(); "
                  f"os.kill(os.getpid(), {int(signal.SIGKILL)})")
        subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
        left = labs.Lab.open(name)
        self.assertEqual(left.status()["server"], "running")
        stranger = subprocess.Popen(["sleep", "60"])
        self.addCleanup(stranger.kill)
        record = left.state / "origin.process"
        origin_pid = json.loads(record.read_text())["pid"]

        labs.remove_orphans()
        self.assertFalse(left.state.exists())
        self.assertIsNone(processes.start_ticks(origin_pid))
        self.assertFalse([netns for netns in commands.existing_namespaces() if netns.startswith(name + "-")])
        self.assertIsNone(stranger.poll())

    def test_a_record_whose_number_another_program_got_ends_nobody(self):
        stranger = subprocess.Popen(["sleep", "60"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        record = self.lab.state / "planted.process"
        record.write_text(json.dumps({"pid": stranger.pid, "start_ticks": 1, "boot_id":
                                              processes.boot_id(), "argv": ["sleep", "60"]}))
        processes.Process(record).stop()
        self.assertIsNone(stranger.poll())
        self.assertFalse(record.exists())


if __name__ == "__main__":
    main()
