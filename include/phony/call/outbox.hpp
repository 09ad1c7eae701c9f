#pragma once

#include <phony/call/action.hpp>

#include <optional>
#include <vector>

namespace phony::call {

/// What is waiting to be written to the relay, in order. Stale speech is dropped here at the last
/// moment: `cut` takes back what was queued of a turn, and closes what was already begun with an
/// empty last frame, so that every talk cycle ends exactly once. Digits, the end of the call and
/// speech that belongs to no turn are never dropped.
class Outbox {
public:
    struct Next {
        Output output;
        bool first_of_turn = false;  ///< the first speech of its turn: its writing is on the clock
    };

    void push(Output output);
    void cut(Turn turn);
    std::optional<Next> pop();

    /// For who writes it where it is: the first, while there is one.
    const Output& front() const { return queue_.front(); }
    /// It was written. Returns its turn, if it was the turn's first speech.
    std::optional<Turn> drop_front();

    bool empty() const { return queue_.empty(); }
    std::size_t size() const { return queue_.size(); }

private:
    std::optional<Turn> begin(const Output& output);

    std::vector<Output> queue_;  ///< as a rule of one, and there are many calls
    Turn begun_ = 0;             ///< the newest turn of which a frame was taken
    bool open_ = false;          ///< its last frame was not taken yet
};

}  // namespace phony::call
