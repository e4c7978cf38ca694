#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: tables of our pages that repeat what code says repeat it exactly.

import re

import includes_test
import sources

RULE = re.compile(r"\bprotocol rule (\d+)", re.IGNORECASE)


def table_after(page, heading):
    """The rows of the first table behind a heading, as lists of cells, its head left out."""
    lines = page.splitlines()
    try:
        at = next(i for i, line in enumerate(lines) if line.lstrip("#") == f" {heading}" and line[:1] == "#")
    except StopIteration:
        return []
    rows = []
    for line in lines[at + 1:]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows or line.startswith("#"):
            break
    return rows[2:]


def quoted_words(cell):
    return re.findall(r"`([^`]+)`", cell)


def x_list(text, macro):
    """The entries of a list of X(...): each the list of its arguments, strings without quotes."""
    body = re.search(rf"#define {macro}\(X\)((?:.*\\\n)*.*)", text).group(1)
    entries = re.findall(r'X\(((?:"[^"]*"|[^()"])*)\)', body)
    return [[argument.strip().strip('"') for argument in re.findall(r'"[^"]*"|[^,"]+', entry)
             if argument.strip()] for entry in entries]


def differences(where, in_code, on_page):
    """What the page says otherwise than the code, in another order, or twice."""
    if in_code == on_page:
        return []
    apart = sorted(set(in_code) ^ set(on_page))
    return [f"{where}: {entry} is in one of page and code only" for entry in apart] or \
        [f"{where}: not in the order of the code, or twice"]


def check_matrix(page, matrix):
    shown = {quoted_words(row[0])[0]: quoted_words(row[1])
             for row in table_after(page, "Who may include whom")}
    return [f"docs/architecture.md: {folder} may include {matrix.get(folder)}, the page says {shown.get(folder)}"
            for folder in sorted(matrix.keys() | shown.keys())
            if sorted(matrix.get(folder, ["no such row"])) != sorted(shown.get(folder, ["no such row"]))]


def check_drop_reasons(page, code):
    expected = [tuple(entry) for entry in x_list(code, "EVENGATE_DROP_REASONS")]
    shown = [(quoted_words(row[0])[0], row[1]) for row in table_after(page, "Drop reasons")]
    return differences("docs/dataplane.md, drop reasons", expected, shown)


def check_punt_classes(page, code):
    expected = [(name, rate.replace("'", ""), size)
                for name, rate, size in x_list(code, "EVENGATE_PUNT_CLASSES")]
    shown = [(quoted_words(row[0])[0], row[2].replace(",", ""), row[3].replace(",", ""))
             for row in table_after(page, "Punt classes")]
    return differences("docs/dataplane.md, punt classes", expected, shown)


def check_decode_errors(page, code):
    expected = [entry[0] for entry in x_list(code, "EVENGATE_DECODE_ERRORS")]
    shown = [quoted_words(row[0])[0] for row in table_after(page, "What a receiver must reject")]
    return differences("docs/protocol.md, what a receiver must reject", expected, shown)


def existing_folders(root):
    return {folder for folder in map(sources.house_folder, sources.code_files(root)) if folder}


def check_glossary(page, folders):
    shown = [quoted_words(row[0])[0] for row in table_after(page, "Folders")]
    return differences("lib/README.md", sorted(folders), shown)


def check_rules(page, root):
    known = {row[0] for row in table_after(page, "Protocol rules")}
    return [f"{path}: protocol rule {number} has no row in docs/protocol.md"
            for path in sources.code_files(root, (*sources.CODE_SUFFIXES, ".md"))
            for number in sorted(set(RULE.findall(sources.read(root, path))) - known)]


def read(path):
    return sources.read(sources.ROOT, path)


