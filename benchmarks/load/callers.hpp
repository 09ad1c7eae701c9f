#pragma once

#include "load/event_loop.hpp"
#include "load/measurement.hpp"
#include "load/workload.hpp"
#include "simulator/random.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

#include <openssl/types.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phony::bench {

class Caller;

/// How long a caller waits for the end of a reply, beyond twice what it should take.
inline constexpr auto callers_patience = std::chrono::seconds{15};

/// From when to when turns count.
struct Window {
    TimePoint begin = TimePoint::max();
    TimePoint end = TimePoint::max();

    bool contains(TimePoint moment) const { return begin <= moment && moment < end; }
};

/// What the callers have said and heard.
struct CallersAccount {
    Samples token_to_frame;
    Samples prompt_to_first_frame;
    Samples lateness;
    TurnCounts turns;
    std::uint64_t tokens = 0;  ///< heard in the window
    std::uint64_t frames = 0;
};

/// When each call says its first prompt, counted from the start: one after the other over a period
/// (or a reply, at full pace), each at a random moment of its share, so that calls neither march in
/// step nor come in waves.
std::vector<Duration> first_prompts(const Workload& workload);

/// Twilio and all its callers, towards one server:
///
///     Callers callers{loop, workload, port, tls};
///     callers.connect();                        // all are on the line, nobody has spoken
///     callers.play(start, window);              // and go on
///     loop.run_until(window.end);
///     callers.hear_out();                       // the turns that count come to their end
///
/// Throws std::runtime_error when the server refuses or closes a call, unless the workload has
/// faults.
class Callers {
public:
    /// `tls` is null for plain; all references must outlive this.
    Callers(EventLoop& loop, const Workload& workload, std::uint16_t port, SSL_CTX* tls);
    ~Callers();
    Callers(const Callers&) = delete;
    Callers& operator=(const Callers&) = delete;

    void connect();
    void play(TimePoint start, const Window& window);
    void hear_out();
    /// All hang up and are gone.
    void leave();

    CallersAccount& account() { return account_; }

private:
    friend Caller;

    // what a caller tells
    void is_on_the_line();
    void lost(Caller& caller, std::string_view why);
    void one_left();
    void turn_began(TimePoint due);
    void turn_ended(TimePoint due, std::uint64_t TurnCounts::* how);

    std::string next_call_sid();

    EventLoop& loop_;
    const Workload& workload_;
    std::uint16_t port_;
    SSL_CTX* tls_;
    std::string upgrade_;
    std::vector<char> buffer_;  ///< what is read; each caller needs it for a moment only
    std::vector<std::unique_ptr<Caller>> callers_;
    std::size_t dialed_ = 0;
    std::size_t on_the_line_ = 0;
    std::uint64_t calls_made_ = 0;
    Window window_;
    std::uint64_t turns_open_ = 0;  ///< of those that count
    bool hearing_out_ = false;
    std::size_t staying_ = 0;  ///< of those who were told to leave
    CallersAccount account_;
};

}  // namespace phony::bench
