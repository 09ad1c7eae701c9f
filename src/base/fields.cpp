#include <phony/base/fields.hpp>

#include <boost/json/parse.hpp>

#include <charconv>
#include <utility>

namespace phony {

namespace json = boost::json;

Result<json::object> parse_object(std::string_view text)
{
    boost::system::error_code ec;
    json::value value = json::parse(text, ec);
    if (ec) return Error{errc::invalid_request, "the body is not valid JSON"};
    if (!value.is_object()) return Error{errc::invalid_request, "the body is not a JSON object"};
    return std::move(value.as_object());
}

Error invalid_field(std::string_view field, std::string_view problem)
{
    return {
        errc::invalid_request, std::string{field}.append(" ").append(problem), std::string{field}};
}

Result<std::string_view> Fields::required_string(std::string_view key) const
{
    const json::value* value = object_.if_contains(key);
    if (value == nullptr || value->is_null()) return invalid_field(key, "is missing");
    if (!value->is_string()) return invalid_field(key, "must be a string");
    return std::string_view{value->get_string()};
}

std::optional<std::string_view> Fields::string(std::string_view key) const
{
    const json::value* value = object_.if_contains(key);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string_view{value->get_string()};
}

std::optional<bool> Fields::boolean(std::string_view key) const
{
    const json::value* value = object_.if_contains(key);
    if (value == nullptr || !value->is_bool()) return std::nullopt;
    return value->get_bool();
}

std::optional<std::int64_t> Fields::integer(std::string_view key) const
{
    const json::value* value = object_.if_contains(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    if (const auto* text = value->if_string()) {
        std::int64_t number = 0;
        const char* end = text->data() + text->size();
        const auto [stopped, ec] = std::from_chars(text->data(), end, number);
        if (ec == std::errc{} && stopped == end) return number;
    }
    return std::nullopt;
}

const json::object* Fields::object(std::string_view key) const
{
    const json::value* value = object_.if_contains(key);
    return value == nullptr ? nullptr : value->if_object();
}

}  // namespace phony
