#pragma once

#include "metrics/metrics.hpp"
#include "store/history.hpp"
#include "store/options.hpp"
#include "store/schema.hpp"
#include "store/sqlite.hpp"
#include "support/eventually.hpp"
#include "support/run_io.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace phony::store {

using namespace std::chrono_literals;

/// 2024-01-01T00:00:00Z, when most of what these tests record began.
inline constexpr WallTime new_year{1'704'067'200'000ms};

/// A data directory of its own, and ways to look into it beside the history that is tested.
class Store : public testing::Test {
protected:
    Options options() const { return {.directory = directory.path(), .lock_patience = 50ms}; }

    /// A connection such as another process has.
    Database connect() const { return Database{database_file(directory.path()), 10s}; }

    std::int64_t select(std::string_view sql) const { return connect().integer(sql); }

    /// What the history answers, as JSON; an error is a null.
    boost::json::value ask_call(History& history,
                                const std::string& call_sid,
                                std::optional<api::CallState> live = std::nullopt)
    {
        return run(history.call(call_sid, std::move(live)));
    }
    boost::json::value ask(History& history, std::string_view query)
    {
        return run(history.search(api::parse_history_query(query).value()));
    }

    double metric(const std::string& name)
    {
        const std::string all = metrics.serialise();
        const auto at = all.find("\n" + name + " ");
        return at == std::string::npos ? -1 : std::stod(all.substr(at + name.size() + 2));
    }

    /// For what the history's own threads bring about.
    static bool comes_true(const std::function<bool()>& condition)
    {
        const auto deadline = std::chrono::steady_clock::now() + test::patience;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::sleep_for(2ms);
        }
        return true;
    }

    /// Another process, in which nothing more happens once it has its history. It is made before
    /// this one has threads: what they hold at that moment would stay locked in the other for ever.
    static pid_t another_process(const std::function<std::unique_ptr<History>()>& begin)
    {
        std::array<int, 2> ready{};
        EXPECT_EQ(::pipe(ready.data()), 0);
        const auto child = ::fork();
        EXPECT_NE(child, -1);
        if (child == 0) {
            const auto history = begin();
            const char yes = 'y';
            if (::write(ready[1], &yes, 1) == 1) ::pause();
            ::_exit(1);
        }
        ::close(ready[1]);
        char answer = 0;
        EXPECT_EQ(::read(ready[0], &answer, 1), 1);
        ::close(ready[0]);
        return child;
    }

    static void crash(pid_t process)
    {
        EXPECT_EQ(::kill(process, SIGKILL), 0);
        EXPECT_EQ(::waitpid(process, nullptr, 0), process);
    }

    test::TemporaryDirectory directory;
    metrics::Metrics metrics{{}};
    async::asio::io_context io;

private:
    static async::awaitable<void> keep(async::awaitable<Result<std::string>> question,
                                       boost::json::value& answer)
    {
        const auto text = co_await std::move(question);
        if (text) answer = boost::json::parse(*text);
    }

    boost::json::value run(async::awaitable<Result<std::string>> question)
    {
        boost::json::value answer;
        test::run_io(io, keep(std::move(question), answer));
        return answer;
    }
};

/// One that shows what the wall clock shows.
inline CallClock right_clock()
{
    return {std::chrono::system_clock::now(), std::chrono::steady_clock::now()};
}

/// Records one call's events, one second after the other.
class Caller {
public:
    Caller(History& history,
           std::string call_sid,
           WallTime began = new_year,
           CallClock clock = right_clock())
        : history_{history}, call_sid_{std::move(call_sid)}, now_{began}, clock_{clock}
    {
    }

    Caller& starts(std::string from = "+15551234567", std::string to = "+18578167225")
    {
        return tells(call::CallStarted{std::move(from), std::move(to), "inbound"});
    }
    Caller& says(std::string text) { return tells(call::Transcript{std::move(text)}); }
    Caller& hears(call::Turn turn, std::string text)
    {
        return tells(call::AssistantReply{turn, std::move(text)});
    }
    Caller& ends(std::string reason = "hung_up")
    {
        return tells(call::CallEnded{std::move(reason), {}});
    }
    Caller& tells(const call::Event& event)
    {
        history_.record(
            {.call_sid = call_sid_, .seq = ++seq_, .timestamp = now_, .at = clock_.when(now_)},
            event);
        now_ += 1s;
        return *this;
    }
    Caller& numbered_anew()
    {
        seq_ = 0;
        return *this;
    }

private:
    History& history_;
    std::string call_sid_;
    WallTime now_;
    CallClock clock_;
    std::uint64_t seq_ = 0;
};

}  // namespace phony::store
