#pragma once

#include <phony/async/condition.hpp>
#include <phony/base/result.hpp>

#include <memory>
#include <optional>

namespace phony::hub {

/// Waits for the one answer that a call gives to an order from another core.
///
///     ReplySlot slot{executor};
///     calls.send(call_sid, {order, slot.reply()});
///     auto answer = co_await with_deadline(slot.answer(), 2s);
///
/// The slot belongs to the thread of its executor; its Reply may go anywhere.
class ReplySlot {
    struct State;

public:
    /// The other end. Answers exactly once: if nobody does before it is destroyed, the answer is
    /// that there is no such call, so no one waits for a call that has ended.
    class Reply {
    public:
        Reply(Reply&&) noexcept = default;
        Reply& operator=(Reply&&) = delete;
        ~Reply();

        /// Whether the asker still waits. Who has been told that there was no answer must not see
        /// the order carried out after all.
        bool is_awaited() const;

        /// Nothing: accepted. Does nothing when the asker has gone, or when called again.
        void send(std::optional<Error> refused);

    private:
        friend class ReplySlot;
        Reply(async::Executor asker, std::shared_ptr<State> state);

        async::Executor asker_;
        std::shared_ptr<State> state_;
    };

    explicit ReplySlot(const async::Executor& executor);
    ~ReplySlot();
    ReplySlot(const ReplySlot&) = delete;
    ReplySlot& operator=(const ReplySlot&) = delete;

    /// Once.
    Reply reply();

    async::awaitable<Result<void>> answer();

private:
    async::Executor executor_;
    std::shared_ptr<State> state_;
};

}  // namespace phony::hub
