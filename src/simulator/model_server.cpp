#include "simulator/model_server.hpp"

#include "simulator/chat_wire.hpp"
#include "simulator/speech_wire.hpp"
#include "simulator/tone_voice.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <utility>

namespace phony::simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using async::as_result;
using async::awaitable;
using async::Socket;
using boost::system::error_code;

namespace {

constexpr std::uint64_t largest_request = std::uint64_t{4} * 1024 * 1024;

// A synthesiser's first audio comes after about so long, and then ten times as fast as it plays.
constexpr Duration first_audio_delay = std::chrono::milliseconds{150};
constexpr std::size_t samples_a_chunk = 2400;
constexpr double audio_pace = 10;

using Request = http::request<http::string_body>;

std::int64_t unix_seconds()
{
    return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
}

/// The client has closed its end. What it may have sent instead stays unread.
bool has_gone(Socket& socket)
{
    error_code ec;
    char byte = 0;
    socket.non_blocking(true, ec);
    socket.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, ec);
    return ec && ec != asio::error::would_block;
}

http::response<http::string_body> answer(const Request& request, unsigned status, std::string json)
{
    http::response<http::string_body> response{static_cast<http::status>(status),
                                               request.version()};
    response.set(http::field::content_type, "application/json");
    response.set("openai-version", "2020-10-01");
    response.keep_alive(request.keep_alive());
    response.body() = std::move(json);
    response.prepare_payload();
    return response;
}

ModelRefusal unknown_url(const Request& request)
{
    return {404,
            "Invalid URL (" + std::string{request.method_string()} + " " +
                std::string{request.target()} + ")",
            "",
            "unknown_url"};
}

awaitable<error_code> pause(Socket& socket, Duration length)
{
    if (length <= Duration::zero()) co_return error_code{};
    async::Timer timer{socket.get_executor(), length};
    auto [ec] = co_await timer.async_wait(as_result);
    co_return ec;
}

Duration paced(Duration pause, double speed)
{
    return speed > 0 ? std::chrono::duration_cast<Duration>(pause / speed) : Duration::zero();
}

/// One event, in a chunk of its own, as OpenAI sends them; or one piece of audio.
awaitable<error_code> send_chunk(Socket& socket, std::string bytes)
{
    auto [ec, size] =
        co_await asio::async_write(socket, http::make_chunk(asio::buffer(bytes)), as_result);
    co_return ec;
}

/// The head of an answer whose body comes in chunks.
awaitable<error_code> send_head(Socket& socket,
                                const Request& request,
                                std::string_view content_type)
{
    http::response<http::empty_body> header{http::status::ok, request.version()};
    header.set(http::field::content_type, {content_type.data(), content_type.size()});
    header.set(http::field::cache_control, "no-cache");
    header.set("openai-version", "2020-10-01");
    header.keep_alive(request.keep_alive());
    header.chunked(true);
    http::response_serializer<http::empty_body> serializer{header};
    auto [ec, size] = co_await http::async_write_header(socket, serializer, as_result);
    co_return ec;
}

awaitable<error_code> send_end(Socket& socket)
{
    auto [ec, size] = co_await asio::async_write(socket, http::make_chunk_last(), as_result);
    co_return ec;
}

awaitable<error_code> stream_speech(Socket& socket,
                                    const Request& http_request,
                                    const SpeechRequest& request,
                                    double speed)
{
    if (auto ec = co_await pause(socket, paced(first_audio_delay, speed))) co_return ec;
    if (has_gone(socket)) co_return asio::error::connection_reset;
    if (auto ec = co_await send_head(socket, http_request, "audio/pcm")) co_return ec;

    ToneVoice voice{request.input};
    const Duration length = std::chrono::seconds{1} * static_cast<std::int64_t>(samples_a_chunk) /
                            ToneVoice::rate;
    for (auto pcm = voice.next(samples_a_chunk); !pcm.empty(); pcm = voice.next(samples_a_chunk)) {
        if (auto ec = co_await send_chunk(socket, std::move(pcm))) co_return ec;
        if (auto ec = co_await pause(socket, paced(length, speed * audio_pace))) co_return ec;
        if (has_gone(socket)) co_return asio::error::connection_reset;
    }
    co_return co_await send_end(socket);
}

