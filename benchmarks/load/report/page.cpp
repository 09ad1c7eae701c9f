#include "load/report/page.hpp"

#include <phony/twilio/xml_text.hpp>

#include <iterator>

#include <spdlog/fmt/fmt.h>

#include <utility>

namespace phony::bench {
namespace {

std::string_view tone_class(Tone tone)
{
    switch (tone) {
    case Tone::good: return "tile good";
    case Tone::bad: return "tile bad";
    case Tone::plain:
    case Tone::strong:
    case Tone::quiet: return "tile";
    }
    return {};
}

}  // namespace

Page::Page(std::string_view title, std::string_view subtitle)
{
    out_ =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n";
    element("title", title);
    fmt::format_to(std::back_inserter(out_),
                   "<style>{}</style>\n</head>\n<body>\n<main>\n<header>\n",
                   page_style());
    element("h1", title);
    element("p", subtitle);
    out_ += "</header>\n";
}

void Page::tiles(const std::vector<Tile>& tiles)
{
    out_ += "<section class=\"tiles\">\n";
    for (const Tile& tile : tiles) {
        fmt::format_to(std::back_inserter(out_), "<div class=\"{}\">\n", tone_class(tile.tone));
        element("h3", tile.title);
        element("strong", tile.value);
        element("p", tile.note);
        out_ += "</div>\n";
    }
    out_ += "</section>\n";
}

void Page::heading(std::string_view text)
{
    element("h2", text);
}

void Page::paragraph(std::string_view text)
{
    element("p", text);
}

void Page::table(const Table& table)
{
    out_ += to_html(table);
}

void Page::plots(const std::vector<std::string>& drawings)
{
    out_ += "<div class=\"plots\">\n";
    for (const std::string& drawing : drawings) {
        if (!drawing.empty()) out_ += "<figure>\n" + drawing + "</figure>\n";
    }
    out_ += "</div>\n";
}

void Page::warnings(const std::vector<std::string>& warnings)
{
    if (warnings.empty()) return;
    out_ += "<aside>\n";
    for (const std::string& warning : warnings) element("p", warning);
    out_ += "</aside>\n";
}

std::string Page::finish(const std::vector<std::string>& small_print) &&
{
    out_ += "<footer>\n";
    for (const std::string& line : small_print) element("p", line);
    out_ += "</footer>\n</main>\n</body>\n</html>\n";
    return std::move(out_);
}

void Page::element(std::string_view tag, std::string_view text)
{
    fmt::format_to(std::back_inserter(out_), "<{}>", tag);
    twilio::append_xml_text(out_, text);
    fmt::format_to(std::back_inserter(out_), "</{}>\n", tag);
}

}  // namespace phony::bench
