#include "simulator/twiml_reader.hpp"

#include <phony/base/text.hpp>
#include <phony/twilio/twiml.hpp>
#include <phony/twilio/xml_text.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace phony;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

/// What an XML document can say of a text: see append_xml_text().
std::string sayable(std::string_view text)
{
    std::string xml = "<Say>";
    twilio::append_xml_text(xml, text);
    const auto orders = simulator::read_twiml(xml + "</Say>");
    return orders.sentences.at(0);
}

/// What we write in a document is what a caller reads in it.
void check_round_trip(std::string_view text)
{
    const std::string said = sayable(text);
    require(sayable(said) == said);

    const auto overflow = simulator::read_twiml(twilio::overflow(text, ""));
    require(overflow.hang_up && overflow.sentences.size() == 1 && overflow.sentences[0] == said);

    const twilio::RelayOptions options{.public_url = "https://phony.example.net",
                                       .welcome_greeting = std::string{text},
                                       .parameters = {{"said", std::string{text}}}};
    const auto connect = simulator::read_twiml(twilio::connect(options, text));
    const auto relay = connect.relay.value();
    require(relay.attributes.contains("url") && relay.parameters.contains("callSid"));
    require(!relay.action.empty() && !connect.hang_up && !connect.dial);
    // Between quotes nothing is trimmed, so that spaces are all that may be more.
    const auto said_again = relay.parameters.at("said");
    require(trimmed(said_again, " ") == trimmed(said, " "));
}

}  // namespace

/// Any document can be read, and what we write in one is read as it was meant.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto orders = simulator::read_twiml(input);
    std::size_t words = 0;
    for (const std::string& sentence : orders.sentences) words += sentence.size();
    require(words <= size);
    if (orders.dial) require(orders.dial->size() <= size);
    check_round_trip(input);
    return 0;
}
