#include <phony/twilio/twiml.hpp>

#include <phony/twilio/public_url.hpp>
#include <phony/twilio/xml_text.hpp>

#include <algorithm>
#include <utility>

namespace phony::twilio {
namespace {

using OrderedAttributes = std::vector<std::pair<std::string, std::string>>;

std::string document(std::string_view verbs)
{
    std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n";
    return xml.append(verbs).append("</Response>\n");
}

void append_attribute(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append("=\"");
    append_xml_text(out, value);
    out += '"';
}

std::string element(std::string_view name, std::string_view text)
{
    std::string xml = "  <";
    xml.append(name).append(">");
    append_xml_text(xml, text);
    return xml.append("</").append(name).append(">\n");
}

/// One attribute a line, each line but the last with a space at its end: the reference is written
/// so.
std::string opening_tag(std::string_view indent,
                        std::string_view name,
                        const OrderedAttributes& attributes)
{
    std::string xml{indent};
    xml.append("<").append(name);
    const std::string line_break = " \n" + std::string(xml.size() + 1, ' ');
    std::string_view separator = " ";
    for (const auto& [key, value] : attributes) {
        append_attribute(xml.append(separator), key, value);
        separator = line_break;
    }
    return xml;
}

std::string parameter(std::string_view name, std::string_view value)
{
    std::string xml = "      <Parameter ";
    append_attribute(xml, "name", name);
    append_attribute(xml += ' ', "value", value);
    return xml += "/>\n";
}

OrderedAttributes reference_attributes(const RelayOptions& options)
{
    return {{"url", wss_url_of(options.public_url, relay_path)},
            {"dtmfDetection", "inband"},
            {"interruptible", "true"},
            {"voice", "alloy"}};
}

void set(OrderedAttributes& attributes, const std::string& name, const std::string& value)
{
    const auto same = std::ranges::find(attributes, name, &OrderedAttributes::value_type::first);
    if (same == attributes.end()) {
        attributes.emplace_back(name, value);
    } else {
        same->second = value;
    }
}

/// A voice belongs to a provider; without one Twilio takes it for an ElevenLabs id and, since it is
/// rarely one, ends the call (64101).
bool is_usable(const std::string& name, bool has_provider)
{
    return is_xml_name(name) && name != "url" && (name != "voice" || has_provider);
}

OrderedAttributes twilio_attributes(const RelayOptions& options, Greeting greeting)
{
    OrderedAttributes attributes{{"url", wss_url_of(options.public_url, relay_path)}};
    if (!options.welcome_greeting.empty()) {
        set(attributes, "welcomeGreeting", options.welcome_greeting);
    }
    set(attributes, "dtmfDetection", "true");
    set(attributes, "interruptible", "any");
    set(attributes, "events", "speaker-events tokens-played");

    const bool has_provider = options.attributes.contains("ttsProvider");
    for (const auto& [name, value] : options.attributes) {
        if (is_usable(name, has_provider)) set(attributes, name, value);
    }
    if (greeting == Greeting::omitted) {
        std::erase_if(attributes, [](const auto& each) { return each.first == "welcomeGreeting"; });
    }
    return attributes;
}

/// A parameter whose value is different in each call.
bool is_ours(std::string_view name)
{
    return name == call_sid_parameter || name == relay_token_parameter;
}

std::string language(const RelayOptions& options, const Attributes& settings)
{
    const auto code = settings.find("code");
    if (code == settings.end()) return {};
    const bool has_provider = settings.contains("ttsProvider") ||
                              options.attributes.contains("ttsProvider");

    std::string xml = "      <Language ";
    append_attribute(xml, code->first, code->second);
    for (const auto& [name, value] : settings) {
        if (name == "code" || !is_usable(name, has_provider)) continue;
        append_attribute(xml += ' ', name, value);
    }
    return xml += "/>\n";
}

std::string connect_tag(const RelayOptions& options)
{
    if (options.profile == TwimlProfile::reference) return "  <Connect>\n";
    std::string xml = "  <Connect ";
    append_attribute(xml, "action", url_of(options.public_url, action_path));
    return xml += " method=\"POST\">\n";
}

void check_names(const Attributes& attributes,
                 bool has_provider,
                 const std::string& element_name,
                 std::vector<std::string>& problems)
{
    for (const auto& [name, value] : attributes) {
        if (is_usable(name, has_provider)) continue;
        if (name == "voice") {
            problems.push_back(element_name + ": voice needs the ttsProvider that it belongs to");
        } else if (name == "url") {
            problems.push_back(element_name + ": url follows from the public URL");
        } else {
            problems.push_back(element_name + ": an attribute's name is not a name");
        }
    }
}

}  // namespace

std::vector<std::string> problems_of(const RelayOptions& options)
{
    std::vector<std::string> problems;
    const bool has_provider = options.attributes.contains("ttsProvider");
    check_names(options.attributes, has_provider, "ConversationRelay", problems);
    for (const auto& settings : options.languages) {
        if (!settings.contains("code")) problems.emplace_back("Language: code is missing");
        check_names(
            settings, has_provider || settings.contains("ttsProvider"), "Language", problems);
    }
    for (const auto& [name, value] : options.parameters) {
        if (is_ours(name)) problems.push_back("Parameter: " + name + " is set for each call");
    }
    return problems;
}

std::string connect(const RelayOptions& options,
                    std::string_view call_sid,
                    std::string_view relay_token,
                    Greeting greeting)
{
    const bool is_reference = options.profile == TwimlProfile::reference;
    std::string xml = connect_tag(options);
    xml += opening_tag("    ",
                       "ConversationRelay",
                       is_reference ? reference_attributes(options)
                                    : twilio_attributes(options, greeting));
    xml += ">\n";
    if (!is_reference) {
        for (const auto& settings : options.languages) xml += language(options, settings);
    }
    xml += parameter(call_sid_parameter, call_sid);
    if (!is_reference) {
        if (!relay_token.empty()) xml += parameter(relay_token_parameter, relay_token);
        for (const auto& [name, value] : options.parameters) {
            if (!is_ours(name)) xml += parameter(name, value);
        }
    }
    xml += "    </ConversationRelay>\n  </Connect>\n";
    return document(xml);
}

std::string dial(std::string_view target, std::string_view caller_id, std::string_view action_url)
{
    std::string xml = "  <Dial ";
    if (!caller_id.empty()) {
        append_attribute(xml, "callerId", caller_id);
        xml += ' ';
    }
    append_attribute(xml, "action", action_url);
    xml += " method=\"POST\">\n  " + element("Number", target) + "  </Dial>\n";
    return document(xml);
}

std::string after_dial(std::string_view dial_call_status, std::string_view apology)
{
    const bool talked = dial_call_status == "completed" || dial_call_status == "answered";
    return talked ? hangup() : say_and_hangup(apology);
}

std::string overflow(std::string_view sentence, std::string_view fallback_number)
{
    if (fallback_number.empty()) return say_and_hangup(sentence);
    return document(element("Say", sentence) + element("Dial", fallback_number));
}

std::string say_and_hangup(std::string_view sentence)
{
    return document(element("Say", sentence) + "  <Hangup/>\n");
}

std::string hangup()
{
    return document("  <Hangup/>\n");
}

std::string empty_response()
{
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response/>\n";
}

}  // namespace phony::twilio
