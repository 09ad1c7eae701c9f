#include <phony/base/timestamp.hpp>

#include <gtest/gtest.h>

#include <optional>

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

TEST(Timestamp, reads_what_it_writes)
{
    using namespace std::chrono;
    const auto moment = midnight(2024y / February / 29) + 23h + 59min + 58s + 7ms;
    EXPECT_EQ(from_iso8601(to_iso8601(moment)), moment);
}

TEST(Timestamp, reads_iso_8601_as_people_write_it)
{
    using namespace std::chrono;
    const auto day = midnight(2024y / January / 31);
    EXPECT_EQ(from_iso8601("2024-01-31"), day);
    EXPECT_EQ(from_iso8601("2024-01-31T09:30"), day + 9h + 30min);
    EXPECT_EQ(from_iso8601("2024-01-31T09:30Z"), day + 9h + 30min);
    EXPECT_EQ(from_iso8601("2024-01-31T09:30:15+02:00"), day + 7h + 30min + 15s);
    EXPECT_EQ(from_iso8601("2024-01-31T23:30:15-01:30"), day + 25h + 15s);
    EXPECT_EQ(from_iso8601("2024-01-31T00:00:00.25Z"), day + 250ms);
    EXPECT_EQ(from_iso8601("2024-01-31T00:00:00.123456789Z"), day + 123'456'789ns);
}

TEST(Timestamp, takes_nothing_else_for_a_time)
{
    for (const auto* text : {"",
                             "yesterday",
                             "2024",
                             "2024-1-31",
                             "2024-02-30",
                             "2023-02-29",
                             "2024-13-01",
                             "2024-01-00",
                             "1969-12-31",
                             "2200-01-01",
                             "9999-12-31",
                             "2024-01-31T",
                             "2024-01-31T24:00",
                             "2024-01-31T09",
                             "2024-01-31T09:60",
                             "2024-01-31T09:30:60Z",
                             "2024-01-31T09:30:15.Z",
                             "2024-01-31T09:30:15.1234567890Z",
                             "2024-01-31T09:30:15+0200",
                             "2024-01-31T09:30:15+02",
                             "2024-01-31T09:30:15Zulu",
                             "2024-01-31 09:30",
                             "-024-01-31"}) {
        EXPECT_EQ(from_iso8601(text), std::nullopt) << text;
    }
}

TEST(Milliseconds, keep_their_fraction)
{
    EXPECT_DOUBLE_EQ(milliseconds(1500us), 1.5);
    EXPECT_DOUBLE_EQ(milliseconds(2s), 2000.0);
}

}  // namespace
}  // namespace phony
