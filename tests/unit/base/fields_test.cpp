#include <phony/base/fields.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace phony {
namespace {

boost::json::object object(std::string_view text)
{
    return parse_object(text).value();
}

TEST(ParseObject, gives_the_object)
{
    EXPECT_EQ(object(R"({"a":1})").at("a"), 1);
}

TEST(ParseObject, refuses_what_is_not_json)
{
    for (const auto* text : {"", "{", R"({"a":1}})", R"({"a":01})", "{'a':1}", "\xFF"}) {
        const auto parsed = parse_object(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, errc::invalid_request);
        EXPECT_EQ(parsed.error().detail, "the body is not valid JSON");
    }
}

TEST(ParseObject, refuses_json_that_is_no_object)
{
    for (const auto* text : {"[]", "null", "1", R"("text")"}) {
        const auto parsed = parse_object(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().detail, "the body is not a JSON object");
    }
}

TEST(ParseObject, refuses_nesting_that_would_exhaust_the_stack)
{
    EXPECT_FALSE(parse_object(R"({"a":)" + std::string(100'000, '[')));
}

TEST(Fields, names_the_required_field_that_is_missing)
{
    const auto body = object(R"({"other":"x","nothing":null})");
    const Fields fields{body};
    EXPECT_EQ(fields.required_string("callSid").error(),
              (Error{errc::invalid_request, "callSid is missing", "callSid"}));
    EXPECT_EQ(fields.required_string("nothing").error().detail, "nothing is missing");
}

TEST(Fields, names_the_required_field_that_is_no_string)
{
    const auto body = object(R"({"callSid":12})");
    EXPECT_EQ(Fields{body}.required_string("callSid").error().detail, "callSid must be a string");
}

TEST(Fields, reads_each_type)
{
    const auto body = object(R"({"text":"hi","yes":true,"number":-7,"inner":{"a":"b"}})");
    const Fields fields{body};
    EXPECT_EQ(fields.required_string("text").value(), "hi");
    EXPECT_EQ(fields.string("text"), "hi");
    EXPECT_EQ(fields.boolean("yes"), true);
    EXPECT_EQ(fields.integer("number"), -7);
    ASSERT_NE(fields.object("inner"), nullptr);
    EXPECT_EQ(Fields{*fields.object("inner")}.string("a"), "b");
    EXPECT_TRUE(fields.has("text"));
}

TEST(Fields, treats_an_optional_field_of_another_type_as_absent)
{
    const auto body = object(R"({"text":1,"yes":"true","number":1.5,"inner":[],"null":null})");
    const Fields fields{body};
    EXPECT_EQ(fields.string("text"), std::nullopt);
    EXPECT_EQ(fields.boolean("yes"), std::nullopt);
    EXPECT_EQ(fields.integer("number"), std::nullopt);
    EXPECT_EQ(fields.object("inner"), nullptr);
    EXPECT_EQ(fields.string("null"), std::nullopt);
    EXPECT_EQ(fields.object("absent"), nullptr);
    EXPECT_FALSE(fields.has("absent"));
}

TEST(Fields, takes_digits_in_quotes_for_an_integer)
{
    const auto body = object(R"({"a":"1500","b":"-2","c":"15 ","d":"","e":"9223372036854775808"})");
    const Fields fields{body};
    EXPECT_EQ(fields.integer("a"), 1500);
    EXPECT_EQ(fields.integer("b"), -2);
    EXPECT_EQ(fields.integer("c"), std::nullopt);
    EXPECT_EQ(fields.integer("d"), std::nullopt);
    EXPECT_EQ(fields.integer("e"), std::nullopt);
}

TEST(Fields, has_no_integer_for_a_number_too_large_for_one)
{
    const auto body = object(R"({"a":9223372036854775807,"b":9223372036854775808,"c":1e30})");
    const Fields fields{body};
    EXPECT_EQ(fields.integer("a"), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(fields.integer("b"), std::nullopt);
    EXPECT_EQ(fields.integer("c"), std::nullopt);
}

}  // namespace
}  // namespace phony
