#include "app/service_manager.hpp"

#include "support/temporary_directory.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>

#include <array>
#include <chrono>

#include <gtest/gtest.h>

#include <map>
#include <string>

#include <unistd.h>

namespace phony::app {
namespace {

using namespace std::chrono_literals;
using boost::asio::local::datagram_protocol;

ServiceManager manager_of(const std::map<std::string, std::string>& variables)
{
    return ServiceManager::of([&](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional{found->second};
    });
}

std::string receive(datagram_protocol::socket& socket)
{
    std::array<char, 256> buffer{};
    const auto size = socket.receive(boost::asio::buffer(buffer));
    return {buffer.data(), size};
}

TEST(ServiceManager, is_not_there_when_nobody_set_anything)
{
    const auto manager = manager_of({});
    EXPECT_FALSE(manager.listening_socket());
    EXPECT_EQ(manager.watchdog(), Duration::zero());
    manager.tell("READY=1");  // which nobody hears
}

TEST(ServiceManager, is_told_through_a_socket_with_a_file_or_without)
{
    const test::TemporaryDirectory directory;
    boost::asio::io_context io;
    const std::string file = directory.path() / "notify";
    datagram_protocol::socket with_file{io, datagram_protocol::endpoint{file}};
    manager_of({{"NOTIFY_SOCKET", file}}).tell("READY=1\nSTATUS=Taking calls");
    EXPECT_EQ(receive(with_file), "READY=1\nSTATUS=Taking calls");

    const std::string name = "phony_test_notify_" + std::to_string(::getpid());
    datagram_protocol::socket without_file{
        io, datagram_protocol::endpoint{std::string(1, '\0') + name}};
    manager_of({{"NOTIFY_SOCKET", "@" + name}}).tell("WATCHDOG=1");
    EXPECT_EQ(receive(without_file), "WATCHDOG=1");
}

TEST(ServiceManager, that_is_gone_or_deaf_holds_nobody_up)
{
    manager_of({{"NOTIFY_SOCKET", "/nowhere/at/all"}}).tell("READY=1");
    manager_of({{"NOTIFY_SOCKET", std::string(200, 'x')}}).tell("READY=1");
}

TEST(ServiceManager, watches_only_whom_it_names)
{
    const std::string self = std::to_string(::getpid());
    EXPECT_EQ(manager_of({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", self}}).watchdog(), 30s);
    EXPECT_EQ(manager_of({{"WATCHDOG_USEC", "30000000"}}).watchdog(), 30s);
    EXPECT_EQ(manager_of({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "1"}}).watchdog(), 0s);
    EXPECT_EQ(manager_of({{"WATCHDOG_USEC", "soon"}}).watchdog(), 0s);
}

TEST(ServiceManager, hands_sockets_over_to_this_process_alone)
{
    EXPECT_FALSE(manager_of({{"LISTEN_FDS", "1"}, {"LISTEN_PID", "1"}}).listening_socket());
    EXPECT_FALSE(manager_of({{"LISTEN_FDS", "1"}}).listening_socket());
    const std::string self = std::to_string(::getpid());
    EXPECT_THROW(manager_of({{"LISTEN_FDS", "2"}, {"LISTEN_PID", self}}), std::runtime_error);
}

}  // namespace
}  // namespace phony::app
