#include "hub/event_ring.hpp"

#include <phony/api/event_json.hpp>

#include <algorithm>
#include <utility>

namespace phony::hub {

std::size_t KeptEvent::bytes() const
{
    if (const auto* text = std::get_if<EventText>(&what_)) return (*text)->size();
    if (const auto* token = std::get_if<Token>(&what_))
        return sizeof(KeptEvent) + token->event.text.size();
    return sizeof(KeptEvent) + sizeof(Latency);
}

template <typename Event>
EventText KeptEvent::write(std::string_view call_sid, const Unwritten<Event>& unwritten)
{
    const auto& [event, seq, timestamp] = unwritten;
    return std::make_shared<const std::string>(
        api::event_json({.call_sid = call_sid, .seq = seq, .timestamp = timestamp}, event));
}

EventText KeptEvent::text(std::string_view call_sid) const
{
    if (const auto* text = std::get_if<EventText>(&what_)) return *text;
    if (const auto* token = std::get_if<Token>(&what_)) return write(call_sid, *token);
    return write(call_sid, *std::get<std::shared_ptr<const Latency>>(what_));
}

void EventRing::push(KeptEvent&& event)
{
    const std::size_t place = (last_ + 1 - first_) % block_size;
    if (place == 0) blocks_.push_back(std::make_shared<Block>());
    Block& block = *blocks_.back();
    const std::size_t bytes = event.bytes();
    block.bytes += bytes;
    bytes_ += bytes;
    block.events[place].emplace(std::move(event));
    ++last_;

    const auto spare = [this] {
        return blocks_.size() > 1 &&
               (last_ + 1 - first_ >= bounds_.events + block_size || bytes_ > bounds_.bytes);
    };
    while (spare()) {
        bytes_ -= blocks_.front()->bytes;
        blocks_.erase(blocks_.begin());
        first_ += block_size;
    }
}

EventRing::Past EventRing::after(std::uint64_t seq) const
{
    Past past;
    if (seq >= last_) return past;
    const std::uint64_t in_bounds = last_ > bounds_.events ? last_ - bounds_.events + 1 : 1;
    past.first_ = std::max({seq + 1, first_, in_bounds});
    past.missed_ = past.first_ - (seq + 1);
    past.left_ = last_ + 1 - past.first_;
    const auto skipped = past.first_ - first_;
    past.at_ = skipped % block_size;
    past.blocks_.assign(blocks_.begin() + static_cast<std::ptrdiff_t>(skipped / block_size),
                        blocks_.end());
    return past;
}

std::optional<KeptEvent> EventRing::Past::next()
{
    if (left_ == 0) {
        blocks_.clear();
        return std::nullopt;
    }
    --left_;
    const std::size_t at = at_++;
    return blocks_[at / block_size]->events[at % block_size];
}

}  // namespace phony::hub
