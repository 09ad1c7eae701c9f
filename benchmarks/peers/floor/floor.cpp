// The floor: the least that a relay with a socket for each call can do. One thread, epoll, nothing
// but libc. It reads a prompt, asks the model, and copies each token into a frame of its own:
//
//     caller ── prompt ──▶ one write of a prebuilt request ──▶ model
//     caller ◀── one write a token ── "content":"…" found ◀── model
//
// No dialogue, no JSON, no metrics, no limits, no TLS. What it takes for granted of its peers is
// what Twilio and OpenAI send: compact JSON, whole events in each HTTP chunk, frames that are not
// fragmented. A caller who does not read, or who sends what it does not expect, is hung up on.
// NOLINTBEGIN(concurrency-mt-unsafe): there is one thread
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using std::string_view;

[[noreturn]] void fail(const char* what)
{
    std::fprintf(stderr, "floor: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

// ── the WebSocket handshake

using Digest = std::array<unsigned char, 20>;

std::uint32_t rotate_left(std::uint32_t value, int bits)
{
    return value << bits | value >> (32 - bits);
}

Digest sha1(std::string text)
{
    const std::uint64_t bits = text.size() * 8;
    text += '\x80';
    while (text.size() % 64 != 56) text += '\0';
    for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(bits >> shift);

    std::array<std::uint32_t, 5> hash{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    for (std::size_t block = 0; block < text.size(); block += 64) {
        std::array<std::uint32_t, 80> word{};
        for (std::size_t i = 0; i < 64; ++i) {
            word[i / 4] = word[i / 4] << 8 | static_cast<unsigned char>(text[block + i]);
        }
        for (std::size_t i = 16; i < 80; ++i) {
            word[i] = rotate_left(word[i - 3] ^ word[i - 8] ^ word[i - 14] ^ word[i - 16], 1);
        }
        auto [a, b, c, d, e] = hash;
        for (std::size_t i = 0; i < 80; ++i) {
            std::uint32_t mixed = 0;
            if (i < 20) {
                mixed = ((b & c) | (~b & d)) + 0x5A827999;
            } else if (i < 40) {
                mixed = (b ^ c ^ d) + 0x6ED9EBA1;
            } else if (i < 60) {
                mixed = ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC;
            } else {
                mixed = (b ^ c ^ d) + 0xCA62C1D6;
            }
            const std::uint32_t next = rotate_left(a, 5) + mixed + e + word[i];
            e = d;
            d = c;
            c = rotate_left(b, 30);
            b = a;
            a = next;
        }
        hash = {hash[0] + a, hash[1] + b, hash[2] + c, hash[3] + d, hash[4] + e};
    }

    Digest digest{};
    for (std::size_t i = 0; i < digest.size(); ++i) {
        digest[i] = static_cast<unsigned char>(hash[i / 4] >> (24 - i % 4 * 8));
    }
    return digest;
}

std::string base64(const Digest& bytes)
{
    constexpr string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto byte = [&](std::size_t i) -> unsigned { return i < bytes.size() ? bytes[i] : 0U; };
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const unsigned three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        for (int shift = 18; shift >= 0; shift -= 6) text += letters[three >> shift & 63];
    }
    text.back() = '=';  // 20 bytes are two more than a multiple of three
    return text;
}

std::string switching_protocols(string_view key)
{
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           base64(sha1(std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) + "\r\n\r\n";
}

// ── frames

enum Opcode : unsigned char { text_frame = 1, close_frame = 8, ping_frame = 9, pong_frame = 10 };

constexpr std::size_t longest_frame = 60'000;
constexpr std::size_t longest_header = 4;

/// Puts the header right in front of a payload: a server's frames are not masked.
char* put_header(char* payload, std::size_t size, Opcode opcode)
{
    char* begin = payload - (size < 126 ? 2 : 4);
    begin[0] = static_cast<char>(0x80 | opcode);
    if (size < 126) {
        begin[1] = static_cast<char>(size);
    } else {
        begin[1] = 126;
        begin[2] = static_cast<char>(size >> 8);
        begin[3] = static_cast<char>(size);
    }
    return begin;
}

// ── JSON, as far as it goes

/// Up to the quote that ends a string which begins here; nothing when it is not there.
std::optional<string_view> up_to_quote(string_view text)
{
    for (std::size_t from = 0;;) {
        const auto quote = text.find('"', from);
        if (quote == text.npos) return std::nullopt;
        std::size_t backslashes = 0;
        while (backslashes < quote && text[quote - 1 - backslashes] == '\\') ++backslashes;
        if (backslashes % 2 == 0) return text.substr(0, quote);
        from = quote + 1;
    }
}

/// A value as it is written: whoever gets it takes the same escapes.
std::optional<string_view> value_after(string_view text, string_view key)
{
    // memmem is several times faster than find.
    const void* found = memmem(text.data(), text.size(), key.data(), key.size());
    if (found == nullptr) return std::nullopt;
    return up_to_quote(text.substr(static_cast<const char*>(found) - text.data() + key.size()));
}

bool contains(string_view text, string_view what)
{
    return memmem(text.data(), text.size(), what.data(), what.size()) != nullptr;
}

// ── sockets

/// What all calls share, and need only for a moment.
struct Shared {
    int epoll = -1;
    sockaddr_storage model_address{};
    socklen_t model_address_size = 0;
    std::string request_head;  ///< up to the value of Content-Length
    std::string body_head;     ///< up to the prompt
    std::array<char, 65'536> input{};
    std::array<char, 65'536> output{};
};

Shared shared;

struct Call;

struct Socket {
    int fd = -1;
    Call* call = nullptr;  ///< nullptr: listens
    bool is_model = false;
    std::string rest;  ///< of a message whose end has not come yet
};

/// Closed in this round of events, which may still name them.
std::vector<std::unique_ptr<Socket>> closed_sockets;
std::vector<std::unique_ptr<Call>> ended_calls;

struct Call {
    std::unique_ptr<Socket> caller;
    std::unique_ptr<Socket> model;
    bool upgraded = false;
    bool model_connected = false;
    bool replying = false;
    std::string request;  ///< waits for the connection
};

std::unique_ptr<Socket> watch(int fd, Call* call, bool is_model, std::uint32_t events)
{
    auto socket = std::make_unique<Socket>(Socket{fd, call, is_model, {}});
    epoll_event event{.events = events, .data = {.ptr = socket.get()}};
    if (epoll_ctl(shared.epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
    return socket;
}

void close_socket(std::unique_ptr<Socket>& socket)
{
    if (!socket) return;
    close(socket->fd);
    socket->fd = -1;
    closed_sockets.push_back(std::move(socket));
}

void send_at_once(int fd)
{
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// False when not all of it went out: the peer does not read, or has gone.
bool write_all(const Socket& socket, string_view bytes)
{
    return send(socket.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
}

// ── a call

void connect_model(Call& call)
{
    const int fd =
        socket(shared.model_address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket");
    send_at_once(fd);
    // A refusal at once is told by epoll, too.
    std::ignore = connect(
        fd, reinterpret_cast<const sockaddr*>(&shared.model_address), shared.model_address_size);
    call.model = watch(fd, &call, true, EPOLLIN | EPOLLOUT);
    call.model_connected = false;
}

void end(Call& call)
{
    close_socket(call.caller);
    close_socket(call.model);
    ended_calls.emplace_back(&call);
}

/// `text` must be what JSON takes between quotes. False when the call is over.
bool say(Call& call, string_view text, bool last)
{
    constexpr string_view head = R"({"type":"text","token":")";
    const string_view tail = last ? R"(","last":true})" : R"(","last":false})";
    const auto size = head.size() + text.size() + tail.size();
    if (size > longest_frame) return false;

    char* payload = shared.output.data() + longest_header;
    char* end_of_payload = payload;
    for (const auto part : {head, text, tail}) {
        std::memcpy(end_of_payload, part.data(), part.size());
        end_of_payload += part.size();
    }
    const char* frame = put_header(payload, size, text_frame);
    return write_all(*call.caller, {frame, end_of_payload});
}

/// Closing the connection is how HTTP/1.1 ends a generation; the next turn finds a new one.
void stop_reply(Call& call)
{
    if (!call.replying) return;
    call.replying = false;
    call.request.clear();
    close_socket(call.model);
    connect_model(call);
}

void send_request(Call& call)
{
    if (!write_all(*call.model, call.request)) {
        call.replying = false;
        close_socket(call.model);
    }
    call.request.clear();
}

void ask(Call& call, string_view prompt)
{
    stop_reply(call);
    constexpr string_view body_tail = R"("}]})";
    const auto size = shared.body_head.size() + prompt.size() + body_tail.size();
    call.request.reserve(shared.request_head.size() + 16 + size);
    call.request.append(shared.request_head)
        .append(std::to_string(size))
        .append("\r\n\r\n")
        .append(shared.body_head)
        .append(prompt)
        .append(body_tail);
    call.replying = true;
    if (!call.model) connect_model(call);
    if (call.model_connected) send_request(call);
}

/// False when the call is over.
bool on_caller_frame(Call& call, unsigned char opcode, string_view payload)
{
    switch (opcode) {
    case text_frame:
        if (contains(payload, R"("type":"prompt")")) {
            const auto prompt = value_after(payload, R"("voicePrompt":")");
            if (prompt && !contains(payload, R"("last":false)")) ask(call, *prompt);
        } else if (contains(payload, R"("type":"interrupt")")) {
            stop_reply(call);
        } else if (contains(payload, R"("type":"setup")") && !call.model) {
            connect_model(call);
        }
        return true;
    case pong_frame: return true;
    case ping_frame:
    case close_frame: {
        if (payload.size() > 125) return false;
        char* answer = shared.output.data() + longest_header;
        std::memcpy(answer, payload.data(), payload.size());
        const auto kind = opcode == ping_frame ? pong_frame : close_frame;
        const char* frame = put_header(answer, payload.size(), kind);
        return write_all(*call.caller, {frame, answer + payload.size()}) && opcode == ping_frame;
    }
    default: return false;
    }
}

/// Takes whole frames off the front of `input`. False when the call is over.
bool on_caller_frames(Call& call, char*& input, char* end_of_input)
{
    for (;;) {
        const auto have = static_cast<std::size_t>(end_of_input - input);
        if (have < 2) return true;
        const auto* bytes = reinterpret_cast<const unsigned char*>(input);
        std::size_t size = bytes[1] & 0x7FU;
        std::size_t header = 2 + 4;
        if (size == 127 || (bytes[0] & 0x80U) == 0 || (bytes[1] & 0x80U) == 0) return false;
        if (size == 126) {
            header += 2;
            if (have < header) return true;
            size = static_cast<std::size_t>(bytes[2]) << 8 | bytes[3];
            if (size > longest_frame) return false;
        }
        if (have < header + size) return true;

        char* payload = input + header;
        const char* mask = payload - 4;
        for (std::size_t i = 0; i < size; ++i) {
            payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
        }
        input = payload + size;
        if (!on_caller_frame(call, bytes[0] & 0x0FU, {payload, size})) return false;
    }
}

bool on_upgrade(Call& call, char*& input, char* end_of_input)
{
    const string_view request{input, end_of_input};
    const auto end_of_head = request.find("\r\n\r\n");
    if (end_of_head == request.npos) return true;

    constexpr string_view name = "\r\nsec-websocket-key:";
    for (std::size_t at = 0; at < end_of_head; ++at) {
        if (strncasecmp(input + at, name.data(), name.size()) != 0) continue;
        auto key = request.substr(at + name.size());
        key = key.substr(0, key.find('\r'));
        key.remove_prefix(std::min(key.find_first_not_of(' '), key.size()));
        call.upgraded = true;
        input += end_of_head + 4;
        return write_all(*call.caller, switching_protocols(key));
    }
    return false;
}

/// Takes whole lines off the front of `input`; those of the chunked coding and the HTTP head have
/// no data, so they need no care. False when the call is over.
bool on_model_lines(Call& call, char*& input, char* end_of_input)
{
    while (auto* newline = static_cast<char*>(std::memchr(input, '\n', end_of_input - input))) {
        const string_view line{input, newline};
        input = newline + 1;
        if (!line.starts_with("data:")) continue;
        if (line.starts_with("data: [DONE]")) {
            call.replying = false;
            if (!say(call, "", true)) return false;
        } else if (const auto token = value_after(line, R"("content":")")) {
            if (!token->empty() && !say(call, *token, false)) return false;
        }
    }
    return true;
}

/// Reads once, and hands over what a message before has left together with what came.
template <class Take>
bool receive(Socket& socket, Take take)
{
    const auto size = recv(socket.fd, shared.input.data(), shared.input.size(), 0);
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    if (size == 0) return false;
    if (socket.rest.empty()) {
        char* input = shared.input.data();
        char* end_of_input = input + size;
        if (!take(input, end_of_input)) return false;
        socket.rest.assign(input, end_of_input);
    } else {
        socket.rest.append(shared.input.data(), size);
        char* input = socket.rest.data();
        if (!take(input, input + socket.rest.size())) return false;
        socket.rest.erase(0, input - socket.rest.data());
    }
    return true;
}

void on_caller(Call& call)
{
    const bool goes_on = receive(*call.caller, [&](char*& input, char* end_of_input) {
        if (!call.upgraded && !on_upgrade(call, input, end_of_input)) return false;
        return !call.upgraded || on_caller_frames(call, input, end_of_input);
    });
    if (!goes_on) end(call);
}

void on_model(Call& call, std::uint32_t events)
{
    Socket& model = *call.model;
    if ((events & EPOLLOUT) != 0 && (events & (EPOLLERR | EPOLLHUP)) == 0) {
        call.model_connected = true;
        epoll_event event{.events = EPOLLIN, .data = {.ptr = &model}};
        epoll_ctl(shared.epoll, EPOLL_CTL_MOD, model.fd, &event);
        if (!call.request.empty()) send_request(call);
        if (!call.model) return;
    }
    if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) == 0) return;

    bool caller_listens = true;
    const bool goes_on = receive(model, [&](char*& input, char* end_of_input) {
        caller_listens = on_model_lines(call, input, end_of_input);
        return caller_listens;
    });
    if (!caller_listens) {
        end(call);
    } else if (!goes_on) {  // the model hung up; the next prompt connects again
        close_socket(call.model);
        call.request.clear();
        if (std::exchange(call.replying, false) && !say(call, "", true)) end(call);
    }
}

