#include <phony/base/timestamp.hpp>

#include <gtest/gtest.h>

namespace phony {
namespace {

using namespace std::chrono_literals;

WallTime midnight(std::chrono::year_month_day date)
{
    return std::chrono::sys_days{date};
}

TEST(Timestamp, is_iso_8601_in_utc_with_milliseconds)
{
    using namespace std::chrono;
    EXPECT_EQ(to_iso8601(midnight(2024y / January / 1)), "2024-01-01T00:00:00.000Z");
    EXPECT_EQ(to_iso8601(midnight(2024y / February / 29) + 23h + 59min + 58s + 7ms),
              "2024-02-29T23:59:58.007Z");
}

TEST(Timestamp, cuts_finer_parts_off_rather_than_rounding_up_to_a_moment_to_come)
{
    using namespace std::chrono;
    EXPECT_EQ(to_iso8601(midnight(2024y / January / 1) + 999'999us), "2024-01-01T00:00:00.999Z");
}

TEST(Timestamp, is_right_before_1970)
{
    EXPECT_EQ(to_iso8601(WallTime{} - 1ms), "1969-12-31T23:59:59.999Z");
}

TEST(Milliseconds, keep_their_fraction)
{
    EXPECT_DOUBLE_EQ(milliseconds(1500us), 1.5);
    EXPECT_DOUBLE_EQ(milliseconds(2s), 2000.0);
}

}  // namespace
}  // namespace phony
