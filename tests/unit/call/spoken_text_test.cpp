#include <phony/call/spoken_text.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace phony::call {
namespace {

TEST(SpokenText, finds_a_fragment_whatever_its_spacing_punctuation_and_case)
{
    constexpr std::string_view text = "Sure, I'm here: We open at 9.";
    EXPECT_EQ(find_spoken(text, 0, "Sure, I'm here:"), 14U);
    EXPECT_EQ(find_spoken(text, 0, "sure im   HERE"), 14U);
    EXPECT_EQ(find_spoken(text, 0, " We open"), 23U);
    EXPECT_EQ(find_spoken(text, 0, "we close"), std::nullopt);
    EXPECT_EQ(find_spoken(text, 0, "at 9. And"), std::nullopt);
}

TEST(SpokenText, does_not_mind_how_quotes_and_dashes_are_written)
{
    constexpr std::string_view text = "It’s “open” – now…";
    EXPECT_EQ(find_spoken(text, 0, "It's \"open\" - now"),
              std::string_view{"It’s “open” – now"}.size());
    EXPECT_EQ(find_spoken("It's", 0, "It’s"), 4U);
    EXPECT_EQ(end_of_speech(text, std::string_view{"It’s “open” – now"}.size()), text.size());
}

TEST(SpokenText, looks_from_where_it_is_told)
{
    constexpr std::string_view text = "the fox runs. The fox sleeps.";
    EXPECT_EQ(find_spoken(text, 0, "the fox"), 7U);
    EXPECT_EQ(find_spoken(text, 7, "the fox"), 21U);
    EXPECT_EQ(find_spoken(text, 21, "the fox"), std::nullopt);
    EXPECT_EQ(find_spoken(text, text.size(), "fox"), std::nullopt);
}

TEST(SpokenText, finds_a_fragment_without_words_at_once)
{
    EXPECT_EQ(find_spoken("Hello", 2, ""), 2U);
    EXPECT_EQ(find_spoken("Hello", 2, " … !"), 2U);
}

TEST(SpokenText, keeps_characters_beyond_ascii_whole)
{
    constexpr std::string_view text = "Grüße, 世界!";
    EXPECT_EQ(find_spoken(text, 0, "grüße"), std::string_view{"Grüße"}.size());
    EXPECT_EQ(find_spoken(text, 0, "界"), text.size() - 1);
    EXPECT_EQ(count_characters(text), 10U);
}

TEST(SpokenText, sees_that_what_was_played_ends_with_a_fragment)
{
    EXPECT_TRUE(ends_with_spoken("One. Sentence 2 of", "sentence 2 of"));
    EXPECT_TRUE(ends_with_spoken("One. Sentence 2 of ", "2 of,"));
    EXPECT_TRUE(ends_with_spoken("Anything", ""));
    EXPECT_FALSE(ends_with_spoken("Sentence 2 of", "Sentence 1 of"));
    EXPECT_FALSE(ends_with_spoken("of", "2 of"));
}

TEST(SpokenText, moves_over_what_nobody_hears)
{
    EXPECT_EQ(end_of_speech("One. - Two", 3), 7U);
    EXPECT_EQ(end_of_speech("One.", 3), 4U);
    EXPECT_EQ(end_of_speech("One.", 1), 1U);
    EXPECT_EQ(end_of_speech("", 0), 0U);
}

TEST(SpokenText, advances_to_the_end_of_the_last_whole_word)
{
    constexpr std::string_view text = "We open at nine.";
    EXPECT_EQ(advance_words(text, 0, 0), 0U);
    EXPECT_EQ(advance_words(text, 0, 1), 0U) << "in the first word";
    EXPECT_EQ(advance_words(text, 0, 2), 2U);
    EXPECT_EQ(advance_words(text, 0, 6), 2U) << "in the second word";
    EXPECT_EQ(advance_words(text, 2, 5), 7U);
    EXPECT_EQ(advance_words(text, 2, 2), 2U) << "not before where it began";
    EXPECT_EQ(advance_words(text, 0, 1000), text.size());
}

TEST(SpokenText, advances_by_characters_and_not_by_bytes)
{
    constexpr std::string_view text = "Où ça va?";
    EXPECT_EQ(advance_words(text, 0, 5), std::string_view{"Où ça"}.size());
}

}  // namespace
}  // namespace phony::call
