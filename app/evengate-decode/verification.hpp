// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: verifies a captured message by what it bears, with all keys that were given.
// Thread: one. Used by: evengate-decode.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "glbp/authentication.hpp"

namespace evengate::decode {

class Verification {
 public:
    // A key serves each method that takes a secret of its size.
    // Fails: an id twice, a secret that no method takes.
    static Result<Verification> make(const std::vector<glbp::Key>& keys);

    // nullopt: no keys were given, or the message bears no authentication.
    [[nodiscard]] std::optional<glbp::Verdict> verify(std::span<const uint8_t> payload,
                                                      const glbp::Decoded& decoded,
                                                      const glbp::Binding& binding) const;

 private:
    Verification() = default;

    // One of each method; of method none where no key fits.
    std::vector<glbp::KeyRing> rings_;
};

// "7:secret" as a key. nullopt: no such text.
std::optional<glbp::Key> parse_key(std::string_view text);

}  // namespace evengate::decode
