#pragma once

#include <phony/base/timestamp.hpp>
#include <phony/call/action.hpp>
#include <phony/call/input.hpp>
#include <phony/speech/clause_cutter.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace phony::speech {

// ── what a line orders, in this order ──

/// µ-law, to be sent at once.
struct Media {
    std::string audio;
};
/// The other end throws away what it has not played yet.
struct Clear {};
struct Digit {
    char key = '0';
};
/// For the conversation: what was begun, what was played.
struct Report {
    call::Input input;
};
/// The call is to end: HangUpCall or TransferCall.
struct Part {
    call::Output how;
};
using Effect = std::variant<Media, Clear, Digit, Report, Part>;

/// The caller's line where we speak ourselves: what the conversation says goes in, audio comes out
/// at the pace of the clock. It does what a relay does elsewhere (play in order, fall silent,
/// report what was played), so that a Conversation knows no difference. Without I/O, thread or
/// clock.
///
///     line.say(call::Speak{1, "We open at nine. "}, now);
///     auto clause = line.next_clause();                  // "We open at nine.", to be synthesised
///     line.add_audio(clause->id, mu_law, now);
///     line.end_audio(clause->id, now);
///     line.advance(now);
///     for (Effect& effect : line.take_effects()) …       // Media, Media, …
///     wait_until(line.deadline());
///
/// Audio is sent at most `lead` ahead of the moment at which it is due, so that little is left to
/// be played when the line is cleared. The other end plays what it gets, one thing after the other:
/// what it has played by now is known from what was sent.
class Line {
public:
    struct Settings {
        Duration lead = std::chrono::milliseconds{200};
    };

    using ClauseId = std::uint64_t;
    struct Clause {
        ClauseId id = 0;
        std::string text;
    };

    explicit Line(Settings settings) : settings_{settings} {}

    // ── from the conversation ──

    /// What is played makes room at once for MakeRoom, HangUpCall and TransferCall.
    void say(const call::Output& output, TimePoint now);
    /// Of this turn only the clause that is being played is played to its end.
    void cut(call::Turn turn);
    /// The caller speaks. Stops the utterance that is being played, if one is: returns what was
    /// heard of its clause.
    std::optional<call::Interrupted> barge_in(TimePoint now);

    // ── from synthesis ──

    /// The next clause to be synthesised, in the order of speech; nothing while more than
    /// `enough_ahead` wait to be played.
    std::optional<Clause> next_clause();
    bool has_clause() const { return waiting_item() != items_.size(); }
    /// Its audio is still wanted: it was not cut.
    bool wants(ClauseId id) const { return find(id) != nullptr; }
    void add_audio(ClauseId id, std::string_view mu_law, TimePoint now);
    void end_audio(ClauseId id, TimePoint now);
    /// What came so far is worth nothing. False when some of it was sent already.
    bool take_back_audio(ClauseId id);
    /// There will be no more audio of it. What there is, is played.
    void fail(ClauseId id, std::string_view why, TimePoint now);

    // ── the clock ──

    void advance(TimePoint now);
    /// When advance() has something to do next.
    std::optional<TimePoint> deadline() const;
    std::vector<Effect> take_effects();
    bool has_effects() const { return !effects_.empty(); }

    /// How often a frame was sent later than it was due, though its audio was there in time.
    std::uint64_t underruns() const { return underruns_; }

    static constexpr std::size_t frame_bytes = 160;  ///< 20 ms
    static constexpr Duration enough_ahead = std::chrono::seconds{12};

private:
    using Utterance = std::uint32_t;

    struct Item {
        ClauseId id = 0;
        Utterance utterance = 0;  ///< 0: digits
        call::Turn turn = 0;
        std::string text;  ///< the clause, or the digits
        std::string audio;
        std::size_t sent = 0;  ///< of audio, or of digits
        bool given_out = false;
        bool complete = false;  ///< nothing will be added to audio
        TimePoint ready;        ///< since when there is a frame to be sent
        TimePoint ends;         ///< when all of it will have been played, once all was sent
        bool preemptible = false;
        bool sent_ahead = false;  ///< digits that did not wait for their place

        bool digits() const { return utterance == 0; }
        bool has_frame() const
        {
            return audio.size() - sent >= frame_bytes || (complete && sent < audio.size());
        }
        bool all_sent() const
        {
            return digits() ? sent == text.size() : complete && sent == audio.size();
        }
    };

    void speak(const call::Speak& speak);
    void press(const call::PressKeys& press);
    void add_clauses(std::vector<std::string> clauses);
    void flush_clauses();
    void part(const call::Output& how, TimePoint now);

    bool send_next(TimePoint now);
    bool send_audio(Item& item, TimePoint now);
    bool send_digit(Item& item, TimePoint now);
    void begin_utterance(const Item& item);
    void report_played(TimePoint now);

    /// Bytes of each item that will have been played by now.
    std::vector<std::size_t> played(TimePoint now) const;
    std::string heard_text(const Item& item, std::size_t played) const;
    bool is_playing() const { return begun_ != 0; }
    /// Takes out of the line what `unwanted` says, and has the rest sent again from where it was
    /// heard.
    template <typename Unwanted>
    void drop(TimePoint now, Unwanted unwanted);

    std::size_t waiting_item() const;
    const Item* find(ClauseId id) const;
    Item* find(ClauseId id);
    void act(Effect effect) { effects_.push_back(std::move(effect)); }
    void report(call::Input input) { act(Report{std::move(input)}); }

    Settings settings_;
    ClauseCutter cutter_;
    std::deque<Item> items_;  ///< not yet played to their end
    std::vector<Effect> effects_;
    ClauseId next_id_ = 1;

    Utterance newest_ = 0;
    call::Turn newest_turn_ = 0;
    bool newest_preemptible_ = false;
    bool open_ = false;       ///< more may be added to the newest
    Utterance begun_ = 0;     ///< that which is being played; 0: none
    call::Turn written_ = 0;  ///< the newest turn of which audio was sent
    TimePoint line_ends_;     ///< when all that was sent will have been played
    bool flowing_ = false;    ///< nothing but audio of this utterance was sent last
    bool topping_up_ = true;  ///< until the lead is full; then not until it is half empty
    std::uint64_t underruns_ = 0;
};

}  // namespace phony::speech
