#include <phony/twilio/twiml.hpp>

#include <phony/twilio/xml_text.hpp>

#include <gtest/gtest.h>

#include <string>

namespace phony::twilio {
namespace {

using namespace std::string_literals;

RelayOptions options()
{
    RelayOptions result;
    result.public_url = "https://phony.example.net";
    return result;
}

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

TEST(Twiml, answers_the_references_document_to_the_letter)
{
    RelayOptions reference = options();
    reference.profile = TwimlProfile::reference;
    reference.public_url = "https://phony.pushbuild.com";
    reference.welcome_greeting = "not in the reference";
    reference.attributes = {{"language", "en-GB"}};
    reference.languages = {{{"code", "de-DE"}}};
    reference.parameters = {{"tenant", "north-7"}};
    EXPECT_EQ(connect(reference, "CA123456789"),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<Response>\n"
              "  <Connect>\n"
              "    <ConversationRelay url=\"wss://phony.pushbuild.com/relay/ws\" \n"
              "                       dtmfDetection=\"inband\" \n"
              "                       interruptible=\"true\" \n"
              "                       voice=\"alloy\">\n"
              "      <Parameter name=\"callSid\" value=\"CA123456789\"/>\n"
              "    </ConversationRelay>\n"
              "  </Connect>\n"
              "</Response>\n");
}

TEST(Twiml, connects_as_twilio_accepts_it)
{
    RelayOptions ours = options();
    ours.welcome_greeting = "Hi, how can I help?";
    EXPECT_EQ(connect(ours, "CA77"),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<Response>\n"
              "  <Connect action=\"https://phony.example.net/relay/action\" method=\"POST\">\n"
              "    <ConversationRelay url=\"wss://phony.example.net/relay/ws\" \n"
              "                       welcomeGreeting=\"Hi, how can I help?\" \n"
              "                       dtmfDetection=\"true\" \n"
              "                       interruptible=\"any\" \n"
              "                       events=\"speaker-events tokens-played\">\n"
              "      <Parameter name=\"callSid\" value=\"CA77\"/>\n"
              "    </ConversationRelay>\n"
              "  </Connect>\n"
              "</Response>\n");
}

TEST(Twiml, takes_any_attribute_language_and_parameter_from_the_configuration)
{
    RelayOptions configured = options();
    configured.attributes = {{"interruptible", "speech"},
                             {"ttsProvider", "Google"},
                             {"voice", "en-US-Journey-O"},
                             {"hints", "a & b"}};
    configured.languages = {{{"voice", "v"}, {"code", "de-DE"}}};
    configured.parameters = {{"tenant", "north-7"}};
    const auto xml = connect(configured, "CA77");
    EXPECT_TRUE(contains(xml, "interruptible=\"speech\""));
    EXPECT_FALSE(contains(xml, "interruptible=\"any\""));
    EXPECT_TRUE(contains(xml, "ttsProvider=\"Google\""));
    EXPECT_TRUE(contains(xml, "voice=\"en-US-Journey-O\""));
    EXPECT_TRUE(contains(xml, "hints=\"a &amp; b\""));
    EXPECT_TRUE(contains(xml, "<Language code=\"de-DE\" voice=\"v\"/>"));
    EXPECT_TRUE(contains(xml, "<Parameter name=\"tenant\" value=\"north-7\"/>"));
    EXPECT_TRUE(problems_of(configured).empty());
}

TEST(Twiml, names_and_leaves_out_what_twilio_would_refuse)
{
    RelayOptions wrong = options();
    wrong.attributes = {{"voice", "alloy"}, {"url", "ws://elsewhere"}, {"a b", "1"}};
    wrong.languages = {{{"ttsProvider", "Google"}}};
    wrong.parameters = {{"callSid", "CA1"}, {"relayToken", "17.ab"}};
    EXPECT_EQ(problems_of(wrong).size(), 6U);
    const auto xml = connect(wrong, "CA77");
    for (const auto* part : {"alloy", "elsewhere", "a b", "Language", "CA1\"", "17.ab"}) {
        EXPECT_FALSE(contains(xml, part)) << part;
    }
}

TEST(Twiml, omits_the_greeting_when_a_session_is_resumed)
{
    RelayOptions ours = options();
    ours.welcome_greeting = "Hello";
    EXPECT_FALSE(contains(connect(ours, "CA77", {}, Greeting::omitted), "welcomeGreeting"));
    ours.attributes = {{"welcomeGreeting", "Hello again"}};
    EXPECT_TRUE(contains(connect(ours, "CA77"), "welcomeGreeting=\"Hello again\""));
    EXPECT_FALSE(contains(connect(ours, "CA77", {}, Greeting::omitted), "welcomeGreeting"));
}

TEST(Twiml, carries_a_token_that_twilio_hands_back)
{
    const std::string token = "<Parameter name=\"relayToken\" value=\"17.ab\"/>";
    EXPECT_TRUE(contains(connect(options(), "CA77", "17.ab"), token));
    EXPECT_FALSE(contains(connect(options(), "CA77"), "relayToken"));

    RelayOptions reference = options();
    reference.profile = TwimlProfile::reference;
    EXPECT_EQ(connect(reference, "CA77", "17.ab"), connect(reference, "CA77"));
}

TEST(Twiml, always_gives_twilio_a_wss_address)
{
    RelayOptions plain = options();
    plain.public_url = "http://localhost:24187/phony/";
    const auto xml = connect(plain, "CA77");
    EXPECT_TRUE(contains(xml, "url=\"wss://localhost:24187/phony/relay/ws\""));
    EXPECT_TRUE(contains(xml, "action=\"http://localhost:24187/phony/relay/action\""));
}

TEST(Twiml, dials_and_asks_what_then)
{
    EXPECT_EQ(dial("+15559999999", "+18578167225", "https://a.test/relay/action?x=1&y=2"),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<Response>\n"
              "  <Dial callerId=\"+18578167225\" "
              "action=\"https://a.test/relay/action?x=1&amp;y=2\" method=\"POST\">\n"
              "    <Number>+15559999999</Number>\n"
              "  </Dial>\n"
              "</Response>\n");
    EXPECT_FALSE(contains(dial("+15559999999", "", "/a"), "callerId"));
}

TEST(Twiml, apologises_only_when_the_dialled_leg_was_not_reached)
{
    EXPECT_EQ(after_dial("completed", "Sorry."), hangup());
    EXPECT_EQ(after_dial("answered", "Sorry."), hangup());
    for (const auto* status : {"busy", "no-answer", "failed", "canceled", ""}) {
        EXPECT_EQ(after_dial(status, "Sorry."), say_and_hangup("Sorry.")) << status;
    }
}

TEST(Twiml, says_that_all_lines_are_busy)
{
    const std::string begin =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n  <Say>Busy &lt;now&gt;.</Say>\n";
    EXPECT_EQ(overflow("Busy <now>.", ""), begin + "  <Hangup/>\n</Response>\n");
    EXPECT_EQ(overflow("Busy <now>.", "+15550001111"),
              begin + "  <Dial>+15550001111</Dial>\n</Response>\n");
}

TEST(Twiml, hangs_up_or_does_nothing)
{
    EXPECT_EQ(hangup(),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n  <Hangup/>\n</Response>\n");
    EXPECT_EQ(empty_response(), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response/>\n");
}

TEST(XmlText, stands_for_itself_between_tags_and_quotes)
{
    std::string out;
    append_xml_text(out, "a<b> & \"c\" 'd'\t\r\n");
    EXPECT_EQ(out, "a&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos;&#9;&#13;&#10;");
}

TEST(XmlText, leaves_out_what_xml_cannot_write_and_replaces_what_is_not_utf8)
{
    std::string out;
    append_xml_text(out, "a\0b\x01\x1F\xEF\xBF\xBE\xEF\xBF\xBF\xFF\xC3\xAB\xE2\x82"s);
    EXPECT_EQ(out, "ab\xEF\xBF\xBD\xC3\xAB\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace phony::twilio
