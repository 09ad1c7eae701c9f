#include <phony/api/origin.hpp>

#include <gtest/gtest.h>

namespace phony::api {
namespace {

TEST(Origin, is_a_scheme_a_host_and_a_port)
{
    EXPECT_EQ(parse_origin("http://LocalHost:24187"), (Origin{false, {"localhost", 24187}}));
    EXPECT_EQ(parse_origin("https://a.example"), parse_origin("https://a.example:443"));
    EXPECT_NE(parse_origin("https://a.example"), parse_origin("http://a.example"));
    EXPECT_EQ(parse_origin("http://[::1]:8080"), (Origin{false, {"[::1]", 8080}}));
}

TEST(Origin, is_not_what_only_looks_like_one)
{
    for (const char* text : {"",
                             "null",
                             "file://",
                             "http://",
                             "https://:443",
                             "ftp://a.example",
                             "http://a.example/",
                             "http://a.example:0",
                             "http://a.example:65536",
                             "http://a.example:80x",
                             "http://a.example:",
                             "http://a b",
                             "http://user@a.example",
                             "http://[::1",
                             "http://[]",
                             "http://[a/b]",
                             "chrome-extension://abcdef",
                             "http://a.example,http://b.example"})
        EXPECT_FALSE(parse_origin(text)) << text;
}

TEST(Origins, accept_a_page_of_this_machine_for_what_it_was_loaded_from)
{
    const Origins origins;
    EXPECT_TRUE(origins.accepts("http://localhost:24187", "localhost:24187"));
    EXPECT_TRUE(origins.accepts("http://127.0.0.1:24187", "127.0.0.1:24187"));
    EXPECT_TRUE(origins.accepts("http://[::1]:24187", "[::1]:24187"));
    EXPECT_TRUE(origins.accepts("http://localhost", "localhost"));
    EXPECT_TRUE(origins.accepts("https://localhost", "localhost:443"));

    EXPECT_FALSE(origins.accepts("http://localhost:3000", "localhost:24187")) << "another server's";
    EXPECT_FALSE(origins.accepts("http://127.0.0.1:24187", "localhost:24187"));
    EXPECT_FALSE(origins.accepts("http://evil.example:24187", "evil.example:24187")) << "rebound";
    EXPECT_FALSE(origins.accepts("http://127.evil.example", "127.evil.example"));
    EXPECT_FALSE(origins.accepts("http://localhost.evil.example", "localhost.evil.example"));
    EXPECT_FALSE(origins.accepts("http://192.168.0.7:24187", "192.168.0.7:24187"));
    EXPECT_FALSE(origins.accepts("http://localhost:24187", ""));
    EXPECT_FALSE(origins.accepts("null", "localhost:24187"));
}

TEST(Origins, accept_the_public_urls_and_those_listed_whatever_the_host)
{
    const Origins origins{"https://phone.example.com/phony",
                          {parse_origin("http://dash.example:3000").value()}};
    EXPECT_TRUE(origins.accepts("https://phone.example.com", "10.0.0.1:24187"));
    EXPECT_TRUE(origins.accepts("https://PHONE.example.com:443", ""));
    EXPECT_TRUE(origins.accepts("http://dash.example:3000", "phone.example.com"));

    EXPECT_FALSE(origins.accepts("http://phone.example.com", "phone.example.com"));
    EXPECT_FALSE(origins.accepts("https://phone.example.com.evil.example", "phone.example.com"));
    EXPECT_FALSE(origins.accepts("http://dash.example", "phone.example.com"));
}

TEST(Origins, know_the_hosts_that_are_ours)
{
    const Origins origins{"https://phone.example.com",
                          {parse_origin("http://dash.example:3000").value()}};
    for (const char* host : {"localhost",
                             "localhost:24187",
                             "127.0.0.1",
                             "[::1]:24187",
                             "192.168.0.7:24187",
                             "phone.example.com",
                             "Phone.Example.Com:8443",
                             "dash.example"})
        EXPECT_TRUE(origins.is_our_host(host)) << host;
    for (const char* host : {"",
                             "evil.example",
                             "localhost.evil.example",
                             "127.0.0.1.evil.example",
                             "x phone.example.com",
                             "phone.example.com.",
                             "1.2.3.4.example"})
        EXPECT_FALSE(origins.is_our_host(host)) << host;
}

}  // namespace
}  // namespace phony::api
