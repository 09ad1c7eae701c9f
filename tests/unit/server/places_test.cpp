#include "server/places.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

namespace phony::server {
namespace {

TEST(Places, are_so_many_for_each_client)
{
    Places places{2};
    const auto first = places.take("192.0.2.1");
    const auto second = places.take("192.0.2.1");
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(places.take("192.0.2.1"));
    EXPECT_TRUE(places.take("192.0.2.2")) << "another client is not hurt";
}

TEST(Places, are_given_back_once_however_often_they_move)
{
    Places places{1};
    {
        auto taken = places.take("192.0.2.1");
        ASSERT_TRUE(taken);
        const Places::Place moved{std::move(*taken)};
        EXPECT_FALSE(places.take("192.0.2.1"));
    }
    const auto again = places.take("192.0.2.1");
    EXPECT_TRUE(again);
    EXPECT_FALSE(places.take("192.0.2.1"));
}

TEST(Places, without_a_limit_are_endless)
{
    Places places{0};
    std::vector<std::optional<Places::Place>> taken;
    taken.reserve(1000);
    for (int i = 0; i < 1000; ++i) taken.push_back(places.take("192.0.2.1"));
    EXPECT_TRUE(taken.back());
}

}  // namespace
}  // namespace phony::server
