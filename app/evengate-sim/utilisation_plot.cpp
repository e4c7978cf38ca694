// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-sim/utilisation_plot.hpp"

#include <cairo-svg.h>
#include <cairo.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <numeric>
#include <span>
#include <vector>

namespace evengate {
namespace {

constexpr double kLeft = 70;
constexpr double kTop = 40;
constexpr double kBottom = 56;
constexpr double kRightEdge = 16;
constexpr double kFontSize = 13;
constexpr double kTick = 5;
constexpr double kLegendRow = 18;
constexpr double kLegendColumn = 166;
constexpr std::size_t kLegendRows = 22;
constexpr double kMostTicks = 10;
constexpr std::uint32_t kInk = 0x222222;
constexpr std::uint32_t kGrid = 0xE4E4E4;
constexpr std::uint32_t kFull = 0xAA0000;
constexpr std::array kDashes = {6.0, 3.0};

struct Unit {
    const char* name;
    double seconds;
};

struct Step {
    double seconds;
    Unit unit;
};

constexpr Unit kSecond{"s", 1};
constexpr Unit kMinute{"min", 60};
constexpr Unit kHour{"h", 3600};
constexpr Unit kDay{"days", 86'400};
constexpr std::array kTimeSteps = {
    Step{0.01, kSecond},     Step{0.1, kSecond},       Step{0.5, kSecond},
    Step{1, kSecond},        Step{2, kSecond},         Step{5, kSecond},
    Step{10, kSecond},       Step{20, kSecond},        Step{60, kMinute},
    Step{2 * 60, kMinute},   Step{5 * 60, kMinute},    Step{10 * 60, kMinute},
    Step{20 * 60, kMinute},  Step{3600, kHour},        Step{2 * 3600, kHour},
    Step{4 * 3600, kHour},   Step{8 * 3600, kHour},    Step{86'400, kDay},
    Step{2 * 86'400, kDay},  Step{7 * 86'400, kDay},   Step{14 * 86'400, kDay},
    Step{35 * 86'400, kDay}, Step{140 * 86'400, kDay}, Step{700 * 86'400, kDay}};
constexpr std::array kPercentSteps = {10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10'000};

Step time_step(double seconds) {
    const auto* const found = std::ranges::find_if(
        kTimeSteps, [seconds](const Step& step) { return seconds / step.seconds <= kMostTicks; });
    return found == kTimeSteps.end() ? kTimeSteps.back() : *found;
}

int percent_step(double most) {
    const auto* const found =
        std::ranges::find_if(kPercentSteps, [most](int step) { return most / step <= kMostTicks; });
    return found == kPercentSteps.end() ? kPercentSteps.back() : *found;
}

// "2", or "0.05".
std::string number(double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

cairo_status_t append(void* text, const unsigned char* bytes, unsigned int size) {
    static_cast<std::string*>(text)->append(bytes, bytes + size);
    return CAIRO_STATUS_SUCCESS;
}

// A thin layer over cairo, for what a plot is made of. Units: pixels from the upper left.
class Canvas {
 public:
    explicit Canvas(cairo_surface_t* surface) : cairo_(cairo_create(surface), cairo_destroy) {
        cairo_select_font_face(cairo_.get(), "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                               CAIRO_FONT_WEIGHT_NORMAL);
        cairo_set_font_size(cairo_.get(), kFontSize);
        cairo_set_line_join(cairo_.get(), CAIRO_LINE_JOIN_ROUND);
        set_colour(0xFFFFFF);
        cairo_paint(cairo_.get());
    }

    struct Stroke {
        std::uint32_t colour;
        double width;
        std::span<const double> dashes;  // empty: none
    };
    struct Point {
        double x;
        double y;
    };

    void line(std::span<const Point> points, const Stroke& stroke) {
        set_colour(stroke.colour);
        cairo_set_line_width(cairo_.get(), stroke.width);
        cairo_set_dash(cairo_.get(), stroke.dashes.data(), static_cast<int>(stroke.dashes.size()),
                       0);
        cairo_new_path(cairo_.get());  // a text leaves its end as the first point
        for (const Point& point : points) {
            cairo_line_to(cairo_.get(), point.x, point.y);
        }
        cairo_stroke(cairo_.get());
    }

    // Where the point is in the text: 0 its begin, 0.5 its middle, 1 its end.
    void text(Point at, double anchor, const std::string& words) {
        cairo_text_extents_t extents;
        cairo_text_extents(cairo_.get(), words.c_str(), &extents);
        set_colour(kInk);
        cairo_move_to(cairo_.get(), at.x - anchor * extents.x_advance, at.y);
        cairo_show_text(cairo_.get(), words.c_str());
    }
    // Upwards, with its middle at the point.
    void text_upwards(Point at, const std::string& words) {
        cairo_save(cairo_.get());
        cairo_translate(cairo_.get(), at.x, at.y);
        cairo_rotate(cairo_.get(), -std::acos(0.0));
        text({0, 0}, 0.5, words);
        cairo_restore(cairo_.get());
    }

    [[nodiscard]] cairo_status_t status() const { return cairo_status(cairo_.get()); }

 private:
    void set_colour(std::uint32_t colour) {
        const auto part = [colour](unsigned shift) { return (colour >> shift & 0xFF) / 255.0; };
        cairo_set_source_rgb(cairo_.get(), part(16), part(8), part(0));
    }

    std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo_;
};

class Plot {
 public:
    Plot(const replay::Curves& curves, Canvas& canvas) : curves_(curves), canvas_(canvas) {
        const std::size_t n_columns = (curves.by_gateway.size() + kLegendRows - 1) / kLegendRows;
        right_ = kPlotWidth - kRightEdge - kLegendColumn * static_cast<double>(n_columns);
        // Of many gateways the curves keep half of the picture.
        right_ = std::max(right_, kPlotWidth / 2.0);
        seconds_ = std::chrono::duration<double>(curves.point).count() *
                   static_cast<double>(std::max<std::size_t>(curves.n_points, 1));
    }

    void draw() {
        canvas_.text({kLeft, kTop - 16}, 0,
                     "Utilisation of each gateway, and its mean; dashed red: what it can process");
        draw_percents();
        draw_times();
        const std::vector<Canvas::Point> at_capacity = {{kLeft, y_of(1)}, {right_, y_of(1)}};
        canvas_.line(at_capacity, {kFull, 1, kDashes});
        for (std::size_t i = 0; i < curves_.by_gateway.size(); ++i) {
            draw_curve(i);
        }
        const std::vector<Canvas::Point> axes = {{kLeft, kTop}, {kLeft, kFoot}, {right_, kFoot}};
        canvas_.line(axes, {kInk, 1, {}});
    }

 private:
    static constexpr double kFoot = kPlotHeight - kBottom;

    [[nodiscard]] double x_of(double seconds) const {
        return kLeft + (right_ - kLeft) * seconds / seconds_;
    }
    [[nodiscard]] double y_of(double utilisation) const {
        return kFoot - (kFoot - kTop) * utilisation / (1.05 * curves_.highest);
    }
    // On the middle of a pixel, so that it is one pixel wide.
    static double sharp(double at) { return std::floor(at) + 0.5; }

    void draw_percents() {
        const double most = 105 * curves_.highest;
        const int step = percent_step(most);
        for (int percent = 0; percent <= most; percent += step) {
            const double y = sharp(y_of(percent / 100.0));
            const std::vector<Canvas::Point> across = {{kLeft - kTick, y}, {right_, y}};
            canvas_.line(across, {kGrid, 1, {}});
            canvas_.text({kLeft - kTick - 4, y + kFontSize / 3}, 1, std::to_string(percent));
        }
        canvas_.text_upwards({20, (kTop + kFoot) / 2}, "load / capacity, in %");
    }

    void draw_times() {
        const Step step = time_step(seconds_);
        for (double time = 0; time <= seconds_ * (1 + 1e-9); time += step.seconds) {
            const double x = sharp(x_of(time));
            const std::vector<Canvas::Point> upwards = {{x, kFoot + kTick}, {x, kTop}};
            canvas_.line(upwards, {kGrid, 1, {}});
            canvas_.text({x, kFoot + kTick + kFontSize + 2}, 0.5, number(time / step.unit.seconds));
        }
        canvas_.text({(kLeft + right_) / 2, kPlotHeight - 12.0}, 0.5,
                     std::string("time, in ") + step.unit.name);
    }

    void draw_curve(std::size_t gateway) {
        const std::vector<double>& curve = curves_.by_gateway[gateway];
        std::vector<Canvas::Point> points;
        const double width = seconds_ / static_cast<double>(std::max<std::size_t>(curve.size(), 1));
        for (std::size_t k = 0; k < curve.size(); ++k) {
            points.push_back({x_of((static_cast<double>(k) + 0.5) * width), y_of(curve[k])});
        }
        const Canvas::Stroke stroke{.colour = kPlotColours[gateway % kPlotColours.size()],
                                    .width = 2,
                                    .dashes = gateway / kPlotColours.size() % 2 == 1
                                                  ? std::span<const double>(kDashes)
                                                  : std::span<const double>()};
        canvas_.line(points, stroke);
        const double x = right_ + 20 + kLegendColumn * static_cast<double>(gateway / kLegendRows);
        const double y = kTop + kLegendRow * (static_cast<double>(gateway % kLegendRows) + 0.5);
        const std::vector<Canvas::Point> sample = {{x, y}, {x + 24, y}};
        canvas_.line(sample, stroke);
        const double mean = std::accumulate(curve.begin(), curve.end(), 0.0) /
                            static_cast<double>(std::max<std::size_t>(curve.size(), 1));
        canvas_.text({x + 32, y + kFontSize / 3}, 0,
                     "gateway " + std::to_string(gateway) + ": " +
                         std::to_string(std::lround(100 * mean)) + " %");
    }

    const replay::Curves& curves_;
    Canvas& canvas_;
    double right_ = 0;
    double seconds_ = 1;
};

}  // namespace

std::optional<PictureFormat> picture_format(std::string_view path) {
    if (path.ends_with(".svg")) {
        return PictureFormat::svg;
    }
    return path.ends_with(".png") ? std::optional(PictureFormat::png) : std::nullopt;
}

Result<std::string> draw_utilisation(const replay::Curves& curves, PictureFormat format) {
    std::string file;
    const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
        format == PictureFormat::png
            ? cairo_image_surface_create(CAIRO_FORMAT_RGB24, kPlotWidth, kPlotHeight)
            : cairo_svg_surface_create_for_stream(append, &file, kPlotWidth, kPlotHeight),
        cairo_surface_destroy);
    Canvas canvas(surface.get());
    Plot(curves, canvas).draw();
    cairo_status_t status = canvas.status();
    if (status == CAIRO_STATUS_SUCCESS && format == PictureFormat::png) {
        status = cairo_surface_write_to_png_stream(surface.get(), append, &file);
    }
    cairo_surface_finish(surface.get());
    if (status == CAIRO_STATUS_SUCCESS) {
        status = cairo_surface_status(surface.get());
    }
    if (status != CAIRO_STATUS_SUCCESS) {
        return Error{std::string("cannot draw: ") + cairo_status_to_string(status)};
    }
    return file;
}

}  // namespace evengate
