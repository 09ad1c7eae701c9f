#include <phony/openai/server_error.hpp>

#include <phony/call/model_failure.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace phony::openai {
namespace {

namespace json = boost::json;
using call::ModelFailure;

char to_lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool contains_ignoring_case(std::string_view text, std::string_view lower_case)
{
    return std::search(text.begin(),
                       text.end(),
                       lower_case.begin(),
                       lower_case.end(),
                       [](char ours, char theirs) { return to_lower(ours) == theirs; }) !=
           text.end();
}

/// "text/html" of "Text/HTML; charset=utf-8".
std::string media_type(std::string_view content_type)
{
    const auto end = std::min(content_type.find_first_of("; \t"), content_type.size());
    std::string type{content_type.substr(0, end)};
    std::transform(type.begin(), type.end(), type.begin(), to_lower);
    return type;
}

std::string text_or_number(const json::object& object, std::string_view key)
{
    const json::value* value = object.if_contains(key);
    if (value == nullptr) return {};
    if (const auto* text = value->if_string()) return {text->begin(), text->end()};
    if (const auto* number = value->if_int64()) return std::to_string(*number);
    return {};
}

/// As in the official client, which asks Python whether the value is true.
bool says_something(const json::value& value)
{
    switch (value.kind()) {
    case json::kind::null: return false;
    case json::kind::bool_: return value.get_bool();
    case json::kind::int64: return value.get_int64() != 0;
    case json::kind::uint64: return value.get_uint64() != 0;
    case json::kind::double_: return value.get_double() != 0;
    case json::kind::string: return !value.get_string().empty();
    case json::kind::array: return !value.get_array().empty();
    case json::kind::object: return !value.get_object().empty();
    }
    return false;
}

/// What the error means by its own words, whatever the HTTP status was.
std::optional<ModelFailure> reason_of(const ServerError& error)
{
    static constexpr std::array<std::pair<std::string_view, ModelFailure>, 12> codes{{
        {"context_length_exceeded", ModelFailure::context_too_long},
        {"exceed_context_size_error", ModelFailure::context_too_long},  // llama.cpp
        {"insufficient_quota", ModelFailure::quota},
        {"billing_hard_limit_reached", ModelFailure::quota},
        {"billing_not_active", ModelFailure::quota},
        {"rate_limit_exceeded", ModelFailure::rate_limited},
        {"rate_limit_error", ModelFailure::rate_limited},
        {"slow_down", ModelFailure::rate_limited},
        {"content_filter", ModelFailure::filtered},  // Azure, of the prompt
        {"content_policy_violation", ModelFailure::filtered},
        {"invalid_api_key", ModelFailure::refused},
        {"model_not_found", ModelFailure::refused},
    }};
    for (const auto& [code, reason] : codes) {
        if (error.code == code || error.type == code) return reason;
    }
    // vLLM and most gateways have no code for it.
    for (const std::string_view words : {"context length", "context size", "context window"}) {
        if (contains_ignoring_case(error.message, words)) return ModelFailure::context_too_long;
    }
    return std::nullopt;
}

ModelFailure reason_of(int status)
{
    switch (status) {
    case 402: return ModelFailure::quota;  // OpenRouter: no credits
    case 408: return ModelFailure::timeout;
    case 409: return ModelFailure::server;  // a conflict passes
    case 429: return ModelFailure::rate_limited;
    default: return status >= 500 ? ModelFailure::server : ModelFailure::refused;
    }
}

/// The server's own name for the error, when it is one that can stand in a log.
std::string printable_code(const ServerError& error)
{
    constexpr std::size_t longest = 48;
    for (const std::string* name : {&error.code, &error.type}) {
        const bool is_name = std::all_of(name->begin(), name->end(), [](char letter) {
            const char lower = to_lower(letter);
            return (lower >= 'a' && lower <= 'z') || (letter >= '0' && letter <= '9') ||
                   letter == '_' || letter == '.';
        });
        if (is_name && !name->empty() && name->size() <= longest) return *name;
    }
    return {};
}

Failure failure(ModelFailure reason, std::string detail, const ServerError& error = {})
{
    if (const std::string code = printable_code(error); !code.empty()) detail += ", " + code;
    return {reason, std::move(detail), call::is_retryable(reason)};
}

/// 200 for a request that asked for a stream, and no stream.
Failure not_a_stream(std::string_view type)
{
    if (type == "text/html") {
        return failure(ModelFailure::not_a_stream, "HTTP 200 with an HTML page");
    }
    Failure result = failure(ModelFailure::not_a_stream,
                             type == "application/json" ? "HTTP 200 with a JSON answer"
                                                        : "HTTP 200 with something else");
    result.retryable = false;  // a server that does not stream will not do so next time
    return result;
}

}  // namespace

ServerError read_server_error(const json::value& error)
{
    if (const auto* text = error.if_string()) return {{}, {}, {text->begin(), text->end()}};
    if (const auto* object = error.if_object()) {
        return {text_or_number(*object, "code"),
                text_or_number(*object, "type"),
                text_or_number(*object, "message")};
    }
    return {};
}

std::optional<ServerError> find_server_error(const json::value& document)
{
    const json::object* object = document.if_object();
    if (object == nullptr) return std::nullopt;
    if (const auto* error = object->if_contains("error"); error && says_something(*error)) {
        return read_server_error(*error);
    }
    if (const auto* kind = object->if_contains("object");
        kind && kind->is_string() && kind->get_string() == "error") {
        return read_server_error(document);
    }
    return std::nullopt;
}

Failure classify_stream_error(const ServerError& error)
{
    ModelFailure reason = ModelFailure::mid_stream;
    if (const auto known = reason_of(error)) {
        reason = *known;
    } else if (error.code == "402" || error.code == "429") {
        reason = reason_of(error.code == "402" ? 402 : 429);
    }
    return failure(reason, "an error among the events", error);
}

Failure classify_http_error(int status, std::string_view content_type, std::string_view body)
{
    boost::system::error_code ec;
    const json::value document = json::parse(body, ec);
    const auto error = ec ? std::nullopt : find_server_error(document);

    if (status >= 200 && status < 300) {
        return error ? classify_stream_error(*error) : not_a_stream(media_type(content_type));
    }
    ModelFailure reason = reason_of(status);
    if (error && status != 401) reason = reason_of(*error).value_or(reason);
    return failure(reason, "HTTP " + std::to_string(status), error.value_or(ServerError{}));
}

bool is_event_stream(std::string_view content_type)
{
    return media_type(content_type) == "text/event-stream";
}

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value)
{
    constexpr double longest = 24 * 3600;
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && value.back() == ' ') value.remove_suffix(1);

    double seconds = 0;
    const char* end = value.data() + value.size();
    const auto [stopped, ec] =
        std::from_chars(value.data(), end, seconds, std::chars_format::fixed);
    if (ec != std::errc{} || stopped != end || !std::isfinite(seconds) || seconds < 0) {
        return std::nullopt;
    }
    return std::chrono::milliseconds{std::llround(std::min(seconds, longest) * 1000)};
}

}  // namespace phony::openai
