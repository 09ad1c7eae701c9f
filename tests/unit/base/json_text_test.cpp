#include <phony/base/json_text.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace phony
