#include "load/report/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace phony::bench {
namespace {

using testing::HasSubstr;

Table sample()
{
    return {.header = {"figure", "floor", "phony"},
            .rows = {{{.text = "CPU a turn"},
                      {.text = "640 µs"},
                      {.text = "778 µs", .note = "1.22 ×", .tone = Tone::strong}},
                     {{.text = "memory"}, {.text = "–"}, {.text = "17 KB"}}}};
}

TEST(Table, is_markdown_whose_columns_line_up)
{
    EXPECT_EQ(to_markdown(sample()),
              "| figure     |  floor |           phony |\n"
              "|------------|-------:|----------------:|\n"
              "| CPU a turn | 640 µs | 778 µs (1.22 ×) |\n"
              "| memory     |      – |           17 KB |\n");
}

TEST(Table, is_html_in_which_names_are_only_text)
{
    Table table = sample();
    table.header[1] = "<script>";
    const std::string html = to_html(table);
    EXPECT_THAT(html, HasSubstr(R"(<td class="strong">778 µs <small>1.22 ×</small></td>)"));
    EXPECT_THAT(html, HasSubstr("&lt;script"));
    EXPECT_THAT(html, testing::Not(HasSubstr("<script")));
}

TEST(Table, a_character_takes_one_column_however_many_bytes_it_has)
{
    EXPECT_EQ(width("µs → ×"), 6U);
    EXPECT_EQ(width(""), 0U);
}

}  // namespace
}  // namespace phony::bench
