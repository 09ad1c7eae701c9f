#pragma once

#include <phony/base/result.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace phony {

/// Parses one JSON object that came from outside. Errors: invalid_request, with a clause that says
/// what is wrong and never quotes the input.
Result<boost::json::object> parse_object(std::string_view text);

/// "digit must be one of 0-9, * or #": an invalid_request that names the field at fault.
Error invalid_field(std::string_view field, std::string_view problem);

/// Reads an object field by field; unknown keys are skipped, because Twilio and OpenAI add keys at
/// will. The object must outlive it.
///
///     Fields fields{object};
///     auto call_sid = fields.required_string("callSid");
///     if (!call_sid) return call_sid.error();       // "callSid is missing"
class Fields {
public:
    explicit Fields(const boost::json::object& object) : object_{object} {}

    Result<std::string_view> required_string(std::string_view key) const;

    /// Empty when the key is missing or null; also when it holds something else.
    std::optional<std::string_view> string(std::string_view key) const;
    std::optional<bool> boolean(std::string_view key) const;
    /// Accepts a number or a string of digits: Twilio documents both for the same field.
    std::optional<std::int64_t> integer(std::string_view key) const;
    const boost::json::object* object(std::string_view key) const;
    bool has(std::string_view key) const { return object_.contains(key); }

private:
    const boost::json::object& object_;
};

}  // namespace phony
