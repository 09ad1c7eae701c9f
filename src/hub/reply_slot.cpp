#include "hub/reply_slot.hpp"

#include <boost/asio/post.hpp>

#include <atomic>
#include <utility>

namespace phony::hub {

/// Touched on the asker's thread only, but for `given_up`; what crosses threads is the pointer.
struct ReplySlot::State {
    explicit State(const async::Executor& executor) : answered{executor} {}

    std::optional<Result<void>> answer;
    async::Condition answered;
    std::atomic<bool> given_up = false;
};

ReplySlot::ReplySlot(const async::Executor& executor)
    : executor_{executor}, state_{std::make_shared<State>(executor)}
{
}

ReplySlot::~ReplySlot()
{
    state_->given_up = true;
}

ReplySlot::Reply ReplySlot::reply()
{
    return Reply{executor_, state_};
}

async::awaitable<Result<void>> ReplySlot::answer()
{
    const auto state = state_;
    while (!state->answer) co_await state->answered.wait();
    co_return *state->answer;  // NOLINT(bugprone-unchecked-optional-access): the line above
}

ReplySlot::Reply::Reply(async::Executor asker, std::shared_ptr<State> state)
    : asker_{std::move(asker)}, state_{std::move(state)}
{
}

ReplySlot::Reply::~Reply()
{
    try {
        send(Error{errc::call_not_found});
    } catch (...) {
        state_.reset();  // no memory to say so: the asker waits until its deadline
    }
}

bool ReplySlot::Reply::is_awaited() const
{
    return state_ && !state_->given_up;
}

void ReplySlot::Reply::send(std::optional<Error> refused)
{
    if (!state_) return;
    // The state goes along, so that it is always released on the asker's thread.
    async::asio::post(asker_,
                      [state = std::exchange(state_, nullptr), refused = std::move(refused)] {
                          state->answer = refused ? Result<void>{*refused} : Result<void>{};
                          state->answered.notify_all();
                      });
}

}  // namespace phony::hub
