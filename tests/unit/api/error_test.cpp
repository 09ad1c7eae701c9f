#include <phony/api/error.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace phony::api {
namespace {

TEST(ApiError, has_the_references_status_and_code)
{
    const auto row = [](errc code) {
        const auto found = describe(code);
        return std::pair{found.status, found.code};
    };
    using Row = std::pair<unsigned, std::string_view>;
    EXPECT_EQ(row(errc::invalid_request), (Row{400, "INVALID_REQUEST"}));
    EXPECT_EQ(row(errc::call_not_found), (Row{404, "CALL_NOT_FOUND"}));
    EXPECT_EQ(row(errc::websocket_error), (Row{400, "WEBSOCKET_ERROR"}));
    EXPECT_EQ(row(errc::upgrade_required), (Row{426, "WEBSOCKET_ERROR"}));
    EXPECT_EQ(row(errc::openai_error), (Row{502, "OPENAI_ERROR"}));
    EXPECT_EQ(row(errc::twilio_error), (Row{502, "TWILIO_ERROR"}));
    EXPECT_EQ(row(errc::internal_error), (Row{500, "INTERNAL_ERROR"}));
    EXPECT_EQ(row(errc::unauthorized), (Row{401, "UNAUTHORIZED"}));
    EXPECT_EQ(row(errc::invalid_signature), (Row{403, "INVALID_SIGNATURE"}));
    EXPECT_EQ(row(errc::forbidden), (Row{403, "FORBIDDEN"}));
    EXPECT_EQ(row(errc::not_found), (Row{404, "NOT_FOUND"}));
    EXPECT_EQ(row(errc::method_not_allowed), (Row{405, "METHOD_NOT_ALLOWED"}));
    EXPECT_EQ(row(errc::payload_too_large), (Row{413, "PAYLOAD_TOO_LARGE"}));
    EXPECT_EQ(row(errc::rate_limited), (Row{429, "RATE_LIMITED"}));
    EXPECT_EQ(row(errc::shutting_down), (Row{503, "SHUTTING_DOWN"}));
    EXPECT_EQ(row(errc::conflict), (Row{409, "CONFLICT"}));
    EXPECT_EQ(row(errc::key_reused), (Row{422, "INVALID_REQUEST"}));
    EXPECT_EQ(row(errc::no_answer), (Row{503, "INTERNAL_ERROR"}));
}

TEST(ApiError, that_is_not_ours_is_internal)
{
    const auto foreign =
        boost::system::errc::make_error_code(boost::system::errc::connection_reset);
    EXPECT_EQ(describe(foreign).status, 500U);
    EXPECT_EQ(describe(errc::success).status, 500U);
    EXPECT_EQ(describe({12345, phony_category()}).code, "INTERNAL_ERROR");
}

TEST(ApiError, names_the_field_at_fault_in_the_references_shape)
{
    EXPECT_EQ(
        error_body({errc::invalid_request, "callSid is missing", "callSid"}),
        R"({"error":{"code":"INVALID_REQUEST","message":"Invalid request: callSid is missing",)"
        R"("details":{"field":"callSid","reason":"callSid is missing"}}})");
}

TEST(ApiError, always_has_details)
{
    EXPECT_EQ(error_body(errc::call_not_found),
              R"({"error":{"code":"CALL_NOT_FOUND","message":"No such call","details":{}}})");
}

TEST(ApiError, takes_further_details_and_escapes_them)
{
    const auto body =
        boost::json::parse(error_body({errc::not_found, "a \"b\""}, {{"path", "/x\n"}, {"a", ""}}));
    EXPECT_EQ(body.at_pointer("/error/details/reason"), "a \"b\"");
    EXPECT_EQ(body.at_pointer("/error/details/path"), "/x\n");
    EXPECT_EQ(body.at_pointer("/error/details/a"), "");
}

}  // namespace
}  // namespace phony::api
