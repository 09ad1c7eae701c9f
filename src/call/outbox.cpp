#include <phony/call/outbox.hpp>

#include <utility>

namespace phony::call {

void Outbox::push(Output output)
{
    queue_.push_back(std::move(output));
}

void Outbox::cut(Turn turn)
{
    if (turn == 0) return;
    std::erase_if(queue_, [turn](const Output& output) {
        const auto* speech = std::get_if<Speak>(&output);
        return speech != nullptr && speech->turn == turn;
    });
    // The closing frame goes ahead of what is queued: newer speech must not join the unfinished
    // cycle.
    if (begun_ == turn && open_) {
        queue_.insert(queue_.begin(),
                      Speak{.turn = turn, .text = {}, .last = true, .preemptible = true});
    }
}

std::optional<Outbox::Next> Outbox::pop()
{
    if (queue_.empty()) return std::nullopt;
    const bool first_of_turn = begin(queue_.front()).has_value();
    Next next{std::move(queue_.front()), first_of_turn};
    queue_.erase(queue_.begin());
    return next;
}

std::optional<Turn> Outbox::drop_front()
{
    const auto begun = begin(queue_.front());
    queue_.erase(queue_.begin());
    return begun;
}

std::optional<Turn> Outbox::begin(const Output& output)
{
    const auto* speech = std::get_if<Speak>(&output);
    if (speech == nullptr || speech->turn == 0) return std::nullopt;
    open_ = !speech->last;
    if (std::exchange(begun_, speech->turn) == speech->turn) return std::nullopt;
    return begun_;
}

}  // namespace phony::call
