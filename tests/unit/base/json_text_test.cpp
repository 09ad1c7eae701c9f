#include <phony/base/json_text.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>

namespace phony {
namespace {

using namespace std::string_view_literals;

std::string as_json(std::string_view text)
{
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(JsonText, puts_quotes_around_plain_text)
{
    EXPECT_EQ(as_json(""), R"("")");
    EXPECT_EQ(as_json("Hello."), R"("Hello.")");
}

TEST(JsonText, appends_to_what_is_there)
{
    std::string out = R"({"token":)";
    append_json_string(out, "Hi");
    EXPECT_EQ(out, R"({"token":"Hi")");
}

TEST(JsonText, escapes_quotes_backslashes_and_control_characters)
{
    EXPECT_EQ(as_json(R"(say "a\b")"), R"("say \"a\\b\"")");
    EXPECT_EQ(as_json("a\nb\rc\td"), R"("a\nb\rc\td")");
    EXPECT_EQ(as_json("\0\x1F\x7F"sv), R"("\u0000\u001f\u007f")");
}

TEST(JsonText, leaves_characters_of_every_length_alone)
{
    EXPECT_EQ(as_json("naïve 5 € 🙂"), "\"naïve 5 € 🙂\"");
}

TEST(JsonText, replaces_each_byte_that_is_not_utf8)
{
    EXPECT_EQ(as_json("a\xFF"
                      "b"),
              "\"a\xEF\xBF\xBD"
              "b\"");
    EXPECT_EQ(as_json("\xE2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");  // a euro sign that was cut
    EXPECT_EQ(as_json("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");  // an overlong slash
}

TEST(JsonText, of_any_two_bytes_parses)
{
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const std::string text{static_cast<char>(first), static_cast<char>(second)};
            boost::system::error_code ec;
            const auto value = boost::json::parse(as_json(text), ec);
            ASSERT_FALSE(ec) << first << ' ' << second;
            ASSERT_TRUE(value.is_string());
        }
    }
}

std::string number(double value)
{
    std::string out;
    append_json_number(out, value);
    return out;
}

TEST(JsonNumber, has_the_decimals_that_it_needs_and_three_at_most)
{
    EXPECT_EQ(number(0), "0");
    EXPECT_EQ(number(214.6), "214.6");
    EXPECT_EQ(number(0.05), "0.05");
    EXPECT_EQ(number(1.25), "1.25");
    EXPECT_EQ(number(1.001), "1.001");
    EXPECT_EQ(number(60), "60");
    EXPECT_EQ(number(1500.000'4), "1500");
    EXPECT_EQ(number(0.999'6), "1");
    EXPECT_EQ(number(123'456'789'012.345), "123456789012.345");
}

TEST(JsonNumber, is_never_minus_zero)
{
    EXPECT_EQ(number(-1.5), "-1.5");
    EXPECT_EQ(number(-0.0), "0");
    EXPECT_EQ(number(-0.000'1), "0");
}

TEST(JsonNumber, is_null_where_there_is_none)
{
    EXPECT_EQ(number(1e15), "null");
    EXPECT_EQ(number(-1e300), "null");
    EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "null");
}

}  // namespace
}  // namespace phony
