#pragma once

#include <phony/call/input.hpp>

#include <boost/json/value.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace phony::openai {

/// What a server says of its own failure. Each part may be empty.
///
///     {"error":{"message":"…","type":"invalid_request_error","param":null,"code":"model_not_found"}}
///     {"error":{"message":"…","code":502}}              OpenRouter, llama.cpp: the HTTP status
///     {"error":"model not found"}                       Ollama
///     {"object":"error","message":"…","code":400}       older vLLM
struct ServerError {
    std::string code;  ///< a number becomes its digits
    std::string type;
    std::string message;  ///< may quote a key or the caller: for judging only, never for a log
    friend bool operator==(const ServerError&, const ServerError&) = default;
};

/// The error that a JSON document holds, if it holds one. An empty or null `error` is none.
std::optional<ServerError> find_server_error(const boost::json::value& document);

/// Reads the value of an `error` field, whatever it is.
ServerError read_server_error(const boost::json::value& error);

/// Why there is no reply, or no more of it.
struct Failure {
    call::ModelFailure reason = call::ModelFailure::mid_stream;
    std::string
        detail;  ///< for logs and events: our words and the server's code, never its message
    bool retryable = false;  ///< the same request may succeed, while nothing has been spoken
    friend bool operator==(const Failure&, const Failure&) = default;
};

/// An error among the events of a stream that began well.
Failure classify_stream_error(const ServerError& error);

/// A response that is not an event stream. `body` may be cut to what the client was willing to
/// read.
///
///     classify_http_error(429, "application/json", R"({"error":{"code":"insufficient_quota"}})")
///         // quota, "HTTP 429, insufficient_quota", not retryable
Failure classify_http_error(int status, std::string_view content_type, std::string_view body);

/// Whether the answer to a streaming request may be read as one. Ask after checking for status 200.
bool is_event_stream(std::string_view content_type);

/// The wait that a `Retry-After` header asks for, in seconds and fractions of them. A date gives
/// nothing: whoever names one means longer than a caller waits.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value);

}  // namespace phony::openai
