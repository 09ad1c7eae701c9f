#include "support/event_recorder.hpp"

namespace phony::test {

void EventRecorder::record(const api::EventStamp& stamp, const call::Event& event)
{
    calls_.with([&](Calls& calls) {
        calls[std::string{stamp.call_sid}].push_back({.seq = stamp.seq, .event = event});
    });
}

std::vector<EventRecorder::Recorded> EventRecorder::of(std::string_view call_sid) const
{
    return calls_.with([&](const Calls& calls) {
        const auto found = calls.find(call_sid);
        return found == calls.end() ? std::vector<Recorded>{} : found->second;
    });
}

std::vector<std::string> EventRecorder::call_sids() const
{
    return calls_.with([](const Calls& calls) {
        std::vector<std::string> names;
        for (const auto& [name, events] : calls) names.push_back(name);
        return names;
    });
}

}  // namespace phony::test
