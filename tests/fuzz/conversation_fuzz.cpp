// Whatever callers, models, relays and supervisors do, in whatever order: what is written to the
// relay is well formed, and the call ends once.
//
// The bytes are a list of things that happen. The conversation and its outbox are driven as the
// session drives them: orders are carried out at once, frames are written some time later.

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

class Session {
public:
    explicit Session(const Policy& policy) : conversation_{policy}
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
        conversation_.step(input, now_, actions);
        for (Action& action : actions) {
            std::visit([this](auto& order) { carry_out(order); }, action);
        }
        require(answers_ - answers == (std::holds_alternative<Overridden>(input) ? 1 : 0),
                "an override has one answer");
        if (was_over) require(actions.size() == answers_ - answers, "a call that is over is quiet");
    }

    /// Time passes; deadlines that fall into it are met late by up to `lateness`.
    void wait(Duration duration, Duration lateness)
    {
        const TimePoint until = now_ + duration;
        for (auto due = conversation_.deadline(); due && *due <= until;) {
            now_ = std::max(now_, *due + lateness);
            step(DeadlineReached{});
            const auto next = conversation_.deadline();
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

    /// The model finishes, everything is written, the caller hangs up.
    void finish()
    {
        for (int attempt = 0; attempt < 3; ++attempt) step(TokensArrived{turn_, "", true});
        write(outbox_.size());
        require(over_ || !wire_.is_open(), "the last cycle is closed");
        check_history();
        step(HungUp{});
        require(!conversation_.deadline(), "a call that is over waits for nothing");
        require(endings_ == 1, "a call ends once");
        for (Turn turn = 1; turn <= turn_; ++turn) {
            const bool goes_on = lost_ && turn == turn_;  // perhaps: in the call's next session
            require(goes_on || latencies_[turn] == 1, "a turn has one latency");
        }
    }

    Turn turn() const { return turn_; }
    const std::string& recent() const { return wire_.recent(); }

    /// The model is shown nothing that was not said.
    void check_history()
    {
        for (const Message& message : conversation_.history()) {
            if (message.role != Role::assistant) continue;
            require(std::ranges::any_of(
                        said_,
                        [&](const std::string& said) { return said.starts_with(message.content); }),
                    "what was heard is the beginning of what was said");
        }
    }

private:
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
        if (const auto* latency = std::get_if<Latency>(&publish.event)) {
            require(++latencies_[latency->turn] == 1, "a turn has at most one latency");
        }
        if (std::holds_alternative<CallEnded>(publish.event)) {
            ++endings_;
            over_ = true;
        }
    }

    Conversation conversation_;
    Outbox outbox_;
    Wire wire_;
    TimePoint now_ = TimePoint{} + 1h;
    Turn turn_ = 0;
    Turn saying_ = 0;
    std::vector<std::string> said_;
    std::map<Turn, int> latencies_;
    std::size_t answers_ = 0;
    int endings_ = 0;
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
    case 1: session.step(Prompted{"go on", true}); break;
    case 2: session.step(Prompted{std::string{bytes.one_of(token_texts)}, bytes.flag()}); break;
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
        if (bytes.next() % 16 == 0) session.step(HungUp{bytes.flag()});
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
