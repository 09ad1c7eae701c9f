#pragma once

#include <phony/api/event_json.hpp>
#include <phony/call/event.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace phony::hub {

/// Where the events of all calls go: each gets its callSid, its place in the call's order and the
/// time of day, and is shown to every watcher.
///
/// Watchers are added before the first call and called on the call's own thread: they are
/// thread-safe and quick, because a call never waits.
class EventHub {
public:
    using Watcher = std::function<void(const api::EventStamp&, const call::Event&)>;

    void watch(Watcher watcher) { watchers_.push_back(std::move(watcher)); }

    /// One call's events; used on its thread.
    class Source {
    public:
        Source(const EventHub& hub, std::string call_sid)
            : hub_{hub}, call_sid_{std::move(call_sid)}
        {
        }
        void publish(const call::Event& event);

    private:
        const EventHub& hub_;
        std::string call_sid_;
        std::uint64_t seq_ = 0;
    };

private:
    std::vector<Watcher> watchers_;
};

}  // namespace phony::hub
