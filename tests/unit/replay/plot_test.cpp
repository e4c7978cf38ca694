// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-sim/utilisation_plot.hpp"

#include <cairo.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "base/bytes.hpp"
#include "catch.hpp"

#ifdef __SANITIZE_ADDRESS__
// What fontconfig keeps of its files for as long as the program runs.
extern "C" const char* __lsan_default_suppressions();  // NOLINT: the sanitizer's name
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig.so"; }
#endif

namespace evengate {
namespace {

// Each gateway at a height of its own.
replay::Curves make_curves(std::size_t n_gateways, std::size_t n_points) {
    replay::Curves curves;
    curves.n_points = n_points;
    curves.point = std::chrono::seconds(1);
    for (std::size_t i = 0; i < n_gateways; ++i) {
        curves.by_gateway.emplace_back(
            n_points, static_cast<double>(i + 1) / static_cast<double>(n_gateways + 1));
    }
    return curves;
}

std::string draw(const replay::Curves& curves, PictureFormat format) {
    const auto picture = draw_utilisation(curves, format);
    REQUIRE(picture);
    return *picture;
}

struct Seen {
    int n_pixels = 0;
    int first_row = 0;
    int last_row = 0;
};

// The pixels of each colour, where the curves are: left of the legend.
std::map<std::uint32_t, Seen> find_colours(const std::string& png) {
    struct Reader {
        const std::string& bytes;
        std::size_t at = 0;
    } reader{png};
    cairo_surface_t* const image = cairo_image_surface_create_from_png_stream(
        [](void* closure, unsigned char* to, unsigned int size) {
            auto& from = *static_cast<Reader*>(closure);
            if (from.bytes.size() - from.at < size) {
                return CAIRO_STATUS_READ_ERROR;
            }
            std::memcpy(to, from.bytes.data() + from.at, size);
            from.at += size;
            return CAIRO_STATUS_SUCCESS;
        },
        &reader);
    REQUIRE(cairo_surface_status(image) == CAIRO_STATUS_SUCCESS);
    std::map<std::uint32_t, Seen> colours;
    for (int y = 0; y < cairo_image_surface_get_height(image); ++y) {
        const unsigned char* const row =
            cairo_image_surface_get_data(image) + y * cairo_image_surface_get_stride(image);
        for (int x = 0; x < kPlotWidth / 2; ++x) {
            std::uint32_t pixel = 0;
            std::memcpy(&pixel, row + 4 * x, sizeof pixel);
            Seen& seen = colours[pixel & 0xFFFFFF];
            seen.first_row = seen.n_pixels == 0 ? y : seen.first_row;
            seen.last_row = y;
            ++seen.n_pixels;
        }
    }
    cairo_surface_destroy(image);
    return colours;
}

TEST_CASE("the end of a file's name says which picture it is") {
    CHECK(picture_format("a.svg") == PictureFormat::svg);
    CHECK(picture_format("b.svg.png") == PictureFormat::png);
    CHECK_FALSE(picture_format("png"));
    CHECK_FALSE(picture_format(""));
}

TEST_CASE("a PNG says its size, and a curve of each gateway's colour crosses it") {
    const std::string png = draw(make_curves(8, 200), PictureFormat::png);
    REQUIRE(png.size() > 33);
    CHECK(png.substr(0, 8) == "\x89PNG\r\n\x1A\n");
    CHECK(png.substr(12, 4) == "IHDR");
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(png.data());
    CHECK(load_be32(bytes + 16) == kPlotWidth);
    CHECK(load_be32(bytes + 20) == kPlotHeight);
    CHECK(png.substr(png.size() - 8, 4) == "IEND");
    auto colours = find_colours(png);
    CHECK(colours[0xFFFFFF].n_pixels > kPlotWidth * kPlotHeight / 4);
    int row_above = kPlotHeight;
    for (const std::uint32_t colour : kPlotColours) {
        CAPTURE(colour);
        const Seen& seen = colours[colour];
        CHECK(seen.n_pixels > kPlotWidth / 4);
        // Level, and each above the one before.
        CHECK(seen.last_row - seen.first_row <= 2);
        CHECK(seen.first_row < row_above);
        row_above = seen.first_row;
    }
    // Fewer gateways, fewer colours.
    auto of_one = find_colours(draw(make_curves(1, 200), PictureFormat::png));
    CHECK(of_one[kPlotColours[0]].n_pixels > kPlotWidth / 4);
    CHECK(of_one[kPlotColours[1]].n_pixels == 0);
}

TEST_CASE("an SVG has the same size and strokes of the same colours") {
    const std::string svg = draw(make_curves(2, 10), PictureFormat::svg);
    CHECK(svg.find("<svg ") != std::string::npos);
    CHECK(svg.find("width=\"" + std::to_string(kPlotWidth)) != std::string::npos);
    CHECK(svg.find("height=\"" + std::to_string(kPlotHeight)) != std::string::npos);
    CHECK(svg.find("</svg>") != std::string::npos);
    // 0xD55E00 in per cent.
    CHECK(svg.find("rgb(83.5") != std::string::npos);
    CHECK(draw(make_curves(1, 10), PictureFormat::svg).find("rgb(83.5") == std::string::npos);
}

TEST_CASE("no intervals, one interval and many gateways make pictures, too") {
    for (const std::size_t n_points : {0u, 1u, 1000u}) {
        for (const std::size_t n_gateways : {1u, 64u}) {
            const auto curves = make_curves(n_gateways, n_points);
            CHECK(draw(curves, PictureFormat::png).size() > 1000);
            CHECK(draw(curves, PictureFormat::svg).find("</svg>") != std::string::npos);
        }
    }
}

}  // namespace
}  // namespace evengate
