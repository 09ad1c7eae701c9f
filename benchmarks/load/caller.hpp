#pragma once

#include "load/callers.hpp"
#include "load/connection.hpp"
#include "load/event_loop.hpp"
#include "load/stamp.hpp"
#include "load/web_socket.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace phony::bench {

/// One person who calls, speaks when it is time, hears the reply out, and after some turns hangs up
/// and calls again.
class Caller : public Watcher {
public:
    /// `turns_before`: as if so many had been said already, so that not all hang up at the same
    /// time.
    Caller(Callers& all, unsigned turns_before);

    void dial();
    /// Speaks at that moment, and from then on at the pace of the workload.
    void begin(TimePoint first);
    /// For good: Callers::one_left() when the server has answered the farewell.
    void hang_up();

private:
    enum class State { away, upgrading, on_the_line, leaving };

    struct Turn {
        TimePoint due;
        unsigned tokens = 0;
    };

    void ready(std::uint32_t events) override;
    void take(std::string_view input);
    std::size_t take_upgrade(std::string_view input);
    std::size_t take_frame(std::string_view input);
    void hear(std::string_view message);
    void prompt_is_due(TimePoint due);
    void owe(TimePoint due);
    void speak_if_free(TimePoint free_since);
    void end_turn(std::uint64_t TurnCounts::* how);
    void go_on();
    void call_again();
    void say_farewell();
    void give_up();
    void lost(std::string_view why);
    void left();

    Callers& all_;
    State state_ = State::away;
    Connection connection_;
    Alarm next_prompt_;
    Alarm patience_;
    std::string input_;    ///< the beginning of a frame whose rest has not come
    std::string message_;  ///< the beginning of a message in several frames
    StampScanner stamps_{StampKind::token};
    std::optional<TimePoint> owed_;  ///< a prompt that is due and was not said yet
    unsigned owed_behind_ = 0;       ///< and so many more, a period apart each
    std::optional<Turn> turn_;       ///< the one whose reply is being heard
    unsigned turns_;                 ///< of this call
    bool calls_again_ = false;
    bool speaking_ = false;  ///< the first prompt was due
};

}  // namespace phony::bench
