#include "load/soak_visitor.hpp"

#include "load/clock.hpp"
#include "load/web_socket.hpp"
#include "simulator/relay_frames.hpp"
#include "simulator/twiml_reader.hpp"
#include "simulator/webhook_form.hpp"
#include <phony/base/form.hpp>
#include <phony/base/percent.hpp>
#include <phony/twilio/signature.hpp>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>

#include <spdlog/fmt/fmt.h>

#include <utility>

#include <sys/socket.h>

namespace phony::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto visitors_patience = 20s;
constexpr std::string_view blank_line = "\r\n\r\n";
constexpr std::string_view account_sid = "AC00000000000000000000000000000001";

simulator::CallIdentity identity_of(const std::string& call_sid)
{
    return {.call_sid = call_sid,
            .account_sid = std::string{account_sid},
            .from = "+15551234567",
            .to = "+18578167225"};
}

std::string encoded(const Form& form)
{
    std::string body;
    for (const FormField& field : form.all()) {
        if (!body.empty()) body += '&';
        append_percent_encoded(body, field.name);
        body += '=';
        append_percent_encoded(body, field.value);
    }
    return body;
}

std::string webhook(const std::string& call_sid, bool is_twilio)
{
    const auto form = simulator::voice_form(identity_of(call_sid), "ringing");
    const std::string url = std::string{SoakTraffic::public_url} + "/receive_call";
    const std::string body = encoded(form);
    return fmt::format(
        "POST /receive_call HTTP/1.1\r\nHost: phony.example.net\r\nConnection: close\r\n"
        "X-Twilio-Signature: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: {}\r\n\r\n{}",
        twilio::sign_form_post(is_twilio ? SoakTraffic::auth_token : "guessed", url, form),
        body.size(),
        body);
}

/// The relay's upgrade, signed.
std::string relay_upgrade(std::uint16_t port)
{
    static const std::string signature =
        twilio::sign(SoakTraffic::auth_token,
                     "wss" + std::string{SoakTraffic::public_url.substr(5)} + "/relay/ws");
    auto request = web_socket::upgrade_request(fmt::format("127.0.0.1:{}", port), "/relay/ws");
    request.insert(request.size() - 2, "X-Twilio-Signature: " + signature + "\r\n");
    return request;
}

std::string setup_frame(const std::string& call_sid, const std::string& relay_token)
{
    return web_socket::frame(
        web_socket::Opcode::text,
        simulator::frames::setup(identity_of(call_sid),
                                 "VX" + call_sid.substr(2),
                                 "RINGING",
                                 {{"callSid", call_sid}, {"relayToken", relay_token}}));
}

std::string farewell_frame()
{
    return web_socket::frame(web_socket::Opcode::close, "\x03\xe8");  // 1000
}

}  // namespace

void Visitor::leave(std::string_view problem)
{
    if (std::exchange(left_, true)) return;
    all_.left(*this, problem);
}

// ── a call ──

PhoneCall::PhoneCall(SoakTraffic& all, Visit kind)
    : Visitor{all, kind},
      connection_{loop(), *this},
      patience_{loop(), [this](TimePoint) { leave("was not answered in time"); }},
      cycles_left_{kind == Visit::call ? 1 + static_cast<unsigned>(random().next() % 2) : 2}
{
}

void PhoneCall::begin()
{
    call_sid_ = next_call_sid();
    patience_.set(now() + visitors_patience);
    connection_.open(Connection::connect(port()));
    connection_.write(webhook(call_sid_, kind() != Visit::refused));
}

void PhoneCall::ready(std::uint32_t events)
{
    if (connection_.closed() || has_left()) return;
    connection_.ready(events);
    const std::size_t size = connection_.read(buffer());
    input_.append(buffer().data(), size);
    take();
    if (!has_left() && connection_.closed()) closed();
}

/// Takes what is complete, and keeps the rest.
void PhoneCall::take()
{
    bool taken = true;
    while (taken && !input_.empty() && !has_left()) {
        switch (state_) {
        case State::announcing: taken = take_answer(); break;
        case State::upgrading: taken = take_upgrade(); break;
        case State::talking:
        case State::leaving: taken = take_frame(); break;
        }
    }
}

bool PhoneCall::take_answer()
{
    constexpr std::string_view name = "Content-Length: ";
    const std::string_view input = input_;
    const auto head = input.find(blank_line);
    const auto length = input.find(name);
    if (head == input.npos || length > head) return false;
    std::size_t size = 0;
    std::from_chars(input.data() + length + name.size(), input.data() + head, size);
    const std::size_t body = head + blank_line.size();
    if (input.size() < body + size) return false;
    const std::string answer = std::exchange(input_, {});
    answered(std::string_view{answer}.substr(0, answer.find('\r')),
             std::string_view{answer}.substr(body, size));
    return true;
}

