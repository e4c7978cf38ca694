#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: words that some folders may not use: allocation and locks where packets pass, clocks and
# threads where decisions are made, and what C++ has better names for everywhere.

import fnmatch
import re

import sources

HOT = ("lib/dataplane/*", "lib/packet/*", "lib/table/*reader*")
COMPUTING = ("lib/base/*", "lib/packet/*", "lib/settings/*", "lib/glbp/*", "lib/group/*",
             "lib/balance/*", "lib/reroute/*", "lib/replay/*", "lib/control/*", "lib/sim/*")
EVERYWHERE = ("*",)

# (where, expression for a whole, possibly qualified name, why not)
FORBIDDEN = [
    (HOT, r"new|delete|(std::)?[mc]alloc|(std::)?realloc|std::make_(unique|shared)", "no allocation"),
    (HOT, r"std::(string|vector|map|unordered_map|deque|list|function)(::\w+)?", "no allocation"),
    (HOT, r"(std::)?log|(std::|fmt::)?\w*printf|fmt::\w+|rte_log|RTE_LOG", "no logs"),
    (HOT, r"std::\w*mutex|std::\w*_lock|std::lock_guard|rte_\w*lock_\w*", "no locks"),
    (HOT, r"throw|virtual", "no exceptions, no indirect calls"),
    (HOT, r"usleep|nanosleep|clock_gettime|std::this_thread::\w+", "no system calls"),
    (COMPUTING, r"rte_\w+|RTE_\w+", "no DPDK"),
    (COMPUTING, r"std::j?thread|std::async|pthread_\w+", "no threads"),
    (COMPUTING, r"(\w+::)*\w+_clock::now|clock_gettime|gettimeofday|(std::)?time", "time is a parameter"),
    (COMPUTING, r"(std::)?s?rand|std::random_device|(std::)?getenv", "the same input, the same output"),
    (EVERYWHERE, r"volatile|rte_atomic\w*|__sync_\w+|rte_smp_\w+", "std::atomic says it"),
]

# (file pattern, name): why it may. An entry that nothing needs any more is a violation.
EXCEPTIONS = {
    ("lib/packet/fragment.*", "std::vector"): "cut by the control lcore, which may allocate",
    ("lib/packet/icmp.*", "std::vector"): "built by the control lcore, which may allocate",
    ("lib/packet/tcp_segment.*", "std::vector"): "built by the control lcore, which may allocate",
    ("lib/dataplane/worker.hpp", "std::vector"): "sized at start-up, one batch a port",
    ("lib/dataplane/worker_plan.hpp", "std::vector"): "filled at start-up, then read",
}

NAME = re.compile(r"\b[A-Za-z_]\w*(?:::~?[A-Za-z_]\w*)*")
ALWAYS_INLINE_REASON = "measured"


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def is_deleted_function(text, match):
    return match.group() == "delete" and text[:match.start()].rstrip().endswith("=")


def is_member_or_declared(text, match):
    """x.log, x->time and "Duration time" name something of ours."""
    before = text[:match.start()].rstrip()
    return before.endswith((".", "->")) or text[match.end():].lstrip()[:1] != "("


# These are forbidden as calls; a field or variable may have such a name.
CALLS_ONLY = {"log", "time", "rand"}


def check_file(path, text, used_exceptions):
    violations = []
    stripped = sources.strip_comments_and_strings(text)
    for match in NAME.finditer(stripped):
        name = match.group()
        if is_deleted_function(stripped, match):
            continue
        if name in CALLS_ONLY and is_member_or_declared(stripped, match):
            continue
        for where, expression, why in FORBIDDEN:
            if not any(fnmatch.fnmatch(str(path), pattern) for pattern in where):
                continue
            if not re.fullmatch(expression, name):
                continue
            exception = next((key for key in EXCEPTIONS
                              if fnmatch.fnmatch(str(path), key[0]) and key[1] == name), None)
            if exception:
                used_exceptions.add(exception)
            else:
                violations.append(f"{path}:{line_of(stripped, match.start())}: {name}: {why}")
    violations += check_using_namespace(path, stripped)
    violations += check_always_inline(path, text, stripped)
    return violations


# A test's .cpp file ends where it ends, and literals (10ms, "x"sv) cannot be had otherwise.
def check_using_namespace(path, stripped):
    if sources.house_folder(path) is None and path.suffix == ".cpp":
        return []
    return [f"{path}:{line_of(stripped, match.start())}: using namespace {match.group(1)}"
            for match in re.finditer(r"\busing\s+namespace\s+([\w:]+)", stripped)
            if not re.fullmatch(r"std::(\w+_)?literals(::\w+)?", match.group(1))]


