#include <phony/call/command.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>

namespace phony::call {
namespace {

Command accepted(std::string_view between_brackets)
{
    auto parsed = parse_command(between_brackets);
    if (auto* command = std::get_if<Command>(&parsed)) return *command;
    ADD_FAILURE() << between_brackets
                  << " is rejected: " << name_of(std::get<RejectedCommand>(parsed).reason);
    return EndCall{};
}

RejectedCommand rejected(std::string_view between_brackets)
{
    auto parsed = parse_command(between_brackets);
    if (auto* rejection = std::get_if<RejectedCommand>(&parsed)) return *rejection;
    ADD_FAILURE() << between_brackets << " is accepted";
    return {};
}

TEST(Command, reads_the_four_commands_of_the_reference)
{
    EXPECT_EQ(accepted("press:123"), Command{Press{"123"}});
    EXPECT_EQ(accepted("transfer:+15551234567"), Command{Transfer{"+15551234567"}});
    EXPECT_EQ(accepted("end_call"), Command{EndCall{}});
    EXPECT_EQ(accepted("request_user:What is the account number?"),
              Command{RequestUser{"What is the account number?"}});
}

TEST(Command, does_not_mind_case_and_spaces_around_name_and_parameter)
{
    EXPECT_EQ(accepted(" Press :\t12 "), Command{Press{"12"}});
    EXPECT_EQ(accepted("END_CALL\n"), Command{EndCall{}});
    EXPECT_EQ(accepted("Request_User: Which Account? "), Command{RequestUser{"Which Account?"}});
}

TEST(Command, keeps_colons_that_belong_to_the_parameter)
{
    EXPECT_EQ(accepted("request_user:Which day: today?"),
              Command{RequestUser{"Which day: today?"}});
}

TEST(Command, presses_every_key_and_the_pause_but_nothing_else)
{
    EXPECT_EQ(accepted("press:0123456789*#w"), Command{Press{"0123456789*#w"}});
    EXPECT_EQ(accepted("press:" + std::string(64, '5')), Command{Press{std::string(64, '5')}});
    EXPECT_EQ(rejected("press:" + std::string(65, '5')).reason, Rejection::bad_digits);
    for (const std::string digits : {"1a", "1 2", "A", "+1", "1,2", "١"}) {
        EXPECT_EQ(rejected("press:" + digits).reason, Rejection::bad_digits) << digits;
    }
}

TEST(Command, end_call_takes_no_parameter)
{
    EXPECT_EQ(accepted("end_call:"), Command{EndCall{}});
    EXPECT_EQ(accepted("end_call: "), Command{EndCall{}});
    EXPECT_EQ(rejected("end_call:now").reason, Rejection::malformed);
}

TEST(Command, asks_for_a_parameter_where_one_is_needed)
{
    for (const std::string name : {"press", "transfer", "request_user"}) {
        EXPECT_EQ(rejected(name).reason, Rejection::missing_parameter) << name;
        EXPECT_EQ(rejected(name + ":").reason, Rejection::missing_parameter) << name;
        EXPECT_EQ(rejected(name + ": \t").reason, Rejection::missing_parameter) << name;
    }
}

TEST(Command, transfers_to_e164_only)
{
    EXPECT_EQ(accepted("transfer:+1 (555) 123-4567"), Command{Transfer{"+15551234567"}});
    for (const std::string target : {"5551234567", "sip:a@b.c", "sales", "+0123", "+1555abc"}) {
        EXPECT_EQ(rejected("transfer:" + target).reason, Rejection::not_e164) << target;
    }
}

TEST(Command, rejects_unknown_names_and_says_which)
{
    EXPECT_EQ(rejected("Hold:60"), (RejectedCommand{"hold", "60", Rejection::unknown_command}));
    EXPECT_EQ(rejected("end call"), (RejectedCommand{"end call", "", Rejection::unknown_command}));
    EXPECT_EQ(rejected(""), (RejectedCommand{"", "", Rejection::unknown_command}));
    EXPECT_EQ(rejected(":1"), (RejectedCommand{"", "1", Rejection::unknown_command}));
}

TEST(Command, rejects_a_command_inside_a_command)
{
    EXPECT_EQ(rejected("request_user:[[press:1"),
              (RejectedCommand{"request_user", "[[press:1", Rejection::malformed}));
}

TEST(Command, reports_of_a_rejected_command_what_fits_an_event_and_no_half_character)
{
    // é takes two bytes, so the limit of an odd number of bytes before it falls inside one.
    std::string e_acutes;
    for (int i = 0; i < 200; ++i) e_acutes += "é";

    const auto rejection = rejected("x" + e_acutes + ":y" + e_acutes);
    EXPECT_EQ(rejection.command, ("x" + e_acutes).substr(0, 63));
    EXPECT_EQ(rejection.value, ("y" + e_acutes).substr(0, 255));
}

TEST(Command, has_the_names_that_events_carry)
{
    EXPECT_EQ(name_of(Command{Press{"1"}}), "press");
    EXPECT_EQ(name_of(Command{Transfer{"+15551234567"}}), "transfer");
    EXPECT_EQ(name_of(Command{EndCall{}}), "end_call");
    EXPECT_EQ(name_of(Command{RequestUser{"Who?"}}), "request_user");

    EXPECT_EQ(value_of(Command{Press{"1"}}), "1");
    EXPECT_EQ(value_of(Command{Transfer{"+15551234567"}}), "+15551234567");
    EXPECT_EQ(value_of(Command{EndCall{}}), "");
    EXPECT_EQ(value_of(Command{RequestUser{"Who?"}}), "Who?");

    EXPECT_EQ(name_of(Rejection::bad_digits), "bad_digits");
    EXPECT_EQ(name_of(Rejection::target_not_allowed), "target_not_allowed");
}

TEST(E164, takes_away_punctuation_and_nothing_else)
{
    EXPECT_EQ(to_e164("+15551234567"), "+15551234567");
    EXPECT_EQ(to_e164(" +49 (30) 123.456-78 "), "+493012345678");
    EXPECT_EQ(to_e164("+12"), "+12");
    EXPECT_EQ(to_e164("+123456789012345"), "+123456789012345");
}

TEST(E164, refuses_rather_than_guesses)
{
    for (const char* number : {"",
                               "+",
                               "+1",
                               "+0123456",
                               "15551234567",
                               "0015551234567",
                               "+1234567890123456",
                               "++15551234567",
                               "+1555x",
                               "1+555",
                               "+1/555"}) {
        EXPECT_EQ(to_e164(number), "") << number;
    }
}

}  // namespace
}  // namespace phony::call
