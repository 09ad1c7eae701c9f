#pragma once

#include "simulator/random.hpp"
#include "simulator/scripted_model.hpp"

#include <boost/json/value.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The server's side of OpenAI's chat completions: what a request asks for, and the exact JSON of
/// the answers.
///
///     data: {"id":"chatcmpl-…","object":"chat.completion.chunk","created":1793000000,"model":"…",
///            "service_tier":"default","choices":[{"index":0,"delta":{"content":" open"},
///            "logprobs":null,"finish_reason":null}],"obfuscation":"k2Zx"}
///
/// Source: https://platform.openai.com/docs/api-reference/chat-streaming
namespace phony::simulator {

struct ModelRequest {
    std::string model;
    std::vector<ChatMessage> messages;
    bool stream = false;
    bool include_usage = false;
    bool include_obfuscation = true;
};

/// An answer of 4xx, and what its JSON says.
struct ModelRefusal {
    unsigned status = 400;
    std::string message;
    std::string param;  ///< null when empty
    std::string code;   ///< null when empty

    /// {"error":{"message":"…","type":"invalid_request_error","param":null,"code":null}}
    std::string json() const;
};

boost::system::result<ModelRequest, ModelRefusal> read_model_request(std::string_view body);

/// Spells one completion, streamed or whole. Text of `data:` lines comes with its blank line.
class CompletionWriter {
public:
    /// `created` in Unix seconds.
    CompletionWriter(const ModelRequest& request, std::int64_t created, std::uint64_t seed);

    // streamed, in this order
    std::string role();
    std::string content(std::string_view token);
    std::string finish();
    /// Empty unless the request asked for it.
    std::string usage(const ScriptedReply& reply) const;
    static std::string done() { return "data: [DONE]\n\n"; }

    /// The whole answer in one JSON document.
    std::string completion(const ScriptedReply& reply) const;

private:
    std::string event(std::string_view delta, std::string_view finish_reason);
    std::string head(std::string_view object) const;
    std::string counts(const ScriptedReply& reply) const;

    std::string id_;
    std::string model_;
    std::int64_t created_;
    std::size_t prompt_tokens_ = 0;
    bool include_usage_;
    bool include_obfuscation_;
    Random random_;
};

/// The answer to GET /v1/models.
std::string model_list(std::int64_t created);

inline constexpr std::string_view scripted_model_name = "phony-scripted";

}  // namespace phony::simulator
