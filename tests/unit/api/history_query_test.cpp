#include <phony/api/history_query.hpp>

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace phony::api {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::string field_at_fault(std::string_view query)
{
    const auto wanted = parse_history_query(query);
    if (wanted) return "none";
    EXPECT_EQ(wanted.error().code, make_error_code(errc::invalid_request));
    return wanted.error().field;
}

TEST(HistoryQuery, needs_nothing)
{
    for (const auto* query : {"", "&&", "from=&to=&number=&text=&limit=&cursor=", "page=3"}) {
        const auto wanted = parse_history_query(query);
        ASSERT_TRUE(wanted) << query;
        EXPECT_FALSE(wanted->from || wanted->to || wanted->cursor);
        EXPECT_EQ(wanted->digits, "");
        EXPECT_THAT(wanted->words, IsEmpty());
        EXPECT_EQ(wanted->limit, 50U);
    }
}

TEST(HistoryQuery, reads_every_filter)
{
    const auto wanted = parse_history_query(
        "from=2024-01-01&to=2024-02-01T12%3A00%3A00Z&number=%2B1+(555)+123-4567"
        "&text=+refund%20%22today%22+&limit=200&cursor=lq1x2y3z-1c");
    ASSERT_TRUE(wanted);
    EXPECT_EQ(wanted->from, from_iso8601("2024-01-01"));
    EXPECT_EQ(wanted->to, from_iso8601("2024-02-01T12:00:00Z"));
    EXPECT_EQ(wanted->digits, "15551234567");
    EXPECT_THAT(wanted->words, ElementsAre("refund", "\"today\""));
    EXPECT_EQ(wanted->limit, 200U);
    EXPECT_EQ(wanted->cursor, parse_cursor("lq1x2y3z-1c"));
}

TEST(HistoryQuery, forgives_a_plus_that_was_not_escaped_in_a_time)
{
    EXPECT_EQ(parse_history_query("from=2024-01-01T02:00:00+02:00")->from,
              from_iso8601("2024-01-01"));
}

TEST(HistoryQuery, names_the_parameter_that_is_wrong)
{
    EXPECT_EQ(field_at_fault("from=yesterday"), "from");
    EXPECT_EQ(field_at_fault("to=2024-02-30"), "to");
    EXPECT_EQ(field_at_fault("number=anonymous"), "number");
    EXPECT_EQ(field_at_fault("number=" + std::string(41, '1')), "number");
    EXPECT_EQ(field_at_fault("text=%FF"), "text");
    EXPECT_EQ(field_at_fault("text=%00"), "text");
    EXPECT_EQ(field_at_fault("text=" + std::string(501, 'a')), "text");
    EXPECT_EQ(field_at_fault("text=1+2+3+4+5+6+7+8+9+0+1+2+3+4+5+6+7"), "text");
    for (const auto* limit : {"0", "-1", "201", "1e2", "ten", "99999999999999999999"})
        EXPECT_EQ(field_at_fault(std::string{"limit="} + limit), "limit") << limit;
    for (const auto* cursor : {"-", "1", "1-", "-1", "1-2-3", "1-ä", "zzzzzzzzzzzzz-1", "%2B1-1"})
        EXPECT_EQ(field_at_fault(std::string{"cursor="} + cursor), "cursor") << cursor;
    EXPECT_EQ(field_at_fault("text=%zz"), "");  // no telling where a parameter ends
}

TEST(HistoryCursor, is_read_as_it_was_written)
{
    const HistoryCursor cursor{WallTime{1'704'067'200'123ms}, 987'654'321};
    EXPECT_EQ(parse_cursor(to_text(cursor)), cursor);
}

TEST(MatchExpression, leaves_nothing_that_the_index_could_take_for_an_operator)
{
    EXPECT_EQ(match_expression({}), "");
    EXPECT_EQ(match_expression({"refund", "today"}), R"("refund"* "today"*)");
    EXPECT_EQ(match_expression({"NOT", "a:b", "^", "\"", "*"}), R"("NOT"* "a:b"* "^"* """"* "*"*)");
}

}  // namespace
}  // namespace phony::api