def check_always_inline(path, text, stripped):
    lines = text.splitlines()
    violations = []
    for match in re.finditer(r"\b(__)?always_inline(__)?\b", stripped):
        line = line_of(stripped, match.start())
        if not any(ALWAYS_INLINE_REASON in near for near in lines[max(0, line - 4):line]):
            violations.append(f"{path}:{line}: always_inline without a line that says where it was "
                              f"{ALWAYS_INLINE_REASON}")
    return violations


def check_tokens(root):
    violations = []
    used_exceptions = set()
    for path in sources.code_files(root):
        violations += check_file(path, sources.read(root, path), used_exceptions)
    if root == sources.ROOT:
        violations += [f"exception {key} is not needed: remove it"
                       for key in set(EXCEPTIONS) - used_exceptions]
    return violations


class TheTree(sources.PlantedTree):
    def test_no_folder_uses_a_word_that_it_may_not(self):
        self.assert_holds(check_tokens(sources.ROOT))


class Planted(sources.PlantedTree):
    def test_each_kind_of_forbidden_word_is_found_where_it_is_forbidden(self):
        planted = [
            ("lib/dataplane/a.cpp", "auto* p = new int;", "new"),
            ("lib/dataplane/a.cpp", "delete p;", "delete"),
            ("lib/packet/a.hpp", "std::vector<int> v;", "std::vector"),
            ("lib/packet/a.hpp", "std::string s;", "std::string"),
            ("lib/dataplane/a.cpp", "std::function<void()> f;", "std::function"),
            ("lib/table/vmac_reader.hpp", "std::mutex m;", "std::mutex"),
            ("lib/dataplane/a.cpp", 'std::printf("x");', "std::printf"),
            ("lib/dataplane/a.cpp", "virtual void f();", "virtual"),
            ("lib/packet/a.cpp", "throw 1;", "throw"),
            ("lib/control/a.cpp", "auto n = std::chrono::steady_clock::now();", "now"),
            ("lib/control/a.cpp", "rte_mbuf* m;", "rte_mbuf"),
            ("lib/group/a.cpp", "int r = rand();", "rand"),
            ("lib/balance/a.cpp", 'std::getenv("X");', "std::getenv"),
            ("lib/group/a.cpp", "std::thread t;", "std::thread"),
            ("app/evengate/a.cpp", "volatile int stop;", "volatile"),
            ("drivers/port/a.cpp", "rte_smp_mb();", "rte_smp_mb"),
            ("lib/table/a.cpp", "__sync_synchronize();", "__sync_synchronize"),
            ("tests/unit/base/a.hpp", "using namespace evengate;", "using namespace"),
            ("lib/config/a.cpp", "using namespace std;", "using namespace std"),
            ("lib/dataplane/a.cpp", "[[gnu::always_inline]] int f();", "always_inline"),
        ]
        for path, text, word in planted:
            with self.subTest(text=text):
                target = self.plant(path, "\n" + text + "\n")
                self.assert_finds(check_tokens(self.root), f"{path}:2", word)
                target.unlink()

    def test_what_only_looks_like_a_forbidden_word_is_not_found(self):
        self.plant("lib/dataplane/a.cpp", """
            // A new string is not allocated here: no malloc, no virtual call.
            const char* text = "new delete throw";
            const char* raw = R"(volatile rand())";
            struct Worker { Worker(const Worker&) = delete; std::string_view name; int new_owner; };
            constexpr int kNumber = 1'000'000; char quote = '"'; int renewed;
            // A quote that could confuse: don't.
            """)
        self.plant("lib/control/a.cpp", "int time = 0; report.log(2); x = runtime(3);\n")
        self.plant("lib/config/a.cpp", "std::vector<std::string> v; throw 1;\n"
                   "using namespace std::chrono_literals;\n")
        self.plant("tests/unit/base/a_test.cpp", "using namespace evengate;\n")
        self.assert_holds(check_tokens(self.root))

    def test_always_inline_with_its_measurement_is_allowed(self):
        self.plant("lib/dataplane/a.cpp",
                   "// 3 % faster, measured by scripts/bench\n[[gnu::always_inline]] inline int f();\n")
        self.assert_holds(check_tokens(self.root))


if __name__ == "__main__":
    sources.main()
