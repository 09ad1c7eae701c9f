#include <phony/api/simulate_request.hpp>

#include <phony/api/call_sid.hpp>
#include <phony/base/fields.hpp>
#include <phony/call/command.hpp>

#include <boost/json/value.hpp>

namespace phony::api {
namespace {

constexpr double slowest = 0.1;
constexpr double fastest = 1000;

Result<std::string> phone_number(const Fields& fields, std::string_view key)
{
    const auto text = fields.required_string(key);
    if (!text) return text.error();
    auto number = call::to_e164(*text);
    if (number.empty()) return invalid_field(key, "must be a phone number such as +15551234567");
    return number;
}

Result<std::string> call_sid_of(const Fields& fields)
{
    if (!fields.has("callSid")) return std::string{};
    const auto call_sid = fields.string("callSid").value_or("");
    if (!is_call_sid(call_sid)) return invalid_field("callSid", "is not a call SID");
    return std::string{call_sid};
}

Result<SimulateRequest::Dialect> dialect_of(const Fields& fields)
{
    if (!fields.has("dialect")) return SimulateRequest::Dialect::conversation_relay;
    const auto name = fields.string("dialect");
    if (name == "conversation_relay") return SimulateRequest::Dialect::conversation_relay;
    if (name == "reference") return SimulateRequest::Dialect::reference;
    return invalid_field("dialect", "must be conversation_relay or reference");
}

Result<double> speed_of(const boost::json::object& body)
{
    const auto* value = body.if_contains("speed");
    if (value == nullptr) return 1.0;
    boost::system::error_code ec;
    const double speed = value->is_number() ? value->to_number<double>(ec) : 0;
    if (speed < slowest || speed > fastest) return invalid_field("speed", "must be 0.1 to 1000");
    return speed;
}

}  // namespace

Result<SimulateRequest> parse_simulate_request(std::string_view body)
{
    const auto object = parse_object(body);
    if (!object) return object.error();
    const Fields fields{*object};

    const auto from = phone_number(fields, "from");
    if (!from) return from.error();
    const auto to = phone_number(fields, "to");
    if (!to) return to.error();
    const auto scenario = fields.required_string("scenario");
    if (!scenario) return scenario.error();
    const auto call_sid = call_sid_of(fields);
    if (!call_sid) return call_sid.error();
    const auto dialect = dialect_of(fields);
    if (!dialect) return dialect.error();
    const auto speed = speed_of(*object);
    if (!speed) return speed.error();

    return SimulateRequest{*from, *to, std::string{*scenario}, *call_sid, *dialect, *speed};
}

}  // namespace phony::api
