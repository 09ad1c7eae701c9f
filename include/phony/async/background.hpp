#pragma once

#include <phony/async/condition.hpp>

#include <boost/asio/post.hpp>

#include <memory>
#include <utility>

namespace phony::async {

/// Has work that can wait go behind what cannot, on one thread. However many coroutines are in
/// here, one of them goes on each time all else that is ready has had its turn:
///
///     for (const auto& row : rows) {
///         co_await background.turn();
///         … a little …
///     }
class Background {
public:
    explicit Background(const Executor& executor)
        : executor_{executor}, line_{std::make_shared<Line>(executor)}
    {
    }

    /// Throws operation_aborted when cancelled.
    awaitable<void> turn()
    {
        if (!line_->moves) move(executor_, line_);
        co_await line_->waiting.wait();
    }

private:
    struct Line {
        explicit Line(const Executor& executor) : waiting{executor} {}
        Condition waiting;
        bool moves = false;
    };

    /// Until nobody is left in it. Each step runs behind all that was ready when the last one did.
    static void move(const Executor& executor, std::shared_ptr<Line> line)
    {
        line->moves = true;
        asio::post(executor, [executor, line = std::move(line)]() mutable {
            line->moves = line->waiting.notify_one();
            if (line->moves) move(executor, std::move(line));
        });
    }

    Executor executor_;
    std::shared_ptr<Line> line_;  ///< shared with the step that is underway
};

}  // namespace phony::async
