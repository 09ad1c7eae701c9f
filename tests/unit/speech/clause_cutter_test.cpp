#include <phony/speech/clause_cutter.hpp>

#include "support/every_split.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phony::speech {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

void append(std::vector<std::string>& to, std::vector<std::string> more)
{
    std::ranges::move(more, std::back_inserter(to));
}

/// The same for every way in which the tokens may have come.
std::vector<std::string> cut(std::string_view text)
{
    ClauseCutter whole;
    auto expected = whole.feed(text);
    append(expected, whole.finish());
    test::for_each_split(text, [&](std::span<const std::string_view> reads) {
        ClauseCutter cutter;
        std::vector<std::string> clauses;
        for (const auto read : reads) append(clauses, cutter.feed(read));
        append(clauses, cutter.finish());
        EXPECT_EQ(clauses, expected);
    });
    return expected;
}

TEST(ClauseCutter, gives_the_first_clause_early)
{
    ClauseCutter cutter;
    EXPECT_THAT(cutter.feed("Sure"), IsEmpty());
    EXPECT_THAT(cutter.feed("! "), ElementsAre("Sure!"));
    EXPECT_THAT(cutter.feed("We open at nine."), IsEmpty());
    EXPECT_THAT(cutter.finish(), ElementsAre("We open at nine."));

    EXPECT_THAT(cutter.feed("I'm happy to explain, because "),
                ElementsAre("I'm happy to explain,"));
}

TEST(ClauseCutter, makes_later_clauses_longer)
{
    EXPECT_THAT(cut("Sure. We have three plans. The Basic plan, which costs ten dollars, comes "
                    "with five gigabytes. Anything else?"),
                ElementsAre("Sure.",
                            "We have three plans. The Basic plan, which costs ten dollars,",
                            "comes with five gigabytes. Anything else?"));
}

TEST(ClauseCutter, leaves_numbers_in_one_piece)
{
    for (const std::string_view text : {"That is 3.50 dollars",
                                        "It costs 1,000,000 dollars",
                                        "We meet at 10:30 sharp",
                                        "Call +1 (555) 010 0199 please",
                                        "The number is 555, 010, 0199 and no other",
                                        "The number is 555. 010. 0199 and no other",
                                        "Am 3. und am 4. des Monats"}) {
        EXPECT_THAT(cut(text), ElementsAre(text)) << text;
    }
}

TEST(ClauseCutter, leaves_abbreviations_and_initials_alone)
{
    for (const std::string_view text : {"Mr. Smith is in",
                                        "Ask Dr. Jones",
                                        "J. R. R. Tolkien wrote it",
                                        "In the U.S. it is cheaper",
                                        "Bring e.g. a pen",
                                        "We close at 6 p.m. on Fridays"}) {
        EXPECT_THAT(cut(text), ElementsAre(text)) << text;
    }
}

TEST(ClauseCutter, leaves_addresses_of_the_web_in_one_piece)
{
    EXPECT_THAT(cut("See www.example.com/a,b;c?d=e!f for that"),
                ElementsAre("See www.example.com/a,b;c?d=e!f for that"));
    EXPECT_THAT(cut("Write to ann.lee@example.co.uk"),
                ElementsAre("Write to ann.lee@example.co.uk"));
}

TEST(ClauseCutter, ends_a_sentence_after_a_number_all_the_same)
{
    EXPECT_THAT(cut("It costs 10. Do you want it?"),
                ElementsAre("It costs 10.", "Do you want it?"));
}

TEST(ClauseCutter, keeps_quotes_and_brackets_with_their_sentence)
{
    EXPECT_THAT(cut("\"Never!\" he said."), ElementsAre("\"Never!\"", "he said."));
    EXPECT_THAT(cut("(Really?) Yes."), ElementsAre("(Really?)", "Yes."));
    EXPECT_THAT(cut("“Nein.” Gut."), ElementsAre("“Nein.”", "Gut."));
}

TEST(ClauseCutter, knows_the_full_stops_of_other_scripts)
{
    EXPECT_THAT(cut("はい。九時に開きます。"), ElementsAre("はい。", "九時に開きます。"));
    EXPECT_THAT(cut("好的！我们九点开门。"), ElementsAre("好的！", "我们九点开门。"));
    EXPECT_THAT(cut("हाँ। हम नौ बजे खुलते हैं।"), ElementsAre("हाँ।", "हम नौ बजे खुलते हैं।"));
    EXPECT_THAT(cut("هل هذا صحيح؟ نعم."), ElementsAre("هل هذا صحيح؟", "نعم."));
}

TEST(ClauseCutter, ends_a_clause_with_the_line)
{
    EXPECT_THAT(cut("First\nSecond"), ElementsAre("First", "Second"));
}

TEST(ClauseCutter, takes_dots_together)
{
    EXPECT_THAT(cut("Well... I think so."), ElementsAre("Well...", "I think so."));
    EXPECT_THAT(cut("Well… I think so."), ElementsAre("Well…", "I think so."));
}

TEST(ClauseCutter, cuts_at_a_space_what_has_no_end)
{
    std::string rambling;
    for (int word = 0; word < 100; ++word) rambling += "and so on ";
    ClauseCutter cutter;
    auto clauses = cutter.feed(rambling);
    append(clauses, cutter.finish());
    EXPECT_EQ(clauses.size(), 5U);
    std::string joined;
    for (const auto& clause : clauses) {
        EXPECT_LE(clause.size(), 240U);
        joined += clause + ' ';
    }
    EXPECT_EQ(joined, rambling);
}

TEST(ClauseCutter, cuts_a_single_word_without_an_end_between_two_characters)
{
    std::string word;
    for (int at = 0; at < 150; ++at) word += "é";
    ClauseCutter cutter;
    const auto clauses = cutter.feed(word);
    ASSERT_EQ(clauses.size(), 1U);
    EXPECT_EQ(clauses.front().size(), 200U);
}

TEST(ClauseCutter, says_nothing_where_there_are_no_words)
{
    EXPECT_THAT(cut(""), IsEmpty());
    EXPECT_THAT(cut(" - ... \n!? "), IsEmpty());
    EXPECT_THAT(cut("... Yes."), ElementsAre("Yes."));
}

TEST(ClauseCutter, begins_anew_after_each_reply)
{
    ClauseCutter cutter;
    cutter.feed("One. Two and");
    EXPECT_THAT(cutter.finish(), ElementsAre("Two and"));
    EXPECT_THAT(cutter.feed("Hi. "), ElementsAre("Hi."));
    cutter.feed("forgotten");
    cutter.reset();
    EXPECT_THAT(cutter.finish(), IsEmpty());
}

}  // namespace
}  // namespace phony::speech
