// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// Prints one real scrape of a full report, for promtool.
#include <cstdio>

#include "metrics/endpoint.hpp"
#include "unit/metrics/example_report.hpp"
#include "unit/metrics/scrape.hpp"

int main() {
    evengate::admin::Mailbox mailbox;
    const evengate::metrics::AnsweringThread control(mailbox, evengate::admin::example_report());
    const auto endpoint = evengate::metrics::Endpoint::open("127.0.0.1:0", mailbox);
    if (!endpoint.ok()) {
        std::fprintf(stderr, "%s\n", endpoint.error().message.c_str());
        return 1;
    }
    // Twice: the server's own metrics have values only after a first scrape.
    evengate::metrics::scrape((*endpoint)->port());
    return std::fputs(evengate::metrics::scrape((*endpoint)->port()).c_str(), stdout) < 0 ? 1 : 0;
}