void accept_all(int listener)
{
    for (;;) {
        const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        send_at_once(fd);
        Call& call = *std::make_unique<Call>().release();  // owns itself until end()
        call.caller = watch(fd, &call, false, EPOLLIN);
    }
}

// ── the program

/// http://HOST[:PORT][/PATH]
void find_model(string_view url)
{
    constexpr string_view scheme = "http://";
    if (!url.starts_with(scheme)) {
        std::fputs("floor: OPENAI_BASE_URL must be http://HOST:PORT/PATH\n", stderr);
        std::exit(2);
    }
    url.remove_prefix(scheme.size());
    const auto authority = url.substr(0, url.find('/'));
    const auto path = url.substr(authority.size());
    const auto colon = authority.rfind(':');
    const std::string host{authority.substr(0, colon)};
    const std::string port{colon == authority.npos ? "80" : authority.substr(colon + 1)};

    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
        std::fprintf(stderr, "floor: %s: %s\n", host.c_str(), gai_strerror(error));
        std::exit(1);
    }
    std::memcpy(&shared.model_address, found->ai_addr, found->ai_addrlen);
    shared.model_address_size = found->ai_addrlen;
    freeaddrinfo(found);

    shared.request_head.append("POST ")
        .append(path)
        .append("/chat/completions HTTP/1.1\r\nHost: ")
        .append(authority)
        .append("\r\n");
    if (const char* key = std::getenv("OPENAI_API_KEY")) {
        shared.request_head.append("Authorization: Bearer ").append(key).append("\r\n");
    }
    shared.request_head.append("Content-Type: application/json\r\nContent-Length: ");
    shared.body_head =
        R"({"model":"gpt-4o-mini","stream":true,"messages":[)"
        R"({"role":"system","content":"You are a helpful voice assistant on a phone call. Answer in )"
        R"(one to three short sentences, without lists, symbols or emojis."},)"
        R"({"role":"user","content":")";
}

