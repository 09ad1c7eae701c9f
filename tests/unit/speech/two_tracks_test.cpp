#include <phony/speech/two_tracks.hpp>

#include <phony/speech/mu_law.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <string>

namespace phony::speech {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint begin{1h};
const std::string silence(8, '\xFF');

TEST(TwoTracks, run_with_the_clock)
{
    TwoTracks tracks{begin};
    tracks.add(Track::caller, "callercaller");
    tracks.add(Track::agent, "agent");
    auto [caller, agent] = tracks.take(begin + 1ms);
    EXPECT_EQ(caller, "callerca");
    EXPECT_EQ(agent, "agent\xFF\xFF\xFF");
    const auto next = tracks.take(begin + 2ms);
    EXPECT_EQ(next.caller, "ller\xFF\xFF\xFF\xFF");
    EXPECT_EQ(next.agent, silence);
    EXPECT_EQ(tracks.take(begin + 2ms).caller, "");
    EXPECT_EQ(tracks.take(begin + 1ms).caller, "") << "the clock does not go back";
}

TEST(TwoTracks, lose_nothing_to_rounding)
{
    TwoTracks tracks{begin};
    std::size_t taken = 0;
    for (TimePoint now = begin; now < begin + 1s; now += 7777777ns)
        taken += tracks.take(now).agent.size();
    taken += tracks.take(begin + 1s).agent.size();
    EXPECT_EQ(taken, 8000U);
}

TEST(TwoTracks, forget_what_was_cleared_and_what_is_far_ahead)
{
    TwoTracks tracks{begin};
    tracks.add(Track::agent, "agent");
    tracks.drop(Track::agent);
    EXPECT_EQ(tracks.take(begin + 1ms).agent, silence);
    tracks.add(Track::agent, std::string(100'000, 'a'));
    EXPECT_EQ(tracks.take(begin + 3s).agent.find('\xFF'), 16'000U);
}

TEST(TwoTracks, are_mixed_as_on_a_line)
{
    const auto code = [](int sample) {
        return static_cast<char>(to_mu_law(static_cast<std::int16_t>(sample)));
    };
    EXPECT_EQ(mix(silence, "12345678"), "12345678");
    const std::string loud(1, code(30'000));
    EXPECT_EQ(mix(loud, loud), std::string(1, code(32'767))) << "clipped, not wrapped";
    EXPECT_EQ(interleave("lll", "rrr"), "lrlrlr");
}

TEST(WavHead, has_the_sizes_that_players_expect)
{
    const std::string head = wav_head(16'000);
    ASSERT_EQ(head.size(), 58U);
    const auto number = [&](std::size_t at) {
        unsigned value = 0;
        for (std::size_t byte = 4; byte-- > 0;)
            value = value << 8 | static_cast<unsigned char>(head[at + byte]);
        return value;
    };
    EXPECT_EQ(number(4), 16'000U + 58 - 8);
    EXPECT_EQ(number(24), 8000U);
    EXPECT_EQ(number(46), 8000U) << "samples";
    EXPECT_EQ(number(54), 16'000U);
}

}  // namespace
}  // namespace phony::speech
