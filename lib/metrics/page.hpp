// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the table of metrics as a page for people. Thread: any.
// Used by: write_page (makes docs/metrics.md), the test that the page is fresh.
#pragma once

#include <string>

namespace evengate::metrics {

// Markdown.
[[nodiscard]] std::string to_page();

}  // namespace evengate::metrics
