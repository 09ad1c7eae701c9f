#include <phony/call/dialogue.hpp>

#include <algorithm>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace phony::call {
namespace {

Message caller(std::string text)
{
    return {Role::user, std::move(text)};
}
Message agent(std::string text)
{
    return {Role::assistant, std::move(text)};
}

/// A greeting and `turns` turns of 20 tokens each: "question 7…", "answer 7…".
Dialogue long_call(int turns)
{
    Dialogue dialogue;
    dialogue.add(Role::assistant, "Welcome.");
    for (int i = 0; i < turns; ++i) {
        const std::string number = std::to_string(i) + std::string(14, '.');
        dialogue.add(Role::user, "question " + number);
        dialogue.add(Role::assistant, "answer " + number);
    }
    return dialogue;
}

TEST(Dialogue, holds_what_was_said_in_order)
{
    Dialogue dialogue;
    dialogue.add(Role::assistant, "Welcome.");
    dialogue.add(Role::user, "hi");
    const auto reply = dialogue.add(Role::assistant, "Hello");
    dialogue.append(reply, " there.");
    EXPECT_EQ(dialogue.messages(),
              (std::vector{agent("Welcome."), caller("hi"), agent("Hello there.")}));
}

TEST(Dialogue, is_set_right_when_it_becomes_known_what_was_heard)
{
    Dialogue dialogue;
    const auto greeting = dialogue.add(Role::assistant, "Welcome. Say something.");
    dialogue.add(Role::user, "hi");
    const auto reply = dialogue.add(Role::assistant, "Hello.");
    dialogue.revise(greeting, "Welcome.");
    dialogue.revise(reply, "");
    EXPECT_EQ(dialogue.messages(), (std::vector{agent("Welcome."), caller("hi")}));
}

TEST(Dialogue, is_left_alone_within_its_budget)
{
    Dialogue dialogue = long_call(5);
    const auto before = dialogue.messages();
    dialogue.trim(dialogue.estimated_tokens());
    EXPECT_EQ(dialogue.messages(), before);
}

TEST(Dialogue, loses_whole_turns_from_the_middle_down_to_three_quarters)
{
    Dialogue dialogue = long_call(40);
    dialogue.trim(400);
    EXPECT_LE(dialogue.estimated_tokens(), 300U);
    EXPECT_GT(dialogue.estimated_tokens(), 250U) << "and not more than needed";

    const auto messages = dialogue.messages();
    EXPECT_EQ(messages.front(), agent("Welcome."));
    EXPECT_TRUE(messages[1].content.starts_with("question 0."));
    EXPECT_TRUE(messages[2].content.starts_with("answer 0."));
    EXPECT_TRUE(messages.back().content.starts_with("answer 39."));
    for (std::size_t i = 1; i < messages.size(); ++i) {
        EXPECT_EQ(messages[i].role, i % 2 == 1 ? Role::user : Role::assistant) << i;
    }
}

TEST(Dialogue, keeps_the_prefix_of_consecutive_requests_the_same_for_a_while)
{
    Dialogue dialogue = long_call(0);
    int changes = 0;
    std::vector<Message> before;
    for (int i = 0; i < 100; ++i) {
        dialogue.add(Role::user, "question" + std::string(32, '.'));
        dialogue.trim(400);
        const auto messages = dialogue.messages();
        if (!std::ranges::equal(
                before,
                std::vector(messages.begin(),
                            messages.begin() + static_cast<std::ptrdiff_t>(
                                                   std::min(before.size(), messages.size())))))
            ++changes;
        before = messages;
        dialogue.add(Role::assistant, "answer" + std::string(34, '.'));
    }
    EXPECT_LE(changes, 26) << "one trimming makes room for several turns";
}

TEST(Dialogue, keeps_the_last_turn_however_long)
{
    Dialogue dialogue = long_call(3);
    dialogue.add(Role::user, std::string(10'000, 'q'));
    dialogue.add(Role::assistant, "Let me see.");
    dialogue.add(Role::assistant, "It is four.");
    dialogue.trim(10);
    const auto messages = dialogue.messages();
    EXPECT_EQ(messages.front(), agent("Welcome."));
    ASSERT_GE(messages.size(), 3U);
    EXPECT_EQ(messages[messages.size() - 3].content.size(), 10'000U);
    EXPECT_EQ(messages.back(), agent("It is four."));
}

TEST(Dialogue, keeps_prompts_in_a_row_with_the_answer_to_them)
{
    Dialogue dialogue = long_call(1);
    dialogue.add(Role::user, "when are");
    dialogue.add(Role::user, "when are you open");
    dialogue.add(Role::assistant, "At nine.");
    dialogue.add(Role::user, "thanks");
    dialogue.trim(1);
    EXPECT_EQ(dialogue.messages().size(), 4U) << "the greeting, the first turn and the last";
    EXPECT_EQ(dialogue.messages().back(), caller("thanks"));
}

TEST(Dialogue, ignores_news_of_an_entry_that_was_trimmed)
{
    Dialogue dialogue = long_call(1);
    const auto question = dialogue.add(Role::user, "lost");
    const auto answer = dialogue.add(Role::assistant, "gone");
    dialogue.add(Role::user, "last");
    dialogue.trim(1);
    const auto before = dialogue.messages();
    dialogue.revise(answer, "x");
    dialogue.append(question, "x");
    EXPECT_EQ(dialogue.messages(), before);
}

TEST(Dialogue, tells_which_lines_have_changed)
{
    Dialogue dialogue;
    const auto question = dialogue.add(Role::user, "when?");
    const auto answer = dialogue.add(Role::assistant, "At");
    dialogue.append(answer, " nine.");
    EXPECT_TRUE(dialogue.has_changed());
    EXPECT_EQ(dialogue.take_changed(), (std::vector{question, answer}));
    EXPECT_FALSE(dialogue.has_changed());
    dialogue.revise(answer, "At");
    dialogue.revise(question + 7, "nobody said this");
    EXPECT_EQ(dialogue.take_changed(), std::vector{answer});
}

TEST(Dialogue, goes_on_with_the_lines_of_an_earlier_session)
{
    Dialogue dialogue;
    dialogue.restore(1, Role::assistant, "Welcome.");
    dialogue.restore(4, Role::user, "when?");
    EXPECT_FALSE(dialogue.has_changed());
    EXPECT_EQ(dialogue.unanswered(), 4U);
    const auto answer = dialogue.add(Role::assistant, "");
    EXPECT_EQ(answer, 5U);
    EXPECT_EQ(dialogue.unanswered(), std::nullopt);
    dialogue.append(answer, "At nine.");
    EXPECT_EQ(dialogue.messages().back(), agent("At nine."));
    ASSERT_NE(dialogue.find(4), nullptr);
    EXPECT_EQ(*dialogue.find(4), caller("when?"));
    EXPECT_EQ(dialogue.find(3), nullptr);
}

TEST(Dialogue, says_nothing_when_nothing_was_said)
{
    Dialogue dialogue;
    dialogue.trim(0);
    EXPECT_TRUE(dialogue.messages().empty());
    EXPECT_EQ(dialogue.estimated_tokens(), 0U);
}

}  // namespace
}  // namespace phony::call
