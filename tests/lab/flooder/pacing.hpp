// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how many frames are due by now at a fixed rate. Pure: time is a parameter. Thread: any.
// Used by: the flooder, its tests.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace evengate::flooder {

// Frames that should have left `elapsed` after the start. Not checked: that the product stays below
// 2^63, as it does for 10 million frames a second over 15 minutes.
// Units: per_second in frames.
uint64_t frames_due(uint64_t per_second, Duration elapsed);

// Of those, how many to send now: all that are missing, but never more than `most`. What a slow
// machine cannot send is left out, rather than sent in a burst beyond the rate.
uint64_t frames_to_send(uint64_t due, uint64_t sent_or_skipped, uint64_t most);

}  // namespace evengate::flooder
