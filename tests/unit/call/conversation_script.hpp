#pragma once

#include <phony/call/conversation.hpp>

#include <algorithm>
#include <chrono>
#include <deque>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace phony::call {

/// A conversation told as a script: what happens, and what the conversation then orders, in order.
///
///     Script{}.hears("hi").thinks().model("Hello.", done).speaks("Hello.", last).nothing_more();
///
/// Inputs are written as what happens to the call, expectations as what the call does. Events are
/// looked for separately, because others only watch them.
class Script {
public:
    static constexpr bool done = true;
    static constexpr bool last = true;

    explicit Script(Policy policy = {}) : policy_{std::move(policy)}, conversation_{policy_} {}
    Script(const Script&) = delete;  // the conversation refers to the policy
    Script& operator=(const Script&) = delete;

    /// The next session of the call, as soon as this one is over.
    Script resumed(Reconnection how) const
    {
        return Script{policy_, conversation_.memory(), how, now_};
    }

    // ── what happens ──
    Script& setup()
    {
        return step(Connected{.call_sid = "CA1", .from = "+15550001", .to = "+15550002"});
    }
    Script& hears(std::string text) { return step(Prompted{std::move(text)}); }
    Script& hears_partly(std::string text) { return step(Prompted{std::move(text), false}); }
    Script& key(char key) { return step(KeyPressed{key}); }
    Script& model(std::string_view text, bool complete = false)
    {
        return step(TokensArrived{turn_, text, complete});
    }
    Script& model_of(Turn turn, std::string_view text, bool complete = false)
    {
        return step(TokensArrived{turn, text, complete});
    }
    Script& fails(ModelFailure failure) { return step(ThinkFailed{turn_, failure, "as scripted"}); }
    Script& speaking_on() { return step(AgentSpeaking{true}); }
    Script& speaking_off() { return step(AgentSpeaking{false}); }
    Script& played(std::string text) { return step(Played{std::move(text)}); }
    Script& interrupted(std::string fragment) { return step(Interrupted{std::move(fragment)}); }
    Script& supervisor(Override order) { return step(Overridden{std::move(order), "ada"}); }
    Script& hung_up(bool resumable = false) { return step(HungUp{resumable}); }

    /// Time passes; deadlines that fall into it are met at their moment.
    Script& after(Duration duration)
    {
        const TimePoint until = now_ + duration;
        while (const auto due = conversation_.deadline()) {
            if (*due > until) break;
            if (*due > now_) now_ = *due;
            step(DeadlineReached{});
            if (const auto next = conversation_.deadline(); next && *next <= now_) {
                ADD_FAILURE() << "a deadline that was met is still due";
                break;
            }
        }
        now_ = until;
        return *this;
    }

    Script& step(const Input& input)
    {
        std::vector<Action> actions;
        conversation_.step(input, now_, actions);
        for (Action& action : actions) {
            if (auto* published = std::get_if<Publish>(&action)) {
                events_.push_back(std::move(published->event));
            } else {
                if (const auto* think = std::get_if<Think>(&action)) turn_ = think->turn;
                orders_.push_back(std::move(action));
            }
        }
        return *this;
    }

    // ── what the call does ──
    Script& thinks()
    {
        return expect<Think>("Think", [](const Think&) {});
    }
    Script& stops_thinking()
    {
        return expect<StopThinking>("StopThinking", [](const auto&) {});
    }
    Script& cuts_speech(Turn turn)
    {
        return expect<CutSpeech>("CutSpeech",
                                 [&](const CutSpeech& cut) { EXPECT_EQ(cut.turn, turn); });
    }
    Script& speaks(std::string_view text, bool is_last = false)
    {
        return expect_output<Speak>("Speak", [&](const Speak& speech) {
            EXPECT_EQ(speech.text, text);
            EXPECT_EQ(speech.last, is_last) << text;
        });
    }
    Script& makes_room()
    {
        return expect_output<MakeRoom>("MakeRoom", [](const auto&) {});
    }
    Script& presses(std::string_view digits)
    {
        return expect_output<PressKeys>("PressKeys",
                                        [&](const PressKeys& p) { EXPECT_EQ(p.digits, digits); });
    }
    Script& ends_call()
    {
        return expect_output<HangUpCall>("HangUpCall", [](const auto&) {});
    }
    Script& transfers_to(std::string_view target)
    {
        return expect_output<TransferCall>(
            "TransferCall", [&](const TransferCall& t) { EXPECT_EQ(t.target, target); });
    }
    Script& disconnects()
    {
        return expect<Disconnect>("Disconnect", [](const auto&) {});
    }
    Script& accepts()
    {
        return expect<Answer>("Answer", [](const Answer& answer) { EXPECT_FALSE(answer.refused); });
    }
    Script& refuses(errc code, std::string_view detail)
    {
        return expect<Answer>("Answer", [&](const Answer& answer) {
            ASSERT_TRUE(answer.refused);
            EXPECT_EQ(answer.refused->code, code);
            EXPECT_EQ(answer.refused->detail, detail);
        });
    }
    Script& nothing_more()
    {
        EXPECT_TRUE(orders_.empty())
            << orders_.size() << " more orders, the first of kind " << orders_.front().index();
        return *this;
    }
    Script& remembers(const std::vector<Message>& messages)
    {
        EXPECT_EQ(conversation_.history(), messages);
        return *this;
    }

    /// The next event of this kind, skipping others.
    template <typename E>
    E event()
    {
        while (!events_.empty()) {
            Event event = std::move(events_.front());
            events_.pop_front();
            if (auto* wanted = std::get_if<E>(&event)) return std::move(*wanted);
        }
        ADD_FAILURE() << "no such event";
        return {};
    }
    template <typename E>
    bool has_event() const
    {
        return std::ranges::any_of(
            events_, [](const Event& event) { return std::holds_alternative<E>(event); });
    }

    Conversation& conversation() { return conversation_; }

private:
    Script(Policy policy, Memory before, Reconnection how, TimePoint now)
        : policy_{std::move(policy)}, conversation_{policy_, std::move(before), how}, now_{now}
    {
    }

    template <typename A, typename Check>
    Script& expect(std::string_view name, Check check)
    {
        if (orders_.empty()) {
            ADD_FAILURE() << "expected " << name << ", but nothing was ordered";
            return *this;
        }
        if (const auto* action = std::get_if<A>(&orders_.front())) {
            check(*action);
        } else {
            ADD_FAILURE() << "expected " << name << ", but the order is of kind "
                          << orders_.front().index();
        }
        orders_.pop_front();
        return *this;
    }

    template <typename O, typename Check>
    Script& expect_output(std::string_view name, Check check)
    {
        return expect<Say>(name, [&](const Say& say) {
            if (const auto* output = std::get_if<O>(&say.output)) {
                check(*output);
            } else {
                ADD_FAILURE() << "expected " << name << ", but the output is of kind "
                              << say.output.index();
            }
        });
    }

    Policy policy_;
    Conversation conversation_;
    TimePoint now_ = TimePoint{} + std::chrono::hours{1};
    std::deque<Action> orders_;
    std::deque<Event> events_;
    Turn turn_ = 0;
};

inline Message caller(std::string text)
{
    return {Role::user, std::move(text)};
}
inline Message agent(std::string text)
{
    return {Role::assistant, std::move(text)};
}

}  // namespace phony::call
