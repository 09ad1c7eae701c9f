#include <phony/openai/chat_request.hpp>

#include <phony/base/json_text.hpp>

#include <boost/json/serialize.hpp>

#include <string_view>

namespace phony::openai {
namespace {

namespace json = boost::json;

/// Some two minutes of speech. A limit because a model that rambles keeps a caller on the line; not
/// a tighter one because reasoning counts, too, and a reply that ends inside it has no words.
constexpr int max_completion_tokens = 1024;

json::object request_fields(const ChatRequest::Settings& settings)
{
    // Not here: `store`, whose default is false, and what only some models take, such as
    // `reasoning_effort`. Many compatible servers refuse fields that they do not know.
    json::object fields{
        {"model", settings.model},
        {"stream", true},
        {"stream_options", {{"include_usage", true}, {"include_obfuscation", false}}},
        {"max_completion_tokens", max_completion_tokens},
    };
    if (!settings.prompt_cache_key.empty()) {
        fields["prompt_cache_key"] = settings.prompt_cache_key;
    }
    for (const auto& [key, value] : settings.extra_body) {
        if (key == "stream" || key == "messages") continue;
        if (value.is_null()) {
            fields.erase(key);
        } else {
            fields[key] = value;
        }
    }
    return fields;
}

void append_value(std::string& out, const json::value& value)
{
    if (const auto* text = value.if_string()) {
        append_json_string(out, *text);  // it may come from the environment, in any encoding
    } else {
        out += json::serialize(value);
    }
}

void append_message(std::string& out, std::string_view role, std::string_view content)
{
    out += R"({"role":")";
    out += role;
    out += R"(","content":)";
    append_json_string(out, content);
    out += '}';
}

std::string_view name_of(call::Role role)
{
    return role == call::Role::user ? "user" : "assistant";
}

}  // namespace

ChatRequest::ChatRequest(const Settings& settings)
    : has_system_message_{!settings.system_prompt.empty()}
{
    prefix_ = "{";
    for (const auto& [key, value] : request_fields(settings)) {
        append_json_string(prefix_, key);
        prefix_ += ':';
        append_value(prefix_, value);
        prefix_ += ',';
    }
    prefix_ += R"("messages":[)";
    if (has_system_message_) append_message(prefix_, "system", settings.system_prompt);
}

std::string ChatRequest::body(std::span<const call::Message> dialogue) const
{
    constexpr std::size_t frame = 40;  // role, quotes and some escapes
    std::size_t size = prefix_.size() + frame;
    for (const call::Message& message : dialogue) size += message.content.size() + frame;

    std::string out;
    out.reserve(size);
    out += prefix_;
    bool first = !has_system_message_;
    for (const call::Message& message : dialogue) {
        if (!first) out += ',';
        first = false;
        append_message(out, name_of(message.role), message.content);
    }
    out += "]}";
    return out;
}

}  // namespace phony::openai
