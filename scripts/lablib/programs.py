# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: where our programs are: EVENGATE_BUILD, or the release build. Used by: lablib, benchlib, the
# tests.
import os
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]


class ProgramMissing(RuntimeError):
    """A program is not built; the text names the command that builds it."""


def _built(relative):
    build = pathlib.Path(os.environ.get("EVENGATE_BUILD", ROOT / "build-release"))
    path = build / relative
    if not path.is_file():
        raise ProgramMissing(f"{path} is not built: run {ROOT}/scripts/build release")
    return path


def evengate():
    return _built("app/evengate/evengate")


def prober():
    return _built("tests/lab/prober/evengate-prober")


def flooder():
    return _built("tests/lab/flooder/evengate-flooder")


def traffic():
    return _built("tests/lab/traffic/evengate-traffic")


def keepalived():
    found = shutil.which("keepalived", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        raise ProgramMissing("keepalived is not installed: run scripts/install-dependencies --for lab")
    return found


def forward_publish():
    return _built("tests/bench/forward_publish")


def reroute_run():
    return _built("tests/bench/reroute_run")
