# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the programs of real servers behind services, and clients that ask them.
# Used by: lablib.lab, tests/lab/services_*_test.py.
import json
import pathlib
import subprocess
import sys

from lablib.processes import Process

TCP_PORT, OTHER_TCP_PORT, UDP_PORT = 80, 8080, 53


def _program(name):
    return [sys.executable, "-I", str(pathlib.Path(__file__).with_name(name))]


class Server:
    """s1, s2, ...: service_server.py in the namespace of a target of the plan."""

    def __init__(self, plan, target, state):
        self.target = target
        self.name, self.netns, self.address, self.mac = target.name, target.netns, target.address, target.mac
        self._addresses = (target.address, *plan.published)
        self.process = Process(state / f"{self.name}.process")
        self._log = state / f"{self.name}.log"

    def start(self, *options):
        """Nothing, if it runs."""
        if self.process.pid() is not None:
            return
        words = [word for address in self._addresses for word in ("--address", address)]
        self.process.start(self.netns, [*_program("service_server.py"), "--name", self.name,
                                        "--tcp", TCP_PORT, OTHER_TCP_PORT, "--udp", UDP_PORT, *words, *options],
                           self._log)

    def stop(self):
        self.process.stop()


class Client:
    """Connections of a host to one address; see service_client.py."""

    def __init__(self, lab, host, address, port=TCP_PORT):
        self._process = subprocess.Popen(
            lab.exec_argv(host, [*_program("service_client.py"), address, str(port)]),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def begin(self, command):
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def end(self):
        """What came of the command that began."""
        return json.loads(self._process.stdout.readline())

    def _do(self, command):
        self.begin(command)
        return self.end()

    def open(self, count):
        return self._do(f"open {count}")

    def ask(self):
        return self._do("ask")

    def close(self):
        return self._do("close")

    def come_and_go(self, seconds, per_second):
        return self._do(f"come-and-go {seconds} {per_second}")


def curl(lab, host, address, *options, port=TCP_PORT, path=""):
    """The name of the server that answers, or None."""
    done = lab.run(host, "curl", "-s", "-m", "3", *options, f"http://{address}:{port}/{path}", check=False)
    return done.stdout.strip() or None


def ask_datagrams(lab, host, address, count=1, size=32, may_be_cut=True, port=UDP_PORT):
    """Questions of so many bytes from as many sockets; see service_datagrams.py."""
    done = lab.run(host, *_program("service_datagrams.py"), address, port, "--count", count, "--size", size,
                   *([] if may_be_cut else ["--whole"]))
    return json.loads(done.stdout)


def wait_until_up(case, gateway, count, seconds=15):
    """Until the gateway finds so many targets up."""
    def n_up():
        return sum(target["state"] in ("up", "spare") for service in gateway.show("targets")
                   for target in service["targets"])
    case.eventually(lambda: n_up() >= count, seconds, f"{count} targets are up")
