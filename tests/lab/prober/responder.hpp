// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: sends every probe back to where it came from. Thread: the caller's only.
// Used by: the prober's main.
#pragma once

#include <netinet/in.h>

#include <span>
#include <string>

#include "base/result.hpp"

namespace evengate::prober {

struct ResponderPlace {
    std::string netns_path;
    sockaddr_in listen{};
};

// Answers in all places until the process is ended by a signal. Datagrams that are no probes are
// thrown away, so that two responders cannot entertain each other. Fails: a socket cannot be made.
Result<void> respond_forever(std::span<const ResponderPlace> places);

}  // namespace evengate::prober
