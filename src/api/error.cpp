#include <phony/api/error.hpp>

#include <phony/base/json_text.hpp>

namespace phony::api {
namespace {

constexpr ErrorRow internal_error{500, "INTERNAL_ERROR", "Something went wrong on our side"};

ErrorRow row_of(errc code) noexcept
{
    switch (code) {
    case errc::invalid_request: return {400, "INVALID_REQUEST", "Invalid request"};
    case errc::call_not_found: return {404, "CALL_NOT_FOUND", "No such call"};
    case errc::websocket_error: return {400, "WEBSOCKET_ERROR", "WebSocket error"};
    case errc::upgrade_required:
        return {426, "WEBSOCKET_ERROR", "This address only speaks WebSocket"};
    case errc::openai_error: return {502, "OPENAI_ERROR", "The language model failed"};
    case errc::twilio_error: return {502, "TWILIO_ERROR", "Twilio refused"};
    case errc::unauthorized: return {401, "UNAUTHORIZED", "A valid token is needed"};
    case errc::invalid_signature:
        return {403, "INVALID_SIGNATURE", "The request is not signed by Twilio"};
    case errc::forbidden: return {403, "FORBIDDEN", "This is not allowed from there"};
    case errc::not_found: return {404, "NOT_FOUND", "Nothing is at this address"};
    case errc::method_not_allowed:
        return {405, "METHOD_NOT_ALLOWED", "This address does not take this method"};
    case errc::payload_too_large: return {413, "PAYLOAD_TOO_LARGE", "The body is too large"};
    case errc::rate_limited: return {429, "RATE_LIMITED", "Too many requests"};
    case errc::shutting_down: return {503, "SHUTTING_DOWN", "The server is shutting down"};
    case errc::conflict: return {409, "CONFLICT", "The request is being answered already"};
    case errc::key_reused:
        return {422, "INVALID_REQUEST", "The Idempotency-Key belongs to another request"};
    case errc::no_answer: return {503, "INTERNAL_ERROR", "The call did not answer in time"};
    case errc::internal_error:
    case errc::success: break;
    }
    return internal_error;
}

void append_member(std::string& out, std::string_view name, std::string_view value)
{
    if (out.back() != '{') out += ',';
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
}

}  // namespace

ErrorRow describe(const boost::system::error_code& code) noexcept
{
    if (code.category() != phony_category()) return internal_error;
    return row_of(static_cast<errc>(code.value()));
}

std::string error_body(const Error& error, Details details)
{
    const auto row = describe(error.code);
    std::string message{row.message};
    if (!error.detail.empty()) message.append(": ").append(error.detail);

    std::string body = R"({"error":{)";
    append_member(body, "code", row.code);
    append_member(body, "message", message);
    body += R"(,"details":{)";
    if (!error.field.empty()) append_member(body, "field", error.field);
    if (!error.detail.empty()) append_member(body, "reason", error.detail);
    if (error.foreign_code != 0) {
        if (body.back() != '{') body += ',';
        body.append(R"("code":)").append(std::to_string(error.foreign_code));
    }
    for (const auto& [name, value] : details) append_member(body, name, value);
    return body += "}}}";
}

}  // namespace phony::api
