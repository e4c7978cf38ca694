// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a secret with its number, as a key file has it. Thread: any (immutable once loaded).
// Used by: settings, services (members); config (fills it), control.
#pragma once

#include <cstdint>
#include <string>

namespace evengate::settings {

struct AuthKey {
    uint32_t id = 0;
    std::string secret;

    friend bool operator==(const AuthKey&, const AuthKey&) = default;
};

}  // namespace evengate::settings
