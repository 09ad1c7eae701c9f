#include "clients/https_client.hpp"

#include <phony/async/with_deadline.hpp>

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace phony::clients {
namespace asio = async::asio;
namespace http = boost::beast::http;

using async::as_result;
using async::awaitable;
using async::error_code;

namespace {

constexpr std::size_t read_size = std::size_t{16} * 1024;

/// "0\r\n\r\n". Beast takes it for granted that a chunked body does not begin with less.
constexpr std::size_t shortest_chunked_body = 5;

/// A body that is taken out of the parser as it arrives. (Beast's string_body would reserve
/// whatever Content-Length says; its buffer_body makes the caller guess sizes.)
struct ArrivingBody {
    using value_type = std::string;

    class reader {  // NOLINT(readability-identifier-naming): Beast asks for this name
    public:
        template <bool is_request, typename Fields>
        reader(http::header<is_request, Fields>&, value_type& body) : body_{body}
        {
        }
        void init(const boost::optional<std::uint64_t>&, error_code& ec) { ec = {}; }
        template <typename ConstBuffers>
        std::size_t put(const ConstBuffers& buffers, error_code& ec)
        {
            ec = {};
            for (const asio::const_buffer buffer : boost::beast::buffers_range_ref(buffers))
                body_.append(static_cast<const char*>(buffer.data()), buffer.size());
            return asio::buffer_size(buffers);
        }
        void finish(error_code& ec) { ec = {}; }

    private:
        value_type& body_;
    };
};

std::string head_of(const HttpRequest& request, const BaseUrl& origin)
{
    std::string head;
    head.reserve(256 + request.headers.size());
    head.append(request.method).append(" ").append(origin.path).append(request.path);
    head.append(" HTTP/1.1\r\nHost: ").append(origin.authority()).append("\r\n");
    head.append(request.headers);
    head.append("Content-Length: ").append(std::to_string(request.body.size()));
    head.append("\r\n\r\n");
    return head;
}

bool is_end(const error_code& ec)
{
    // Many servers close TLS connections without a farewell; whether something is missing is for
    // the framing of the message to say.
    return ec == asio::error::eof || ec == asio::ssl::error::stream_truncated;
}

awaitable<error_code> write(async::Stream& stream, std::array<asio::const_buffer, 2> buffers)
{
    auto [ec, size] = co_await asio::async_write(stream, buffers, as_result);
    co_return ec;
}

}  // namespace

struct HttpExchange::Parser : http::response_parser<ArrivingBody> {
    explicit Parser(const HttpLimits& limits)
    {
        header_limit(static_cast<std::uint32_t>(limits.header_bytes));
        body_limit(boost::none);
    }

    bool body_begun = false;
};

/// Reads the response until it cannot be read any further, or that is enough.
template <typename Enough>
class HttpExchange::Reader final : public async::Stream::Reader {
public:
    Reader(HttpExchange& exchange, Enough enough) : exchange_{exchange}, enough_{enough} {}

    asio::mutable_buffer room() override { return exchange_.lease_->input.prepare(read_size); }
    bool received(error_code ec, std::size_t size) override
    {
        exchange_.failure_ = exchange_.received(ec, size);
        return !enough_() && !exchange_.failure_;
    }

private:
    HttpExchange& exchange_;
    Enough enough_;
};

HttpExchange::HttpExchange(ConnectionPool& pool, HttpLimits limits) : pool_{pool}, limits_{limits}
{
}

HttpExchange::~HttpExchange() = default;

awaitable<Result<void>> HttpExchange::send(HttpRequest request)
{
    request_ = std::move(request);
    auto sent = co_await send_on(ConnectionPool::Want::any);
    if (!sent && lease_ && lease_->exchanges > 0)
        sent = co_await send_on(ConnectionPool::Want::fresh);
    co_return sent;
}

awaitable<Result<void>> HttpExchange::send_once(HttpRequest request)
{
    request_ = std::move(request);
    co_return co_await send_on(ConnectionPool::Want::fresh);
}

awaitable<Result<void>> HttpExchange::send_on(ConnectionPool::Want want)
{
    lease_.close();
    connected_ = false;
    auto lease = co_await pool_.acquire(want);
    if (!lease) co_return lease.error();
    lease_ = std::move(*lease);
    connected_ = true;

    const std::string head = head_of(request_, pool_.origin());
    asio::const_buffer rest_of_head = asio::buffer(head);
    asio::const_buffer rest_of_body = asio::buffer(request_.body);
    const std::size_t written = lease_->stream.write_now(head, request_.body);
    rest_of_body += written - std::min(written, head.size());
    rest_of_head += written;
    if (rest_of_head.size() + rest_of_body.size() == 0) co_return Result<void>{};  // as a rule

    const auto ec = co_await async::with_deadline(
        write(lease_->stream, {rest_of_head, rest_of_body}), limits_.write);
    if (!ec) co_return Error{asio::error::timed_out, "the server does not take the request"};
    if (*ec) co_return Error{*ec, "writing the request: " + ec->message()};
    co_return Result<void>{};
}

awaitable<Result<void>> HttpExchange::receive_head()
{
    auto received = co_await receive_head_once();
    if (!received && !response_begun_ && lease_->exchanges > 0) {
        if (auto sent = co_await send_on(ConnectionPool::Want::fresh); !sent) co_return sent;
        received = co_await receive_head_once();
    }
    request_ = {};
    co_return received;
}

awaitable<Result<void>> HttpExchange::receive_head_once()
{
    do {
        parser_ = std::make_unique<Parser>(limits_);
        failure_ = parse();
        if (!failure_ && !parser_->is_header_done()) {
            Reader head{*this, [this] { return parser_->is_header_done(); }};
            co_await lease_->stream.read(head);
        }
        if (failure_)
            co_return Error{failure_, "reading the response's head: " + failure_.message()};
    } while (status() / 100 == 1);

    parser_->eager(true);  // from now on everything that is there, and not one part of it
    failure_ = parse();
    co_return Result<void>{};
}

error_code HttpExchange::parse()
{
    auto& input = lease_->input;
    if (input.size() == 0 || parser_->is_done()) return {};
    if (parser_->is_header_done() && !parser_->body_begun) {
        if (parser_->chunked() && input.size() < shortest_chunked_body) return {};
        parser_->body_begun = true;
    }
    static const error_code need_more = http::error::need_more;
    error_code ec;
    input.consume(parser_->put(input.data(), ec));
    return ec == need_more ? error_code{} : ec;
}

error_code HttpExchange::received(error_code ec, std::size_t size)
{
    if (!ec) {
        response_begun_ = true;
        lease_->input.commit(size);
        return parse();
    }
    if (!is_end(ec) || !parser_->got_some()) return ec;
    error_code incomplete;
    parser_->put_eof(incomplete);
    return incomplete;
}

/// What the body has grown by. True when no more is to come, or wanted.
bool HttpExchange::hand_out(const Sink& sink)
{
    auto& grown = parser_->get().body();
    const bool wanted = grown.empty() || sink(grown);
    grown.clear();
    if (!wanted) return true;
    if (!parser_->is_done()) return false;
    sink({});
    return true;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the caller waits for it
awaitable<Result<void>> HttpExchange::read(const Sink& sink)
{
    // What came before a failure is handed out before it.
    if (hand_out(sink)) co_return Result<void>{};
    bool enough = false;
    if (!failure_) {
        Reader body{*this, [&] { return enough = hand_out(sink); }};
        co_await lease_->stream.read(body);
    }
    if (!enough) co_return Error{failure_, "reading the response: " + failure_.message()};
    co_return Result<void>{};
}

awaitable<std::string> HttpExchange::read_text(std::size_t limit)
{
    std::string text;
    co_await read([&](std::string_view bytes) {
        text.append(bytes, 0, limit - text.size());
        return text.size() < limit;
    });
    co_return text;
}

awaitable<void> HttpExchange::finish(Sink rest)
{
    if (!lease_ || !parser_ || !parser_->is_header_done()) co_return lease_.close();
    if (!parser_->is_done()) co_await async::with_deadline(drain(rest), limits_.drain);
    if (parser_->is_done() && parser_->keep_alive() && lease_->input.size() == 0)
        lease_.give_back();
    else
        lease_.close();
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): finish() waits for it
awaitable<void> HttpExchange::drain(const Sink& rest)
{
    std::size_t drained = 0;
    co_await read([&](std::string_view bytes) {
        drained += bytes.size();
        return (!rest || rest(bytes)) && drained <= limits_.drain_bytes;
    });
}

int HttpExchange::status() const
{
    return static_cast<int>(parser_->get().result_int());
}

std::string_view HttpExchange::header(std::string_view name) const
{
    if (!parser_) return {};
    const auto& head = parser_->get();
    const auto found = head.find(boost::beast::string_view{name.data(), name.size()});
    if (found == head.end()) return {};
    return {found->value().data(), found->value().size()};
}

}  // namespace phony::clients
