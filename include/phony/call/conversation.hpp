#pragma once

#include <phony/base/timestamp.hpp>
#include <phony/call/action.hpp>
#include <phony/call/command_parser.hpp>
#include <phony/call/dialogue.hpp>
#include <phony/call/input.hpp>
#include <phony/call/memory.hpp>
#include <phony/call/message.hpp>
#include <phony/call/playback.hpp>
#include <phony/call/policy.hpp>
#include <phony/call/turn_clock.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace phony::call {

/// One phone call as a state machine without I/O: inputs go in, actions come out, in the order in
/// which they are to be carried out. It owns no socket, timer, thread or clock.
///
///     std::vector<Action> actions;
///     conversation.step(Prompted{"when are you open?"}, now, actions);  // Publish, Think{1}
///     conversation.step(TokensArrived{1, "At nine."}, now, actions);    // Say{Speak{1, …}}
///     wait_until(conversation.deadline());
///
/// The rules are those of a telephone: the newest turn wins, what was cut off was not heard, and
/// what the model orders happens in the order in which it was written. One thread; `policy` must
/// outlive it.
class Conversation {
public:
    explicit Conversation(const Policy& policy);

    /// Goes on where an earlier relay session of the same call broke off, without a greeting: what
    /// the caller heard until then is the history, and what nobody has begun to answer is answered.
    Conversation(const Policy& policy, Memory before, Reconnection how);

    /// Why a `HungUp` is our doing when the call goes on in another session: it has not ended, and
    /// nobody is told that it has.
    static constexpr std::string_view taken_over = "taken_over";

    /// Takes one input and appends what it causes. Never throws but for memory.
    void step(const Input& input, TimePoint now, std::vector<Action>& actions);

    /// When `DeadlineReached` is due; empty when only an input from outside can change anything.
    std::optional<TimePoint> deadline() const;

    /// What the next request shows the model, trimmed to the budget.
    std::vector<Message> history();

    const Dialogue& dialogue() const { return dialogue_; }

    /// After `HungUp`: what the next session of the call has to know.
    Memory memory() const;

    /// Lines of the dialogue that were added or have changed, what is known to have been heard of
    /// them included, since this was last asked. A reply is among them once it is complete, or
    /// something of it was heard: its single words are no news.
    std::vector<RememberedLine> take_news();
    bool has_news() const { return news_ && (dialogue_.has_changed() || !unsettled_.empty()); }

    /// The end was ordered, or has come.
    bool is_ending() const { return phase_ != Phase::talking; }

private:
    enum class Phase {
        talking,
        closing,  ///< the end was ordered; only the hang-up is still awaited
        over,
    };

    /// A reply, from the moment its turn begins until the model has finished or is no longer
    /// wanted.
    struct Reply {
        Turn turn = 0;
        Dialogue::Entry answers = 0;  ///< what it replies to
        int attempt = 1;
        TimePoint attempt_due;   ///< no token by then: try once more
        TimePoint reply_due;     ///< no word by then: the fallback sentence
        TimePoint token_due;     ///< a reply that has begun must go on by then
        bool answered = false;   ///< tokens have come
        bool acted = false;      ///< has spoken or ordered something: cannot be tried again
        bool muted = false;      ///< an end_call or transfer was written: the rest is not spoken
        bool shortened = false;  ///< was sent again with half the history
        Playback::Id utterance = 0;  ///< 0 until it speaks
        std::string text;            ///< all that it speaks
    };

    /// An end_call or transfer that waits until its sentence was heard.
    struct Farewell {
        Command command;
        Turn turn = 0;
        Dialogue::Entry answers = 0;  ///< what it replies to: an interrupt of older speech is not
                                      ///< meant for it
        Playback::Mark mark;
        TimePoint cap;
    };

    using Question = Memory::Question;

    /// A line that may still change: it is being played, or has just been added.
    struct Unsettled {
        Dialogue::Entry entry = 0;
        bool told =
            false;  ///< once at least, and then this was its length and what was heard of it
        std::size_t length = 0;
        std::optional<std::size_t> heard{};
    };

    /// A turn whose latency is not published yet.
    struct OpenTurn {
        TurnClock clock;
        bool finished = false;  ///< nothing more will be said
        bool published = false;
        bool spoke = false;
        Playback::Mark mark;  ///< the end of what was said
    };

