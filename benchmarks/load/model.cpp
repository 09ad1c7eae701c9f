#include "load/model.hpp"

#include "load/model_client.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace phony::bench {
namespace {

constexpr std::size_t most_read_at_once = 65'536;

[[noreturn]] void fail(const char* what)
{
    throw std::system_error{errno, std::system_category(), what};
}

/// The flag of a request, however its JSON is spaced.
bool asks(std::string_view body, std::string_view flag, bool value)
{
    const auto at = body.rfind(flag);
    if (at == body.npos) return false;
    auto rest = body.substr(at + flag.size());
    while (rest.starts_with(':') || rest.starts_with(' ')) rest.remove_prefix(1);
    return rest.starts_with(value ? "true" : "false");
}

}  // namespace

Descriptor listen_on_loopback(std::uint16_t& port)
{
    Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket) fail("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) fail("bind");
    if (listen(socket.get(), SOMAXCONN) != 0) fail("listen");
    if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        fail("getsockname");
    port = ntohs(address.sin_port);
    return socket;
}

Model::Model(EventLoop& loop, Descriptor listener, const Workload& workload)
    : loop_{loop},
      listener_{std::move(listener)},
      workload_{workload},
      random_{workload.seed},
      texts_{CompletionText{false, false, workload.tokens},
             CompletionText{false, true, workload.tokens},
             CompletionText{true, false, workload.tokens},
             CompletionText{true, true, workload.tokens}},
      buffer_(most_read_at_once)
{
    loop_.watch(listener_.get(), EPOLLIN, *this);
}

Model::~Model() = default;

void Model::ready(std::uint32_t)
{
    for (;;) {
        Descriptor socket{accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
        if (!socket) {
            if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return;
            fail("the model cannot accept a connection");
        }
        auto client = std::make_unique<Client>(*this, std::move(socket));
        clients_.emplace(client.get(), std::move(client));
    }
}

void Model::forget(Client& client)
{
    loop_.afterwards([this, &client] { clients_.erase(&client); });
}

CompletionText& Model::text_for(std::string_view body)
{
    const bool usage = asks(body, R"("include_usage")", true);
    const bool obfuscation = !asks(body, R"("include_obfuscation")", false);
    return texts_.at((usage ? 2U : 0U) + (obfuscation ? 1U : 0U));
}

}  // namespace phony::bench
