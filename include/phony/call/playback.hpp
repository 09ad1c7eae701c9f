#pragma once

#include <phony/base/timestamp.hpp>
#include <phony/call/input.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace phony::call {

/// What was handed to the relay to be played, in order, and how much of it the caller has heard.
///
/// The relay says little: when speech begins and falls silent (`agentSpeaking`), which clauses were
/// played (`tokensPlayed`), and at a barge-in the words of the clause being spoken. How these are
/// put together was read off recorded calls:
///   - a fragment may occur earlier in the same utterance, so it is looked for from the end of what
///   is
///     known to have been played;
///   - an interrupt may come when a newer utterance is already on its way, which it does not
///   concern;
///   - a preemptible utterance is replaced by the next one without an interrupt, and what was heard
///   of
///     it is reported a moment later.
/// Where the relay is silent the clock decides: speech begins about 0.35 s after it was handed over
/// and runs at about 19 characters a second.
class Playback {
public:
    /// Names an utterance: a greeting, a reply, a supervisor's text. Chosen by the owner, never 0.
    using Id = std::uint32_t;

    /// What the caller heard of an utterance that will not be played to its end.
    struct Heard {
        Id utterance = 0;
        Turn turn = 0;
        std::string text;
        friend bool operator==(const Heard&, const Heard&) = default;
    };

    /// A place in the order of speech.
    struct Mark {
        std::uint32_t segment = 0;
        std::size_t offset = 0;
    };

    /// A new utterance behind what is still to be played. Those before it that are preemptible and
    /// not heard to their end are replaced: returns what was heard of each, by the clock.
    std::vector<Heard> begin(Id utterance, Turn turn, bool preemptible, TimePoint now);
    /// The newest utterance goes on.
    void append(std::string_view text, TimePoint now);
    /// Digits, queued behind the speech so far.
    void append_digits(std::string_view digits, TimePoint now);
    /// Nothing will be added to the newest utterance.
    void close();
    /// An utterance of an earlier session, which the relay may still be playing: `played` bytes of
    /// it were heard by now. Nothing will be added to it.
    void restore(Id utterance, Turn turn, std::string_view text, std::size_t played, TimePoint now);

    /// `agentSpeaking`. Returns the turn whose speech has become audible, if it is one's first.
    std::optional<Turn> agent_speaking(bool on, TimePoint now);
    /// `tokensPlayed`. Returns what is now known of an utterance that was replaced a moment ago.
    std::optional<Heard> played(std::string_view text, TimePoint now);
    /// A barge-in. Returns which utterance it stopped and what was heard of it; nothing when what
    /// was being played is none of ours.
    std::optional<Heard> interrupted(std::string_view fragment, TimePoint now);

    /// The newest utterance that newer speech would replace: preemptible, and reported not to have
    /// been heard to its end yet. None of a relay that reports nothing: what nobody interrupts
    /// counts as heard there until it is replaced.
    std::optional<Id> replaceable() const;
    /// Whether an utterance is being heard, or was, by report and clock.
    bool has_begun(Id utterance, TimePoint now) const;
    /// What was heard of an utterance by now, by report and clock.
    std::string heard_so_far(Id utterance, TimePoint now) const;

    /// Utterances of which something may still be played, the oldest first.
    std::vector<Id> under_way() const;
    bool is_under_way(Id utterance) const;
    /// The relay has not said a word about what it plays: what nobody interrupts counts as heard.
    bool is_silent() const { return !speaker_events_ && !played_events_; }

    /// The end of all that was handed over so far.
    Mark mark() const;
    bool heard_up_to(Mark mark) const;
    /// When the mark is reached, going by the clock.
    TimePoint estimated_end(Mark mark) const;
    /// All of the turn's speech was handed over and heard, or will never be.
    bool is_over(Turn turn) const;
    /// The relay will tell when the mark is reached, so that there is no need to estimate. One that
    /// reports only whether we speak says nothing of digits.
    bool reports(Mark mark) const;

private:
    /// Speech or digits without anything in between. An utterance with digits in it has several.
    struct Segment {
        std::uint32_t number = 0;
        Id utterance = 0;
        Turn turn = 0;
        bool digits = false;
        bool preemptible = false;
        bool open = false;            ///< more may be added
        bool dropped = false;         ///< the relay will not play the rest
        bool settled = false;         ///< was dropped, and what was heard of it is known
        bool may_be_playing = false;  ///< handed over before speech was last heard to begin, or in
                                      ///< place of what was
        std::string text;
        std::size_t played = 0;  ///< bytes known to have been played
        TimePoint begun;         ///< when its first byte was handed over
        TimePoint grew_at;       ///< when its newest byte was
        bool audible = false;    ///< it is known when it began to be heard
        TimePoint known_at;      ///< when `played` bytes were played
        TimePoint dropped_at;

        bool heard() const;
        bool over() const { return dropped || (heard() && !open); }
    };

    Segment& add_segment(Id utterance, Turn turn, TimePoint now);
    Segment* first_audible();
    const Segment* interruptible();
    static void finish(Segment& segment, TimePoint now);
    void finish_before(const Segment& heard, TimePoint now);
    std::optional<std::size_t> locate(const Segment& segment,
                                      std::string_view fragment,
                                      TimePoint now) const;
    std::size_t position_by_clock(const Segment& segment, TimePoint now) const;
    TimePoint start_of(const Segment& segment) const;
    TimePoint time_played_up_to(std::uint32_t number) const;
    std::string heard_text(Id utterance, std::uint32_t segment, std::size_t position) const;
    void drop(Id utterance, TimePoint now);
    void forget_old();

    std::vector<Segment> segments_;  ///< few
    std::uint32_t next_segment_ = 1;
    bool speaker_events_ = false;
    bool played_events_ = false;
    bool ours_ = true;  ///< what is being played is ours, not a greeting that we know nothing of
    std::uint32_t newest_at_on_ = 0;  ///< what was handed over before speech began to be heard
};

}  // namespace phony::call
