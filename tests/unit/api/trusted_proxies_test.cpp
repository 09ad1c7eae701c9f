#include <phony/api/trusted_proxies.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace phony::api {
namespace {

TrustedProxies proxies(std::string_view list)
{
    auto parsed = TrustedProxies::parse(list);
    EXPECT_TRUE(parsed) << list;
    return parsed.value_or(TrustedProxies{});
}

TEST(TrustedProxies, are_addresses_and_networks)
{
    const auto some = proxies("10.0.0.0/8, 192.0.2.1,2001:db8::/33 ,\t::1");
    for (const char* one :
         {"10.0.0.0", "10.255.255.255", "192.0.2.1", "2001:db8:7fff::1", "::1", "::ffff:10.1.2.3"})
        EXPECT_TRUE(some.contains(one)) << one;
    for (const char* one : {"11.0.0.0",
                            "9.255.255.255",
                            "192.0.2.2",
                            "2001:db8:8000::1",
                            "::2",
                            "::a00:1",
                            "::ffff:11.0.0.0",
                            "",
                            "10.0.0.0/8",
                            "unix:",
                            "10.0.0"})
        EXPECT_FALSE(some.contains(one)) << one;
}

TEST(TrustedProxies, may_be_everyone)
{
    EXPECT_TRUE(proxies("0.0.0.0/0").contains("203.0.113.7"));
    EXPECT_FALSE(proxies("0.0.0.0/0").contains("2001:db8::1"));
    EXPECT_TRUE(proxies("::/0").contains("203.0.113.7"));
    EXPECT_TRUE(proxies("::/0").contains("2001:db8::1"));
}

TEST(TrustedProxies, are_refused_as_a_whole_when_one_is_no_network)
{
    for (const char* list : {"",
                             " ",
                             ",",
                             "10.0.0.1,",
                             "10.0.0.0/33",
                             "::/129",
                             "10.0.0.0/",
                             "10.0.0.0/-1",
                             "10.0.0.0/8x",
                             "10.0.0.0/ 8",
                             "proxy",
                             "10.0.0.1 10.0.0.2",
                             "[::1]",
                             "10.0.0.1:80"})
        EXPECT_FALSE(TrustedProxies::parse(list)) << list;
}

TEST(TrustedProxies, none_are_trusted_unless_named)
{
    EXPECT_EQ(TrustedProxies{}.client_of("127.0.0.1", "192.0.2.1"), "127.0.0.1");
    EXPECT_EQ(proxies("10.0.0.1").client_of("192.0.2.9", "192.0.2.1"), "192.0.2.9");
}

TEST(TrustedProxies, tell_the_client_by_the_rightmost_address_that_is_no_proxy)
{
    const auto some = proxies("127.0.0.1, 10.0.0.0/8");
    EXPECT_EQ(some.client_of("127.0.0.1", "203.0.113.7"), "203.0.113.7");
    EXPECT_EQ(some.client_of("127.0.0.1", "192.0.2.1, 203.0.113.7, 10.1.2.3"), "203.0.113.7")
        << "what stands left of it was made up by the client";
    EXPECT_EQ(some.client_of("::ffff:127.0.0.1", "203.0.113.7"), "203.0.113.7");
    EXPECT_EQ(some.client_of("127.0.0.1", ""), "127.0.0.1") << "the proxy itself asks";
    EXPECT_EQ(some.client_of("127.0.0.1", "10.0.0.2,10.0.0.3"), "10.0.0.2") << "a client inside";
}

TEST(TrustedProxies, write_addresses_in_several_ways)
{
    const auto one = proxies("127.0.0.1");
    EXPECT_EQ(one.client_of("127.0.0.1", "203.0.113.7:5060"), "203.0.113.7");
    EXPECT_EQ(one.client_of("127.0.0.1", "[2001:db8::1]:5060"), "2001:db8::1");
    EXPECT_EQ(one.client_of("127.0.0.1", "[2001:DB8::1]"), "2001:db8::1");
    EXPECT_EQ(one.client_of("127.0.0.1", "2001:db8:0::1"), "2001:db8::1");
    EXPECT_EQ(one.client_of("127.0.0.1", "::ffff:203.0.113.7"), "203.0.113.7");
}

TEST(TrustedProxies, know_no_more_than_the_last_of_them_when_the_list_ends_in_rubbish)
{
    const auto some = proxies("127.0.0.1, 10.0.0.0/8");
    for (const char* rubbish :
         {"unknown", "_hidden", "", " ", "<script>", "[2001:db8::1", "1.2.3"}) {
        EXPECT_EQ(some.client_of("127.0.0.1", std::string{"192.0.2.1,"} + rubbish), "127.0.0.1")
            << rubbish;
        EXPECT_EQ(some.client_of("127.0.0.1", std::string{rubbish} + ", 10.0.0.2"), "10.0.0.2")
            << rubbish;
    }
}

}  // namespace
}  // namespace phony::api
