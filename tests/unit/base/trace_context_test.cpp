#include <phony/base/trace_context.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace phony {
namespace {

constexpr std::string_view example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// What is read of a traceparent that must be valid.
TraceContext parse_valid(std::string_view traceparent, std::string_view tracestate = {})
{
    auto context = parse_trace_context(traceparent, tracestate);
    EXPECT_TRUE(context) << traceparent;
    return context ? *std::move(context) : TraceContext{};
}

/// The tracestate that is handed on.
std::string state_of(std::string_view tracestate)
{
    return parse_valid(example, tracestate).state;
}

TEST(TraceContext, is_read_and_written_as_the_standard_has_it)
{
    const auto context = parse_valid(example, "congo=t61rcWkgMzE");
    EXPECT_EQ(to_hex(context.trace_id), "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(context.span_id,
              (TraceContext::SpanId{0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7}));
    EXPECT_TRUE(context.sampled);
    EXPECT_EQ(trace_headers(context),
              "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
              "tracestate: congo=t61rcWkgMzE\r\n");
}

TEST(TraceContext, of_a_child_has_a_span_of_its_own)
{
    const auto context = parse_valid(example, "congo=t61rcWkgMzE");
    const auto child = context.child({1, 2, 3, 4, 5, 6, 7, 8});
    EXPECT_EQ(trace_headers(child),
              "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-0102030405060708-01\r\n"
              "tracestate: congo=t61rcWkgMzE\r\n");
}

TEST(TraceContext, hands_on_no_flag_but_the_one_it_knows)
{
    const auto line = [](std::string_view flags) {
        const auto parent = std::string{example.substr(0, example.size() - 2)}.append(flags);
        const auto lines = trace_headers(parse_valid(parent));
        return lines.substr(lines.size() - 4, 2);
    };
    EXPECT_EQ(line("00"), "00");
    EXPECT_EQ(line("01"), "01");
    EXPECT_EQ(line("02"), "00");
    EXPECT_EQ(line("ff"), "01");
}

TEST(TraceContext, of_a_later_version_is_read_as_far_as_it_is_known)
{
    for (const std::string_view valid :
         {"cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-brings",
          "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-"})
        EXPECT_EQ(trace_headers(parse_valid(valid)),
                  "traceparent: " + std::string{example} + "\r\n");
    EXPECT_FALSE(
        parse_trace_context("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.x", ""));
    EXPECT_FALSE(
        parse_trace_context("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011", ""));
}

TEST(TraceContext, is_none_when_the_traceparent_is_not_valid)
{
    for (const std::string_view invalid :
         {"",
          "00",
          "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
          "0A-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A",
          "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
          "00-4bf92f3577b34da6a3ce929d0e0e47361-00f067aa0ba902b7-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b71-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
          " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
          "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01"})
        EXPECT_FALSE(parse_trace_context(invalid, "congo=t61rcWkgMzE")) << invalid;
}

TEST(TraceContext, hands_on_the_state_of_other_systems)
{
    EXPECT_EQ(state_of(""), "");
    EXPECT_EQ(state_of("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
              "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    EXPECT_EQ(state_of("fw529a3039@dt=FfAb;x 1,a_-*/9=!~"), "fw529a3039@dt=FfAb;x 1,a_-*/9=!~");
    EXPECT_EQ(state_of(" a=1 ,\tb=2 ,, ,c=3,"), "a=1,b=2,c=3") << "blanks and gaps are allowed";
}

TEST(TraceContext, drops_a_state_that_is_not_valid_and_keeps_the_trace)
{
    for (const std::string_view invalid : {"a",
                                           "=1",
                                           "a=",
                                           "A=1",
                                           "1a=1",
                                           "a b=1",
                                           "a =1",
                                           "@a=1",
                                           "a@=1",
                                           "a@1b=1",
                                           "a@b@c=1",
                                           "a=b=c",
                                           "a=1,b",
                                           "a=1,a=2",
                                           "a=\x01",
                                           "a=1\r\nx: y",
                                           "a=\xC3\xA4"})
        EXPECT_EQ(state_of(invalid), "") << invalid;
}

TEST(TraceContext, knows_how_long_the_parts_of_a_state_may_be)
{
    const auto key = [](std::size_t length) { return std::string(length, 'k') + "=v"; };
    EXPECT_EQ(state_of(key(256)), key(256));
    EXPECT_EQ(state_of(key(257)), "");
    const auto tenant = [](std::size_t length) { return std::string(length, '1') + "@system=v"; };
    EXPECT_EQ(state_of(tenant(241)), tenant(241));
    EXPECT_EQ(state_of(tenant(242)), "");
    EXPECT_EQ(state_of("t@" + key(14)), "t@" + key(14));
    EXPECT_EQ(state_of("t@" + key(15)), "");
    const auto value = [](std::size_t length) { return "k=" + std::string(length, 'v'); };
    EXPECT_EQ(state_of(value(256)), value(256));
    EXPECT_EQ(state_of(value(257)), "");

    std::string members = "k0=v";
    for (int i = 1; i < 32; ++i) members += ",k" + std::to_string(i) + "=v";
    EXPECT_EQ(state_of(members), members);
    EXPECT_EQ(state_of(members + ",k32=v"), "");
}

TEST(TraceContext, shortens_a_state_that_is_too_long_by_whole_members)
{
    const auto member = [](char key, std::size_t length) {
        return std::string{key} + '=' + std::string(length - 2, 'v');
    };
    const auto a = member('a', 128);
    const auto b = member('b', 200);
    const auto c = member('c', 128);
    const auto d = member('d', 128);
    const auto e = member('e', 128);
    EXPECT_EQ(state_of(a + ',' + b + ',' + c), a + ',' + b + ',' + c) << "458 characters";
    EXPECT_EQ(state_of(a + ',' + b + ',' + c + ',' + d), a + ',' + c + ',' + d)
        << "what is long leaves first";
    EXPECT_EQ(state_of(a + ',' + c + ',' + d + ',' + e), a + ',' + c + ',' + d)
        << "then what stands last";
}

}  // namespace
}  // namespace phony
