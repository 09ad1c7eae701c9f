// Whatever callers, models, relays and supervisors do, in whatever order: what is written to the
// relay is well formed, and the call ends once. Its relay may break, and come back in whatever way:
// then the dialogue goes on where it was, and what was accounted for, or done, is not again.
//
// The bytes are a list of things that happen. The conversation and its outbox are driven as the
// session drives them: orders are carried out at once, frames are written some time later, and what
// is new is written down, so that a session of another process finds it.

#include <phony/call/conversation.hpp>

#include "support/script_bytes.hpp"
#include <phony/call/outbox.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace phony;
using namespace phony::call;
using namespace std::chrono_literals;
using Bytes = test::ScriptBytes;

void require(bool holds, std::string_view what)
{
    if (holds) return;
    std::cerr << "broken: " << what << '\n';
    std::abort();
}

// Commands in pieces, so that they are split anywhere.
constexpr std::array<std::string_view, 24> token_texts = {
    "Hello",       " there.",   "[",        "]",           "[[",         "]]",
    "[[press:",    "1",         "2w#",      "[[end_call]", "end_call",   "[[end_call]]",
    "[[transfer:", "+15550001", "+4912345", "[[request",   "_user:Who?", "[[request_user:Who?]]",
    "[[hold]]",    "\xC3",      "\xA9",     " ",           "",           " Go on, then. Go on."};

constexpr std::array<std::string_view, 6> fragments = {
    "Hello", "there", "Go on", "welcome", "", "nothing of the kind"};

constexpr std::array<ModelFailure, 5> failures = {ModelFailure::server,
                                                  ModelFailure::cut,
                                                  ModelFailure::refused,
                                                  ModelFailure::context_too_long,
                                                  ModelFailure::filtered};

/// What the relay receives: every talk cycle is closed once, and nothing follows the end.
class Wire {
public:
    void write(const Output& output)
    {
        require(!ended_, "nothing is written behind the end of the call");
        std::visit([this](const auto& what) { on(what); }, output);
    }
    void cut(Turn turn) { cut_.insert(turn); }
    /// The socket is gone; what was being said on it is not gone on with on the next, unless all
    /// that is known of it is gone, too: then nobody has heard it, and it is said anew.
    void break_off(bool forgotten)
    {
        if (open_ && !forgotten) closed_.insert(*open_);
        open_.reset();
        ended_ = false;
    }
    bool is_open() const { return open_.has_value(); }
    const std::string& recent() const { return recent_; }

private:
    void on(const Speak& speech)
    {
        require(!open_ || *open_ == speech.turn, "a cycle is closed before the next begins");
        recent_ = speech.text;
        if (speech.turn == 0) {
            require(speech.last, "speech of no turn is one frame");
            return;
        }
        require(!closed_.contains(speech.turn), "a closed turn does not speak");
        if (cut_.contains(speech.turn)) {
            require(open_ && speech.text.empty() && speech.last, "a cut turn is only closed");
        }
        std::string& words = words_[speech.turn];
        words += speech.text;
        require(words.find("[[") == std::string::npos, "a command is not spoken");
        open_ = speech.turn;
        if (!speech.last) return;
        closed_.insert(speech.turn);
        open_.reset();
    }
    void on(const PressKeys& keys) { require(!keys.digits.empty(), "some key is pressed"); }
    void on(const MakeRoom&) {}
    void on(const HangUpCall&) { end(); }
    void on(const TransferCall&) { end(); }
    void end()
    {
        require(!open_, "a cycle is closed before the call ends");
        ended_ = true;
    }

    std::optional<Turn> open_;
    std::set<Turn> closed_;
    std::set<Turn> cut_;
    std::map<Turn, std::string> words_;
    std::string recent_;
    bool ended_ = false;
};

/// What the history keeps of a dialogue, as it is told line by line.
class Notes {
public:
    void take(std::vector<RememberedLine> news)
    {
        for (RememberedLine& line : news) {
            Note& note = notes_[line.entry];
            require(line.text.has_value() || !note.text.empty() || note.known,
                    "a line is told of with its text");
            if (line.text) note.text = std::move(*line.text);
            require(!line.heard || *line.heard <= note.text.size(),
                    "no more is heard than was said");
            note.role = line.role;
            note.turn = line.turn;
            note.heard = line.heard;
            note.known = true;
        }
    }

