#include "hub/event_hub.hpp"

#include "hub/event_feed.hpp"
#include "log/log.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <numeric>
#include <tuple>
#include <utility>
#include <variant>

namespace phony::hub {

EventHub::EventHub(Bounds bounds, WallClock wall_clock)
    : bounds_{bounds}, wall_clock_{std::move(wall_clock)}
{
}
EventHub::~EventHub() = default;

EventHub::SharedFeed EventHub::Board::feed(const std::string& call_sid, EventRing::Bounds bounds)
{
    auto& feed = calls[call_sid];
    if (!feed) feed = std::make_shared<Guarded<Feed>>(Feed{bounds, everywhere()});
    return feed;
}

EventHub::SharedFeed EventHub::Board::find(std::string_view call_sid) const
{
    const auto entry = calls.find(call_sid);
    return entry == calls.end() ? nullptr : entry->second;
}

std::vector<std::shared_ptr<ViewerQueue>> EventHub::Board::everywhere() const
{
    std::vector<std::shared_ptr<ViewerQueue>> found;
    std::ranges::copy_if(viewers, std::back_inserter(found), [](const auto& viewer) {
        return viewer->everywhere();
    });
    return found;
}

EventHub::SharedFeed EventHub::begin(const std::string& call_sid, const api::CallState* past)
{
    const auto wall = wall_clock_();
    const auto now = std::chrono::steady_clock::now();
    return board_.with([&](Board& board) {
        auto feed = board.feed(call_sid, bounds_.kept);
        feed->with([&](Feed& call) { call.begin(past, wall, now); });
        return feed;
    });
}

std::optional<api::CallState> EventHub::state_of(std::string_view call_sid) const
{
    const auto feed = board_.with([&](const Board& board) { return board.find(call_sid); });
    if (!feed) return std::nullopt;
    return feed->with([](const Feed& call) -> std::optional<api::CallState> {
        if (call.state().seq == 0) return std::nullopt;
        return call.state();
    });
}

std::vector<EventHub::SharedFeed> EventHub::feeds() const
{
    return board_.with([](const Board& board) {
        std::vector<SharedFeed> all;
        all.reserve(board.calls.size());
        for (const auto& [call_sid, feed] : board.calls) all.push_back(feed);
        return all;
    });
}

std::vector<api::CallState> EventHub::active_calls() const
{
    std::vector<api::CallState> states;
    for (const auto& feed : feeds()) {
        feed->with([&](const Feed& call) {
            if (call.active()) states.push_back(call.state().without_transcript());
        });
    }
    std::ranges::sort(states, {}, [](const api::CallState& state) {
        return std::tie(state.started, state.call_sid);
    });
    return states;
}

std::size_t EventHub::calls_quiet_since(TimePoint since) const
{
    const auto all = feeds();
    return static_cast<std::size_t>(std::ranges::count_if(all, [since](const auto& feed) {
        return feed->with(
            // One that rings for long is nothing to worry about.
            [since](const Feed& call) {
                return call.active() && call.state().connected && call.newest() < since;
            });
    }));
}

WallTime EventHub::time_of(std::string_view call_sid, TimePoint now) const
{
    const auto feed = board_.with([&](const Board& board) { return board.find(call_sid); });
    const auto known = feed ? feed->with([now](const Feed& call) -> std::optional<WallTime> {
        if (call.state().seq == 0) return std::nullopt;
        return call.state().clock.at(now);
    })
                            : std::nullopt;
    return known.value_or(wall_clock_());
}

std::size_t EventHub::queued_events() const
{
    const auto viewers = board_.with([](const Board& board) { return board.viewers; });
    return std::accumulate(
        viewers.begin(), viewers.end(), std::size_t{0}, [](std::size_t sum, const auto& viewer) {
            return sum + viewer->size();
        });
}

std::size_t EventHub::viewers() const
{
    return board_.with([](const Board& board) { return board.viewers.size(); });
}

void EventHub::dismiss_viewers()
{
    board_.with([](Board& board) {
        board.closed = true;
        for (const auto& viewer : board.viewers) viewer->end(ViewerQueue::State::shutting_down);
        ViewerQueue::wake(board.viewers);
    });
}

void EventHub::forget_expired(TimePoint now)
{
    Feed::Wake wake;
    std::vector<SharedFeed> forgotten;  // destroyed without the lock
    board_.with([&](Board& board) {
        std::erase_if(board.calls, [&](auto& entry) {
            const bool expired =
                entry.second->with([&](Feed& call) { return call.expired(now, bounds_, wake); });
            if (expired) forgotten.push_back(std::move(entry.second));
            return expired;
        });
    });
    ViewerQueue::wake(wake);
}

// ── one call's events ──

EventHub::Source::Source(EventHub& hub, std::string call_sid, const api::CallState* past)
    : hub_{hub}, call_sid_{std::move(call_sid)}, feed_{hub.begin(call_sid_, past)}
{
}

EventHub::Source::~Source()
{
    if (ended_) return;
    try {
        Feed::Wake wake;
        feed_->with([&](Feed& call) { call.abandon(std::chrono::steady_clock::now(), wake); });
        ViewerQueue::wake(wake);
    } catch (const std::exception& failure) {  // no memory: its viewers have their own deadlines
        log::warn("the end of a call was not told",
                  {{"callSid", call_sid_}, {"what", failure.what()}});
    }
}

void EventHub::Source::publish(const call::Event& event)
{
    Feed::Wake wake;
    const auto now = std::chrono::steady_clock::now();
    const auto stamp =
        feed_->with([&](Feed& call) { return call.publish(call_sid_, now, event, wake); });
    ended_ = ended_ || std::holds_alternative<call::CallEnded>(event);
    // Watchers first: what a viewer has seen is then counted, too.
    if (!std::holds_alternative<call::AssistantToken>(event)) {
        for (const Watcher& watcher : hub_.watchers_) watcher(stamp, event);
    }
    for (const Watcher& watcher : hub_.token_watchers_) watcher(stamp, event);
    ViewerQueue::wake(wake);
}

// ── one viewer ──

EventHub::Viewer::Viewer(EventHub& hub,
                         const async::Executor& executor,
                         const api::EventSubscription& wanted)
    : hub_{hub},
      wanted_{wanted},
      queue_{std::make_shared<ViewerQueue>(
          executor, hub.bounds_.queued, wanted.tokens, wanted.everywhere())}
{
    hub.board_.with([&](Board& board) {
        board.viewers.push_back(queue_);
        if (board.closed) queue_->end(ViewerQueue::State::shutting_down);
        if (wanted.everywhere()) {
            for (const auto& [call_sid, feed] : board.calls) unmet_.push_back(feed);
        } else {
            board.feed(wanted.call_sid, hub.bounds_.kept)->with([&](Feed& call) {
                past_ = call.join(queue_, wanted.since);
            });
        }
    });
    if (past_.missed() > 0)
        preface_.push_back(std::make_shared<const std::string>(
            api::truncated_message(wanted.call_sid, past_.first(), past_.missed())));
}

/// From now on it is watched. One that is active already is told of before anything that happens in
/// it now.
void EventHub::Viewer::meet(Guarded<Feed>& feed)
{
    feed.with([&](Feed& call) {
        call.watch(queue_);
        if (!call.active()) return;
        preface_.push_back(call.started());
        preface_.push_back(std::make_shared<const std::string>(
            api::call_state_message(call.state(), std::chrono::steady_clock::now())));
    });
}

EventHub::Viewer::~Viewer()
{
    hub_.board_.with([&](Board& board) {
        std::erase(board.viewers, queue_);
        const auto leave = [&](Feed& call) { call.leave(queue_); };
        if (wanted_.everywhere()) {
            for (const auto& [call_sid, feed] : board.calls) feed->with(leave);
        } else if (const auto entry = board.calls.find(wanted_.call_sid);
                   entry != board.calls.end()) {
            entry->second->with(leave);
        }
    });
}

std::optional<EventText> EventHub::Viewer::take()
{
    while (preface_.empty() && !unmet_.empty()) {
        meet(*unmet_.front());
        unmet_.pop_front();
    }
    if (!preface_.empty()) {
        auto text = std::move(preface_.front());
        preface_.pop_front();
        return text;
    }
    while (auto event = past_.next()) {
        if (wanted_.tokens || !event->is_token()) return event->text(wanted_.call_sid);
    }
    return queue_->take();
}

}  // namespace phony::hub
