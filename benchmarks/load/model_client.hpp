#pragma once

#include "load/connection.hpp"
#include "load/model.hpp"

#include <optional>

namespace phony::bench {

/// A connection of the server to the model: one request after the other.
class Model::Client : public Watcher {
public:
    Client(Model& model, Descriptor socket);

private:
    /// The reply that is being given.
    struct Reply {
        CompletionText* text = nullptr;
        std::optional<TimePoint> prompt_due;
        unsigned written = 0;    ///< tokens
        unsigned cut_after = 0;  ///< tokens; all: never
    };

    void ready(std::uint32_t events) override;
    void take_requests();
    void answer(std::string_view body);
    void go_on(TimePoint due);
    // false: that was the last of it
    bool write_all(const Reply& reply, TimePoint due);
    bool write_next(Reply& reply, TimePoint due);
    void note_lateness(const Reply& reply, TimePoint due);
    void leave();

    Model& model_;
    Connection connection_;
    Alarm next_;
    std::string input_;
    std::optional<Reply> reply_;
};

}  // namespace phony::bench