    /// As store/broken_calls puts it together.
    Memory memory(TimePoint now) const
    {
        Memory memory;
        memory.lost_at = now;
        for (const auto& [entry, note] : notes_) {
            memory.turn = std::max(memory.turn, note.turn);
            memory.dialogue.restore(entry, note.role, note.text);
            if (note.role != Role::assistant || !note.heard) continue;
            memory.playback.restore(entry, 0, note.text, *note.heard, now);
            memory.cut = entry;
        }
        return memory;
    }

private:
    struct Note {
        bool known = false;
        Role role = Role::user;
        Turn turn = 0;
        std::string text;
        std::optional<std::size_t> heard;
    };

    std::map<Dialogue::Entry, Note> notes_;
};

/// How a session of the call ends, and the next one finds what it has left.
enum class Break {
    lost,        ///< its socket broke; the next is in this process
    taken_over,  ///< a second socket has the call
    shut_down,   ///< by its process; the next is in another
    killed,      ///< with its process
};

class Session {
public:
    explicit Session(const Policy& policy)
        : policy_{policy}, conversation_{std::make_unique<Conversation>(policy)}
    {
        said_.emplace_back(policy.greeting);
    }

    void step(const Input& input)
    {
        const auto answers = answers_;
        const bool was_over = over_;
        if (const auto* hung_up = std::get_if<HungUp>(&input); hung_up != nullptr && !was_over)
            lost_ = hung_up->resumable;
        std::vector<Action> actions;
        conversation_->step(input, now_, actions);
        for (Action& action : actions) {
            std::visit([this](auto& order) { carry_out(order); }, action);
        }
        if (conversation_->has_news()) notes_.take(conversation_->take_news());
        require(answers_ - answers == (std::holds_alternative<Overridden>(input) ? 1 : 0),
                "an override has one answer");
        if (was_over) require(actions.size() == answers_ - answers, "a call that is over is quiet");
    }

    /// Time passes; deadlines that fall into it are met late by up to `lateness`.
    void wait(Duration duration, Duration lateness)
    {
        const TimePoint until = now_ + duration;
        for (auto due = conversation_->deadline(); due && *due <= until;) {
            now_ = std::max(now_, *due + lateness);
            step(DeadlineReached{});
            const auto next = conversation_->deadline();
            require(!next || *next > now_, "a deadline that was met is not due again");
            due = next;
        }
        now_ = std::max(now_, until);
    }

    void write(std::size_t frames)
    {
        while (frames-- > 0) {
            const auto next = outbox_.pop();
            if (!next) return;
            wire_.write(next->output);
            if (next->first_of_turn) step(SpeechWritten{std::get<Speak>(next->output).turn});
        }
    }

    /// The socket breaks, unless it has before, and the call goes on in another session.
    void go_on(Break how, Reconnection reconnection, Duration after)
    {
        const bool in_this_process = how == Break::lost || how == Break::taken_over;
        const bool at_once = how == Break::taken_over && !over_;
        if (!over_) {
            if (in_this_process && !at_once && conversation_->is_ending()) return step(HungUp{});
            if (how == Break::lost) step(HungUp{.resumable = true});
            if (how == Break::shut_down) step(HungUp{.our_doing = "shutdown"});
            if (at_once) step(HungUp{.our_doing = Conversation::taken_over});
        } else if (!lost_) {
            return;
        }
        if (how == Break::killed && on_line_) {
            // Of turns that were underway nobody has given an account.
            for (Turn turn = 1; turn <= turn_; ++turn)
                if (latencies_[turn] == 0) unaccounted_.insert(turn);
            on_line_ = false;
        }
        require(at_once == on_line_,
                "a call that broke off has ended, one that was taken over not");

        // A parting that waited for its sentence is asked for again where nobody knows of it.
        if (!in_this_process && conversation_->memory().farewell) asked_again_.insert(turn_);

        Memory memory = in_this_process ? conversation_->memory() : notes_.memory(now_);
        if (!in_this_process) memory.parting = conversation_->memory().parting;
        const auto before = spoken_by_the_caller();
        now_ += after;
        conversation_ = std::make_unique<Conversation>(policy_, std::move(memory), reconnection);
        outbox_ = {};
        wire_.break_off(how == Break::killed);
        saying_ = 0;
        over_ = lost_ = false;
        step(Connected{.call_sid = "CA1"});
        require(on_line_, "a call that goes on is on the line");
        // The newest turn always stays; what else is trimmed was trimmed here already.
        const auto after_it = spoken_by_the_caller();
        const std::size_t most = in_this_process ? before.size()
                                                 : std::min<std::size_t>(before.size(), 1);
        require(std::ranges::all_of(before.end() - static_cast<std::ptrdiff_t>(most),
                                    before.end(),
                                    [&](const std::string& words) {
                                        return std::ranges::find(after_it, words) != after_it.end();
                                    }),
                "what the caller has said is not forgotten");
        check_history();
    }

