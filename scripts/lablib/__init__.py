# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The evengate authors
#
# What: a network of namespaces with real Linux hosts behind gateways. Used by: scripts/lab,
# scripts/quickstart, tests/lab.
