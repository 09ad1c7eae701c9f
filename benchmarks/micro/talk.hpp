#pragma once

#include <phony/base/timestamp.hpp>
#include <phony/call/action.hpp>
#include <phony/call/conversation.hpp>
#include <phony/call/input.hpp>
#include <phony/call/policy.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace phony::micro {

/// A call under way, stepped as the shell steps it: one vector of actions is reused, and the model
/// is asked with the history as it is when the turn begins.
class Talk {
public:
    explicit Talk(std::size_t history_tokens = 1000)
        : policy_{.history_tokens = history_tokens}, conversation_{policy_}
    {
        step(call::Connected{.call_sid = "CA1"});
    }

    /// What the step causes; valid until the next one.
    std::vector<call::Action>& step(const call::Input& input)
    {
        actions_.clear();
        conversation_.step(input, now_, actions_);
        return actions_;
    }

    std::vector<call::Action>& token(std::string_view text)
    {
        now_ += std::chrono::milliseconds{15};
        return step(call::TokensArrived{turn_, text});
    }

    /// What begins a turn.
    void hear(const call::Input& prompt)
    {
        ++turn_;
        step(prompt);
    }

    /// Up to the moment when the model begins to answer.
    void begin_turn()
    {
        hear(call::Prompted{"and when is the next one?"});
        conversation_.history();
        begin_reply();
    }

    void begin_reply()
    {
        step(call::RequestWritten{turn_});
        step(call::ResponseStarted{turn_});
    }

    /// The reply is complete and the caller hears it to its end. The next turn is a minute later.
    void end_turn()
    {
        step(call::TokensArrived{turn_, "", true});
        step(call::AgentSpeaking{true});
        step(call::AgentSpeaking{false});
        now_ += std::chrono::minutes{1};
    }

    /// Turns until the dialogue has as many tokens as it may.
    void fill_history()
    {
        const std::string words(400, 'x');
        while (conversation_.dialogue().estimated_tokens() < policy_.history_tokens) {
            begin_turn();
            token(words);
            end_turn();
        }
    }

    call::Conversation& conversation() { return conversation_; }

private:
    const call::Policy policy_;
    call::Conversation conversation_;
    std::vector<call::Action> actions_;
    TimePoint now_ = TimePoint{} + std::chrono::hours{1};
    call::Turn turn_ = 0;
};

}  // namespace phony::micro
