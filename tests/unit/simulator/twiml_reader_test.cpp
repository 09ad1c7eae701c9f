#include "simulator/twiml_reader.hpp"

#include <phony/twilio/twiml.hpp>

#include <gtest/gtest.h>

#include <string>

namespace phony::simulator {
namespace {

TEST(TwimlReader, finds_the_relay_its_parameters_and_the_action)
{
    const auto orders = read_twiml(R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <!-- <Hangup/> -->
  <Connect action="https://a.example/end?x=1&amp;y=2" method='POST'>
    <ConversationRelay url="wss://a.example/relay/ws"
                       dtmfDetection = "inband" welcomeGreeting='He said "a > b" &#233;&#x1F600;'>
      <Parameter name="callSid" value="CA1"/>
    </ConversationRelay>
  </Connect>
</Response>)");
    ASSERT_TRUE(orders.relay);
    EXPECT_EQ(orders.relay->action, "https://a.example/end?x=1&y=2");
    EXPECT_EQ(orders.relay->attributes.at("url"), "wss://a.example/relay/ws");
    EXPECT_EQ(orders.relay->attributes.at("dtmfDetection"), "inband");
    EXPECT_EQ(orders.relay->attributes.at("welcomeGreeting"), "He said \"a > b\" é😀");
    EXPECT_EQ(orders.relay->parameters.at("callSid"), "CA1");
    EXPECT_FALSE(orders.hang_up);
}

TEST(TwimlReader, reads_what_phony_writes)
{
    twilio::RelayOptions options;
    options.public_url = "https://phony.example.net";
    options.welcome_greeting = "Tom & \"Jerry\"";
    const auto orders = read_twiml(twilio::connect(options, "CA77"));
    ASSERT_TRUE(orders.relay);
    EXPECT_EQ(orders.relay->attributes.at("url"), "wss://phony.example.net/relay/ws");
    EXPECT_EQ(orders.relay->attributes.at("welcomeGreeting"), "Tom & \"Jerry\"");
    EXPECT_EQ(orders.relay->parameters.at("callSid"), "CA77");
    EXPECT_FALSE(orders.relay->action.empty());

    const auto dialled = read_twiml(twilio::dial("+15550100199", "", "https://a.example/after"));
    EXPECT_EQ(dialled.dial, "+15550100199");
}

TEST(TwimlReader, understands_the_other_verbs_that_end_a_call)
{
    EXPECT_EQ(read_twiml("<Response><Dial><Number>+441632960011</Number></Dial></Response>").dial,
              "+441632960011");
    EXPECT_EQ(read_twiml("<Response><Dial> +441632960011 </Dial></Response>").dial,
              "+441632960011");
    const auto busy =
        read_twiml("<Response><Say>All lines &lt;busy&gt;.</Say><Hangup/></Response>");
    EXPECT_TRUE(busy.hang_up);
    EXPECT_EQ(busy.sentences, std::vector<std::string>{"All lines <busy>."});
}

TEST(TwimlReader, orders_nothing_for_what_is_no_document)
{
    for (const std::string document : {"",
                                       "<",
                                       "<<<>>>",
                                       "<Connect",
                                       "<Connect action=\"",
                                       "<!--",
                                       "<a b=c d>",
                                       "text",
                                       "<ConversationRelayed url=\"x\"/>",
                                       "&#99999999999;",
                                       "<Say>&#x;&#;&;&</Say>"}) {
        const auto orders = read_twiml(document);
        EXPECT_FALSE(orders.relay) << document;
        EXPECT_FALSE(orders.dial) << document;
    }
}

}  // namespace
}  // namespace phony::simulator
