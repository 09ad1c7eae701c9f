// The whole program behind its socket. The bytes are what one stranger does on one connection:
// requests, an upgrade, WebSocket frames, what a relay says in either dialect, with a model behind
// it that answers as the bytes say, and a supervisor beside it. Everything may be cut, lie about
// its length, or be no protocol at all.
//
// Whatever comes: no error in the log, no 500, nothing ill-formed from us, and nothing is left of
// the connection once it is closed.

#include "app/app.hpp"
#include "app/command_line.hpp"
#include "app/config.hpp"
#include "log/log.hpp"
#include "simulator/relay_frames.hpp"
#include "support/fake_openai.hpp"
#include "support/outside_of.hpp"
#include "support/script_bytes.hpp"
#include "support/temporary_directory.hpp"
#include <phony/base/guarded.hpp>
#include <phony/base/json_text.hpp>
#include <phony/base/utf8.hpp>

#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace phony;
using namespace std::chrono_literals;
using test::FakeOpenAi;
using test::FakeReply;
using test::ScriptBytes;

constexpr int lifetime = 2000;  ///< connections that one program serves; the next starts afresh
constexpr auto a_moment = 2ms;
constexpr int most_moments = 6;  ///< that one input waits for answers
constexpr int idle_moments = 2;  ///< of which so many may bring nothing
constexpr std::size_t most_operations = 48;
constexpr std::size_t most_kept = std::size_t{256} * 1024;

void require(bool holds, std::string_view what, std::string_view evidence = {})
{
    if (holds) return;
    std::cerr << "broken: " << what << '\n' << evidence << '\n';
    std::abort();
}

// ── the program ──

/// What the log says, which must be nothing: lines below `error` are not written.
class Complaints {
public:
    Complaints()
    {
        if (::pipe2(ends_.data(), O_NONBLOCK | O_CLOEXEC) != 0) std::abort();
        log::start({.level = log::Level::error, .file_descriptor = ends_[1]});
    }

    std::string read() const
    {
        std::array<char, 4096> line;
        const auto size = ::read(ends_[0], line.data(), line.size());
        return {line.data(), static_cast<std::size_t>(std::max<::ssize_t>(size, 0))};
    }

private:
    std::array<int, 2> ends_{};
};

app::Config config_for(const std::string& model, const std::string& directory)
{
    const std::map<std::string, std::string> settings{{"OPENAI_BASE_URL", model},
                                                      {"PHONY_DATA_DIR", directory},
                                                      {"PHONY_EVENT_RATE", "0"},
                                                      {"PHONY_SUPERVISOR_RATE", "0"},
                                                      {"PHONY_THREADS", "1"},
                                                      {"PORT", "0"}};
    auto config = app::load_config(app::CommandLine{}, test::outside_of(settings));
    if (!config) throw std::invalid_argument{config.error().sentences.front()};
    config->policy.greeting = "Welcome.";
    return std::move(*config);
}

