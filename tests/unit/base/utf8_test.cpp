#include <phony/base/utf8.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace phony {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, accepts_characters_of_every_length)
{
    EXPECT_TRUE(is_valid_utf8(""));
    EXPECT_TRUE(is_valid_utf8("plain"));
    EXPECT_TRUE(is_valid_utf8("a\0b"sv));
    EXPECT_TRUE(is_valid_utf8("é"));
    EXPECT_TRUE(is_valid_utf8("€"));
    EXPECT_TRUE(is_valid_utf8("🙂"));
    EXPECT_TRUE(is_valid_utf8("\xF4\x8F\xBF\xBF"));  // U+10FFFF, the last
}

TEST(Utf8, refuses_what_is_cut_or_out_of_place)
{
    EXPECT_FALSE(is_valid_utf8("\xC3"));
    EXPECT_FALSE(is_valid_utf8("\xE2\x82"));
    EXPECT_FALSE(is_valid_utf8("\xF0\x9F\x99"));
    EXPECT_FALSE(is_valid_utf8("\xA9"));
    EXPECT_FALSE(is_valid_utf8("\xE2(\xA1"));
    EXPECT_FALSE(is_valid_utf8("\xFF"));
}

TEST(Utf8, refuses_overlong_forms)
{
    EXPECT_FALSE(is_valid_utf8("\xC0\xAF"));
    EXPECT_FALSE(is_valid_utf8("\xC1\xBF"));
    EXPECT_FALSE(is_valid_utf8("\xE0\x9F\xBF"));
    EXPECT_FALSE(is_valid_utf8("\xF0\x8F\xBF\xBF"));
}

TEST(Utf8, refuses_surrogates_and_what_lies_beyond_unicode)
{
    EXPECT_TRUE(is_valid_utf8("\xED\x9F\xBF"));       // U+D7FF
    EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));      // U+D800
    EXPECT_FALSE(is_valid_utf8("\xED\xBF\xBF"));      // U+DFFF
    EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));  // U+110000
    EXPECT_FALSE(is_valid_utf8("\xF5\x80\x80\x80"));
}

TEST(Utf8Tail, is_empty_behind_whole_characters)
{
    EXPECT_EQ(incomplete_utf8_tail(""), 0U);
    EXPECT_EQ(incomplete_utf8_tail("word"), 0U);
    EXPECT_EQ(incomplete_utf8_tail("é"), 0U);
    EXPECT_EQ(incomplete_utf8_tail("€"), 0U);
    EXPECT_EQ(incomplete_utf8_tail("🙂"), 0U);
}

TEST(Utf8Tail, counts_the_bytes_of_a_character_that_goes_on)
{
    for (const auto character : {"é"sv, "€"sv, "🙂"sv}) {
        for (std::size_t length = 1; length < character.size(); ++length) {
            const auto text = "word" + std::string{character.substr(0, length)};
            EXPECT_EQ(incomplete_utf8_tail(text), length) << character;
        }
    }
}

TEST(Utf8Tail, ignores_bytes_that_can_never_become_a_character)
{
    EXPECT_EQ(incomplete_utf8_tail("\x80"), 0U);              // continues nothing
    EXPECT_EQ(incomplete_utf8_tail("\x80\x80\x80\x80"), 0U);  // nor do these
    EXPECT_EQ(incomplete_utf8_tail("\xFF"), 0U);
    EXPECT_EQ(incomplete_utf8_tail("\xC0"), 0U);      // leads only overlong forms
    EXPECT_EQ(incomplete_utf8_tail("\xE0\x80"), 0U);  // overlong already
    EXPECT_EQ(incomplete_utf8_tail("\xED\xA0"), 0U);  // a surrogate already
    EXPECT_EQ(incomplete_utf8_tail("\xF4\x90"), 0U);  // beyond U+10FFFF already
}

TEST(Utf8Tail, is_what_makes_text_invalid_and_nothing_else)
{
    const auto text = "naïve, 5 €, 🙂 done"sv;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const auto start = text.substr(0, cut);
        const auto tail = incomplete_utf8_tail(start);
        EXPECT_TRUE(is_valid_utf8(start.substr(0, start.size() - tail))) << cut;
        EXPECT_EQ(is_valid_utf8(start), tail == 0) << cut;
    }
}

TEST(Utf8, measures_the_character_at_the_beginning)
{
    EXPECT_EQ(utf8_character_length(""), 0U);
    EXPECT_EQ(utf8_character_length("ab"), 1U);
    EXPECT_EQ(utf8_character_length("\xC3\xAB!"), 2U);
    EXPECT_EQ(utf8_character_length("\xF0\x9F\x98\x80"), 4U);
    EXPECT_EQ(utf8_character_length("\xC3"), 0U);
    EXPECT_EQ(utf8_character_length("\xAB"), 0U);
    EXPECT_EQ(utf8_character_length("\xC0\x80"), 0U);
}

}  // namespace
}  // namespace phony
