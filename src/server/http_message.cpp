#include "server/http_message.hpp"

#include <phony/api/error.hpp>
#include <phony/twilio/form.hpp>

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>

namespace phony::server {

std::string_view Request::path() const
{
    const std::string_view whole{target};
    return whole.substr(0, whole.find('?'));
}

std::string_view Request::query() const
{
    const std::string_view whole{target};
    const auto mark = whole.find('?');
    return mark == std::string_view::npos ? std::string_view{} : whole.substr(mark + 1);
}

std::string_view Request::only(std::string_view name) const
{
    std::string_view value;
    int found = 0;
    for (const auto& [header, text] : headers) {
        if (!boost::algorithm::iequals(header, name)) continue;
        value = text;
        ++found;
    }
    return found == 1 ? value : std::string_view{};
}

std::string Request::parameter(std::string_view name) const
{
    const auto form = twilio::parse_form(query());
    if (!form) return {};
    return std::string{form->find(name).value_or("")};
}

Response json(std::string body)
{
    return {.body = std::move(body)};
}

Response twiml(std::string document)
{
    return {.content_type = "text/xml; charset=utf-8", .body = std::move(document)};
}

Response plain_text(std::string body)
{
    return {.content_type = "text/plain; charset=utf-8", .body = std::move(body)};
}

Response refuse(const Error& error,
                std::initializer_list<std::pair<std::string_view, std::string_view>> details)
{
    return {.status = api::describe(error.code).status, .body = api::error_body(error, details)};
}

}  // namespace phony::server
