#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: runs the Meson test suites of build directories one after the other, shows what failed, names
# what was skipped, and counts. Used by: scripts/test.
#
# A Catch2 program counts once for each test case, a program that speaks TAP once for each of its
# points, any other test once. Exit status 77 is a skip; its reason is the line "skip: REASON" that the
# test printed.

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

# They look at sources or drive the appliance: a second build of the pure folders tells nothing new.
RELEASE_ONLY_SUITES = {"structure", "lab", "bench"}
SKIP_STATUS = 77
SHOWN_LINES_OF_A_FAILURE = 200
SANITIZERS_TIMEOUT_FACTOR = "4"

CATCH_ALL_PASSED = re.compile(r"^All tests passed \(.*?in (\d+) test cases?\)", re.MULTILINE)
CATCH_TOTALS = re.compile(r"^test cases:\s*(\d+)((?:\s*\|\s*\d+ [a-z ]+)*)\s*$", re.MULTILINE)
CATCH_PART = re.compile(r"(\d+) (passed|failed as expected|failed|skipped)")
TAP_PLAN = re.compile(r"^1\.\.\d+", re.MULTILINE)
TAP_POINT = re.compile(r"^(ok|not ok)\b(.*)$", re.MULTILINE)
TAP_SKIP = re.compile(r"#\s*skip\S*\s*(.*)$", re.IGNORECASE)


class Count:
    def __init__(self, passed=0, failed=0, skips=()):
        self.passed = passed
        self.failed = failed
        self.skips = list(skips)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skips += other.skips

    def __str__(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {len(self.skips)} skipped" if self.skips else "")


def skip_reason(output):
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    named = [line[5:].strip() for line in lines if line.lower().startswith("skip:")]
    return (named or lines or ["no reason given"])[-1]


def count_catch(output):
    """The counts of Catch2's summary, or None when there is none (it crashed, or is no Catch2)."""
    all_passed = CATCH_ALL_PASSED.findall(output)
    if all_passed:
        return Count(passed=int(all_passed[-1]))
    totals = CATCH_TOTALS.findall(output)
    if not totals:
        return None
    parts = {name: int(number) for number, name in CATCH_PART.findall(totals[-1][1])}
    return Count(passed=parts.get("passed", 0) + parts.get("failed as expected", 0),
                 failed=parts.get("failed", 0),
                 skips=["(a Catch2 case)"] * parts.get("skipped", 0))


def count_tap(output):
    if not TAP_PLAN.search(output):
        return None
    count = Count()
    for verdict, text in TAP_POINT.findall(output):
        skipped = TAP_SKIP.search(text)
        if skipped:
            name = text[:skipped.start()].strip(" -0123456789")
            count.skips.append(f"{name}: {skipped.group(1)}")
        elif verdict == "ok":
            count.passed += 1
        else:
            count.failed += 1
    return count


def count_test(entry):
    """Counts one entry of Meson's testlog.json. A test that failed counts at least one failure,
    whatever it printed before."""
    output = entry.get("stdout", "")
    if entry["result"] == "SKIP":
        if entry.get("returncode") != SKIP_STATUS and count_tap(output):
            return count_tap(output)
        return Count(skips=[skip_reason(output + "\n" + entry.get("stderr", ""))])
    succeeded = entry["result"] in ("OK", "EXPECTEDFAIL")
    count = count_catch(output) or count_tap(output) or Count(passed=int(succeeded))
    if not succeeded and count.failed == 0:
        count.failed = 1
    return count


def read_suites(build):
    """Suite name -> number of tests, in the order in which Meson lists them."""
    tests = json.loads(subprocess.run(["meson", "introspect", "--tests", build], check=True,
                                      capture_output=True, text=True).stdout)
    suites = {}
    for test in tests:
        for suite in test["suite"]:
            name = suite.partition(":")[2] or "(no suite)"
            suites[name] = suites.get(name, 0) + 1
    return suites


def show_failure(build, entry):
    print(f"---- FAILED in {build}: {entry['name']} ({entry['result']}, "
          f"exit status {entry.get('returncode')})")
    print("     " + " ".join(entry.get("command", [])))
    lines = (entry.get("stdout", "") + entry.get("stderr", "")).splitlines()
    if len(lines) > SHOWN_LINES_OF_A_FAILURE:
        print(f"     ({len(lines) - SHOWN_LINES_OF_A_FAILURE} lines before are in {build}/meson-logs)")
    print("\n".join(lines[-SHOWN_LINES_OF_A_FAILURE:]))
    print("----")


def run_suite(build, suite):
    print(f"== {build}: {suite}", flush=True)
    log = Path(build, "meson-logs", f"suite-{suite}.json")
    log.unlink(missing_ok=True)
    command = ["meson", "test", "-C", build, "--no-rebuild", "--suite", suite,
               "--logbase", f"suite-{suite}"]
    if "asan" in build:
        command += ["--timeout-multiplier", SANITIZERS_TIMEOUT_FACTOR]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    others = []
    for line in run.stdout:
        if re.match(r"\s*\d+/\d+ ", line):
            print("   " + line.rstrip(), flush=True)
        else:
            others.append(line)
    status = run.wait()
    if not log.exists():
        print("".join(others))
        print(f"---- FAILED in {build}: meson test wrote no log, exit status {status}")
        return Count(failed=1)

    total = Count()
    with log.open(encoding="utf-8") as entries:
        for entry in map(json.loads, entries):
            count = count_test(entry)
            if count.failed:
                show_failure(build, entry)
            count.skips = [f"{build}: {entry['name']}: {reason}" for reason in count.skips]
            total.add(count)
    if status != 0 and total.failed == 0:
        print("".join(others))
        total.failed = 1
    print(f"   {total}", flush=True)
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--suite", action="append", default=[])
    parser.add_argument("builds", nargs="+")
    options = parser.parse_args()
    os.environ.setdefault("ASAN_OPTIONS", "detect_stack_use_after_return=1")
    os.environ.setdefault("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1")

    total = Count()
    known = set()
    for build in options.builds:
        suites = read_suites(build)
        known |= suites.keys()
        for suite in suites:
            if options.suite and suite not in options.suite:
                continue
            if "asan" in build and suite in RELEASE_ONLY_SUITES:
                continue
            total.add(run_suite(build, suite))
    for suite in sorted(set(options.suite) - known):
        print(f"no suite '{suite}'; there are: {', '.join(sorted(known))}")
        total.failed += 1
    if total.passed + total.failed + len(total.skips) == 0:
        print("no test was run")
        total.failed = 1
    if total.skips:
        print("== skipped")
        for skip in total.skips:
            print(f"   {skip}")
    print(total)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
