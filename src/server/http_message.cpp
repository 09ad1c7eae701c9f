#include "server/http_message.hpp"

#include <phony/api/error.hpp>
#include <phony/base/form.hpp>

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <chrono>

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

bool Request::has(std::string_view name) const
{
    return std::ranges::any_of(headers, [name](const auto& header) {
        return boost::algorithm::iequals(header.first, name);
    });
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

std::string Request::joined(std::string_view name) const
{
    std::string list;
    for (const auto& [header, text] : headers) {
        if (!boost::algorithm::iequals(header, name)) continue;
        if (!list.empty()) list += ',';
        list += text;
    }
    return list;
}

std::string Request::parameter(std::string_view name) const
{
    const auto parameters = parse_query(query());
    if (!parameters) return {};
    return std::string{parameters->find(name).value_or("")};
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

Response refuse_haste(Duration wait, std::string why)
{
    const auto whole =
        std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds{1});
    const std::string seconds = std::to_string(whole.count());
    Response refusal = refuse(Error{errc::rate_limited, std::move(why)}, {{"retryAfter", seconds}});
    refusal.headers.emplace_back("Retry-After", seconds);
    return refusal;
}

}  // namespace phony::server
