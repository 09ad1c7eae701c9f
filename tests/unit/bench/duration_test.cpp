#include "load/duration.hpp"

#include <gtest/gtest.h>

namespace phony::bench {
namespace {

using namespace std::chrono_literals;

Duration read(std::string_view text)
{
    const auto duration = parse_duration(text);
    EXPECT_TRUE(duration) << text;
    return duration ? *duration : Duration::min();
}

TEST(BenchDuration, is_read_in_every_unit)
{
    EXPECT_EQ(read("15ms"), 15ms);
    EXPECT_EQ(read("1.5s"), 1500ms);
    EXPECT_EQ(read("250us"), 250us);
    EXPECT_EQ(read("2m"), 2min);
    EXPECT_EQ(read("0"), 0s);
}

TEST(BenchDuration, without_a_unit_could_be_anything)
{
    for (const auto* text : {"15", "", "ms", "-1ms", "15 ms", "15h", "nan", "1e99s", "infs"})
        EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(BenchDuration, is_written_as_it_is_read)
{
    for (const auto* text : {"15ms", "1500ms", "250us", "2m", "25s", "1ns", "0"})
        EXPECT_EQ(to_text(read(text)), text);
}

}  // namespace
}  // namespace phony::bench
