#include "hub/event_feed.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace phony::hub {
namespace {

// Nearly all events are shorter; longer ones allocate again.
constexpr std::size_t usual_event_size = 224;

EventText write(const api::EventStamp& stamp, const call::Event& event)
{
    auto text = std::make_shared<std::string>();
    text->reserve(usual_event_size);
    api::append_event(*text, stamp, event);
    return text;
}

}  // namespace

EventHub::Feed::Feed(EventRing::Bounds bounds, std::vector<std::shared_ptr<ViewerQueue>> viewers)
    : bounds_{bounds}, ring_{bounds}, viewers_{std::move(viewers)}
{
}

void EventHub::Feed::begin(const api::CallState* past, WallTime wall, TimePoint now)
{
    if (over_ && !lost_ && past == nullptr) {
        ring_ = EventRing{bounds_};
        state_ = {};
    }
    if (past != nullptr && ring_.last() < past->seq) {
        ring_ = EventRing{bounds_, past->seq};
        state_ = *past;
        clock_ = CallClock::resumed(past->clock, past->newest(), wall, now);
    }
    if (state_.seq == 0) clock_ = CallClock{wall, now};
    over_.reset();
    lost_ = false;
    ++sources_;
}

api::EventStamp EventHub::Feed::publish(std::string_view call_sid,
                                        TimePoint now,
                                        const call::Event& event,
                                        Wake& wake)
{
    const api::EventStamp stamp{
        .call_sid = call_sid, .seq = ring_.last() + 1, .timestamp = clock_.at(now), .at = now};
    newest_ = now;
    const auto* token = std::get_if<call::AssistantToken>(&event);
    const auto wanted = [token](const auto& viewer) {
        return token == nullptr || viewer->wants_tokens();
    };
    const auto* latency = std::get_if<call::Latency>(&event);
    const bool watched = std::ranges::any_of(viewers_, wanted);
    EventText text;
    if (token != nullptr && !watched) {
        ring_.push(KeptEvent{*token, stamp.seq, stamp.timestamp});
    } else if (latency != nullptr && !watched) {
        ring_.push(KeptEvent{*latency, stamp.seq, stamp.timestamp});
    } else {
        text = write(stamp, event);
        ring_.push(KeptEvent{text, token != nullptr});
    }
    if (std::holds_alternative<call::CallStarted>(event)) started_ = text;

    const auto* ended = std::get_if<call::CallEnded>(&event);
    if (ended != nullptr && sources_ > 1) {
        state_.seq = stamp.seq;  // the end of a socket that was replaced: the call goes on
    } else {
        state_.fold(stamp, event);
    }

    std::erase_if(viewers_, [&](const auto& viewer) {
        if (!wanted(viewer)) return false;
        const auto offered = viewer->offer(text);
        if (offered == ViewerQueue::Offered::first) wake.push_back(viewer);
        return offered == ViewerQueue::Offered::refused;
    });
    if (ended != nullptr) end(now, ended->reason == call::connection_lost, wake);
    return stamp;
}

void EventHub::Feed::abandon(TimePoint now, Wake& wake)
{
    end(now, false, wake);
}

void EventHub::Feed::end(TimePoint now, bool lost, Wake& wake)
{
    if (--sources_ > 0) return;
    over_ = now;
    lost_ = lost;
    if (!lost) dismiss_viewers(wake);
}

void EventHub::Feed::dismiss_viewers(Wake& wake)
{
    std::erase_if(viewers_, [&](const auto& viewer) {
        if (viewer->everywhere()) return false;
        viewer->end(ViewerQueue::State::ended);
        wake.push_back(viewer);
        return true;
    });
}

EventRing::Past EventHub::Feed::join(std::shared_ptr<ViewerQueue> viewer, std::uint64_t since)
{
    if (over_ && !lost_) {
        viewer->end(ViewerQueue::State::ended);
    } else {
        viewers_.push_back(std::move(viewer));
    }
    return ring_.after(since);
}

void EventHub::Feed::leave(const std::shared_ptr<ViewerQueue>& viewer)
{
    std::erase(viewers_, viewer);
}

bool EventHub::Feed::expired(TimePoint now, const Bounds& bounds, Wake& wake)
{
    if (sources_ > 0) return false;
    if (lost_ && over_ && now - *over_ >= bounds.keep_lost) {
        lost_ = false;
        state_.phase = api::CallState::Phase::ended;
        dismiss_viewers(wake);
    }
    if (lost_ || (over_ && now - *over_ < bounds.keep_ended)) return false;
    return std::ranges::all_of(viewers_, [](const auto& viewer) { return viewer->everywhere(); });
}

}  // namespace phony::hub
