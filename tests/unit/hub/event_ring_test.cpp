#include "hub/event_ring.hpp"

#include <phony/api/event_json.hpp>

#include <cstddef>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phony::hub {
namespace {

EventRing filled(std::size_t events, EventRing::Bounds bounds = {}, std::size_t bytes = 0)
{
    EventRing ring{bounds};
    for (std::size_t i = 1; i <= events; ++i) {
        auto text = std::to_string(i);
        text.resize(std::max(text.size(), bytes), ' ');
        ring.push(KeptEvent{std::make_shared<const std::string>(std::move(text))});
    }
    return ring;
}

std::vector<int> read(EventRing::Past past)
{
    std::vector<int> numbers;
    while (const auto event = past.next()) numbers.push_back(std::stoi(*event->text("CA1")));
    return numbers;
}

TEST(EventRing, tells_what_came_after_an_event)
{
    const auto ring = filled(5);
    EXPECT_EQ(ring.last(), 5U);
    EXPECT_EQ(read(ring.after(0)), (std::vector{1, 2, 3, 4, 5}));
    EXPECT_EQ(read(ring.after(3)), (std::vector{4, 5}));
    EXPECT_TRUE(read(ring.after(5)).empty());
    EXPECT_TRUE(read(ring.after(999)).empty());
    EXPECT_EQ(ring.after(3).missed(), 0U);
    EXPECT_EQ(ring.after(999).missed(), 0U);
    EXPECT_TRUE(read(EventRing{{}}.after(0)).empty());
}

TEST(EventRing, keeps_exactly_the_newest)
{
    for (const std::size_t events :
         {1UL, 31UL, 32UL, 33UL, 1000UL, 1023UL, 1024UL, 1025UL, 1279UL}) {
        const auto ring = filled(events, {.events = 1000});
        const auto past = ring.after(0);
        const auto kept = std::min<std::size_t>(events, 1000);
        EXPECT_EQ(past.missed(), events - kept) << events;
        EXPECT_EQ(past.first(), events - kept + 1) << events;
        const auto numbers = read(past);
        EXPECT_EQ(numbers.size(), kept) << events;
        EXPECT_EQ(numbers.front(), static_cast<int>(events - kept + 1)) << events;
        EXPECT_EQ(numbers.back(), static_cast<int>(events)) << events;
    }
    const auto ring = filled(3000, {.events = 1000});
    EXPECT_EQ(ring.after(2000).missed(), 0U);
    EXPECT_EQ(ring.after(1990).missed(), 10U);
    EXPECT_EQ(read(ring.after(2998)), (std::vector{2999, 3000}));
}

TEST(EventRing, drops_old_blocks_when_its_texts_are_long)
{
    const auto ring = filled(2000, {.events = 10'000, .bytes = 100'000}, 100);
    const auto past = ring.after(0);
    EXPECT_GT(past.missed(), 0U);
    const auto numbers = read(past);
    EXPECT_LE(numbers.size(), 1000U + 32U);
    EXPECT_EQ(numbers.back(), 2000);
    EXPECT_EQ(numbers.size() + past.missed(), 2000U);
}

TEST(EventRing, writes_a_token_that_nobody_watched_when_it_is_read)
{
    const WallTime moment{std::chrono::milliseconds{1'704'067'200'000}};
    EventRing ring{{.bytes = 100'000}};
    ring.push(KeptEvent{call::AssistantToken{7, " one"}, 1, moment});
    const auto event = ring.after(0).next().value_or(KeptEvent{EventText{}});
    EXPECT_TRUE(event.is_token());
    EXPECT_EQ(*event.text("CA1"),
              api::event_json({.call_sid = "CA1", .seq = 1, .timestamp = moment},
                              call::AssistantToken{7, " one"}));

    for (std::uint64_t seq = 2; seq <= 2000; ++seq)
        ring.push(KeptEvent{call::AssistantToken{7, std::string(200, '.')}, seq, moment});
    EXPECT_GT(ring.after(0).missed(), 1000U) << "they count as what they take";
}

TEST(EventRing, writes_a_latency_that_nobody_watched_when_it_is_read)
{
    const WallTime moment{std::chrono::milliseconds{1'704'067'200'000}};
    const call::Latency latency{.turn = 7, .first_frame_ms = 312.5, .request_id = "req_1"};
    EventRing ring{{.bytes = 100'000}};
    ring.push(KeptEvent{latency, 1, moment});
    const auto event = ring.after(0).next().value_or(KeptEvent{EventText{}});
    EXPECT_FALSE(event.is_token());
    EXPECT_EQ(*event.text("CA1"),
              api::event_json({.call_sid = "CA1", .seq = 1, .timestamp = moment}, latency));

    for (std::uint64_t seq = 2; seq <= 2000; ++seq) ring.push(KeptEvent{latency, seq, moment});
    EXPECT_GT(ring.after(0).missed(), 1000U) << "they count as what they take";
}

TEST(EventRing, can_be_read_while_it_goes_on)
{
    auto ring = filled(300, {.events = 300});
    auto past = ring.after(0);
    for (int i = 0; i < 2000; ++i) ring.push(KeptEvent{std::make_shared<const std::string>("0")});
    const auto numbers = read(std::move(past));
    EXPECT_EQ(numbers.size(), 300U);
    EXPECT_EQ(numbers.front(), 1);
    EXPECT_EQ(numbers.back(), 300);
}

}  // namespace
}  // namespace phony::hub
