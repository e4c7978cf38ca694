#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: links between our pages lead somewhere.

import re

import sources

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#+\s+(.*?)\s*$", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def without_code(text):
    text = FENCE.sub(lambda m: sources.blank(m.group()), text)
    return CODE.sub(" ", text)


def anchors(text):
    """The names that a page's headings get on the web."""
    found = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        kept = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(kept.replace(" ", "-"))
    return found


def check_links(root):
    violations = []
    for path in sources.files(root):
        if path.suffix != ".md":
            continue
        text = without_code(sources.read(root, path))
        for match in LINK.finditer(text):
            target, _, anchor = match.group(1).partition("#")
            if ELSEWHERE.match(target):
                continue
            where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
            page = root / path.parent / target if target else root / path
            if not page.exists():
                violations.append(f"{where}: {target} is not there")
            elif anchor and page.suffix == ".md" and anchor not in anchors(page.read_text("utf-8")):
                violations.append(f"{where}: {match.group(1)}: no such heading")
    return violations


class TheTree(sources.PlantedTree):
    def test_each_link_leads_somewhere(self):
        self.assert_holds(check_links(sources.ROOT))


class Planted(sources.PlantedTree):
    def test_a_link_to_nothing_is_found(self):
        self.plant("docs/a.md", "text\n\nsee [b](b.md)\n")
        self.assert_finds(check_links(self.root), "docs/a.md:3", "b.md")

    def test_a_link_to_no_heading_is_found(self):
        self.plant("docs/a.md", "# One thing\n\n[x](#another-thing)\n")
        self.assert_finds(check_links(self.root), "docs/a.md:3", "no such heading")

    def test_links_that_lead_somewhere_are_left_alone(self):
        self.plant("docs/b.md", "# One thing, really\n")
        self.plant("README.md", "[x](docs/b.md#one-thing-really) [y](https://example.org/z) `[n](o)`\n"
                   "```\n[p](q)\n```\n[d](docs)\n")
        self.assert_holds(check_links(self.root))


if __name__ == "__main__":
    sources.main()
