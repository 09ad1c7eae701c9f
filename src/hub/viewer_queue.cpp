#include "hub/viewer_queue.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace phony::hub {

ViewerQueue::ViewerQueue(const async::Executor& owner, Bounds bounds, bool tokens, bool everywhere)
    : owner_{owner},
      bounds_{bounds},
      tokens_{tokens},
      everywhere_{everywhere},
      changed_{std::make_shared<async::Condition>(owner)}
{
}

ViewerQueue::Offered ViewerQueue::offer(const EventText& text)
{
    std::deque<EventText> given_up;  // destroyed without the lock
    return box_.with([&](Box& box) {
        if (box.state != State::open) return Offered::refused;
        if (box.events.size() >= bounds_.events ||
            (!box.events.empty() && box.bytes + text->size() > bounds_.bytes)) {
            box.state = State::too_slow;
            given_up.swap(box.events);
            box.bytes = 0;
            return Offered::first;
        }
        box.events.push_back(text);
        box.bytes += text->size();
        return box.events.size() == 1 ? Offered::first : Offered::queued;
    });
}

void ViewerQueue::end(State why)
{
    box_.with([why](Box& box) {
        if (box.state == State::open) box.state = why;
    });
}

void ViewerQueue::wake(std::span<std::shared_ptr<ViewerQueue>> viewers)
{
    while (!viewers.empty()) {
        const async::Executor owner = viewers.front()->owner_;
        const auto others = std::ranges::partition(
            viewers, [&owner](const auto& viewer) { return viewer->owner_ == owner; });
        const auto here = viewers.first(viewers.size() - others.size());
        std::vector<std::shared_ptr<async::Condition>> changed;
        changed.reserve(here.size());
        for (const auto& viewer : here) changed.push_back(viewer->changed_);
        boost::asio::post(owner, [changed = std::move(changed)] {
            for (const auto& viewer : changed) viewer->notify_all();
        });
        viewers = viewers.subspan(here.size());
    }
}

std::size_t ViewerQueue::size() const
{
    return box_.with([](const Box& box) { return box.events.size(); });
}

std::optional<EventText> ViewerQueue::take()
{
    return box_.with([](Box& box) -> std::optional<EventText> {
        if (box.events.empty()) return std::nullopt;
        EventText text = std::move(box.events.front());
        box.events.pop_front();
        box.bytes -= text->size();
        return text;
    });
}

ViewerQueue::State ViewerQueue::state() const
{
    return box_.with([](const Box& box) { return box.state; });
}

}  // namespace phony::hub