/// Phony, and the model that it asks; on threads of their own.
class Program {
public:
    Program()
    {
        openai_.answer([this](const FakeOpenAi::Request& request) {
            if (request.target.ends_with("/speech"))
                return FakeReply{.content_type = "audio/pcm", .body = std::string(4800, '\x11')};
            return reply_.with([](const FakeReply& reply) { return reply; });
        });
        app_ = std::make_unique<app::App>(config_for(openai_.base_url(), directory_.path()));
        thread_ = std::thread{[this] { app_->run(); }};
        models_thread_ = std::thread{[this] { io_.run(); }};
    }
    ~Program()  // NOLINT(bugprone-exception-escape): what cannot be joined is no program
    {
        app_->stop();
        app_->stop();
        thread_.join();
        boost::asio::post(io_, [this] { openai_.close(); });
        models_thread_.join();
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    std::uint16_t port() const { return app_->port(); }
    void model_answers(const FakeReply& reply)
    {
        reply_.with([&](FakeReply& now) { now = reply; });
    }
    bool is_idle() const
    {
        const auto now = app_->figures();
        return now.connections == 0 && now.active_calls == 0;
    }

private:
    test::TemporaryDirectory directory_;
    Guarded<FakeReply> reply_;
    async::asio::io_context io_;
    FakeOpenAi openai_{io_};
    std::unique_ptr<app::App> app_;
    std::thread thread_;
    std::thread models_thread_;
};

// ── what the server says ──

/// One frame of a server; nothing when it is not all there.
struct Frame {
    unsigned opcode = 0;
    bool final = false;
    std::string_view payload;
    std::size_t size = 0;
};

std::optional<Frame> read_frame(std::string_view input)
{
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(input[at]); };
    if (input.size() < 2) return std::nullopt;
    require((byte(0) & 0x70U) == 0, "no reserved bit is set");
    require((byte(1) & 0x80U) == 0, "a server masks nothing");
    std::size_t length = byte(1);
    const std::size_t digits = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (input.size() < 2 + digits) return std::nullopt;
    if (digits != 0) length = 0;
    for (std::size_t i = 0; i < digits; ++i) length = length << 8U | byte(2 + i);
    if (input.size() - 2 - digits < length) return std::nullopt;
    return Frame{byte(0) & 0x0fU,
                 (byte(0) & 0x80U) != 0,
                 input.substr(2 + digits, length),
                 2 + digits + length};
}

/// Text is JSON in UTF-8, and nothing follows the farewell.
void check_frames(std::string_view input)
{
    std::string message;
    bool closed = false;
    for (auto frame = read_frame(input); frame; frame = read_frame(input)) {
        require(!closed, "nothing is written behind the farewell");
        input.remove_prefix(frame->size);
        switch (frame->opcode) {
        case 0:
        case 1:
            message += frame->payload;
            if (!frame->final) break;
            require(is_valid_utf8(message), "text is UTF-8", message);
            require(boost::json::parse(message).is_object(), "a message is an object", message);
            message.clear();
            break;
        case 2:
        case 9:
        case 10: break;
        case 8: closed = true; break;
        default: require(false, "an opcode is one that there is");
        }
    }
}

void check_answer(const std::string& answer)
{
    const std::string_view protocol = "HTTP/1.1 ";
    require(std::string_view{answer}.starts_with(protocol.substr(0, answer.size())),
            "an answer is HTTP",
            answer);
    require(answer.find("HTTP/1.1 500") == answer.npos, "nothing fails inside", answer);
    const auto upgraded = answer.find("HTTP/1.1 101 ");
    if (upgraded == answer.npos) return;
    const auto head = answer.find("\r\n\r\n", upgraded);
    if (head != answer.npos) check_frames(std::string_view{answer}.substr(head + 4));
}

// ── a stranger ──

