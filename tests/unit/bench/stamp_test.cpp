#include "load/stamp.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::bench {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint moment{1'234'567'890'123us};

std::string stamp(StampKind kind, TimePoint at)
{
    const auto text = write_stamp(kind, at);
    return {text.data(), text.size()};
}

std::vector<TimePoint> found_in(const std::vector<std::string>& pieces, TimePoint now)
{
    std::vector<TimePoint> found;
    StampScanner scanner{StampKind::token};
    for (const auto& piece : pieces)
        scanner.feed(piece, now, [&](TimePoint at) { found.push_back(at); });
    return found;
}

TEST(Stamp, tells_its_moment_to_the_microsecond)
{
    for (const auto later : {0us, 1us, 63us, 64us, 999'999us, 3'600'000'000us}) {
        const auto text = stamp(StampKind::token, moment + later);
        EXPECT_EQ(read_stamp(text.substr(1), moment + 2h), moment + later);
    }
}

TEST(Stamp, is_understood_for_nineteen_hours)
{
    const auto text = stamp(StampKind::token, moment).substr(1);
    EXPECT_EQ(read_stamp(text, moment), moment);
    EXPECT_EQ(read_stamp(text, moment + 19h), moment);
    EXPECT_NE(read_stamp(text, moment + 20h), moment);
}

TEST(Stamp, needs_no_escape_anywhere)
{
    for (int i = 0; i < 5'000; ++i) {
        for (const char c : stamp(StampKind::token, moment + i * 7'919us)) {
            EXPECT_EQ(std::string{"\"\\[]<>&'\n "}.find(c), std::string::npos) << c;
        }
    }
}

TEST(Stamp, is_none_when_its_characters_are_others)
{
    for (const auto* text : {"", "12345", "1234567", "12 456", "12\"456", "12~456"})
        EXPECT_FALSE(read_stamp(text, moment)) << text;
}

TEST(Stamp, that_comes_last_is_the_newest_of_a_dialogue)
{
    const std::string body = R"([{"content":"Hello @)" +
                             stamp(StampKind::prompt, moment).substr(1) + R"("},{"content":" )" +
                             stamp(StampKind::token, moment + 1s) + R"("},{"content":"More )" +
                             stamp(StampKind::prompt, moment + 2s) + R"("}],"stream":true})";
    EXPECT_EQ(last_stamp(body, StampKind::prompt, moment + 3s), moment + 2s);
    EXPECT_FALSE(last_stamp("nobody said when", StampKind::prompt, moment));
}

TEST(StampScanner, finds_several_in_one_frame)
{
    const auto text = R"({"type":"text","token":" )" + stamp(StampKind::token, moment) + " " +
                      stamp(StampKind::token, moment + 15ms) + R"(","last":false})";
    EXPECT_EQ(found_in({text}, moment + 1s), (std::vector{moment, moment + 15ms}));
}

TEST(StampScanner, finds_them_wherever_frames_are_cut)
{
    const auto text = " " + stamp(StampKind::token, moment) +
                      stamp(StampKind::token, moment + 1us) + " and " +
                      stamp(StampKind::token, moment + 2us);
    const std::vector expected{moment, moment + 1us, moment + 2us};
    for (std::size_t cut = 0; cut <= text.size(); ++cut)
        EXPECT_EQ(found_in({text.substr(0, cut), text.substr(cut)}, moment + 1s), expected) << cut;

    std::vector<std::string> characters;
    characters.reserve(text.size());
    for (const char c : text) characters.emplace_back(1, c);
    EXPECT_EQ(found_in(characters, moment + 1s), expected);
}

TEST(StampScanner, passes_over_what_only_looks_like_one)
{
    const auto good = stamp(StampKind::token, moment);
    EXPECT_EQ(found_in({"~ ~~short ~a b c d~" + good}, moment), std::vector{moment});
}

TEST(StampScanner, does_not_join_what_does_not_belong_together)
{
    const auto text = stamp(StampKind::token, moment);
    StampScanner scanner{StampKind::token};
    int found = 0;
    scanner.feed(text.substr(0, 3), moment, [&](TimePoint) { ++found; });
    scanner.reset();
    scanner.feed(text.substr(3), moment, [&](TimePoint) { ++found; });
    EXPECT_EQ(found, 0);
}

}  // namespace
}  // namespace phony::bench
