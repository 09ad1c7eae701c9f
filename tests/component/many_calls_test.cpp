// A thousand calls at once in one process, model and callers included.

#include "simulator/scenario.hpp"
#include "simulator/simulated_caller.hpp"
#include "support/eventually.hpp"
#include "support/run_io.hpp"
#include "support/running_app.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace phony::test {
namespace {

using namespace std::chrono_literals;
using async::awaitable;

#ifdef NDEBUG
constexpr std::size_t many = 1000;
#else
constexpr std::size_t many = 100;  // unoptimised, and perhaps under a sanitizer
#endif

/// Fast enough to be over soon, slow enough for all to be on the line together.
constexpr double speed = 5;

struct SilentObserver final : simulator::CallObserver {};

struct Tally {
    std::size_t ended = 0;
    std::size_t most_active = 0;
    std::vector<std::string> problems;
};

awaitable<void> call(Address address, std::size_t number, Tally& tally)
{
    const auto scenarios = simulator::scenarios();
    const auto& scenario = scenarios[number % scenarios.size()];
    SilentObserver observer;
    const auto outcome =
        co_await simulator::place_call({.port = address.port,
                                        .call_sid = "CA" + std::to_string(number),
                                        .scenario = &scenario,
                                        .speed = speed,
                                        .seed = number,
                                        .relay_attributes = simulator::with_events()},
                                       observer);
    for (const auto& problem : outcome.errors) tally.problems.push_back(problem);
    if (outcome.ending == simulator::CallOutcome::Ending::failed ||
        outcome.ending == simulator::CallOutcome::Ending::caller_hung_up)
        tally.problems.push_back(outcome.call_sid + " (" + std::string{scenario.name} +
                                 ") was not brought to its end");
    ++tally.ended;
}

class ManyCalls : public AppTest {};

TEST_F(ManyCalls, all_come_to_their_end_and_leave_nothing_behind)
{
    async::asio::io_context io;
    RunningApp app{{{"PHONY_TRANSFER_ALLOW", "any"}},
                   [](app::Config& config) { config.model.simulated_pace = speed; }};
    Tally tally;
    const auto script = [&]() -> awaitable<void> {
        for (std::size_t i = 0; i < many; ++i)
            co_spawn(io, call(app.address(), i, tally), async::asio::detached);
        co_await eventually(
            [&] {
                tally.most_active = std::max(tally.most_active, app.figures().active_calls);
                return tally.ended == many && app.is_idle();
            },
            100s);
    };
    run_io(io, script(), 110s);

    EXPECT_EQ(tally.ended, many);
    EXPECT_EQ(tally.most_active, many) << "they were not all on the line at once";
    EXPECT_TRUE(tally.problems.empty())
        << tally.problems.size() << " problems; the first: " << tally.problems.front();
    const auto& events = app.events();
    EXPECT_EQ(events.call_sids().size(), many);
    for (const auto& call_sid : events.call_sids()) {
        EXPECT_EQ(events.count<call::CallError>(call_sid), 0U) << call_sid;
        EXPECT_EQ(events.count<call::CallEnded>(call_sid), 1U) << call_sid;
    }
}

}  // namespace
}  // namespace phony::test