    /// The model finishes, everything is written, the caller hangs up.
    void finish()
    {
        for (int attempt = 0; attempt < 3; ++attempt) step(TokensArrived{turn_, "", true});
        write(outbox_.size());
        require(over_ || !wire_.is_open(), "the last cycle is closed");
        check_history();
        step(HungUp{});
        require(!conversation_->deadline(), "a call that is over waits for nothing");
        require(!on_line_, "a call ends");
        for (Turn turn = 1; turn <= turn_; ++turn) {
            const bool goes_on = lost_ && turn == turn_;  // perhaps: in the call's next session
            const bool known = !unaccounted_.contains(turn) && !asked_again_.contains(turn);
            require(goes_on || !known || latencies_[turn] == 1, "a turn has one latency");
        }
    }

    Turn turn() const { return turn_; }
    const std::string& recent() const { return wire_.recent(); }
    const std::string& heard_last() const { return prompted_; }
    void prompt(std::string text, bool final)
    {
        if (final) prompted_ = text;
        step(Prompted{std::move(text), final});
    }

    /// The model is shown nothing that was not said.
    void check_history()
    {
        for (const Message& message : conversation_->history()) {
            if (message.role != Role::assistant) continue;
            require(std::ranges::any_of(
                        said_,
                        [&](const std::string& said) { return said.starts_with(message.content); }),
                    "what was heard is the beginning of what was said");
        }
    }

private:
    std::vector<std::string> spoken_by_the_caller()
    {
        std::vector<std::string> words;
        for (Message& message : conversation_->history())
            if (message.role == Role::user) words.push_back(std::move(message.content));
        return words;
    }

    void carry_out(Say& say)
    {
        if (const auto* speech = std::get_if<Speak>(&say.output)) {
            if (speech->turn == 0 || speech->turn != saying_) said_.emplace_back();
            saying_ = speech->turn;
            said_.back() += speech->text;
        }
        outbox_.push(std::move(say.output));
    }
    void carry_out(const CutSpeech& cut)
    {
        outbox_.cut(cut.turn);
        wire_.cut(cut.turn);
    }
    void carry_out(const Think& think)
    {
        require(think.turn == turn_ || think.turn == turn_ + 1, "turns are numbered in order");
        turn_ = think.turn;
        check_history();
    }
    void carry_out(const StopThinking&) {}
    void carry_out(const Disconnect&) {}
    void carry_out(const Answer&) { ++answers_; }
    void carry_out(const Publish& publish)
    {
        const Event& event = publish.event;
        if (const auto* latency = std::get_if<Latency>(&event)) {
            require(++latencies_[latency->turn] == 1 || asked_again_.contains(latency->turn),
                    "a turn has at most one latency");
        } else if (const auto* words = std::get_if<Transcript>(&event)) {
            if (words->final) ++transcripts_;
        } else if (const auto* command = std::get_if<CommandExecuted>(&event)) {
            const bool parts = command->command == "end_call" || command->command == "transfer";
            require(!parts || ++partings_ == 1, "a call is ended or passed on once");
        } else if (std::holds_alternative<CallStarted>(event)) {
            require(!std::exchange(on_line_, true), "a call begins once");
            transcripts_ = 0;
        } else if (const auto* ended = std::get_if<CallEnded>(&event)) {
            require(std::exchange(on_line_, false), "a call ends once");
            require(ended->metrics.transcript_count == transcripts_, "all that was said counts");
            over_ = true;
        }
    }

