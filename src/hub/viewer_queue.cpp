#include "hub/viewer_queue.hpp"

#include <boost/asio/post.hpp>

#include <utility>

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

void ViewerQueue::wake()
{
    boost::asio::post(owner_, [changed = changed_] { changed->notify_all(); });
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
