#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: who may include whom, and where each library may be seen.

import re

import sources

PURE = {"lib/base", "lib/packet", "lib/settings", "lib/glbp", "lib/group", "lib/balance",
        "lib/reroute", "lib/replay", "lib/control", "lib/sim"}
ANY = None

# A folder may include itself and these folders.
MATRIX = {
    "lib/base": [],
    "lib/packet": ["lib/base"],
    "lib/settings": ["lib/base"],
    "lib/glbp": ["lib/base"],
    "lib/balance": ["lib/base"],
    "lib/reroute": ["lib/base", "lib/packet"],
    "lib/replay": ["lib/base", "lib/group", "lib/balance", "lib/reroute"],
    "lib/admin": ["lib/base"],
    "lib/group": ["lib/base", "lib/glbp", "lib/balance"],
    "lib/counters": ["lib/base", "lib/packet"],
    "lib/table": ["lib/base", "lib/packet", "lib/reroute"],
    "lib/dataplane": ["lib/base", "lib/packet", "lib/reroute", "lib/table", "lib/counters"],
    "lib/control": ["lib/base", "lib/packet", "lib/glbp", "lib/group", "lib/balance", "lib/reroute",
                    "lib/counters", "lib/settings", "lib/admin"],
    "lib/sim": ["lib/base", "lib/packet", "lib/glbp", "lib/group", "lib/reroute", "lib/settings",
                "lib/admin", "lib/control"],
    "lib/config": ["lib/base", "lib/settings"],
    "lib/metrics": ["lib/base", "lib/admin"],
    "lib/console": ["lib/base", "lib/admin"],
    "drivers/port": ["lib/base", "lib/packet", "lib/settings", "lib/admin"],
    "drivers/segment": ["lib/base", "lib/packet"],
}

# A system header may be included only by the folders named. "app" is every program.
LIBRARIES = [
    (r"yaml-cpp/.*", {"lib/config"}),
    (r"prometheus/.*", {"lib/metrics"}),
    (r"cmdline.*\.h", {"lib/console"}),
    (r"rte_.*\.h", {"lib/table", "lib/dataplane", "lib/console", "drivers/port", "drivers/segment",
                    "app"}),
    (r"nlohmann/.*", {"lib/admin", "lib/console", "app"}),
    (r"CLI/.*", {"app"}),
    (r"pcap/.*", {"app/evengate-decode"}),
    (r"openssl/.*", {"lib/glbp"}),
]
# What reads, waits or runs has no place in a folder that only computes.
IMPURE = re.compile(r"thread|mutex|shared_mutex|condition_variable|future|semaphore|fstream|iostream"
                    r"|filesystem|unistd\.h|poll\.h|fcntl\.h|pthread\.h|sys/.*|linux/.*|time\.h|ctime")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(root, path):
    """(line number, is it in quotes, target) of each include; comments do not count."""
    text = sources.strip_comments(sources.read(root, path))
    return [(text.count("\n", 0, m.start(1)) + 1, m.group(1) == '"', m.group(2))
            for m in INCLUDE.finditer(text)]


def resolve(root, path, target):
    """The project's file that an include in quotes names, or None."""
    for top in ("lib", "drivers", "app", "."):
        candidate = sources.Path(top, target)
        if (root / candidate).is_file():
            return candidate
    candidate = path.parent / target
    return candidate if (root / candidate).is_file() else None


def allowed_folders(folder):
    if folder.startswith("app/"):
        return ANY
    return MATRIX.get(folder, [])


def check_system_include(folder, target):
    for pattern, folders in LIBRARIES:
        if re.fullmatch(pattern, target):
            if folder not in folders and folder.split("/")[0] not in folders:
                return f"<{target}> belongs in {', '.join(sorted(folders))} only"
    if folder in PURE and IMPURE.fullmatch(target):
        return f"<{target}> in a pure folder"
    return None