void PhoneCall::answered(std::string_view status, std::string_view body)
{
    const bool refused = status.starts_with("HTTP/1.1 403 ");
    if (kind() == Visit::refused)
        return leave(refused ? std::string{}
                             : "without a signature it is told " + std::string{status});
    const auto orders = simulator::read_twiml(body);
    if (!orders.relay || !orders.relay->parameters.contains("relayToken"))
        return leave(fmt::format("was announced, and not connected: {} {}", status, body));
    relay_token_ = orders.relay->parameters.at("relayToken");
    connect_relay();
}

void PhoneCall::connect_relay()
{
    state_ = State::upgrading;
    connection_.open(Connection::connect(port()));
    connection_.write(relay_upgrade(port()));
}

bool PhoneCall::take_upgrade()
{
    const auto end = input_.find(blank_line);
    if (end == input_.npos) return false;
    if (!input_.starts_with("HTTP/1.1 101 ")) {
        leave("its relay was refused: " + input_.substr(0, input_.find('\r')));
        return true;
    }
    input_.erase(0, end + blank_line.size());
    state_ = State::talking;
    connection_.write(setup_frame(call_sid_, relay_token_));
    say("Hello, I have a question about my order.");
    return true;
}

bool PhoneCall::take_frame()
{
    using web_socket::Opcode;
    const auto frame = web_socket::read_frame(input_);
    if (!frame) return false;
    if (frame->size == 0) {
        leave("was sent what is no WebSocket frame");
        return true;
    }
    if (frame->opcode == Opcode::close) {
        leave(state_ == State::leaving ? "" : "was sent away in mid-call");
        return true;
    }
    if (frame->opcode == Opcode::text && state_ == State::talking) hear(frame->payload);
    if (!has_left()) input_.erase(0, frame->size);
    return true;
}

void PhoneCall::hear(std::string_view message)
{
    if (message.find(R"("type":"text")") == message.npos) return;
    const bool last = message.find(R"("last":true)") != message.npos;
    if (!std::exchange(interrupted_, kind() != Visit::call)) {
        if (kind() == Visit::hung_up) return hang_up_in_mid_reply();
        if (kind() == Visit::interrupted) {
            connection_.write(web_socket::frame(web_socket::Opcode::text,
                                                simulator::frames::interrupt("", 500ms)));
            say("Wait, something else.");
        }
    }
    if (last) cycle_ended();
}

void PhoneCall::say(std::string_view words)
{
    connection_.write(web_socket::frame(web_socket::Opcode::text,
                                        simulator::frames::prompt(words, "en-US", true)));
}

void PhoneCall::cycle_ended()
{
    if (--cycles_left_ == 0) return say_farewell();
    if (kind() == Visit::call) say("And could you tell me more about that, please?");
}

/// With a farewell, or lost: the server then waits for it to come back.
void PhoneCall::hang_up_in_mid_reply()
{
    if (random().next() % 4 == 0) return say_farewell();
    connection_.close();
    leave();
}

void PhoneCall::say_farewell()
{
    state_ = State::leaving;
    connection_.write(farewell_frame());
}

/// By the server.
void PhoneCall::closed()
{
    if (state_ == State::leaving) return leave();
    leave("lost its connection: " + connection_.what());
}

// ── who does not call ──

Loiterer::Loiterer(SoakTraffic& all, Visit kind)
    : Visitor{all, kind}, next_look_{loop(), [this](TimePoint) { look(); }}
{
}

void Loiterer::begin()
{
    const auto stay = kind() == Visit::slow_viewer ? random().between(1s, 5s)
                                                   : random().between(50ms, 3s);
    leaves_at_ = now() + stay;
    socket_ = Connection::connect(port());
    const int small = 4096;
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    next_look_.set(now() + 10ms);  // it is connected by then
}

std::string Loiterer::beginning()
{
    const auto host = fmt::format("127.0.0.1:{}", port());
    if (kind() == Visit::slow_viewer)
        return web_socket::upgrade_request(host, "/events/ws?callSid=*&tokens=1");
    auto upgrade = relay_upgrade(port());
    switch (random().next() % 4) {
    case 0: return {};
    case 1: return upgrade.substr(0, upgrade.size() / 2);
    case 2: return upgrade;
    default: return upgrade + setup_frame(next_call_sid(), "").substr(0, 40);
    }
}

/// Says how it begins, and later reads a little.
void Loiterer::look()
{
    constexpr auto pause = 50ms;
    if (const std::string bytes = beginning_said_ ? std::string{} : beginning(); !bytes.empty())
        (void)::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    beginning_said_ = true;
    if (kind() == Visit::slow_viewer) {
        std::array<char, 2048> little;
        const auto size = ::recv(socket_.get(), little.data(), little.size(), MSG_DONTWAIT);
        if (size == 0 || (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) return leave();
    }
    if (now() >= leaves_at_) return leave();
    next_look_.set(now() + pause);
}

}  // namespace phony::bench
