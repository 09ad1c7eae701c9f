#include "simulator/chat_wire.hpp"

#include <phony/base/fields.hpp>
#include <phony/base/json_text.hpp>

#include <boost/json/array.hpp>

namespace phony::simulator {

namespace {

std::string quoted(std::string_view text)
{
    std::string json;
    append_json_string(json, text);
    return json;
}

std::string quoted_or_null(std::string_view text)
{
    return text.empty() ? "null" : quoted(text);
}

std::string some_characters(Random& random, std::size_t count)
{
    constexpr std::string_view alphabet =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += alphabet[random.next() % alphabet.size()];
    return text;
}

/// Content is a string, or an array of parts of which the text counts.
std::string content_of(const boost::json::object& message)
{
    const auto* content = message.if_contains("content");
    if (content == nullptr) return {};
    if (const auto* text = content->if_string()) return std::string{*text};
    std::string joined;
    if (const auto* parts = content->if_array()) {
        for (const auto& part : *parts) {
            if (const auto* object = part.if_object())
                joined += Fields{*object}.string("text").value_or("");
        }
    }
    return joined;
}

}  // namespace

std::string ModelRefusal::json() const
{
    return R"({"error":{"message":)" + quoted(message) +
           R"(,"type":"invalid_request_error","param":)" + quoted_or_null(param) + R"(,"code":)" +
           quoted_or_null(code) + "}}";
}

boost::system::result<ModelRequest, ModelRefusal> read_model_request(std::string_view body)
{
    const auto object = parse_object(body);
    if (!object)
        return ModelRefusal{400, "We could not parse the JSON body of your request.", "", ""};
    const Fields fields{*object};
    ModelRequest request;

    const auto model = fields.string("model");
    if (!model || model->empty())
        return ModelRefusal{400, "you must provide a model parameter", "", ""};
    request.model = *model;

    const auto* messages = object->if_contains("messages");
    if (messages == nullptr)
        return ModelRefusal{400,
                            "Missing required parameter: 'messages'.",
                            "messages",
                            "missing_required_parameter"};
    if (!messages->is_array())
        return ModelRefusal{400,
                            "Invalid type for 'messages': expected an array of objects.",
                            "messages",
                            "invalid_type"};
    for (const auto& message : messages->get_array()) {
        const auto* entry = message.if_object();
        const auto role = entry ? Fields{*entry}.string("role") : std::nullopt;
        if (!role)
            return ModelRefusal{400,
                                "Missing required parameter: 'messages[].role'.",
                                "messages[].role",
                                "missing_required_parameter"};
        request.messages.push_back({std::string{*role}, content_of(*entry)});
    }
    if (request.messages.empty())
        return ModelRefusal{400,
                            "Invalid 'messages': empty array. Expected an array with minimum "
                            "length 1, but got an empty array instead.",
                            "messages",
                            "empty_array"};

    request.stream = fields.boolean("stream").value_or(false);
    if (const auto* options = fields.object("stream_options")) {
        const Fields stream_options{*options};
        request.include_usage = stream_options.boolean("include_usage").value_or(false);
        request.include_obfuscation = stream_options.boolean("include_obfuscation").value_or(true);
    }
    return request;
}

CompletionWriter::CompletionWriter(const ModelRequest& request,
                                   std::int64_t created,
                                   std::uint64_t seed)
    : model_{request.model},
      created_{created},
      include_usage_{request.include_usage},
      include_obfuscation_{request.include_obfuscation},
      random_{seed}
{
    id_ = "chatcmpl-" + some_characters(random_, 29);
    for (const ChatMessage& message : request.messages)
        prompt_tokens_ += cut_into_tokens(message.content).size() + 4;  // 4: role and separators
}

std::string CompletionWriter::role()
{
    return event(R"({"role":"assistant","content":"","refusal":null})", "null");
}

std::string CompletionWriter::content(std::string_view token)
{
    return event(R"({"content":)" + quoted(token) + "}", "null");
}

std::string CompletionWriter::finish()
{
    return event("{}", R"("stop")");
}

std::string CompletionWriter::usage(const ScriptedReply& reply) const
{
    if (!include_usage_) return {};
    return "data: " + head("chat.completion.chunk") + R"(,"choices":[],"usage":)" + counts(reply) +
           "}\n\n";
}

std::string CompletionWriter::completion(const ScriptedReply& reply) const
{
    return head("chat.completion") +
           R"(,"choices":[{"index":0,"message":{"role":"assistant","content":)" +
           quoted(reply.text()) +
           R"(,"refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":)" +
           counts(reply) + "}";
}

std::string CompletionWriter::event(std::string_view delta, std::string_view finish_reason)
{
    std::string text = "data: " + head("chat.completion.chunk") +
                       R"(,"choices":[{"index":0,"delta":)";
    text += delta;
    text += R"(,"logprobs":null,"finish_reason":)";
    text += finish_reason;
    text += "}]";
    if (include_usage_) text += R"(,"usage":null)";
    // Hides the length of the token from whoever counts bytes on the wire.
    if (include_obfuscation_)
        text += R"(,"obfuscation":")" + some_characters(random_, 1 + random_.next() % 12) + '"';
    return text + "}\n\n";
}

std::string CompletionWriter::head(std::string_view object) const
{
    return R"({"id":")" + id_ + R"(","object":")" + std::string{object} + R"(","created":)" +
           std::to_string(created_) + R"(,"model":)" + quoted(model_) +
           R"(,"service_tier":"default","system_fingerprint":null)";
}

std::string CompletionWriter::counts(const ScriptedReply& reply) const
{
    const std::size_t completion = reply.tokens.size();
    return R"({"prompt_tokens":)" + std::to_string(prompt_tokens_) + R"(,"completion_tokens":)" +
           std::to_string(completion) + R"(,"total_tokens":)" +
           std::to_string(prompt_tokens_ + completion) +
           R"(,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0})" +
           R"(,"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,)" +
           R"("accepted_prediction_tokens":0,"rejected_prediction_tokens":0}})";
}

std::string model_list(std::int64_t created)
{
    return R"({"object":"list","data":[{"id":")" + std::string{scripted_model_name} +
           R"(","object":"model","created":)" + std::to_string(created) +
           R"(,"owned_by":"phony"}]})";
}

}  // namespace phony::simulator
