#include "load/report/svg.hpp"

#include <phony/twilio/xml_text.hpp>

#include <algorithm>
#include <iterator>

#include <spdlog/fmt/fmt.h>

#include <utility>

namespace phony::bench {
namespace {

/// A tenth of a unit is finer than anyone sees.
template <typename... Arguments>
void append(std::string& out, fmt::format_string<Arguments...> format, Arguments&&... arguments)
{
    fmt::format_to(std::back_inserter(out), format, std::forward<Arguments>(arguments)...);
}

void append_points(std::string& out, std::span<const Point> points)
{
    for (const Point& point : points) append(out, "{:.1f},{:.1f} ", point.x, point.y);
}

}  // namespace

Svg::Svg(double width, double height, std::string_view label)
{
    append(out_, R"(<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label=")", width, height);
    twilio::append_xml_text(out_, label);
    out_ += "\">\n";
}

void Svg::line(Point from, Point to, std::string_view classes)
{
    append(out_,
           R"(<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>)",
           classes,
           from.x,
           from.y,
           to.x,
           to.y);
    out_ += '\n';
}

void Svg::path(std::span<const Point> points, std::string_view classes)
{
    append(out_, R"(<polyline class="{}" points=")", classes);
    append_points(out_, points);
    out_ += "\"/>\n";
}

void Svg::band(std::span<const Point> above, std::span<const Point> below, std::string_view classes)
{
    append(out_, R"(<polygon class="{}" points=")", classes);
    append_points(out_, above);
    for (auto point = below.rbegin(); point != below.rend(); ++point) {
        append(out_, "{:.1f},{:.1f} ", point->x, point->y);
    }
    out_ += "\"/>\n";
}

void Svg::rect(Box box, double radius, std::string_view classes, std::string_view hint)
{
    append(out_,
           R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="{:.1f}")",
           classes,
           box.x,
           box.y,
           std::max(box.width, 0.0),
           box.height,
           radius);
    close("rect", hint);
}

void Svg::dot(Point at, double radius, std::string_view classes, std::string_view hint)
{
    append(out_,
           R"(<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{:.1f}")",
           classes,
           at.x,
           at.y,
           radius);
    close("circle", hint);
}

void Svg::text(Point at, std::string_view text, std::string_view classes)
{
    append(out_, R"(<text class="{}" x="{:.1f}" y="{:.1f}">)", classes, at.x, at.y);
    twilio::append_xml_text(out_, text);
    out_ += "</text>\n";
}

void Svg::close(std::string_view element, std::string_view hint)
{
    if (hint.empty()) {
        out_ += "/>\n";
        return;
    }
    out_ += "><title>";
    twilio::append_xml_text(out_, hint);
    append(out_, "</title></{}>\n", element);
}

std::string Svg::finish() &&
{
    out_ += "</svg>\n";
    return std::move(out_);
}

}  // namespace phony::bench