def check_includes(root):
    violations = []
    for path in sources.code_files(root):
        folder = sources.house_folder(path)
        if folder is None:
            continue
        if folder not in MATRIX and not folder.startswith("app/"):
            violations.append(f"{path}: folder {folder} has no row in the matrix of {__file__}")
            continue
        for line, quoted, target in includes(root, path):
            problem = None
            if not quoted:
                problem = check_system_include(folder, target)
            else:
                included = resolve(root, path, target)
                other = included and sources.house_folder(included)
                allowed = allowed_folders(folder)
                if included is None:
                    problem = f'"{target}" is no file of ours; libraries are included with <>'
                elif allowed is not ANY and other != folder and other not in allowed:
                    problem = f"{folder} may not include {other or included}"
            if problem:
                violations.append(f"{path}:{line}: {problem}")
    return violations


def find_cycle(edges):
    """A cycle of a graph {node: [nodes]} as a list of nodes, or None."""
    done = set()

    def walk(node, trail):
        if node in trail:
            return trail[trail.index(node):] + [node]
        if node in done:
            return None
        for following in edges.get(node, []):
            cycle = walk(following, trail + [node])
            if cycle:
                return cycle
        done.add(node)
        return None

    for node in edges:
        cycle = walk(node, [])
        if cycle:
            return cycle
    return None


def file_edges(root):
    edges = {}
    for path in sources.code_files(root):
        targets = [resolve(root, path, target) for _, quoted, target in includes(root, path) if quoted]
        edges[str(path)] = [str(target) for target in targets if target]
    return edges


class TheTree(sources.PlantedTree):
    def test_each_folder_includes_only_what_the_matrix_allows(self):
        self.assert_holds(check_includes(sources.ROOT))

    def test_the_matrix_has_no_cycle(self):
        self.assertIsNone(find_cycle(MATRIX))

    def test_no_file_includes_itself_by_a_detour(self):
        self.assertIsNone(find_cycle(file_edges(sources.ROOT)))


class Planted(sources.PlantedTree):
    def test_an_include_against_the_matrix_is_found(self):
        self.plant("lib/control/x.hpp", "")
        self.plant("lib/dataplane/a.cpp", '#include "control/x.hpp"\n')
        self.assert_finds(check_includes(self.root), "a.cpp:1", "lib/dataplane", "lib/control")

    def test_an_include_within_the_matrix_is_not(self):
        self.plant("lib/base/x.hpp", "")
        self.plant("lib/packet/a.cpp", '#include "base/x.hpp"\n')
        self.assert_holds(check_includes(self.root))

    def test_an_include_in_a_comment_is_not(self):
        self.plant("lib/base/a.cpp", '// #include "control/x.hpp"\n')
        self.assert_holds(check_includes(self.root))

    def test_a_program_may_include_everything(self):
        self.plant("lib/control/x.hpp", "")
        self.plant("app/evengate/main.cpp", '#include <rte_eal.h>\n#include "control/x.hpp"\n')
        self.assert_holds(check_includes(self.root))

    def test_libraries_outside_of_their_folders_are_found(self):
        planted = {"yaml-cpp/yaml.h": "lib/control", "prometheus/counter.h": "lib/console",
                   "cmdline_parse.h": "drivers/port", "rte_mbuf.h": "lib/counters",
                   "nlohmann/json.hpp": "lib/dataplane", "CLI/CLI.hpp": "lib/config",
                   "thread": "lib/group"}
        for header, folder in planted.items():
            with self.subTest(header=header):
                self.plant(f"{folder}/a.cpp", f"#include <{header}>\n")
                self.assert_finds(check_includes(self.root), folder, header)

    def test_a_folder_without_a_row_is_found(self):
        self.plant("lib/extra/a.hpp", "")
        self.assert_finds(check_includes(self.root), "lib/extra", "no row")

    def test_a_library_header_in_quotes_is_found(self):
        self.plant("lib/packet/a.cpp", '#include "rte_ether.h"\n')
        self.assert_finds(check_includes(self.root), "rte_ether.h", "no file of ours")

    def test_a_cycle_of_files_is_found(self):
        self.plant("lib/base/a.hpp", '#include "base/b.hpp"\n')
        self.plant("lib/base/b.hpp", '#include "base/a.hpp"\n')
        self.assertIsNotNone(find_cycle(file_edges(self.root)))


if __name__ == "__main__":
    sources.main()
