#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: how each file opens, its characters, its size, and the names of files and types.

import re

import sources

MAX_LINES = 450
LICENCE = "SPDX-License-Identifier: BSD-3-Clause"
COPYRIGHT = "Copyright (c) 2026 The evengate authors"
OPENING_LINES = 12
# Spelled in two parts, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
# They say nothing about what a thing is.
EMPTY_WORDS = {"manager", "helper", "helpers", "util", "utils", "common", "misc", "handler",
               "processor", "data", "info"}
TYPE_NAME = re.compile(r"\b(?:class|struct|enum\s+class|enum|namespace)\s+(?:\[\[[^\]]*\]\]\s*)?"
                       r"((?:\w+::)*\w+)\s*(?:final\s*)?[:{]")

TEXT_SUFFIXES = (*sources.CODE_SUFFIXES, ".py", ".md", ".yaml", ".yml", ".build", ".txt", ".json",
                 ".service", "")
NOT_OURS_TO_FORMAT = {"LICENSE"}
# What a test feeds to a parser looks as it must.
INPUTS = ("tests/fuzz/seeds/", "tests/fuzz/corpus/", "tests/unit/config/bad/")


def words_of(name):
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def is_code(root, path):
    return path.suffix in (*sources.CODE_SUFFIXES, ".py") or sources.is_script(root, path)


def check_opening(root, path, text):
    opening = "\n".join(text.splitlines()[:OPENING_LINES])
    violations = []
    if is_code(root, path) or path.name.startswith("meson"):
        if LICENCE not in opening:
            violations.append(f"{path}:1: does not open with {LICENCE}")
    if is_code(root, path) and COPYRIGHT not in opening:
        violations.append(f"{path}:2: no line '{COPYRIGHT}'")
    if path.suffix in sources.HEADER_SUFFIXES:
        opening = re.sub(r"\s*\n//\s*", " ", opening)
        # Headers of tests are included by one program with one thread.
        wanted = ["What:", "Thread:", "Used by:"] if sources.house_folder(path) else ["What:"]
        violations += [f"{path}:4: its opening comment has no '{word}'"
                       for word in wanted if word not in opening]
        if path.suffix == ".hpp" and "#pragma once" not in text:
            violations.append(f"{path}:1: no #pragma once")
    return violations


def check_lines(root, path, text):
    violations = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.isascii():
            violations.append(f"{path}:{number}: not ASCII")
        if "\t" in line:
            violations.append(f"{path}:{number}: a tab")
        if line != line.rstrip():
            violations.append(f"{path}:{number}: blanks at its end")
        if UNFINISHED.search(line):
            violations.append(f"{path}:{number}: unfinished")
    if text and not text.endswith("\n"):
        violations.append(f"{path}: no line end at its end")
    if is_code(root, path) and text.count("\n") > MAX_LINES:
        violations.append(f"{path}: {text.count(chr(10))} lines, at most {MAX_LINES}")
    return violations


def check_names(path, text):
    violations = [f"{path}: '{word}' in its name says nothing"
                  for word in sorted(words_of(path.stem) & EMPTY_WORDS)]
    if path.suffix not in sources.CODE_SUFFIXES:
        return violations
    stripped = sources.strip_comments_and_strings(text)
    for match in TYPE_NAME.finditer(stripped):
        for word in sorted(words_of(match.group(1)) & EMPTY_WORDS):
            line = stripped.count("\n", 0, match.start(1)) + 1
            violations.append(f"{path}:{line}: '{word}' in {match.group(1)} says nothing")
    violations += [f"{path}:{line}: a block comment; ours begin with //"
                   for line, comment in sources.comments(text) if comment.startswith("/*")]
    return violations


def check_files(root):
    violations = []
    for path in sources.files(root):
        if path.suffix not in TEXT_SUFFIXES or path.name in NOT_OURS_TO_FORMAT:
            continue
        if str(path).startswith(INPUTS):
            continue
        text = sources.read(root, path)
        if "\0" in text:
            continue
        violations += check_opening(root, path, text)
        violations += check_lines(root, path, text)
        violations += check_names(path, text)
    return violations


GOOD_OPENING = f"// {LICENCE}\n// {COPYRIGHT}\n//\n// What: x. Thread: any. Used by: y.\n#pragma once\n"


class TheTree(sources.PlantedTree):
    def test_each_file_keeps_the_rules_of_the_house(self):
        self.assert_holds(check_files(sources.ROOT))


class Planted(sources.PlantedTree):
    def test_a_good_header_is_left_alone(self):
        self.plant("lib/base/good.hpp", GOOD_OPENING + "struct Database { int kept_for_info; };\n")
        self.assert_holds(check_files(self.root))

    def test_each_violation_is_found(self):
        planted = [
            ("lib/base/a.hpp", GOOD_OPENING.replace(LICENCE, "MIT"), "SPDX"),
            ("lib/base/a.hpp", GOOD_OPENING.replace(COPYRIGHT, "me"), "Copyright"),
            ("lib/base/a.hpp", GOOD_OPENING.replace("Thread:", ""), "Thread:"),
            ("lib/base/a.hpp", GOOD_OPENING.replace("Used by:", ""), "Used by:"),
            ("lib/base/a.hpp", GOOD_OPENING.replace("#pragma once\n", ""), "#pragma once"),
            ("lib/base/a.hpp", GOOD_OPENING + "// \u00e4\n", "not ASCII"),
            ("lib/base/a.hpp", GOOD_OPENING + "\tint x;\n", "a tab"),
            ("lib/base/a.hpp", GOOD_OPENING + "int x; \n", "blanks"),
            ("lib/base/a.hpp", GOOD_OPENING + "int x;", "no line end"),
            ("lib/base/a.hpp", GOOD_OPENING + "int x;\n" * MAX_LINES, "lines, at most"),
            ("lib/base/a.hpp", GOOD_OPENING + "// TO" + "DO: more\n", "unfinished"),
            ("lib/base/a.hpp", GOOD_OPENING + "/* x */\n", "block comment"),
            ("lib/base/a.hpp", GOOD_OPENING + "class PortManager {};\n", "'manager' in PortManager"),
            ("lib/base/byte_utils.hpp", GOOD_OPENING, "'utils' in its name"),
            ("scripts/a", "#!/bin/bash\n", "SPDX"),
            ("lib/base/meson.build", "x = 1\n", "SPDX"),
        ]
        for path, text, word in planted:
            with self.subTest(word=word, path=path):
                target = self.plant(path, text)
                self.assert_finds(check_files(self.root), path, word)
                target.unlink()


if __name__ == "__main__":
    sources.main()
