#include "load/model_process.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>

#include <spdlog/fmt/fmt.h>

#include <stdexcept>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace phony::bench {
namespace {

[[noreturn]] void fail(const char* what)
{
    throw std::system_error{errno, std::system_category(), what};
}

// The account goes from a process to its parent: as it lies in memory.

void send_bytes(int descriptor, const void* data, std::size_t size)
{
    const auto* bytes = static_cast<const char*>(data);
    while (size > 0) {
        const auto sent = ::write(descriptor, bytes, size);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) fail("the model cannot send its account");
        bytes += sent;
        size -= static_cast<std::size_t>(sent);
    }
}

void receive_bytes(int descriptor, void* data, std::size_t size)
{
    auto* bytes = static_cast<char*>(data);
    while (size > 0) {
        const auto received = ::read(descriptor, bytes, size);
        if (received < 0 && errno == EINTR) continue;
        if (received <= 0) throw std::runtime_error{"the model has died"};
        bytes += received;
        size -= static_cast<std::size_t>(received);
    }
}

void send_samples(int descriptor, const std::vector<ModelSample>& samples)
{
    const std::uint64_t count = samples.size();
    send_bytes(descriptor, &count, sizeof count);
    send_bytes(descriptor, samples.data(), count * sizeof(ModelSample));
}

std::vector<ModelSample> receive_samples(int descriptor)
{
    std::uint64_t count = 0;
    receive_bytes(descriptor, &count, sizeof count);
    std::vector<ModelSample> samples(count);
    receive_bytes(descriptor, samples.data(), count * sizeof(ModelSample));
    return samples;
}

class UntilHangUp : public Watcher {
public:
    explicit UntilHangUp(EventLoop& loop) : loop_{loop} {}
    void ready(std::uint32_t) override { loop_.stop(); }

private:
    EventLoop& loop_;
};

int be_the_model(const Workload& workload, Descriptor listener, int control)
{
    EventLoop loop;
    const Model model{loop, std::move(listener), workload};
    UntilHangUp until_hang_up{loop};
    loop.watch(control, EPOLLIN, until_hang_up);
    loop.run();

    const ModelAccount& account = model.account();
    send_samples(control, account.requests);
    send_samples(control, account.lateness);
    send_bytes(control, &account.requests_in_all, sizeof account.requests_in_all);
    return EXIT_SUCCESS;
}

}  // namespace

ModelProcess::ModelProcess(const Workload& workload, const std::vector<int>& cores)
{
    Descriptor listener = listen_on_loopback(port_);
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("socketpair");
    control_ = Descriptor{ends[0]};
    Descriptor its_end{ends[1]};
    process_ = ChildProcess{cores, [&] {
                                control_.close();
                                return be_the_model(workload, std::move(listener), its_end.get());
                            }};
}

void ModelProcess::guard(EventLoop& loop)
{
    loop.watch(control_.get(), EPOLLIN, *this);
}

void ModelProcess::ready(std::uint32_t)
{
    throw std::runtime_error{"the model has died"};  // it says nothing before it is stopped
}

std::string ModelProcess::url() const
{
    return fmt::format("http://127.0.0.1:{}/v1", port_);
}

ModelAccount ModelProcess::stop()
{
    constexpr auto patience = std::chrono::seconds{10};
    shutdown(control_.get(), SHUT_WR);
    ModelAccount account;
    account.requests = receive_samples(control_.get());
    account.lateness = receive_samples(control_.get());
    receive_bytes(control_.get(), &account.requests_in_all, sizeof account.requests_in_all);
    process_.wait(patience);
    return account;
}

}  // namespace phony::bench
