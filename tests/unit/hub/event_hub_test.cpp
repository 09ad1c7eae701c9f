#include "hub/event_hub.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::hub {
namespace {

TEST(EventHub, numbers_the_events_of_each_call_and_shows_them_to_all)
{
    EventHub hub;
    std::vector<std::string> seen;
    for (const char* watcher : {"a", "b"}) {
        hub.watch([&seen, watcher](const api::EventStamp& stamp, const call::Event& event) {
            seen.push_back(std::string{watcher} + std::string{stamp.call_sid} +
                           std::to_string(stamp.seq) + std::string{api::type_of(event)});
        });
    }
    EventHub::Source one{hub, "CA1"};
    EventHub::Source two{hub, "CA2"};
    one.publish(call::Dtmf{'1'});
    two.publish(call::Dtmf{'2'});
    one.publish(call::CallError{});
    EXPECT_EQ(seen,
              (std::vector<std::string>{
                  "aCA11dtmf", "bCA11dtmf", "aCA21dtmf", "bCA21dtmf", "aCA12error", "bCA12error"}));
}

}  // namespace
}  // namespace phony::hub
