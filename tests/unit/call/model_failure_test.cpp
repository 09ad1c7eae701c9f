#include <phony/call/model_failure.hpp>

#include <gtest/gtest.h>

namespace phony::call {
namespace {

TEST(ModelFailure, only_what_may_pass_is_retryable)
{
    for (const auto failure : {ModelFailure::connect,
                               ModelFailure::timeout,
                               ModelFailure::rate_limited,
                               ModelFailure::server,
                               ModelFailure::not_a_stream,
                               ModelFailure::cut,
                               ModelFailure::mid_stream}) {
        EXPECT_TRUE(is_retryable(failure)) << name_of(failure);
    }
    for (const auto failure : {ModelFailure::quota,
                               ModelFailure::refused,
                               ModelFailure::context_too_long,
                               ModelFailure::filtered}) {
        EXPECT_FALSE(is_retryable(failure)) << name_of(failure);
    }
}

TEST(ModelFailure, has_the_name_of_its_enumerator)
{
    EXPECT_EQ(name_of(ModelFailure::rate_limited), "rate_limited");
    EXPECT_EQ(name_of(ModelFailure::not_a_stream), "not_a_stream");
}

}  // namespace
}  // namespace phony::call
