// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "eal_session.hpp"

int main(int argc, char** argv) {
    return evengate::test::run_behind_eal(argc, argv);
}