awaitable<error_code> stream_reply(Socket& socket,
                                   const Request& http_request,
                                   const ModelRequest& request,
                                   std::uint64_t seed,
                                   double speed)
{
    const ScriptedReply reply = reply_to(request.messages);
    CompletionWriter writer{request, unix_seconds(), seed};

    if (auto ec = co_await pause(socket, paced(reply.first_token_delay, speed))) co_return ec;
    if (has_gone(socket)) co_return asio::error::connection_reset;

    if (auto ec = co_await send_head(socket, http_request, "text/event-stream; charset=utf-8"))
        co_return ec;
    if (auto ec = co_await send_chunk(socket, writer.role())) co_return ec;
    for (const std::string& token : reply.tokens) {
        if (auto ec = co_await send_chunk(socket, writer.content(token))) co_return ec;
        if (auto ec = co_await pause(socket, paced(reply.token_gap, speed))) co_return ec;
        if (has_gone(socket)) co_return asio::error::connection_reset;
    }
    std::string end = writer.finish() + writer.usage(reply) + CompletionWriter::done();
    if (auto ec = co_await send_chunk(socket, std::move(end))) co_return ec;
    co_return co_await send_end(socket);
}

}  // namespace

ModelServer::ModelServer(const async::Executor& executor, double speed)
    : acceptor_{executor, {asio::ip::address_v4::loopback(), 0}},
      sessions_{executor, [](const std::exception_ptr&) {}},  // a bug here costs one reply
      speed_{speed},
      port_{acceptor_.local_endpoint().port()}
{
}

std::string ModelServer::base_url() const
{
    return "http://127.0.0.1:" + std::to_string(port_) + "/v1";
}

awaitable<void> ModelServer::run()
{
    while (acceptor_.is_open()) {
        auto [ec, socket] = co_await acceptor_.async_accept(as_result);
        if (ec == asio::error::operation_aborted) break;
        if (ec) {
            // Out of descriptors, most likely: the connection waits in the backlog.
            async::Timer breath{acceptor_.get_executor(), std::chrono::milliseconds{20}};
            co_await breath.async_wait(as_result);
            continue;
        }
        sessions_.spawn(serve(std::move(socket)));
    }
    co_await sessions_.drained();
}

void ModelServer::stop()
{
    error_code ignored;
    acceptor_.close(ignored);
    sessions_.cancel();
}

awaitable<void> ModelServer::serve(Socket socket)
{
    error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
    beast::flat_buffer buffer;

    for (bool keep_alive = true; keep_alive;) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(largest_request);
        auto [ec, size] = co_await http::async_read(socket, buffer, parser, as_result);
        if (ec == http::error::body_limit) {
            const Request request = parser.release();
            auto refusal =
                answer(request, 413, ModelRefusal{413, "The request is too large.", "", ""}.json());
            refusal.keep_alive(false);
            co_await http::async_write(socket, refusal, as_result);
            break;
        }
        if (ec) break;
        const Request request = parser.release();
        keep_alive = request.keep_alive();
        const std::string_view path{request.target().data(), request.target().size()};

        unsigned status = 200;
        std::string json;
        const auto refuse = [&](const ModelRefusal& refusal) {
            status = refusal.status;
            json = refusal.json();
        };
        if (path == "/v1/models" && request.method() == http::verb::get) {
            json = model_list(unix_seconds());
        } else if (path == "/v1/audio/speech" && request.method() == http::verb::post) {
            if (const auto speech = read_speech_request(request.body()); !speech) {
                refuse(speech.error());
            } else {
                if (co_await stream_speech(socket, request, *speech, speed_)) {
                    ++abandoned_;
                    break;
                }
                continue;
            }
        } else if (path != "/v1/chat/completions") {
            refuse(unknown_url(request));
        } else if (request.method() != http::verb::post) {
            refuse({405,
                    "Not allowed to " + std::string{request.method_string()} +
                        " on /v1/chat/completions (HINT: Perhaps you meant to use a "
                        "different HTTP method?)",
                    "",
                    "method_not_supported"});
        } else if (const auto parsed = read_model_request(request.body()); !parsed) {
            refuse(parsed.error());
        } else if (parsed->stream) {
            if (co_await stream_reply(socket, request, *parsed, ++served_, speed_)) {
                ++abandoned_;
                break;
            }
            continue;
        } else {
            json = CompletionWriter{*parsed, unix_seconds(), ++served_}.completion(
                reply_to(parsed->messages));
        }
        const auto response = answer(request, status, std::move(json));
        auto [write_ec, written] = co_await http::async_write(socket, response, as_result);
        if (write_ec) break;
    }
    socket.shutdown(Socket::shutdown_both, ignored);
}

}  // namespace phony::simulator
