#include "app/descriptors.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace phony::app {
namespace {

TEST(Descriptors, are_left_for_the_model_and_for_files)
{
    EXPECT_EQ(connections_for(10'000, 512), 10'000U - 512 - 64);
}

TEST(Descriptors, that_are_few_are_halved)
{
    EXPECT_EQ(connections_for(1024, 512), 512U);
    EXPECT_EQ(connections_for(256, 512), 128U);
    EXPECT_EQ(connections_for(1, 512), 1U);
}

TEST(Descriptors, without_end_do_not_mean_connections_without_end)
{
    EXPECT_EQ(connections_for(1'000'000, 512), 20'000U);
    EXPECT_EQ(connections_for(std::numeric_limits<std::size_t>::max(), 512), 20'000U);
}

}  // namespace
}  // namespace phony::app
