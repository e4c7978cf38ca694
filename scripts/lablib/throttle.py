# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: keeps the workers of a gateway from having more than a part of a CPU, so that a known load is
# too much for it. What it does not take in time, its port has no room for. Used by: the tests.
import contextlib
import pathlib

_CONTROLLER = pathlib.Path("/sys/fs/cgroup/cpu")
_WORKER = "rte-worker-"
# Long ones make gaps in which even a small load fills the port's ring.
_PERIOD_MICROSECONDS = 10_000


class ThrottleMissing(RuntimeError):
    """This machine cannot limit a thread; the text says what it lacks."""


@contextlib.contextmanager
def throttled(lab, member, part):
    """While the block runs the workers of a gateway of this lab together have this part of one CPU."""
    if not (_CONTROLLER / "cpu.cfs_quota_us").is_file():
        raise ThrottleMissing(f"the cpu controller of cgroups, version 1, at {_CONTROLLER}: threads of one "
                              "process cannot be limited alone")
    group = _CONTROLLER / f"evengate-lab-{lab.plan.name}"
    group.mkdir(exist_ok=True)  # a test that was killed leaves an empty one
    moved = []
    try:
        (group / "cpu.cfs_period_us").write_text(str(_PERIOD_MICROSECONDS))
        (group / "cpu.cfs_quota_us").write_text(str(round(part * _PERIOD_MICROSECONDS)))
        for thread in pathlib.Path(f"/proc/{member.process.pid()}/task").iterdir():
            if (thread / "comm").read_text().startswith(_WORKER):
                (group / "tasks").write_text(thread.name)
                moved.append(thread.name)
        if not moved:
            raise ThrottleMissing(f"threads of {member.gateway.name} named {_WORKER}*")
        yield
    finally:
        for number in moved:
            with contextlib.suppress(ProcessLookupError):
                (_CONTROLLER / "tasks").write_text(number)
        group.rmdir()
