#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: each header compiles alone, so that no include depends on the one before it.

import os
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor

import sources

COMPILER = shlex.split(os.environ.get("CXX", "g++"))
FLAGS = ["-std=c++20", "-fsyntax-only", "-DEVENGATE_SOURCE_ROOT=\"\"", "-Wall", "-Wextra", "-Werror", "-x", "c++", "-"]
NEED_DPDK = ("lib/table/", "lib/dataplane/", "lib/console/", "drivers/", "app/")
N_PARALLEL = 2


def package_flags(package):
    """The compiler flags of a package as system includes, or None if it is missing."""
    run = subprocess.run(["pkg-config", "--cflags", package], capture_output=True, text=True,
                         check=False)
    if run.returncode != 0:
        return None
    return [flag.replace("-I", "-isystem", 1) if flag.startswith("-I") else flag
            for flag in run.stdout.split()]


def compile_alone(root, path, more_flags):
    includes = ["-I" + str(root / top) for top in ("lib", "drivers", "app", "tests", "tests/fuzz", ".")]
    # Twice: a header without a guard fails then.
    source = f'#include "{root / path}"\n#include "{root / path}"\n'
    run = subprocess.run([*COMPILER, *includes, *more_flags, *FLAGS], input=source,
                         capture_output=True, text=True, check=False)
    return None if run.returncode == 0 else f"{path} does not compile alone:\n{run.stderr}"


def check_headers(root):
    dpdk_flags = package_flags("libdpdk")
    work = []
    for path in sources.code_files(root, sources.HEADER_SUFFIXES):
        needs_dpdk = str(path).startswith((*NEED_DPDK, "tests/eal/", "tests/bench/", "tests/fuzz/reroute_"))
        if needs_dpdk and dpdk_flags is None:
            print(f"left out without DPDK: {path}")
            continue
        work.append((path, dpdk_flags if needs_dpdk else []))
    with ThreadPoolExecutor(N_PARALLEL) as pool:
        results = pool.map(lambda item: compile_alone(root, *item), work)
        return [violation for violation in results if violation]


class TheTree(sources.PlantedTree):
    def test_each_header_compiles_alone(self):
        self.assert_holds(check_headers(sources.ROOT))


class Planted(sources.PlantedTree):
    def test_a_header_that_leans_on_another_is_found(self):
        self.plant("lib/base/a.hpp", "#pragma once\ninline std::size_t f() { return 0; }\n")
        self.assert_finds(check_headers(self.root), "a.hpp", "does not compile alone")

    def test_a_header_without_a_guard_is_found(self):
        self.plant("lib/base/a.hpp", "struct A {};\n")
        self.assert_finds(check_headers(self.root), "a.hpp", "redefinition")

    def test_a_header_that_brings_what_it_needs_is_left_alone(self):
        self.plant("lib/base/a.hpp", "#pragma once\n#include <cstddef>\nstd::size_t f();\n")
        self.assert_holds(check_headers(self.root))


if __name__ == "__main__":
    sources.main()
