#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: scripts can be executed, shell scripts pass shellcheck, Python files compile.

import os
import shutil
import subprocess
import sys

import sources


def first_line(root, path):
    with (root / path).open("rb") as file:
        return file.readline().decode(errors="replace")


def script_files(root):
    return [path for path in sources.files(root) if sources.is_script(root, path)]


def is_shell(root, path):
    return path.suffix in (".sh", ".bash") or "sh" == first_line(root, path).strip()[-2:]


def check_executable(root):
    return [f"{path}: opens with #! but is not executable" for path in script_files(root)
            if not os.access(root / path, os.X_OK)]


def check_shell(root):
    paths = [path for path in sources.files(root) if is_shell(root, path)]
    if not paths:
        return []
    run = subprocess.run(["shellcheck", "--external-sources", "--format=gcc", *map(str, paths)],
                         cwd=root, capture_output=True, text=True, check=False)
    return (run.stdout + run.stderr).splitlines()


def check_python(root):
    violations = []
    for path in sources.files(root):
        if path.suffix != ".py" and "python" not in first_line(root, path)[:40]:
            continue
        try:
            compile(sources.read(root, path), str(path), "exec")
        except SyntaxError as error:
            violations.append(f"{path}:{error.lineno}: {error.msg}")
    return violations


class TheTree(sources.PlantedTree):
    def test_scripts_are_executable(self):
        self.assert_holds(check_executable(sources.ROOT))

    def test_shell_scripts_pass_shellcheck(self):
        self.assert_holds(check_shell(sources.ROOT))

    def test_python_files_compile(self):
        self.assert_holds(check_python(sources.ROOT))


class Planted(sources.PlantedTree):
    def test_a_script_that_is_not_executable_is_found(self):
        self.plant("scripts/a", "#!/bin/bash\n").chmod(0o644)
        self.assert_finds(check_executable(self.root), "scripts/a")

    def test_an_unquoted_variable_is_found(self):
        self.plant("scripts/a", "#!/usr/bin/env bash\nrm $1\n")
        self.assert_finds(check_shell(self.root), "scripts/a:2", "SC2086")

    def test_a_syntax_error_in_python_is_found(self):
        self.plant("tests/a.py", "x = 1\ndef f(:\n")
        self.assert_finds(check_python(self.root), "tests/a.py:2")


if __name__ == "__main__":
    if not shutil.which("shellcheck"):
        print("skip: shellcheck is missing")
        sys.exit(sources.SKIP_STATUS)
    sources.main()