int listen_on(std::uint16_t port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket");
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) fail("bind");
    if (listen(fd, 2048) != 0) fail("listen");
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    std::printf("listening %d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return fd;
}

}  // namespace

int main()
{
    std::signal(SIGTERM, [](int) { _exit(0); });
    const char* url = std::getenv("OPENAI_BASE_URL");
    const char* port = std::getenv("PORT");
    find_model(url != nullptr ? url : "");

    shared.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (shared.epoll < 0) fail("epoll_create1");
    const int listening =
        listen_on(static_cast<std::uint16_t>(port != nullptr ? std::atoi(port) : 0));
    const auto listener = watch(listening, nullptr, false, EPOLLIN);

    std::array<epoll_event, 256> events{};
    for (;;) {
        const int count = epoll_wait(shared.epoll, events.data(), events.size(), -1);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; ++i) {
            const Socket& socket = *static_cast<Socket*>(events[i].data.ptr);
            if (socket.fd < 0) continue;  // closed in this round
            if (socket.call == nullptr) {
                accept_all(socket.fd);
            } else if (socket.is_model) {
                on_model(*socket.call, events[i].events);
            } else {
                on_caller(*socket.call);
            }
        }
        closed_sockets.clear();
        ended_calls.clear();
    }
}

// NOLINTEND(concurrency-mt-unsafe)
