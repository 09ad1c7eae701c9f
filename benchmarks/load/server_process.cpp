#include "load/server_process.hpp"

#include "load/clock.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace phony::bench {
namespace {

constexpr auto start_patience = std::chrono::seconds{30};
constexpr auto stop_patience = std::chrono::seconds{10};
constexpr std::size_t lines_kept = 8;
constexpr std::size_t longest_line_kept = 200;

/// build/release/phony-bench: Phony is beside it, the peers are two folders up.
std::filesystem::path tool_directory()
{
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

std::vector<std::string> command_line(const ServerSpec& spec)
{
    if (!spec.is_phony())
        return {(tool_directory() / "../../benchmarks/peers/start").lexically_normal(),
                spec.program};
    if (spec.program == "phony") return {tool_directory() / "phony"};
    return {spec.program};
}

std::vector<char*> pointers(std::vector<std::string>& strings)
{
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (std::string& string : strings) result.push_back(string.data());
    result.push_back(nullptr);
    return result;
}

/// Does not return unless it fails.
int execute(const ServerSpec& spec, const ServerSurroundings& surroundings, int output)
{
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    auto arguments = command_line(spec);
    auto environment = server_environment(spec, surroundings);
    execve(arguments.front().c_str(), pointers(arguments).data(), pointers(environment).data());
    const auto why = std::system_category().message(errno);
    std::fprintf(stderr, "%s: %s\n", arguments.front().c_str(), why.c_str());
    return EXIT_FAILURE;
}

}  // namespace

std::vector<std::string> server_environment(const ServerSpec& spec,
                                            const ServerSurroundings& surroundings)
{
    std::map<std::string, std::string> variables{{"PORT", "0"},
                                                 {"OPENAI_BASE_URL", surroundings.model_url},
                                                 {"OPENAI_API_KEY", "phony-bench"}};
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): there is one thread
    if (path != nullptr) variables["PATH"] = path;
    if (spec.is_phony()) {
        variables["PHONY_THREADS"] = "1";
        variables["PHONY_DATA_DIR"] = surroundings.directory;
        variables["PHONY_LOG_FORMAT"] = "json";  // as in production
        variables["PHONY_DRAIN_TIMEOUT"] = "0s";
        if (surroundings.tls) {
            variables["PHONY_TLS_CERT"] = surroundings.directory / "certificate.pem";
            variables["PHONY_TLS_KEY"] = surroundings.directory / "key.pem";
        }
    }
    for (const auto& [name, value] : spec.settings) variables[name] = value;

    std::vector<std::string> result;
    result.reserve(variables.size());
    for (const auto& [name, value] : variables) result.push_back(fmt::format("{}={}", name, value));
    return result;
}

std::uint16_t port_in(std::string_view line)
{
    constexpr std::string_view peers = "listening ";
    constexpr std::string_view phony = R"("msg":"listening")";
    constexpr std::string_view key = R"("port":)";
    if (line.starts_with(peers)) {
        line.remove_prefix(peers.size());
    } else if (line.find(phony) != line.npos && line.find(key) != line.npos) {
        line.remove_prefix(line.find(key) + key.size());
    } else {
        return 0;
    }
    std::uint16_t port = 0;
    std::from_chars(line.data(), line.data() + line.size(), port);
    return port;
}

ServerProcess::ServerProcess(EventLoop& loop,
                             const ServerSpec& spec,
                             const ServerSurroundings& surroundings)
    : loop_{loop}, label_{spec.label}, is_peer_{!spec.is_phony()}, hears_{surroundings.hears}
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        throw std::system_error{errno, std::system_category(), "pipe2"};
    output_ = Descriptor{ends[0]};
    Descriptor input{ends[1]};
    fcntl(output_.get(), F_SETFL, O_NONBLOCK);
    process_ =
        ChildProcess{surroundings.cores, [&] { return execute(spec, surroundings, input.get()); }};
    input.close();  // only the server's is left: its end is the server's
    loop_.watch(output_.get(), EPOLLIN, *this);

    loop_.run_until(now() + start_patience);
    if (port_ == 0) {
        throw std::runtime_error{fmt::format("{} does not say within {} s that it listens:\n  {}",
                                             label_,
                                             start_patience.count(),
                                             fmt::join(last_lines_, "\n  "))};
    }
}

void ServerProcess::stop()
{
    stopping_ = true;
    process_.terminate();
    if (output_) loop_.run_until(now() + stop_patience);
    if (const auto how = process_.wait(stop_patience); !how.empty()) throw_ended(how);
    if (process_.running()) throw_ended("does not end when it is asked to");
}

void ServerProcess::throw_if_dead()
{
    if (stopping_) return;  // that is how it should be
    constexpr auto a_moment = std::chrono::milliseconds{300};
    const auto how = process_.wait(a_moment);
    if (!process_.running()) throw_ended(how);
}

void ServerProcess::ready(std::uint32_t)
{
    std::array<char, 16'384> buffer{};
    const auto size = ::read(output_.get(), buffer.data(), buffer.size());
    if (size < 0) return;
    if (size == 0) {
        output_.close();
        if (stopping_) return loop_.stop();
        return throw_if_dead();
    }
    std::string_view text{buffer.data(), static_cast<std::size_t>(size)};
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
        unfinished_line_ += text.substr(0, end);
        take_line(unfinished_line_);
        unfinished_line_.clear();
        text.remove_prefix(end + 1);
    }
    unfinished_line_ += text;
}

void ServerProcess::take_line(std::string_view line)
{
    if (hears_) hears_(line);
    last_lines_.emplace_back(line.substr(0, longest_line_kept));
    if (last_lines_.size() > lines_kept) last_lines_.pop_front();
    if (port_ != 0) return;
    port_ = port_in(line);
    if (port_ != 0) loop_.stop();
}

void ServerProcess::throw_ended(const std::string& how)
{
    stopping_ = true;
    if (output_) ready(EPOLLIN);  // its last words
    const bool never_worked = is_peer_ && port_ == 0;
    throw std::runtime_error{fmt::format(
        "{} {}{}{}{}",
        label_,
        how.empty() ? "ended by itself" : how,
        last_lines_.empty() ? "" : "; its last lines:\n  ",
        fmt::join(last_lines_, "\n  "),
        never_worked ? "\nbenchmarks/peers/install fetches and builds what the peers need" : "")};
}

}  // namespace phony::bench
