// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "replay/plot.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace evengate::replay {
namespace {

constexpr double kWidth = 960;
constexpr double kHeight = 400;
constexpr double kLeft = 50;
constexpr double kRight = 90;
constexpr double kTop = 30;
constexpr double kBottom = 40;
constexpr std::size_t kColumns = 800;
// Told apart by the colour-blind as well (Okabe and Ito).
constexpr std::array<std::string_view, 8> kColours = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                      "#E69F00", "#56B4E9", "#000000", "#F0E442"};

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

struct Curves {
    std::vector<std::vector<double>> by_gateway;
    double highest = 1;
    std::size_t n_columns = 0;
};

Curves make_curves(const ReplayOptions& options, const Run& run) {
    const std::size_t m = options.capacities.size();
    const std::size_t per_column =
        std::max<std::size_t>((run.n_intervals + kColumns - 1) / kColumns, 1);
    Curves curves;
    curves.n_columns = run.n_intervals / per_column;
    for (std::size_t i = 0; i < m; ++i) {
        const auto room = static_cast<double>(
            std::max<balance::Load>(room_in(options.capacities[i], run.interval), 1));
        std::vector<double>& curve = curves.by_gateway.emplace_back();
        for (std::size_t column = 0; column < curves.n_columns; ++column) {
            double sum = 0;
            for (std::size_t k = column * per_column; k < (column + 1) * per_column; ++k) {
                sum += static_cast<double>(run.gateway_volumes[k * m + i]);
            }
            curve.push_back(sum / room / static_cast<double>(per_column));
            curves.highest = std::max(curves.highest, curve.back());
        }
    }
    return curves;
}

std::string line(double x1, double y1, double x2, double y2, std::string_view style) {
    return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
           "\" y2=\"" + number(y2) + "\" " + std::string(style) + "/>\n";
}

std::string words(double x, double y, std::string_view style, const std::string& text) {
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" " + std::string(style) + ">" +
           text + "</text>\n";
}

}  // namespace

std::string draw_utilisation(const ReplayOptions& options, const Run& run) {
    const Curves curves = make_curves(options, run);
    const double width = kWidth - kLeft - kRight;
    const double height = kHeight - kTop - kBottom;
    const auto x_of = [&](std::size_t column) {
        const auto n = static_cast<double>(std::max<std::size_t>(curves.n_columns, 2) - 1);
        return kLeft + width * static_cast<double>(column) / n;
    };
    const auto y_of = [&](double utilisation) {
        return kTop + height * (1 - utilisation / (1.05 * curves.highest));
    };
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(kWidth) +
                      "\" height=\"" + number(kHeight) +
                      "\" font-family=\"sans-serif\" font-size=\"11\">\n"
                      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    const int percent_step = curves.highest > 2 ? 50 : 20;
    for (int percent = 0; percent <= static_cast<int>(curves.highest * 105);
         percent += percent_step) {
        const double y = y_of(percent / 100.0);
        svg += line(kLeft, y, kLeft + width, y, "stroke=\"#dddddd\"");
        svg += words(kLeft - 6, y + 4, "text-anchor=\"end\"", std::to_string(percent) + " %");
    }
    svg +=
        line(kLeft, y_of(1), kLeft + width, y_of(1), "stroke=\"#aa0000\" stroke-dasharray=\"4 3\"");
    for (std::size_t i = 0; i < curves.by_gateway.size(); ++i) {
        const std::string colour(kColours[i % kColours.size()]);
        svg += "<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"1.2\" points=\"";
        for (std::size_t column = 0; column < curves.n_columns; ++column) {
            svg += number(x_of(column)) + "," + number(y_of(curves.by_gateway[i][column])) + " ";
        }
        svg += "\"/>\n";
        svg += words(kLeft + width + 8, kTop + 14 * static_cast<double>(i + 1),
                     "fill=\"" + colour + "\"", "gateway " + std::to_string(i));
    }
    const double seconds =
        std::chrono::duration<double>(run.interval).count() * static_cast<double>(run.n_intervals);
    svg += words(kLeft, kTop - 12, "", "utilisation of each gateway; dashed: its capacity");
    svg += words(kLeft + width / 2, kHeight - 12, "text-anchor=\"middle\"",
                 "time, 0 to " + number(seconds) + " s");
    return svg + "</svg>\n";
}

}  // namespace evengate::replay
