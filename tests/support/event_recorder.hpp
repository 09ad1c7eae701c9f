#pragma once

#include <phony/api/event_json.hpp>
#include <phony/base/guarded.hpp>
#include <phony/call/event.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace phony::test {

/// Keeps every event that it is shown, call by call. Any thread may ask.
///
///     app.events().all<call::CommandExecuted>("CA1")      // in the order of the call
class EventRecorder {
public:
    struct Recorded {
        std::uint64_t seq = 0;
        call::Event event;
    };

    void record(const api::EventStamp& stamp, const call::Event& event);

    /// Everything that happened in a call.
    std::vector<Recorded> of(std::string_view call_sid) const;
    /// Of all calls that have had an event.
    std::vector<std::string> call_sids() const;

    template <typename Kind>
    std::vector<Kind> all(std::string_view call_sid) const
    {
        std::vector<Kind> found;
        for (const Recorded& recorded : of(call_sid))
            if (const auto* event = std::get_if<Kind>(&recorded.event)) found.push_back(*event);
        return found;
    }

    template <typename Kind>
    std::size_t count(std::string_view call_sid) const
    {
        return all<Kind>(call_sid).size();
    }

    bool ended(std::string_view call_sid) const { return count<call::CallEnded>(call_sid) > 0; }

private:
    using Calls = std::map<std::string, std::vector<Recorded>, std::less<>>;
    Guarded<Calls> calls_;
};

}  // namespace phony::test
