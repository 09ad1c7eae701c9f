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
    Next next{.output = std::move(queue_.front())};
    queue_.erase(queue_.begin());
    if (const auto* speech = std::get_if<Speak>(&next.output);
        speech != nullptr && speech->turn != 0) {
        next.first_of_turn = speech->turn != begun_;
        begun_ = speech->turn;
        open_ = !speech->last;
    }
    return next;
}

}  // namespace phony::call