class Connection {
public:
    explicit Connection(std::uint16_t port)
        : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}
    {
        const ::sockaddr_in address{.sin_family = AF_INET,
                                    .sin_port = htons(port),
                                    .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
                                    .sin_zero = {}};
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        require(::connect(socket_, reinterpret_cast<const ::sockaddr*>(&address), sizeof address) ==
                    0,
                "a connection is accepted");
    }
    ~Connection()
    {
        // Without a minute in TIME_WAIT, or there would soon be no port left.
        const ::linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        ::close(socket_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// What the kernel takes of it.
    void send(std::string_view bytes) const
    {
        (void)::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }

    void end_sending() const { ::shutdown(socket_, SHUT_WR); }

    /// Waits a moment for an answer; false when there was none.
    bool listen()
    {
        ::pollfd readable{.fd = socket_, .events = POLLIN, .revents = 0};
        if (::poll(&readable, 1, static_cast<int>(a_moment.count())) <= 0) return false;
        std::array<char, 16'384> bytes;
        const auto size = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (size > 0 && heard_.size() < most_kept)
            heard_.append(bytes.data(), static_cast<std::size_t>(size));
        return size > 0;
    }

    const std::string& heard() const { return heard_; }

private:
    int socket_;
    std::string heard_;
};

std::string quoted(ScriptBytes& bytes)
{
    std::string text;
    append_json_string(text, bytes.text(bytes.next() % 32));
    return text;
}

std::string request(ScriptBytes& bytes)
{
    static constexpr std::array<std::string_view, 8> methods{
        "GET", "GET", "POST", "POST", "HEAD", "OPTIONS", "DELETE", "G\x01T"};
    static constexpr std::array<std::string_view, 24> targets{"/healthz",
                                                              "/readyz",
                                                              "/metrics",
                                                              "/calls",
                                                              "/calls/CA1",
                                                              "/calls/%00",
                                                              "/history?limit=3&text=you",
                                                              "/history?cursor=x",
                                                              "/start_call",
                                                              "/receive_call",
                                                              "/receive_call",
                                                              "/relay/action",
                                                              "/relay/action",
                                                              "/override/text",
                                                              "/override/dtmf",
                                                              "/override/end",
                                                              "/override/transfer",
                                                              "/override/clarification",
                                                              "/session",
                                                              "/openapi.json",
                                                              "/dashboard/",
                                                              "/relay/ws",
                                                              "*",
                                                              "http://localhost/healthz"};
    static constexpr std::array<std::string_view, 8> bodies{
        "CallSid=CA1&From=%2B15551234567&To=%2B18578167225&CallStatus=ringing",
        "CallSid=CA1&CallStatus=in-progress&SessionStatus=failed&ErrorCode=64105",
        "CallSid=CA1&HandoffData=%7B%22reasonCode%22%3A%22transfer%22%7D&DialCallStatus=busy",
        R"({"callSid":"CA1","text":"Hello from a supervisor"})",
        R"({"callSid":"CA1","digit":"5"})",
        R"({"callSid":"CA1","target":"+15559999999"})",
        R"({"callSid":"CA1","response":"42"})",
        R"({"token":"x"})"};

    std::string text{bytes.one_of(methods)};
    text.append(" ").append(bytes.one_of(targets)).append(" HTTP/1.1\r\n");
    const unsigned choice = bytes.next();
    const std::string body{(choice & 1U) != 0 ? bytes.one_of(bodies)
                                              : bytes.text(bytes.next() % 64)};
    if ((choice & 2U) == 0) text += "Host: localhost\r\n";
    if ((choice & 4U) != 0) text += "Connection: close\r\n";
    if ((choice & 8U) != 0) text += "Expect: 100-continue\r\n";
    if ((choice & 16U) != 0) text += "Origin: https://elsewhere.example\r\n";
    if ((choice & 32U) != 0)
        text.append("Cookie: phony_session=").append(bytes.text(bytes.next() % 32)).append("\r\n");
    if ((choice & 64U) != 0) text.append(bytes.text(bytes.next() % 48)).append("\r\n");
    text += body.starts_with("{") ? "Content-Type: application/json\r\n"
                                  : "Content-Type: application/x-www-form-urlencoded\r\n";
    if ((choice & 128U) != 0) {
        std::array<char, 16> size{};
        std::snprintf(size.data(), size.size(), "%zx", body.size() + bytes.next() % 3);
        text.append("Transfer-Encoding: chunked\r\n\r\n").append(size.data());
        return text.append("\r\n").append(body).append("\r\n0\r\n\r\n");
    }
    const std::size_t lie = bytes.next() % 16 == 1 ? bytes.next() : 0;
    text.append("Content-Length: ").append(std::to_string(body.size() + lie)).append("\r\n\r\n");
    return text.append(body);
}

std::string upgrade(ScriptBytes& bytes)
{
    static constexpr std::array<std::string_view, 8> targets{"/relay/ws",
                                                             "/relay/ws",
                                                             "/relay/ws?callSid=CA1",
                                                             "/events/ws?callSid=CA1",
                                                             "/events/ws?callSid=*&types=latency",
                                                             "/events/ws",
                                                             "/listen/ws?callSid=CA1",
                                                             "/elsewhere/ws"};
    std::string text{"GET "};
    text.append(bytes.one_of(targets)).append(" HTTP/1.1\r\nHost: localhost\r\n");
    text += "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    const unsigned choice = bytes.next();
    if ((choice & 1U) == 0) text += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    if ((choice & 2U) != 0) text += "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    if ((choice & 4U) != 0)
        text += "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";
    if ((choice & 8U) != 0) text.append(bytes.text(bytes.next() % 48)).append("\r\n");
    return text + "\r\n";
}

std::string frame(ScriptBytes& bytes, std::string_view payload)
{
    const unsigned choice = bytes.next();
    static constexpr std::array<unsigned, 16> opcodes{
        1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 2, 8, 9, 10, 3, 15};
    const unsigned opcode = opcodes[choice % 16];
    const bool final = (choice & 16U) == 0;
    const bool masked = (choice & 0xe0U) != 0xe0U;
    std::size_t length = payload.size();
    if (bytes.next() == 0xff) length += bytes.next();

    std::string text;
    text += static_cast<char>(opcode | (final ? 0x80U : 0U));
    const unsigned mask_bit = masked ? 0x80U : 0U;
    if (length < 126) {
        text += static_cast<char>(length | mask_bit);
    } else {
        text += static_cast<char>(126U | mask_bit);
        text += static_cast<char>(length >> 8U & 0xffU);
        text += static_cast<char>(length & 0xffU);
    }
    constexpr std::string_view key{"\x01\x80\x55\x00", 4};
    if (!masked) return text.append(payload);
    text += key;
    for (std::size_t i = 0; i < payload.size(); ++i)
        text += static_cast<char>(payload[i] ^ key[i % key.size()]);
    return text;
}

/// What Twilio says.
std::string relay_message(ScriptBytes& bytes)
{
    namespace frames = simulator::frames;
    static constexpr std::array<std::string_view, 3> names{
        "agentSpeaking", "clientSpeaking", "tokensPlayed"};
    static constexpr std::array<std::string_view, 4> values{"on", "off", "Hello", " there."};
    static constexpr std::array<std::string_view, 4> call_sids{"CA1", "CA1", "CA2", "no call"};
    switch (bytes.next() % 8) {
    case 0:
    case 1:
        return frames::setup({.call_sid = std::string{bytes.one_of(call_sids)},
                              .account_sid = "AC0123456789abcdef0123456789abcdef",
                              .from = "+15551234567",
                              .to = "+18578167225"},
                             "VX1",
                             "RINGING",
                             {{"callSid", "CA1"}});
    case 2: return frames::prompt("Go on, please.", "en-US", true);
    case 3: return frames::prompt(bytes.text(bytes.next() % 32), "en-US", bytes.flag());
    case 4: return frames::interrupt(bytes.one_of(values), bytes.next() * 10ms);
    case 5: return frames::dtmf(static_cast<char>(bytes.next()));
    case 6: return frames::info(bytes.one_of(names), bytes.one_of(values));
    default: return R"({"type":)" + quoted(bytes) + R"(,"description":)" + quoted(bytes) + "}";
    }
}

/// What the relay of the reference says, and a viewer.
std::string reference_message(ScriptBytes& bytes)
{
    switch (bytes.next() % 6) {
    case 0:
    case 1: return R"({"event":"start","callSid":"CA1","from":"+15551234567","to":"+15559876543"})";
    case 2: return R"({"event":"media","media":{"chunk":"//9+fg==","timestamp":1234567890}})";
    case 3:
        return R"({"event":"transcript","transcript":{"text":)" + quoted(bytes) +
               R"(,"confidence":0.98,"final":)" + (bytes.flag() ? "true" : "false") + "}}";
    case 4: return R"({"callSid":"CA1","types":[)" + quoted(bytes) + "]}";
    default:
        return bytes.flag() ? R"({"type":"pong"})" : R"({"event":"dtmf","dtmf":{"digit":"1"}})";
    }
}

FakeReply model_reply(ScriptBytes& bytes)
{
    using Point = FakeReply::Point;
    using Fault = FakeReply::Fault;
    using Framing = FakeReply::Framing;
    static constexpr std::array<std::string_view, 12> tokens{"Hello",
                                                             " there.",
                                                             "[",
                                                             "[[press:1",
                                                             "2]]",
                                                             "[[end_call]]",
                                                             "[[request_user:Who?]]",
                                                             "[[transfer:+15550001]]",
                                                             "]]",
                                                             "\xC3",
                                                             "\xA9",
                                                             " "};
    static constexpr std::array points{Point::never,
                                       Point::never,
                                       Point::before_head,
                                       Point::after_head,
                                       Point::after_tokens,
                                       Point::after_done};
    static constexpr std::array faults{Fault::hang, Fault::close, Fault::reset, Fault::error_event};
    static constexpr std::array framings{
        Framing::chunked, Framing::content_length, Framing::until_close};

    const unsigned choice = bytes.next();
    FakeReply reply{.framing = bytes.one_of(framings)};
    if ((choice & 1U) != 0) reply.body = "data: " + std::string{bytes.text(bytes.next())};
    if ((choice & 2U) != 0) reply.splits = {bytes.next(), std::size_t{bytes.next()} * 4};
    if ((choice & 4U) != 0) reply.status = 429;
    reply.fault_at = bytes.one_of(points);
    reply.fault = bytes.one_of(faults);
    reply.fault_after_tokens = 1;
    for (std::size_t count = bytes.next() % 6; count > 0; --count)
        reply.tokens.emplace_back(bytes.one_of(tokens));
    return reply;
}

/// With a byte of it replaced, now and then.
std::string perhaps_spoilt(ScriptBytes& bytes, std::string text)
{
    if (bytes.next() % 8 == 7 && !text.empty()) {
        const std::size_t at = bytes.next();
        text[at % text.size()] = static_cast<char>(bytes.next());
    }
    return text;
}

void act(Program& program, ScriptBytes& bytes)
{
    Connection connection{program.port()};
    std::optional<Connection> supervisor;
    std::string sent;
    int moments = 0;
    int idle = 0;
    const auto send = [&](const std::string& text) {
        sent += text;
        // A simulated call goes on long after the connection that has asked for it.
        if (sent.find("simulate") == sent.npos) connection.send(text);
    };
    for (std::size_t operations = 0; !bytes.empty() && operations < most_operations; ++operations) {
        switch (bytes.next() % 12) {
        case 0: send(perhaps_spoilt(bytes, request(bytes))); break;
        case 1: send(std::string{bytes.text(bytes.next())}); break;
        case 2:
        case 3: send(perhaps_spoilt(bytes, upgrade(bytes))); [[fallthrough]];
        case 4:
            if (moments++ < most_moments && idle < idle_moments && !connection.listen()) ++idle;
            break;
        case 5:
        case 6:
        case 7: {
            const auto message = perhaps_spoilt(bytes, relay_message(bytes));
            send(frame(bytes, message));
            break;
        }
        case 8: {
            const auto message = perhaps_spoilt(bytes, reference_message(bytes));
            send(frame(bytes, message));
            break;
        }
        case 9: {
            const auto payload = bytes.text(bytes.next());
            send(frame(bytes, payload));
            break;
        }
        case 10: program.model_answers(model_reply(bytes)); break;
        default:
            if (!supervisor) supervisor.emplace(program.port());
            supervisor->send(request(bytes));
            break;
        }
    }
    connection.end_sending();
    connection.listen();
    check_answer(connection.heard());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const Complaints complaints;
    static std::unique_ptr<Program> program;
    static int served = 0;
    if (!program || ++served % lifetime == 0) {
        program.reset();
        program = std::make_unique<Program>();
    }

    ScriptBytes bytes{data, size};
    program->model_answers({.tokens = {"Hello", " there."}});
    act(*program, bytes);

    const auto patience = std::chrono::steady_clock::now() + 8s;
    while (!program->is_idle()) {
        require(std::chrono::steady_clock::now() < patience, "nothing is left of a connection");
        std::this_thread::sleep_for(20us);
    }
    const auto lines = complaints.read();
    require(lines.empty(), "nothing goes wrong inside", lines);
    return 0;
}
