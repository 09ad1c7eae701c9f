#include <phony/base/guarded.hpp>

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace phony {
namespace {

TEST(Guarded, gives_back_what_the_callable_returns)
{
    const Guarded<int> number{42};
    EXPECT_EQ(number.with([](const int& value) { return value + 1; }), 43);
}

TEST(Guarded, lets_one_thread_at_a_time_reach_the_data)
{
    Guarded<int> count;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int j = 0; j < 1000; ++j) count.with([](int& value) { ++value; });
            });
        }
    }
    EXPECT_EQ(count.with([](int value) { return value; }), 4000);
}

}  // namespace
}  // namespace phony
