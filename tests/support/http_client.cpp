#include "support/http_client.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>

#include <array>
#include <cctype>

namespace phony::test {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using async::as_result;
using async::awaitable;

namespace {

/// Empty when there is no string at that place.
std::string text_at(const boost::json::value& whole, const std::string& pointer)
{
    boost::system::error_code ec;
    const auto* found = whole.find_pointer(pointer, ec);
    return found != nullptr && found->is_string() ? std::string{found->as_string()} : std::string{};
}

}  // namespace

boost::json::object HttpReply::json() const
{
    boost::system::error_code ec;
    const auto value = boost::json::parse(body, ec);
    return !ec && value.is_object() ? value.as_object() : boost::json::object{};
}

std::string HttpReply::code() const
{
    return text_at(json(), "/error/code");
}

std::string HttpReply::detail(std::string_view name) const
{
    return text_at(json(), "/error/details/" + std::string{name});
}

awaitable<HttpConnection> HttpConnection::open(Address address)
{
    co_return HttpConnection{co_await connect(address)};
}

awaitable<bool> HttpConnection::send(std::string bytes)
{
    auto [ec, size] =
        co_await asio::async_write(connection_.stream, asio::buffer(bytes), as_result);
    co_return !ec;
}

awaitable<std::optional<HttpReply>> HttpConnection::receive(bool head)
{
    http::response_parser<http::string_body> parser;
    parser.skip(head);
    auto [ec, size] = co_await http::async_read(connection_.stream, buffer_, parser, as_result);
    if (ec) co_return std::nullopt;
    HttpReply reply{.status = parser.get().result_int()};
    for (const auto& field : parser.get()) {
        std::string name{field.name_string()};
        for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        reply.headers.insert_or_assign(std::move(name), std::string{field.value()});
    }
    reply.body = std::move(parser.get().body());
    co_return reply;
}

awaitable<std::string> HttpConnection::rest()
{
    const auto buffered = buffer_.cdata();
    std::string all{static_cast<const char*>(buffered.data()), buffered.size()};
    buffer_.consume(buffered.size());
    std::array<char, 4096> bytes{};
    for (;;) {
        auto [ec, size] =
            co_await connection_.stream.async_read_some(asio::buffer(bytes), as_result);
        all.append(bytes.data(), size);
        if (ec) co_return all;
    }
}

std::string request_text(std::string_view method,
                         std::string_view target,
                         const Headers& headers,
                         std::string_view body)
{
    std::string text{method};
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    for (const auto& [name, value] : headers)
        text.append(name).append(": ").append(value).append("\r\n");
    if (!body.empty() || method == "POST")
        text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    return text.append("\r\n").append(body);
}

awaitable<HttpReply> ask(Address address, std::string request)
{
    auto connection = co_await HttpConnection::open(address);
    co_await connection.send(std::move(request));
    co_return (co_await connection.receive()).value_or(HttpReply{});
}

awaitable<HttpReply> get(Address address, const std::string& target)
{
    return ask(address, request_text("GET", target));
}

awaitable<HttpReply> post_json(Address address, const std::string& target, const std::string& body)
{
    return ask(address, request_text("POST", target, {{"Content-Type", "application/json"}}, body));
}

awaitable<HttpReply> post_form(Address address,
                               const std::string& target,
                               const Form& form,
                               Headers headers)
{
    headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return ask(address, request_text("POST", target, headers, encode_form(form)));
}

}  // namespace phony::test