    const Policy& policy_;
    std::unique_ptr<Conversation> conversation_;
    Notes notes_;
    Outbox outbox_;
    Wire wire_;
    TimePoint now_ = TimePoint{} + 1h;
    Turn turn_ = 0;
    Turn saying_ = 0;
    std::vector<std::string> said_;
    std::string prompted_;
    std::map<Turn, int> latencies_;
    std::set<Turn> unaccounted_;
    std::set<Turn> asked_again_;
    std::size_t answers_ = 0;
    std::uint32_t transcripts_ = 0;  ///< since the call began, or went on
    int partings_ = 0;
    bool on_line_ = false;
    bool over_ = false;
    bool lost_ = false;  ///< and may be resumed
};

Policy policy_from(Bytes& bytes)
{
    const std::uint8_t choice = bytes.next();
    Policy policy;
    policy.greeting = (choice & 1) != 0 ? "welcome. Hello there." : "";
    policy.transfer_allow = {"+1555"};
    if ((choice & 2) != 0) policy.dtmf_gap = Duration::zero();
    if ((choice & 4) != 0) policy.fallback_sentence.clear();
    if ((choice & 8) != 0) policy.holding_phrase.clear();
    policy.history_tokens = 100;
    return policy;
}

Override order_from(Bytes& bytes)
{
    switch (bytes.next() % 8) {
    case 0: return EndNow{};
    case 1: return TransferNow{"+4930123456"};
    case 2:
    case 3: return Clarify{"42"};
    case 4:
    case 5: return SendDigit{'5'};
    default: return SayText{std::string{bytes.one_of(token_texts)}};
    }
}

void go_on(Session& session, Bytes& bytes)
{
    static constexpr std::array breaks{
        Break::lost, Break::taken_over, Break::shut_down, Break::killed};
    const Break how = bytes.one_of(breaks);
    const auto reconnection = bytes.flag() ? Reconnection::same_session : Reconnection::new_session;
    session.go_on(how, reconnection, how == Break::taken_over ? 0ms : bytes.next() * 50ms);
}

void happen(Session& session, Bytes& bytes)
{
    // Mostly the turn that the model was asked for last; sometimes one that is gone.
    const auto some_turn = [&] {
        const Turn back = bytes.next() % 8 == 0 ? 1 : 0;
        return session.turn() - std::min(session.turn(), back);
    };
    const auto fragment = [&]() -> std::string {
        const std::uint8_t choice = bytes.next();
        if (choice % 2 == 0) return session.recent().substr(0, choice / 2);
        return std::string{bytes.one_of(fragments)};
    };

    switch (bytes.next() % 24) {
    case 0: session.step(Connected{.call_sid = "CA1"}); break;
    case 1: session.prompt("go on", true); break;
    case 2: {
        std::string text{bytes.one_of(token_texts)};
        session.prompt(std::move(text), bytes.flag());
        break;
    }
    case 3: session.step(KeyPressed{bytes.flag() ? '#' : '1'}); break;
    case 4: session.step(Interrupted{fragment()}); break;
    case 5: session.step(AgentSpeaking{true}); break;
    case 6: session.step(AgentSpeaking{false}); break;
    case 7: session.step(Played{fragment()}); break;
    case 8: session.step(CallerSpeaking{bytes.flag()}); break;
    case 9: session.step(RelayComplained{"a frame"}); break;
    case 10: session.step(Ignored{}); break;
    case 11: session.step(RequestWritten{some_turn()}); break;
    case 12: session.step(ResponseStarted{some_turn()}); break;
    case 13: session.step(ThinkFailed{some_turn(), bytes.one_of(failures), "as fuzzed"}); break;
    case 14: session.step(Overridden{order_from(bytes), "ada"}); break;
    case 15:
        switch (bytes.next() % 16) {
        case 0: session.step(HungUp{bytes.flag()}); break;
        case 1: go_on(session, bytes); break;
        case 2: session.prompt(session.heard_last(), true); break;
        }
        break;
    case 16: session.wait(bytes.next() * 20ms, 0ms); break;
    case 17: session.wait(bytes.next() * 300ms, bytes.next() * 1ms); break;
    case 18:
    case 19: session.write(bytes.next() % 4); break;
    default: {
        // A copy that dies after the step, so that a view kept for too long is found.
        const std::string text{bytes.one_of(token_texts)};
        session.step(TokensArrived{some_turn(), text, bytes.next() % 8 == 0});
    }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Bytes bytes{data, size};
    const Policy policy = policy_from(bytes);
    Session session{policy};
    session.step(Connected{.call_sid = "CA1"});
    while (!bytes.empty()) happen(session, bytes);
    session.finish();
    return 0;
}
