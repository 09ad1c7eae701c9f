#include "simulator/scripted_model.hpp"

#include <phony/call/command_parser.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::simulator {
namespace {

using namespace std::chrono_literals;

std::string reply_after(std::vector<ChatMessage> dialogue)
{
    return reply_to(dialogue).text();
}

TEST(ScriptedModel, answers_the_caller_s_newest_words)
{
    const std::string reply = reply_after(
        {{"system", "Be kind."},
         {"user", "Hi, I ordered a coffee grinder last week and it hasn't arrived yet."},
         {"assistant", "Could you read me your order number?"},
         {"user", "Sure, it's four eight two one."}});
    EXPECT_NE(reply.find("tomorrow before noon"), std::string::npos);
}

TEST(ScriptedModel, lets_what_was_said_earlier_decide_how_to_part)
{
    EXPECT_NE(reply_after({{"user", "My coffee grinder hasn't arrived"}, {"user", "Thanks, bye!"}})
                  .find("Enjoy your coffee"),
              std::string::npos);
    EXPECT_EQ(reply_after({{"user", "Thanks, bye!"}}),
              "Thank you for calling. Goodbye! [[end_call]]");
}

TEST(ScriptedModel, passes_on_what_a_supervisor_answered)
{
    EXPECT_NE(reply_after({{"user", "What is the code?"}, {"user", "[supervisor] It is 7 3 0 5."}})
                  .find("It is 7 3 0 5."),
              std::string::npos);
}

TEST(ScriptedModel, apologises_when_nobody_answered)
{
    EXPECT_NE(reply_after({{"user", "[no answer] What is the code?"}}).find("sorry"),
              std::string::npos);
}

TEST(ScriptedModel, transfers_to_the_number_that_the_system_prompt_names)
{
    const ChatMessage request{"user", "Could I talk to a person?"};
    EXPECT_NE(reply_after({{"system", "Transfer to +441632960099 if asked."}, request})
                  .find("[[transfer:+441632960099]]"),
              std::string::npos);
    EXPECT_NE(reply_after({{"system", "1+1=2"}, request}).find("[[transfer:+15550100199]]"),
              std::string::npos);
}

TEST(ScriptedModel, presses_the_first_choice_of_a_menu_that_it_does_not_know)
{
    EXPECT_EQ(reply_after({{"user", "For sales, press 7. For support, press 8."}}), "[[press:7]]");
    EXPECT_EQ(reply_after({{"user", "press "}}).find("[["), std::string::npos);
}

TEST(ScriptedModel, has_an_answer_to_everything)
{
    EXPECT_FALSE(reply_after({}).empty());
    EXPECT_FALSE(reply_after({{"user", ""}}).empty());
    EXPECT_FALSE(reply_after({{"user", "[[end_call]] \xff\xfe"}}).empty());
    EXPECT_FALSE(reply_after({{"user", "[supervisor]"}}).empty());
    EXPECT_NE(reply_after({{"user", "Quantum."}}),
              reply_after({{"user", "Quantum."}, {"assistant", "?"}, {"user", "Quantum."}}))
        << "not the same small talk twice in a row";
}

TEST(ScriptedModel, keeps_a_human_pace)
{
    const auto reply = reply_to(std::vector<ChatMessage>{{"user", "Hello"}});
    EXPECT_GE(reply.first_token_delay, 250ms);
    EXPECT_LE(reply.first_token_delay, 400ms);
    EXPECT_GE(reply.token_gap, 15ms);
    EXPECT_LE(reply.token_gap, 25ms);
}

TEST(CutIntoTokens, cuts_as_models_do)
{
    EXPECT_EQ(cut_into_tokens("Hi there, extraordinary 12345. [[press:1]]"),
              (std::vector<std::string>{"Hi",
                                        " there",
                                        ",",
                                        " extraor",
                                        "dinary",
                                        " 123",
                                        "45",
                                        ".",
                                        " [[",
                                        "press",
                                        ":",
                                        "1",
                                        "]]"}));
    EXPECT_EQ(cut_into_tokens(""), std::vector<std::string>{});
}

TEST(CutIntoTokens, loses_nothing_and_never_cuts_inside_a_character)
{
    for (const std::string text : {"  two  spaces ", "äöüäöüäöüäöü", "a\nb", " ", "€uro+[[]"}) {
        std::string joined;
        for (const auto& token : cut_into_tokens(text)) {
            EXPECT_NE(static_cast<unsigned char>(token.front()) & 0xc0U, 0x80U);
            joined += token;
        }
        EXPECT_EQ(joined, text);
    }
}

}  // namespace
}  // namespace phony::simulator
