#include "simulator/conversation_printer.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace phony::simulator {
namespace {

TEST(ConversationPrinter, prints_a_line_for_each_utterance)
{
    std::ostringstream out;
    ConversationPrinter printer{out};
    printer.connected("CA1");
    printer.caller_says("Hi.");
    printer.turn({310, 664});
    printer.agent_says("Hello.", false);
    printer.agent_says(" How are", true);
    printer.interrupted();
    printer.agent_falls_silent();
    printer.agent_presses("12#");
    CallOutcome outcome;
    outcome.ending = CallOutcome::Ending::agent_ended;
    outcome.turns = {{310, 664}};
    printer.ended(outcome);
    EXPECT_EQ(out.str(),
              "── CA1 ──\n"
              "Caller  Hi.\n"
              "        · first word sent after 0.31 s, heard after 0.66 s\n"
              "Agent   Hello. How are—\n"
              "        · interrupted by the caller\n"
              "Agent   [presses 12#]\n"
              "── the agent ended the call · 1 turn, heard after 0.66 s (median) ──\n");
}

TEST(ConversationPrinter, says_why_a_call_failed)
{
    std::ostringstream out;
    ConversationPrinter printer{out};
    printer.problem("nobody listens there");
    printer.ended({});
    EXPECT_EQ(out.str(), "error   nobody listens there\n── the call failed ──\n");
}

TEST(ConversationPrinter, paints_only_when_it_is_asked_to)
{
    std::ostringstream out;
    ConversationPrinter printer{out, ConversationPrinter::Colours::ansi};
    printer.caller_says("Hi.");
    EXPECT_EQ(out.str(), "\033[36mCaller\033[0m  Hi.\n");
}

}  // namespace
}  // namespace phony::simulator
