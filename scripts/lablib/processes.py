# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: background processes of a lab, found again and ended by later commands, also after a crash.
# Used by: lablib.lab.
import json
import os
import pathlib
import signal
import subprocess
import time

from lablib import commands

_EXEC_SECONDS = 0.2


def boot_id():
    return pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def start_ticks(pid):
    """When a process started, in ticks since boot: with its pid, unique in one boot. None: gone."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat[stat.rindex(")") + 2:].split()
    return None if fields[0] == "Z" else int(fields[19])


def _command_line(pid):
    """Empty: the process is gone. While it becomes another program it has none for an instant."""
    deadline = time.monotonic() + _EXEC_SECONDS
    try:
        while True:
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[:-1]
            if words or time.monotonic() > deadline:
                return words
            time.sleep(0.001)
    except (FileNotFoundError, ProcessLookupError):
        return []


class Process:
    """One background process with a record file; a record may be stale, so it proves itself first."""

    def __init__(self, record_path):
        self._path = pathlib.Path(record_path)
        self._child = None  # only in the command that started it

    def start(self, netns, argv, log_path):
        argv = [str(word) for word in argv]
        with open(log_path, "ab") as log:
            child = subprocess.Popen(commands.in_netns(netns, *argv), stdin=subprocess.DEVNULL,
                                     stdout=log, stderr=log, start_new_session=True)
        record = {"pid": child.pid, "start_ticks": start_ticks(child.pid), "boot_id": boot_id(),
                  "argv": argv}
        self._path.write_text(json.dumps(record))
        self._child = child

    def pid(self):
        """Of the running process, or None. A number that another program has got since is not ours."""
        self.reap()
        if not self._path.exists():
            return None
        record = json.loads(self._path.read_text())
        pid, argv = record["pid"], record["argv"]
        ours = record["boot_id"] == boot_id() and record["start_ticks"] is not None and \
            start_ticks(pid) == record["start_ticks"] and _command_line(pid)[-len(argv):] == argv
        return pid if ours else None

    def reap(self):
        """Takes the exit status of an ended child; else it stays in the process table."""
        if self._child is not None:
            self._child.poll()

    def exit_status(self, timeout=10):
        """Waits for a process that this object started; negative: the signal that ended it."""
        return self._child.wait(timeout)

    def send_signal(self, number):
        pid = self.pid()
        if pid is not None:
            os.kill(pid, number)

    def stop(self, grace_seconds=5):
        """Ends the process: asks first, insists later."""
        pid = self.pid()
        if pid is not None:
            end_processes([pid], grace_seconds)
        self._path.unlink(missing_ok=True)


def end_processes(pids, grace_seconds=5):
    waiting = {pid: start_ticks(pid) for pid in pids if pid != os.getpid()}
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in waiting:
            try:
                os.kill(pid, number)
                os.kill(pid, signal.SIGCONT)  # one that was stopped would not see the first
            except ProcessLookupError:
                pass
        deadline = time.monotonic() + grace_seconds
        while waiting and time.monotonic() < deadline:
            waiting = {pid: ticks for pid, ticks in waiting.items()
                       if ticks is not None and start_ticks(pid) == ticks}
            time.sleep(0.02)
        if not waiting:
            return
