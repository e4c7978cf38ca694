// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the main of tests that make kernel interfaces: in a network namespace of their own, which
// ends with the process and everything in it. Without the right to have one, all are skipped.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <sched.h>

#include "eal_session.hpp"

int main(int argc, char** argv) {
    constexpr int kSkipped = 77;  // as Meson understands it
    if (unshare(CLONE_NEWNET) != 0) {
        std::printf("SKIP: no network namespace (%s); run as root\n", std::strerror(errno));
        return kSkipped;
    }
    return evengate::test::run_behind_eal(argc, argv);
}
