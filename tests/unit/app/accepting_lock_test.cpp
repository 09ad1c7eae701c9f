#include "app/accepting_lock.hpp"

#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <system_error>

namespace phony::app {
namespace {

TEST(AcceptingLock, tells_whether_anybody_else_accepts)
{
    const test::TemporaryDirectory directory;
    AcceptingLock old{directory.path(), 24187};
    EXPECT_FALSE(old.is_held_elsewhere());
    old.take();
    EXPECT_FALSE(old.is_held_elsewhere()) << "its own does not count";

    std::optional<AcceptingLock> successor{std::in_place, directory.path(), 24187};
    EXPECT_TRUE(successor->is_held_elsewhere());
    EXPECT_FALSE(old.is_held_elsewhere()) << "it is not ready yet";
    successor->take();
    EXPECT_TRUE(old.is_held_elsewhere());
    old.release();
    EXPECT_TRUE(old.is_held_elsewhere());
    EXPECT_FALSE(successor->is_held_elsewhere());

    successor.reset();  // as when the process dies
    EXPECT_FALSE(old.is_held_elsewhere());
}

TEST(AcceptingLock, is_of_one_port)
{
    const test::TemporaryDirectory directory;
    AcceptingLock one{directory.path(), 1};
    AcceptingLock other{directory.path(), 2};
    other.take();
    EXPECT_FALSE(one.is_held_elsewhere());
}

TEST(AcceptingLock, needs_its_directory)
{
    EXPECT_THROW((AcceptingLock{"/nowhere/at/all", 1}), std::system_error);
}

}  // namespace
}  // namespace phony::app
