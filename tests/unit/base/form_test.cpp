#include <phony/base/form.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony {
namespace {

std::vector<FormField> fields_of(std::string_view body)
{
    const auto form = parse_form(body).value();
    return {form.all().begin(), form.all().end()};
}

TEST(Form, decodes_plus_and_percent)
{
    EXPECT_EQ(fields_of("From=%2B44+1632&Name=Zo%c3%AB"),
              (std::vector<FormField>{{"From", "+44 1632"}, {"Name", "Zo\xC3\xAB"}}));
}

TEST(Form, keeps_blanks_repeats_and_order)
{
    EXPECT_EQ(fields_of("b=2&Digits=&b=1&flag&=x&a=1=2"),
              (std::vector<FormField>{
                  {"b", "2"}, {"Digits", ""}, {"b", "1"}, {"flag", ""}, {"", "x"}, {"a", "1=2"}}));
}

TEST(Form, skips_empty_pairs)
{
    EXPECT_TRUE(fields_of("").empty());
    EXPECT_EQ(fields_of("&&a=1&"), (std::vector<FormField>{{"a", "1"}}));
}

TEST(Form, finds_the_first_value_of_a_name)
{
    const auto form = parse_form("a=1&a=2&b=").value();
    EXPECT_EQ(form.find("a"), "1");
    EXPECT_EQ(form.find("b"), "");
    EXPECT_EQ(form.find("A"), std::nullopt);
}

TEST(Form, refuses_a_malformed_percent_escape_without_quoting_it)
{
    for (const auto* body : {"a=%", "a=%2", "a=%zz", "%4=1", "a=1&b=%2g", "a=%%41"}) {
        const auto form = parse_form(body);
        ASSERT_FALSE(form) << body;
        EXPECT_EQ(form.error(),
                  (Error{errc::invalid_request, "the form has a malformed percent escape"}));
    }
}

TEST(Form, refuses_more_fields_than_anyone_sends)
{
    std::string body;
    for (std::size_t i = 0; i < most_form_fields; ++i) body += "a=1&";
    EXPECT_TRUE(parse_form(body));
    EXPECT_FALSE(parse_form(body + "a=1"));
}

TEST(Query, is_read_as_a_form_is_but_for_what_an_error_calls_it)
{
    const auto query = parse_query("since=3&text=a+%22b%22&since=4").value();
    EXPECT_EQ(query.find("since"), "3");
    EXPECT_EQ(query.find("text"), "a \"b\"");
    EXPECT_EQ(parse_query("text=%zz").error(),
              (Error{errc::invalid_request, "the query has a malformed percent escape"}));
}

TEST(Form, escapes_everything_reserved_when_encoding)
{
    EXPECT_EQ(encode_form(Form{{{"To", "+44 16&32"}, {"a=b", "~x_y-z.*\xC3\xAB"}, {"c", ""}}}),
              "To=%2B44%2016%2632&a%3Db=~x_y-z.%2A%C3%AB&c=");
}

TEST(Form, reads_back_every_byte_that_it_wrote)
{
    std::string all_bytes;
    for (int byte = 0; byte < 256; ++byte) all_bytes += static_cast<char>(byte);
    const Form form{{{all_bytes, all_bytes}}};
    EXPECT_EQ(fields_of(encode_form(form)), (std::vector<FormField>{{all_bytes, all_bytes}}));
}

}  // namespace
}  // namespace phony
