#include <phony/api/ip_address.hpp>

#include <gtest/gtest.h>

#include <string>

namespace phony::api {
namespace {

std::string written(const char* text)
{
    const auto address = IpAddress::parse(text);
    return address ? address->to_string() : "none";
}

TEST(IpAddress, is_written_in_one_way)
{
    EXPECT_EQ(written("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(written("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(written("2001:DB8:0:0::1"), "2001:db8::1");
    EXPECT_EQ(written("fe80::1%eth0"), "fe80::1");
    EXPECT_EQ(written("::"), "::");
}

TEST(IpAddress, is_nothing_else)
{
    for (const char* text :
         {"", "1.2.3", "256.0.0.1", "01.2.3.4", "localhost", "1.2.3.4 ", "[::1]"})
        EXPECT_EQ(written(text), "none") << text;
    EXPECT_FALSE(IpAddress::parse(std::string_view{"1.2.3.4\0x", 9}));
}

TEST(IpAddress, knows_this_machine)
{
    for (const char* text : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
        const auto address = IpAddress::parse(text);
        EXPECT_TRUE(address && address->is_loopback()) << text;
    }
    for (const char* text : {"128.0.0.1", "::", "::2", "::7f00:1"}) {
        const auto address = IpAddress::parse(text);
        EXPECT_TRUE(address && !address->is_loopback()) << text;
    }
}

}  // namespace
}  // namespace phony::api
