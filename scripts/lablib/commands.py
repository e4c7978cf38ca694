# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: runs commands, also inside namespaces. Used by: lablib, the tests.
import subprocess


class CommandError(RuntimeError):
    """A command of the lab failed; the text holds the command and what it said."""


def run(argv, check=True, text_input=None, timeout=60):
    """Runs a command and returns it with stdout and stderr as text."""
    done = subprocess.run([str(word) for word in argv], input=text_input, text=True,
                          capture_output=True, timeout=timeout, check=False)
    if check and done.returncode != 0:
        raise CommandError(f"{' '.join(map(str, argv))}: status {done.returncode}\n"
                           f"{done.stdout}{done.stderr}".rstrip())
    return done


def in_netns(netns, *argv):
    return ["ip", "netns", "exec", netns, *argv]


def ip_batch(netns, lines):
    """Many ip commands in one process: a lab of 8 hosts comes up in a second."""
    where = ["-n", netns] if netns else []
    run(["ip", *where, "-batch", "-"], text_input="\n".join(lines) + "\n")


def existing_namespaces():
    return [line.split()[0] for line in run(["ip", "netns", "list"]).stdout.splitlines() if line]


def set_sysctl(netns, values):
    # /proc/sys/net belongs to the namespace of who opens it; one process for all values.
    run(in_netns(netns, "sysctl", "-q", "-w", *(f"{key}={value}" for key, value in values.items())))
