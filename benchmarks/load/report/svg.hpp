#pragma once

#include <span>
#include <string>
#include <string_view>

namespace phony::bench {

struct Point {
    double x = 0;
    double y = 0;
};

struct Box {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
};

/// A drawing for a page: it has no colours and no fonts of its own but classes, which the page's
/// style gives a look in light and in dark. Later elements cover earlier ones. A `hint` is shown
/// when the mouse rests on the element.
class Svg {
public:
    /// `label` tells those who cannot see it what it shows.
    Svg(double width, double height, std::string_view label);

    void line(Point from, Point to, std::string_view classes);
    void path(std::span<const Point> points, std::string_view classes);
    /// What lies between two lines with the same number of points.
    void band(std::span<const Point> above, std::span<const Point> below, std::string_view classes);
    void rect(Box box, double radius, std::string_view classes, std::string_view hint = {});
    void dot(Point at, double radius, std::string_view classes, std::string_view hint = {});
    /// `at` is on the baseline. Classes `middle` and `end` anchor it there.
    void text(Point at, std::string_view text, std::string_view classes);

    std::string finish() &&;

private:
    void close(std::string_view element, std::string_view hint);

    std::string out_;
};

}  // namespace phony::bench
