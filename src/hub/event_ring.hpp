#pragma once

#include <phony/base/timestamp.hpp>
#include <phony/call/event.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace phony::hub {

/// One event as JSON, written once and shared by all who still have to be sent it.
using EventText = std::shared_ptr<const std::string>;

/// An event that a call keeps: as JSON; or as what it was, when nobody watched. Most tokens, which
/// are many, and most latencies, which are long, are never asked for; those that are cost their
/// viewer.
class KeptEvent {
public:
    /// `token`: it is one, which not every viewer wants.
    explicit KeptEvent(EventText text, bool token = false) : what_{std::move(text)}, token_{token}
    {
    }
    KeptEvent(const call::AssistantToken& token, std::uint64_t seq, WallTime timestamp)
        : what_{std::in_place_type<Token>, token, seq, timestamp}, token_{true}
    {
    }
    KeptEvent(const call::Latency& latency, std::uint64_t seq, WallTime timestamp)
        : what_{std::make_shared<const Latency>(latency, seq, timestamp)}
    {
    }

    bool is_token() const { return token_; }
    /// In memory, about.
    std::size_t bytes() const;
    EventText text(std::string_view call_sid) const;

private:
    template <typename Event>
    struct Unwritten {
        Event event;
        std::uint64_t seq = 0;
        WallTime timestamp;
    };
    using Token = Unwritten<call::AssistantToken>;
    using Latency = Unwritten<call::Latency>;

    template <typename Event>
    static EventText write(std::string_view call_sid, const Unwritten<Event>& unwritten);

    std::variant<EventText, Token, std::shared_ptr<const Latency>> what_;
    bool token_ = false;
};

/// The newest events of one call, numbered from 1. Used under its call's lock; what `after` hands
/// out is read without.
///
/// Events lie in blocks that are shared with whoever reads them: a viewer that joins late copies
/// a pointer for each block rather than for each event, so that the call does not wait for it.
class EventRing {
    static constexpr std::size_t block_size = 16;

    struct Block {
        std::array<std::optional<KeptEvent>, block_size> events;  ///< written once
        std::size_t bytes = 0;                                    ///< of these; the ring's own
    };

public:
    struct Bounds {
        std::size_t events = 10'000;
        /// Of memory; a little more may be kept, because whole blocks are dropped.
        std::size_t bytes = std::size_t{16} * 1024 * 1024;
    };

    /// What happened up to some moment, to be read at leisure.
    class Past {
    public:
        Past() = default;

        /// The seq of the first event to be read, and how many were wanted but are not kept.
        std::uint64_t first() const { return first_; }
        std::uint64_t missed() const { return missed_; }

        std::optional<KeptEvent> next();

    private:
        friend class EventRing;

        std::vector<std::shared_ptr<const Block>> blocks_;
        std::size_t at_ = 0;    ///< in the first block on
        std::size_t left_ = 0;  ///< events to be read
        std::uint64_t first_ = 1;
        std::uint64_t missed_ = 0;
    };

    /// `last`: of events that happened before, and are not kept here.
    explicit EventRing(Bounds bounds, std::uint64_t last = 0)
        : bounds_{bounds}, first_{last + 1}, last_{last}
    {
    }

    /// The next event; its seq is then last().
    void push(KeptEvent&& event);

    std::uint64_t last() const { return last_; }  ///< 0: there was none

    /// All that is kept of what came after `seq`. Nothing when `seq` has not been reached.
    Past after(std::uint64_t seq) const;

private:
    Bounds bounds_;
    std::vector<std::shared_ptr<Block>> blocks_;
    std::uint64_t first_;  ///< of the first block
    std::uint64_t last_;
    std::size_t bytes_ = 0;
};

}  // namespace phony::hub
