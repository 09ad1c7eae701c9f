#include "simulator/conversation_printer.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <vector>

namespace phony::simulator {

namespace {

constexpr std::string_view margin = "        ";  // as wide as a speaker's name
constexpr std::string_view plain = "\033[0m";
constexpr std::string_view faint = "\033[2m";
constexpr std::string_view bold = "\033[1m";
constexpr std::string_view cyan = "\033[36m";
constexpr std::string_view green = "\033[32m";
constexpr std::string_view yellow = "\033[33m";
constexpr std::string_view red = "\033[31m";

std::string seconds(double ms)
{
    std::ostringstream text;
    text << std::fixed << std::setprecision(2) << ms / 1000 << " s";
    return text.str();
}

std::string_view describe(CallOutcome::Ending ending)
{
    switch (ending) {
    case CallOutcome::Ending::caller_hung_up: return "the caller hung up";
    case CallOutcome::Ending::agent_ended: return "the agent ended the call";
    case CallOutcome::Ending::transferred: return "the call was transferred";
    case CallOutcome::Ending::failed: break;
    }
    return "the call failed";
}

std::optional<double> median_heard(const CallOutcome& outcome)
{
    std::vector<double> heard;
    for (const TurnLatency& turn : outcome.turns) {
        if (turn.agent_speaking_ms) heard.push_back(*turn.agent_speaking_ms);
    }
    if (heard.empty()) return std::nullopt;
    const auto middle = heard.begin() + static_cast<std::ptrdiff_t>(heard.size() / 2);
    std::nth_element(heard.begin(), middle, heard.end());
    return *middle;
}

}  // namespace

ConversationPrinter::ConversationPrinter(std::ostream& out, Colours colours)
    : out_{out}, colours_{colours}
{
}

void ConversationPrinter::connected(std::string_view call_sid)
{
    out_ << paint(bold) << "── " << call_sid << " ──" << paint(plain) << std::endl;
}

void ConversationPrinter::caller_says(std::string_view text)
{
    speaker("Caller", cyan);
    out_ << text << std::endl;
}

void ConversationPrinter::caller_presses(std::string_view keys)
{
    speaker("Caller", cyan);
    out_ << "[presses " << keys << "]" << std::endl;
}

void ConversationPrinter::agent_says(std::string_view text, bool cut)
{
    if (!agent_line_open_) {
        speaker("Agent", green);
        agent_line_open_ = true;
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    } else if (!text.starts_with(' ')) {
        out_ << ' ';
    }
    while (text.ends_with(' ')) text.remove_suffix(1);
    out_ << text << (cut ? "—" : "") << std::flush;
}

void ConversationPrinter::agent_presses(std::string_view digits)
{
    speaker("Agent", green);
    out_ << "[presses " << digits << "]" << std::endl;
}

void ConversationPrinter::agent_falls_silent()
{
    end_line();
}

void ConversationPrinter::interrupted()
{
    note("interrupted by the caller");
}

void ConversationPrinter::supervisor_answers(std::string_view text)
{
    speaker("Super.", yellow);
    out_ << text << std::endl;
}

void ConversationPrinter::turn(const TurnLatency& latency)
{
    std::string text;
    if (latency.first_frame_ms) text = "first word sent after " + seconds(*latency.first_frame_ms);
    if (latency.agent_speaking_ms) text += ", heard after " + seconds(*latency.agent_speaking_ms);
    note(text);
}

void ConversationPrinter::transferred(std::string_view target)
{
    note("transferred to " + std::string{target});
}

void ConversationPrinter::problem(std::string_view what)
{
    end_line();
    out_ << paint(red) << "error   " << what << paint(plain) << std::endl;
}

void ConversationPrinter::ended(const CallOutcome& outcome)
{
    end_line();
    out_ << paint(bold) << "── " << describe(outcome.ending);
    if (!outcome.turns.empty())
        out_ << " · " << outcome.turns.size() << (outcome.turns.size() == 1 ? " turn" : " turns");
    if (const auto heard = median_heard(outcome))
        out_ << ", heard after " << seconds(*heard) << " (median)";
    out_ << " ──" << paint(plain) << std::endl;
}

void ConversationPrinter::speaker(std::string_view name, std::string_view colour)
{
    end_line();
    out_ << paint(colour) << name << paint(plain)
         << margin.substr(std::min(name.size(), margin.size()));
}

void ConversationPrinter::note(std::string_view text)
{
    end_line();
    out_ << margin << paint(faint) << "· " << text << paint(plain) << std::endl;
}

void ConversationPrinter::end_line()
{
    if (agent_line_open_) out_ << std::endl;
    agent_line_open_ = false;
}

std::string_view ConversationPrinter::paint(std::string_view colour) const
{
    return colours_ == Colours::ansi ? colour : std::string_view{};
}

}  // namespace phony::simulator
