#include "support/turn_timeline.hpp"

#include <boost/json/value.hpp>

#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include <string_view>

namespace phony::test {
namespace {

namespace tree = boost::json;

long microseconds(const tree::value& milliseconds)
{
    return std::lround(milliseconds.to_number<double>() * 1000);
}

/// Since the transcript. Two of the members are told since the request was written.
long moment_of(const tree::object& latency, std::string_view stage)
{
    if (stage == "request_written") return microseconds(latency.at("transcript_to_gpt_ms"));
    const bool of_the_model = stage == "response_headers" || stage == "first_token";
    const std::string name = stage == "first_token" ? "gpt_first_token" : std::string{stage};
    const long moment = microseconds(latency.at(name + "_ms"));
    return of_the_model ? moment + microseconds(latency.at("transcript_to_gpt_ms")) : moment;
}

}  // namespace

std::vector<std::string> checked_stages(const tree::object& latency)
{
    std::vector<std::string> names;
    long sum = 0;
    for (const tree::value& stage : latency.at("stages").as_array()) {
        names.emplace_back(stage.at("stage").as_string());
        EXPECT_GE(microseconds(stage.at("ms")), 0) << latency;
        sum += microseconds(stage.at("ms"));
        // Two members that are rounded each for itself may be off by one.
        EXPECT_LE(std::abs(sum - moment_of(latency, names.back())), 1)
            << names.back() << " of " << latency;
    }
    EXPECT_EQ(sum, microseconds(latency.at("total_ms"))) << latency;
    return names;
}

}  // namespace phony::test