    void on(const Ignored&) {}
    void on(const Connected& connected);
    void on(const Prompted& prompted);
    void on(const KeyPressed& pressed);
    void on(const Interrupted& interrupted);
    void on(const AgentSpeaking& speaking);
    void on(const CallerSpeaking&) {}
    void on(const Played& played);
    void on(const RelayComplained& complaint);
    void on(const HungUp& hung_up);
    void on(const RequestWritten& written);
    void on(const ResponseStarted& started);
    void on(const TokensArrived& tokens);
    void on(const ThinkFailed& failed);
    void on(const Overridden& overridden);
    void on(const DeadlineReached&);
    void on(const SpeechWritten& written);
    void on(const SpeechFailed& failed);
    void on(const PartingFailed& failed);

    // A supervisor's orders: nothing when carried out, or why not.
    std::optional<Error> obey(const SayText& order);
    std::optional<Error> obey(const SendDigit& order);
    std::optional<Error> obey(const EndNow&);
    std::optional<Error> obey(const TransferNow& order);
    std::optional<Error> obey(const Clarify& order);
    Error refusal_after_the_end(const Override& order) const;

    // The model's commands.
    void carry_out(const Press& press, Reply& reply);
    void carry_out(const Transfer& transfer, Reply& reply);
    void carry_out(const EndCall& end_call, Reply& reply);
    void carry_out(const RequestUser& request, Reply& reply);
    void executed(const Command& command, Turn turn);
    void reject(const Command& command, Rejection reason, Turn turn);

    void go_on();
    bool is_replayed(const Prompted& prompted);
    void begin_turn(std::string message);
    void answer(Dialogue::Entry question);
    void take_keys();
    void take_pieces(Reply& reply, std::span<const Piece> pieces, std::string& words);
    void speak(Reply& reply, std::string_view words, bool last);
    void speak_sentence(Reply& reply, std::string_view sentence, bool last);
    Playback::Id open_utterance(Turn turn, bool preemptible);
    void note_answer(Dialogue::Entry question);
    void finish_reply(Reply& reply);
    void fail_reply(Reply& reply, ModelFailure failure, std::string_view detail);
    void retry_or_fail(Reply& reply, ModelFailure failure, std::string_view detail);
    void check_in_time(Reply& reply);
    void abandon_reply();
    void cut_reply();
    void remember_what_was_heard();
    std::optional<std::size_t> heard_of(Dialogue::Entry entry, std::size_t length) const;
    void think_again(const Reply& reply, bool late = false);
    void part_after_speech(Command command, Reply& reply);
    void part_when_heard();
    void part(const Command& command, Turn turn);
    void barge_in();
    void hang_up(Output how, std::string reason);
    TimePoint due_of(const Farewell& farewell) const;
    void publish_latencies(bool all);
    OpenTurn* open_turn(Turn turn);
    template <typename What>
    void act(What&& what)
    {
        out_->emplace_back(std::forward<What>(what));
    }
    template <typename What>
    void say(What&& what)
    {
        out_->emplace_back(std::in_place_type<Say>, std::forward<What>(what));
    }
    template <typename What>
    void publish(What&& what)
    {
        out_->emplace_back(std::in_place_type<Publish>, std::forward<What>(what));
    }

    const Policy& policy_;
    std::vector<Action>* out_ = nullptr;  ///< the step's
    TimePoint now_;                       ///< the step's

    Phase phase_ = Phase::talking;
    std::optional<Reconnection> resumed_;
    Memory before_;  ///< what of it still waits for the relay's first frame
    std::optional<Dialogue::Entry> replayable_;  ///< a prompt that the relay may repeat
    TimePoint lost_at_;
    std::optional<Memory::Parting> parting_;  ///< that the relay was told
    std::string end_reason_ = "hung_up";
    std::string trace_id_;
    std::optional<TimePoint> started_;
    std::optional<TimePoint> close_due_;  ///< when the relay should have closed its socket
    CallMetrics metrics_;

    Dialogue dialogue_;
    std::size_t history_tokens_;
    Playback playback_;  ///< an utterance goes by the name of its entry in the dialogue
    CommandParser parser_;
    std::vector<Unsettled> unsettled_;  ///< few
    bool news_ = false;

    Turn turn_ = 0;
    std::optional<Reply> reply_;
    /// The reply that a newer turn found unfinished, until newer speech replaces it: it may still
    /// be playing.
    std::optional<Playback::Id> cut_;
    std::vector<OpenTurn> open_turns_;
    std::optional<Farewell> farewell_;
    std::optional<Question> question_;
    std::string keys_;
    TimePoint keys_due_;
};

}  // namespace phony::call
