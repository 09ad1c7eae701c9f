#pragma once

#include "hub/event_hub.hpp"
#include <phony/base/call_clock.hpp>

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace phony::hub {

/// What the hub keeps of one call, and who views it. Used under its lock.
class EventHub::Feed {
public:
    /// Those who have to be woken once the lock is released.
    using Wake = boost::container::small_vector<std::shared_ptr<ViewerQueue>, 8>;

    Feed(EventRing::Bounds bounds, std::vector<std::shared_ptr<ViewerQueue>> viewers);

    /// A source begins. Unless the call was only lost, or is resumed as `past` (which may be null)
    /// tells it, it is a new one, even under an old callSid, and begins by the wall clock's time.
    void begin(const api::CallState* past, WallTime wall, TimePoint now);
    /// A source has ended without `call_ended`: a bug, after which the call is over all the same.
    void abandon(TimePoint now, Wake& wake);

    /// Stamps the event, keeps it, folds it, and offers it to all viewers, as JSON that is written
    /// once; a token only for those who want it.
    api::EventStamp publish(std::string_view call_sid,
                            TimePoint now,
                            const call::Event& event,
                            Wake& wake);

    /// The viewer gets whatever is published from now on; this is what was before.
    EventRing::Past join(std::shared_ptr<ViewerQueue> viewer, std::uint64_t since);
    /// The same for one who watches all calls.
    void watch(std::shared_ptr<ViewerQueue> viewer) { viewers_.push_back(std::move(viewer)); }
    void leave(const std::shared_ptr<ViewerQueue>& viewer);

    /// `call_started` as it was published, while the call is active.
    const EventText& started() const { return started_; }
    const api::CallState& state() const { return state_; }
    bool active() const { return sources_ > 0 && state_.seq > 0; }
    /// When its newest event happened.
    TimePoint newest() const { return newest_; }

    /// Whether nobody will miss it. A call that was not resumed in time ends here.
    bool expired(TimePoint now, const Bounds& bounds, Wake& wake);

private:
    void end(TimePoint now, bool lost, Wake& wake);
    void dismiss_viewers(Wake& wake);

    EventRing::Bounds bounds_;
    EventRing ring_;
    api::CallState state_;
    CallClock clock_;
    TimePoint newest_;
    EventText started_;
    std::size_t sources_ = 0;  ///< two while a second `setup` replaces the first
    std::optional<TimePoint> over_;
    bool lost_ = false;
    std::vector<std::shared_ptr<ViewerQueue>> viewers_;
};

}  // namespace phony::hub
