#include <phony/base/form.hpp>

#include <phony/base/percent.hpp>

#include <algorithm>

namespace phony {
namespace {

constexpr bool is_unreserved(char c) noexcept
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void append_encoded(std::string& out, std::string_view text)
{
    static constexpr char hex[] = "0123456789ABCDEF";
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', hex[byte >> 4U], hex[byte & 0x0FU]};
        }
    }
}

/// `what` the text is, for the errors.
Result<Form> parse_fields(std::string_view text, std::string_view what)
{
    const auto refusal = [what](std::string_view why) {
        return Error{errc::invalid_request, std::string{what}.append(why)};
    };
    std::vector<FormField> fields;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;

        if (fields.size() == most_form_fields) return refusal(" has too many fields");
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = percent_decoded(pair.substr(0, equals), Plus::space);
        auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())), Plus::space);
        if (!name || !value) return refusal(" has a malformed percent escape");
        fields.push_back({std::move(*name), std::move(*value)});
    }
    return Form{std::move(fields)};
}

}  // namespace

std::optional<std::string_view> Form::find(std::string_view name) const
{
    const auto field = std::ranges::find(fields_, name, &FormField::name);
    if (field == fields_.end()) return std::nullopt;
    return field->value;
}

Result<Form> parse_form(std::string_view body)
{
    return parse_fields(body, "the form");
}

Result<Form> parse_query(std::string_view query)
{
    return parse_fields(query, "the query");
}

std::string encode_form(const Form& form)
{
    std::string body;
    for (const auto& [name, value] : form.all()) {
        if (!body.empty()) body += '&';
        append_encoded(body, name);
        body += '=';
        append_encoded(body, value);
    }
    return body;
}

}  // namespace phony
