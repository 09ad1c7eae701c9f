#include "server/supervisors.hpp"

#include <phony/api/session.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace phony::server {
namespace {

using namespace std::chrono_literals;

const Supervisors two{{{"ada", "secret-a"}, {"ben", "secret-b"}}};
const WallTime noon{1'763'812'800s};

Result<std::string> with_header(std::string_view authorization)
{
    return two.identify({.authorization = authorization, .session = {}}, noon);
}

Result<std::string> with_cookie(std::string_view session, WallTime now = noon)
{
    return two.identify({.authorization = {}, .session = session}, now);
}

TEST(Supervisors, are_known_by_their_tokens)
{
    EXPECT_EQ(with_header("Bearer secret-b").value(), "ben");
    EXPECT_EQ(with_header("bearer secret-a").value(), "ada");
    EXPECT_EQ(two.with_token("secret-a").value(), "ada");
}

TEST(Supervisors, refuse_everyone_else)
{
    for (const char* header : {"",
                               "Bearer",
                               "Bearer ",
                               "Bearer secret",
                               "Bearer secret-c",
                               "Basic secret-a",
                               "secret-a"}) {
        const auto name = with_header(header);
        ASSERT_FALSE(name) << header;
        EXPECT_EQ(name.error().code, errc::unauthorized) << header;
    }
    EXPECT_FALSE(two.with_token(""));
}

TEST(Supervisors, are_everyone_when_none_are_named)
{
    EXPECT_EQ(Supervisors{{}}.identify({}, noon).value(), "supervisor");
    EXPECT_EQ(Supervisors{{}}.with_token("x").value(), "supervisor");
    EXPECT_EQ(Supervisors{{}}.new_session("supervisor", noon), "");
}

TEST(Supervisors, stay_signed_in_until_the_session_ends)
{
    const std::string session = two.new_session("ben", noon);
    EXPECT_EQ(with_cookie(session).value(), "ben");
    EXPECT_EQ(with_cookie(session, noon + Supervisors::session_lifetime - 1s).value(), "ben");
    const auto late = with_cookie(session, noon + Supervisors::session_lifetime);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().detail, "the session has expired: sign in again");
}

TEST(Supervisors, stay_signed_in_when_the_clock_is_set_back_a_little)
{
    const std::string session = two.new_session("ben", noon);
    EXPECT_EQ(with_cookie(session, noon - 1h).value(), "ben");
    EXPECT_FALSE(with_cookie(session, noon - 24h)) << "nor for as long as it had been ahead";
}

TEST(Supervisors, lose_their_sessions_with_their_token)
{
    const std::string session = two.new_session("ben", noon);
    const Supervisors rotated{{{"ada", "secret-a"}, {"ben", "secret-new"}}};
    EXPECT_FALSE(rotated.identify({.authorization = {}, .session = session}, noon));
    const Supervisors gone{{{"ada", "secret-a"}}};
    EXPECT_FALSE(gone.identify({.authorization = {}, .session = session}, noon));
    EXPECT_EQ(rotated.identify({.authorization = {}, .session = two.new_session("ada", noon)}, noon)
                  .value(),
              "ada");
}

TEST(Supervisors, cannot_make_a_session_of_each_others_tokens)
{
    EXPECT_FALSE(with_cookie(api::session_value("ada", noon + 1h, "secret-b")));
    EXPECT_FALSE(with_cookie(api::session_value("eve", noon + 1h, "")));
    EXPECT_FALSE(with_cookie("nonsense"));
}

TEST(Supervisors, are_not_known_by_a_session_beside_a_wrong_token)
{
    const std::string session = two.new_session("ben", noon);
    EXPECT_FALSE(two.identify({"Bearer wrong", session}, noon));
    EXPECT_EQ(two.identify({"Basic cHJveHk6cHJveHk=", session}, noon).value(), "ben")
        << "a proxy's";
}

}  // namespace
}  // namespace phony::server
