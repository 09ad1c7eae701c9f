#include "clients/base_url.hpp"

#include <gtest/gtest.h>

namespace phony::clients {
namespace {

TEST(BaseUrl, reads_scheme_host_port_and_path)
{
    EXPECT_EQ(*parse_base_url("https://api.openai.com/v1"),
              (BaseUrl{true, "api.openai.com", 443, "/v1"}));
    EXPECT_EQ(*parse_base_url("http://localhost:8080"), (BaseUrl{false, "localhost", 8080, ""}));
    EXPECT_EQ(*parse_base_url("HTTP://127.0.0.1"), (BaseUrl{false, "127.0.0.1", 80, ""}));
    EXPECT_EQ(*parse_base_url("https://[::1]:8443/openai/v1"),
              (BaseUrl{true, "::1", 8443, "/openai/v1"}));
}

TEST(BaseUrl, drops_slashes_at_the_end)
{
    EXPECT_EQ(parse_base_url("https://host/v1/")->path, "/v1");
    EXPECT_EQ(parse_base_url("https://host/")->path, "");
}

TEST(BaseUrl, spells_the_host_header)
{
    EXPECT_EQ(parse_base_url("https://api.openai.com/v1")->authority(), "api.openai.com");
    EXPECT_EQ(parse_base_url("https://host:80")->authority(), "host:80");
    EXPECT_EQ(parse_base_url("http://host:80")->authority(), "host");
    EXPECT_EQ(parse_base_url("http://[::1]:8080")->authority(), "[::1]:8080");
}

TEST(BaseUrl, refuses_what_it_cannot_call_and_says_why)
{
    const auto why = [](std::string_view text) {
        const auto parsed = parse_base_url(text);
        return parsed ? "" : parsed.error().detail;
    };
    EXPECT_EQ(why("api.openai.com"), "it is not a URL");
    EXPECT_EQ(why(""), "it is not a URL");
    EXPECT_EQ(why("https://ho st/"), "it is not a URL");
    EXPECT_EQ(why("ftp://host"), "the scheme must be http or https");
    EXPECT_EQ(why("https://user:secret@host"), "it must not hold a user or a password");
    EXPECT_EQ(why("https://host/v1?key=1"), "it must end with the path");
    EXPECT_EQ(why("https://host/v1#top"), "it must end with the path");
    EXPECT_EQ(why("https:///v1"), "it names no host");
    EXPECT_EQ(why("https://host:0"), "the port must be between 1 and 65535");
    EXPECT_EQ(why("https://host:70000"), "the port must be between 1 and 65535");
}

}  // namespace
}  // namespace phony::clients