class TheTree(sources.PlantedTree):
    def test_the_architecture_page_shows_the_matrix_that_is_checked(self):
        self.assert_holds(check_matrix(read("docs/architecture.md"), includes_test.MATRIX))

    def test_the_data_plane_page_names_each_drop_reason(self):
        self.assert_holds(check_drop_reasons(read("docs/dataplane.md"), read("lib/packet/drop_reason.hpp")))

    def test_the_data_plane_page_has_rate_and_ring_of_each_punt_class(self):
        self.assert_holds(check_punt_classes(read("docs/dataplane.md"), read("lib/packet/punt.hpp")))

    def test_the_protocol_page_names_each_fault_of_a_message(self):
        self.assert_holds(check_decode_errors(read("docs/protocol.md"), read("lib/glbp/decode.hpp")))

    def test_the_glossary_names_each_folder(self):
        self.assert_holds(check_glossary(read("lib/README.md"), existing_folders(sources.ROOT)))

    def test_each_protocol_rule_that_is_named_can_be_read(self):
        self.assert_holds(check_rules(read("docs/protocol.md"), sources.ROOT))


class Planted(sources.PlantedTree):
    def test_a_row_that_differs_from_the_matrix_is_found(self):
        page = ("### Who may include whom\n\ntext\n\n| folder | may include |\n|---|---|\n"
                "| `lib/a` | - |\n| `lib/b` | `lib/a` |\n")
        self.assert_holds(check_matrix(page, {"lib/a": [], "lib/b": ["lib/a"]}))
        self.assert_finds(check_matrix(page, {"lib/a": [], "lib/b": []}), "lib/b")
        self.assert_finds(check_matrix(page, {"lib/a": []}), "lib/b")
        self.assert_finds(check_matrix("", {"lib/a": []}), "lib/a")

    def test_a_drop_reason_that_is_missing_or_told_otherwise_is_found(self):
        code = '#define EVENGATE_DROP_REASONS(X) \\\n    X(a, "one (RFC 1)") \\\n    X(b, "two, or more"  )\n\n'
        page = "## Drop reasons\n\n| reason | meaning |\n|---|---|\n| `a` | one (RFC 1) |\n| `b` | two, or more |\n"
        self.assert_holds(check_drop_reasons(page, code))
        self.assert_finds(check_drop_reasons(page.replace("two", "three"), code), "'b'")
        self.assert_finds(check_drop_reasons(page.replace("| `b` | two, or more |\n", ""), code), "'b'")
        self.assert_finds(check_drop_reasons(page + "| `a` | one (RFC 1) |\n", code), "twice")

    def test_a_fault_of_a_message_that_the_page_lacks_is_found(self):
        code = '#define EVENGATE_DECODE_ERRORS(X) \\\n    X(a, "one") \\\n    X(b, "two")\n\n'
        page = "### What a receiver must reject\n\n| name | when |\n|---|---|\n| `a` | x |\n| `b` | y |\n"
        self.assert_holds(check_decode_errors(page, code))
        self.assert_finds(check_decode_errors(page.replace("| `b` | y |\n", ""), code), "b")

    def test_another_rate_of_a_punt_class_is_found(self):
        code = "#define EVENGATE_PUNT_CLASSES(X) \\\n    X(arp, 600'000, 4096)\n\n"
        page = "## Punt classes\n\n| class | what | rate | ring |\n|---|---|---|---|\n| `arp` | ARP | 600,000 | 4096 |\n"
        self.assert_holds(check_punt_classes(page, code))
        self.assert_finds(check_punt_classes(page.replace("600", "500"), code), "arp")

    def test_a_rule_that_no_page_has_is_found(self):
        page = "# Protocol rules\n\n| rule | says |\n|---|---|\n| 2 | x |\n"
        self.plant("lib/a/x.cpp", "// Protocol rule 2, and protocol rule 31.\n")
        violations = check_rules(page, self.root)
        self.assert_finds(violations, "lib/a/x.cpp", "31")
        self.assertEqual(len(violations), 1)

    def test_a_folder_without_a_line_is_found(self):
        self.plant("lib/a/x.hpp", "")
        self.assert_finds(check_glossary("", existing_folders(self.root)), "lib/a")


if __name__ == "__main__":
    sources.main()
