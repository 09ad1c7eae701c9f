#include "server/throttle.hpp"

#include "server/peer.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include <string>

namespace phony::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start = TimePoint{} + 1h;

TEST(Throttle, counts_each_client_for_itself)
{
    Throttle throttle{2};
    EXPECT_EQ(throttle.take("ada", start), 0s);
    EXPECT_EQ(throttle.take("ada", start), 0s);
    EXPECT_EQ(throttle.take("ada", start), 30s);
    EXPECT_EQ(throttle.take("ben", start), 0s);
    EXPECT_EQ(std::chrono::round<std::chrono::milliseconds>(throttle.take("ada", start + 20s)),
              10s);
    EXPECT_EQ(throttle.take("ada", start + 31s), 0s);
}

TEST(Throttle, tells_the_wait_without_taking)
{
    Throttle throttle{1};
    EXPECT_EQ(throttle.wait("ada", start), 0s);
    EXPECT_EQ(throttle.wait("ada", start), 0s);
    throttle.take("ada", start);
    EXPECT_EQ(throttle.wait("ada", start), 60s);
}

TEST(Throttle, of_zero_lets_everything_pass)
{
    Throttle throttle{0};
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(throttle.take("ada", start), 0s);
}

TEST(Throttle, remembers_no_more_clients_than_it_may)
{
    Throttle throttle{1, 2};
    EXPECT_EQ(throttle.take("ada", start), 0s);
    EXPECT_EQ(throttle.take("ben", start), 0s);
    EXPECT_EQ(throttle.take("cleo", start), 0s) << "the first of all others";
    EXPECT_GT(throttle.take("dora", start), 0s) << "who share one bucket";
    EXPECT_GT(throttle.take("ada", start), 0s) << "those it knows are not forgotten for them";
    // Who has been quiet for long enough makes room.
    EXPECT_EQ(throttle.take("dora", start + 1min), 0s);
    EXPECT_EQ(throttle.take("emil", start + 1min), 0s);
}

TEST(Peer, of_a_network_is_one_client)
{
    EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    EXPECT_EQ(network_of("2001:db8:1:2::9"), "2001:db8:1:2::");
    EXPECT_EQ(network_of(""), "");
}

TEST(Peer, may_be_this_machine)
{
    for (const char* peer : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(is_this_machine(peer)) << peer;
    for (const char* peer : {"", "192.0.2.7", "2001:db8::1", "localhost", "::ffff:192.0.2.7"})
        EXPECT_FALSE(is_this_machine(peer)) << peer;
}

}  // namespace
}  // namespace phony::server
