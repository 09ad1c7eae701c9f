#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace phony::bench {

/// How a cell is meant.
enum class Tone : std::uint8_t { plain, strong, quiet, good, bad };

struct Cell {
    std::string text;
    std::string note = {};  ///< smaller, behind the text: "1.21 ×"
    Tone tone = Tone::plain;
};

/// A table that people read, on a terminal or on a page. The first column is for words, the others
/// are for figures.
struct Table {
    std::vector<std::string> header;
    std::vector<std::vector<Cell>> rows;  ///< as many cells as the header
};

/// Markdown whose columns line up: as good on a terminal as in a README.
std::string to_markdown(const Table& table);

std::string to_html(const Table& table);

/// Columns that text takes on a terminal, where each code point of ours takes one.
std::size_t width(std::string_view text);

}  // namespace phony::bench
