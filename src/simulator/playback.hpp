#pragma once

#include "simulator/random.hpp"
#include "simulator/voice_settings.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace phony::simulator {

/// What the caller's ear and Twilio's `info` frames notice of the agent's speech.
struct SpeakingBegan {};
struct SpeakingEnded {
    bool midway = false;  ///< in a talk cycle, more of which is to come
};
struct Played {
    std::string text;
    bool cut = false;     ///< the rest of the clause was not heard
    bool digits = false;  ///< DTMF tones rather than words
};
/// A talk cycle in which the voice fell silent is over, and there was nothing left to say.
struct CycleEnded {};
struct PlaybackEvent {
    TimePoint at;
    std::variant<SpeakingBegan, SpeakingEnded, CycleEnded, Played> what;
};

/// What one text frame says about itself.
struct SpeechFlags {
    bool last = false;
    bool preemptible = false;
    Inputs interruptible;
};

/// Twilio's mouth: a queue of speech, sounds and digits that are played one after the other, clause
/// by clause, at the pace of recorded calls. Pure: time comes in as an argument, each call with a
/// moment not earlier than the one before.
///
/// Text belongs to a talk cycle, which ends with `last`. A cycle's tokens may come while it plays;
/// when they come too late, the voice falls silent and begins again.
class Playback {
public:
    Playback(const Pace& pace, Random& random) : pace_{pace}, random_{random} {}

    /// Spoken in one piece, as Twilio speaks it, from `at` on.
    void greet(std::string text, Inputs interruptible, TimePoint at);
    void say(std::string_view token, const SpeechFlags& flags, TimePoint now);
    void play_sound(std::string source, int times, const SpeechFlags& flags, TimePoint now);
    void send_digits(std::string digits, TimePoint now);

    /// The clause that sounds now may be stopped by this.
    bool interruptible_by_speech() const { return playing_ && playing_->interruptible.speech; }
    bool interruptible_by_key() const { return playing_ && playing_->interruptible.dtmf; }
    bool audible() const { return playing_.has_value(); }
    bool speaking() const { return speaking_; }
    /// Nothing sounds and nothing is waiting to, digits included.
    bool idle() const;

    struct Cut {
        std::string heard;  ///< of the clause only
        Duration lasted{};
    };
    /// Stops the clause that sounds and forgets the rest of its talk cycle, tokens still to come
    /// included; what was queued by others stays. Only when `audible()`.
    Cut interrupt(TimePoint now);

    /// The session is over: what was heard of the clause that sounds, and nothing more.
    void stop(TimePoint now);

    std::optional<TimePoint> next_due() const;
    /// Plays on to `now`.
    void advance(TimePoint now);
    /// What happened since this was asked last, in order.
    std::vector<PlaybackEvent> take_events();

private:
    enum class Kind { speech, sound, digits };
    struct Item {
        Kind kind = Kind::speech;
        std::uint32_t cycle = 0;
        std::string text;       ///< not begun yet
        bool complete = false;  ///< no more text will be added
        bool in_one_piece = false;
        bool preemptible = false;
        Inputs interruptible;
        Duration length{};  ///< sounds and digits
        TimePoint ready;    ///< synthesised, so that it can begin
        TimePoint newest_token;
    };
    struct Clause {
        std::string text;
        Inputs interruptible;
        std::uint32_t cycle = 0;
        bool sound = false;
        bool preemptible = false;
        bool cut = false;
        TimePoint began;
        TimePoint ends;
    };

    Duration start_delay() { return random_.between(pace_.shortest_start, pace_.longest_start); }
    void begin_cycle(TimePoint now);
    void complete_open_item();
    std::optional<TimePoint> next_start() const;
    void begin_next(TimePoint at);
    void finish_clause(TimePoint at);
    std::string heard_of(const Clause& clause, TimePoint now) const;
    void push(Item item);
    void settle(TimePoint now);
    void drop_finished_items(TimePoint at);
    void report(TimePoint at, decltype(PlaybackEvent::what) what);

    Pace pace_;
    Random& random_;
    std::deque<Item> queue_;  ///< the front is what sounds or will sound next
    std::optional<Clause> playing_;
    std::optional<TimePoint> off_at_;
    TimePoint front_since_;  ///< when the front had nothing before it any more
    std::uint32_t cycle_ = 0;
    bool cycle_open_ = false;
    bool discarding_ = false;  ///< the open cycle was interrupted: swallow it to its end
    bool speaking_ = false;
    bool silent_midway_ = false;
    bool bridging_ = false;  ///< speech was preempted: agentSpeaking stays on for the newer one
    std::vector<PlaybackEvent> events_;
};

/// How many characters of `text` make the first clause, or 0 while that is not known. Sentence
/// marks and colons end one, and a comma after at least 40 characters, which takes the space behind
/// it along.
std::size_t clause_length(std::string_view text, bool complete);

}  // namespace phony::simulator
