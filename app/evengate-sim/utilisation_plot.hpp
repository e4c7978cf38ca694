// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a picture of a run: the utilisation of each gateway over time. Thread: any.
// Used by: replay_command, tests.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "replay/curves.hpp"

namespace evengate {

// Units: pixels, of a PNG; points, of an SVG.
inline constexpr int kPlotWidth = 1200;
inline constexpr int kPlotHeight = 520;
inline constexpr std::size_t kPlotPoints = 1000;  // more could not be told apart

// Of gateways 0, 1, ...; told apart by the colour-blind as well (Okabe and Ito). Gateway 8 begins
// anew, with a dashed curve. Units: 0xRRGGBB.
inline constexpr std::array<std::uint32_t, 8> kPlotColours = {
    0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000, 0xF0E442};

enum class PictureFormat : std::uint8_t { svg, png };
// By the end of the file's name.
[[nodiscard]] std::optional<PictureFormat> picture_format(std::string_view path);

// Returns the file. Fails: says what the drawing library has against it.
[[nodiscard]] Result<std::string> draw_utilisation(const replay::Curves& curves,
                                                   PictureFormat format);

}  // namespace evengate
