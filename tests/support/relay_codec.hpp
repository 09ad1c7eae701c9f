#pragma once

#include <phony/twilio/relay.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>

namespace phony::twilio {

/// What a codec makes of a frame, which must be an `Input`.
template <typename Codec, typename Input>
Input parse_as(std::string_view frame)
{
    Codec codec;
    const auto input = codec.parse_frame(frame);
    EXPECT_TRUE(input) << frame;
    const auto* expected = input ? std::get_if<Input>(&*input) : nullptr;
    EXPECT_NE(expected, nullptr) << frame;
    return expected != nullptr ? *expected : Input{};
}

/// Why a codec refuses a frame.
template <typename Codec>
std::string why_refused(std::string_view frame)
{
    Codec codec;
    const auto input = codec.parse_frame(frame);
    EXPECT_FALSE(input) << frame;
    EXPECT_EQ(input.error().code, errc::websocket_error);
    return input.error().detail;
}

}  // namespace phony::twilio
