#include "load/report/table.hpp"

#include <phony/twilio/xml_text.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {
namespace {

std::string plain_text(const Cell& cell)
{
    return cell.note.empty() ? cell.text : fmt::format("{} ({})", cell.text, cell.note);
}

void append_padded(std::string& out, std::string_view text, std::size_t columns, bool to_the_right)
{
    const std::string padding(columns - width(text), ' ');
    out += to_the_right ? padding : "";
    out += text;
    out += to_the_right ? "" : padding;
}

std::string_view css_class(Tone tone)
{
    switch (tone) {
    case Tone::plain: return "plain";
    case Tone::strong: return "strong";
    case Tone::quiet: return "quiet";
    case Tone::good: return "good";
    case Tone::bad: return "bad";
    }
    return {};
}

}  // namespace

std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

std::string to_markdown(const Table& table)
{
    std::vector<std::vector<std::string>> lines{table.header};
    lines.reserve(table.rows.size() + 1);
    for (const auto& row : table.rows) {
        std::transform(
            row.begin(), row.end(), std::back_inserter(lines.emplace_back()), plain_text);
    }
    std::vector<std::size_t> columns(table.header.size(), 3);
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            columns[i] = std::max(columns[i], width(line[i]));
        }
    }

    std::string out;
    for (std::size_t row = 0; row < lines.size(); ++row) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            out += i == 0 ? "| " : " | ";
            append_padded(out, lines[row][i], columns[i], i > 0);
        }
        out += " |\n";
        if (row > 0) continue;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            out += fmt::format("|{:-<{}}{}", "", columns[i] + 1, i == 0 ? "-" : ":");
        }
        out += "|\n";
    }
    return out;
}

std::string to_html(const Table& table)
{
    std::string out = "<div class=\"wide\"><table>\n<thead><tr>";
    for (const std::string& title : table.header) {
        out += "<th scope=\"col\">";
        twilio::append_xml_text(out, title);
        out += "</th>";
    }
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
        out += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string_view element = i == 0 ? "th scope=\"row\"" : "td";
            out += fmt::format("<{} class=\"{}\">", element, css_class(row[i].tone));
            twilio::append_xml_text(out, row[i].text);
            if (!row[i].note.empty()) {
                out += " <small>";
                twilio::append_xml_text(out, row[i].note);
                out += "</small>";
            }
            out += i == 0 ? "</th>" : "</td>";
        }
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n";
}

}  // namespace phony::bench
