#include "hub/event_hub.hpp"

#include <chrono>

namespace phony::hub {

void EventHub::Source::publish(const call::Event& event)
{
    const api::EventStamp stamp{
        .call_sid = call_sid_, .seq = ++seq_, .timestamp = std::chrono::system_clock::now()};
    for (const Watcher& watcher : hub_.watchers_) watcher(stamp, event);
}

}  // namespace phony::hub
