#pragma once

#include "load/report/table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace phony::bench {

/// A figure that is worth a look of its own, at the head of a page.
struct Tile {
    std::string title;
    std::string value;
    std::string note;
    Tone tone = Tone::plain;  ///< good or bad: a target that is met or missed
};

/// A report as one HTML file that needs nothing else: no script, no font and no picture from
/// anywhere. It follows the reader's choice of light or dark, and prints.
class Page {
public:
    /// `title` says what was found, `subtitle` under which workload.
    Page(std::string_view title, std::string_view subtitle);

    void tiles(const std::vector<Tile>& tiles);
    void heading(std::string_view text);
    void paragraph(std::string_view text);
    void table(const Table& table);
    /// Drawings side by side where there is room; those that are empty are left out.
    void plots(const std::vector<std::string>& drawings);
    /// What whoever reads the figures must know.
    void warnings(const std::vector<std::string>& warnings);
    /// The page. `small_print`, at its end: how it was measured, and on what.
    std::string finish(const std::vector<std::string>& small_print) &&;

private:
    void element(std::string_view tag, std::string_view text);

    std::string out_;
};

/// What gives the page's classes their look.
std::string_view page_style();

}  // namespace phony::bench
