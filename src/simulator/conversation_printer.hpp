#pragma once

#include "simulator/call_plan.hpp"

#include <ostream>
#include <string>
#include <string_view>

namespace phony::simulator {

/// Prints a conversation as it is heard, a line for each utterance:
///
///     ── CA5f0e… ──────────────────────────────────────────────────────────
///     Caller  Hi, I ordered a coffee grinder last week and it hasn't arrived yet.
///             · first word sent after 0.31 s, heard after 0.66 s
///     Agent   I'm sorry to hear that, let me look into it right away. …
///     ── the agent ended the call · 4 turns, heard after 0.68 s (median)
///
/// The stream must outlive it. One call at a time.
class ConversationPrinter final : public CallObserver {
public:
    enum class Colours { none, ansi };

    explicit ConversationPrinter(std::ostream& out, Colours colours = Colours::none);

    void connected(std::string_view call_sid) override;
    void caller_says(std::string_view text) override;
    void caller_presses(std::string_view keys) override;
    void agent_says(std::string_view text, bool cut) override;
    void agent_presses(std::string_view digits) override;
    void agent_falls_silent() override;
    void interrupted() override;
    void supervisor_answers(std::string_view text) override;
    void turn(const TurnLatency& latency) override;
    void transferred(std::string_view target) override;
    void problem(std::string_view what) override;
    void ended(const CallOutcome& outcome) override;

private:
    /// Begins a line of its own; the agent's is left open for its next clause.
    void speaker(std::string_view name, std::string_view colour);
    void note(std::string_view text);
    void end_line();
    std::string_view paint(std::string_view colour) const;

    std::ostream& out_;
    Colours colours_;
    bool agent_line_open_ = false;
};

}  // namespace phony::simulator
