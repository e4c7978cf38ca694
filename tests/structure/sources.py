# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: the files of the project, and C++ text without its comments and strings.
# Used by: the structure tests.

import os
import re
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIP_STATUS = 77

CODE_SUFFIXES = (".cpp", ".hpp", ".c", ".h")
HEADER_SUFFIXES = (".hpp", ".h")
# Where the house's folders are; each folder below is a library or a program.
HOUSE = ("lib", "drivers", "app")

SPLIT = re.compile(
    r'(?P<line_comment>//[^\n]*)'
    r'|(?P<block_comment>/\*.*?\*/)'
    r'|(?P<raw>R"(?P<delimiter>[^()\s\\]{0,16})\(.*?\)(?P=delimiter)")'
    r'|(?P<number>\b[0-9](?:[\w.]|\'(?=\w))*)'
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<character>'(?:\\.|[^'\\\n])*')",
    re.DOTALL)


def blank(text):
    """As many lines as before, nothing in them."""
    return "\n" * text.count("\n") or " "


def strip_comments(text):
    return SPLIT.sub(lambda m: blank(m.group()) if m.lastgroup.endswith("comment") else m.group(),
                     text)


def strip_comments_and_strings(text):
    return SPLIT.sub(lambda m: m.group() if m.lastgroup == "number" else blank(m.group()), text)


def comments(text):
    """(line number, comment) pairs."""
    return [(text.count("\n", 0, m.start()) + 1, m.group()) for m in SPLIT.finditer(text)
            if m.lastgroup.endswith("comment")]


def is_ours(name):
    return not (name.startswith("build") and name != "build" or name == "__pycache__"
                or name.startswith(".") and name != ".ci")


def files(root, top="."):
    """All files of the project, relative to root, sorted; build directories and hidden ones left out."""
    found = []
    for folder, folders, names in os.walk(root / top):
        folders[:] = [name for name in folders if is_ours(name)]
        found += [Path(folder, name).relative_to(root) for name in names
                  if not name.startswith(".") and not Path(folder, name).is_symlink()]
    return sorted(found)


def code_files(root, suffixes=CODE_SUFFIXES):
    return [path for path in files(root) if path.suffix in suffixes]


def house_folder(path):
    """lib/base/x.hpp -> lib/base; None outside of the house."""
    return "/".join(path.parts[:2]) if path.parts[0] in HOUSE and len(path.parts) > 2 else None


def read(root, path):
    return (root / path).read_text(encoding="utf-8", errors="surrogateescape")


def is_script(root, path):
    with (root / path).open("rb") as file:
        return file.read(2) == b"#!"


class PlantedTree(unittest.TestCase):
    """A test with a small project of its own, to plant violations in."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)

    def plant(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def assert_finds(self, violations, *words):
        self.assertTrue(any(all(word in violation for word in words) for violation in violations),
                        f"no violation with {words} in {violations}")

    def assert_holds(self, violations):
        if violations:
            self.fail(f"{len(violations)} violations\n" + "\n".join(violations))


def main():
    """Runs the tests of the calling file."""
    unittest.main(verbosity=2, argv=sys.argv[:1])
