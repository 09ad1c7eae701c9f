#include "load/server_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace phony::bench {
namespace {

using testing::Contains;
using testing::Not;
using testing::StartsWith;

TEST(ServerProcess, finds_the_port_in_what_servers_say)
{
    EXPECT_EQ(port_in("listening 40123"), 40123);
    EXPECT_EQ(port_in(R"({"level":"info","msg":"listening","address":"127.0.0.1","port":46153})"),
              46153);
    EXPECT_EQ(port_in(R"({"msg":"setting","name":"PORT","port":1})"), 0);
    EXPECT_EQ(port_in("listening soon"), 0);
    EXPECT_EQ(port_in(""), 0);
}

TEST(ServerProcess, runs_phony_on_one_thread_with_its_history)
{
    const auto environment = server_environment(
        {.label = "phony", .program = "phony"},
        {.model_url = "http://127.0.0.1:1/v1", .directory = "/tmp/x", .cores = {0}});
    EXPECT_THAT(environment, Contains("PHONY_THREADS=1"));
    EXPECT_THAT(environment, Contains("PHONY_DATA_DIR=/tmp/x"));
    EXPECT_THAT(environment, Contains("OPENAI_BASE_URL=http://127.0.0.1:1/v1"));
    EXPECT_THAT(environment, Not(Contains(StartsWith("PHONY_TLS"))));
}

TEST(ServerProcess, puts_the_settings_of_the_command_line_over_its_own)
{
    const auto environment =
        server_environment({.label = "", .program = "phony", .settings = {{"PHONY_THREADS", "2"}}},
                           {.model_url = "", .directory = "", .cores = {}});
    EXPECT_THAT(environment, Contains("PHONY_THREADS=2"));
    EXPECT_THAT(environment, Not(Contains("PHONY_THREADS=1")));
}

TEST(ServerProcess, tells_the_peers_nothing_of_phony)
{
    const auto environment = server_environment({.label = "floor", .program = "floor"},
                                                {.model_url = "", .directory = "", .cores = {}});
    EXPECT_THAT(environment, Not(Contains(StartsWith("PHONY_"))));
    EXPECT_THAT(environment, Contains("PORT=0"));
}

}  // namespace
}  // namespace phony::bench
